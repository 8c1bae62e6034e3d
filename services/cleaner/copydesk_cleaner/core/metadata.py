"""What a page says of its article: title, authors, dates and the rest, all from one tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from urllib.parse import urlsplit

from turbohtml import Element

from copydesk.contracts import Image
from copydesk_cleaner.core.authors import read_authors
from copydesk_cleaner.core.dates import FoundDate
from copydesk_cleaner.core.images import read_captions, read_images
from copydesk_cleaner.core.json_ld import crumbs_of, text_of, words_of
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_dates import Fallback, read_dates
from copydesk_cleaner.core.page_facts import PageFacts, element_text
from copydesk_cleaner.core.site_knowledge import NOTHING_KNOWN, SiteKnowledge
from copydesk_cleaner.core.sites import site_of
from copydesk_cleaner.core.title_pieces import tidy_title
from copydesk_cleaner.core.title_vote import TitleVote

_MOST_KEYWORDS = 50
_LONGEST_WORD = 100
_LONGEST_SUBTITLE = 500
_LONGEST_CLASS = 300
_NO_STANDFIRST = frozenset({"script", "style", "a", "img"})
_NEAR_HEADING = 25
"""Elements: a standfirst stands among that many behind the heading."""
_STANDFIRST = ("standfirst", "stand-first", "subtitle", "sub-title", "subhead", "sub-head")
_STANDFIRST_WORDS = frozenset({
    "dek", "deck", "intro", "lead", "lede", "chapo", "chapeau", "vorspann", "bajada", "sottotitolo", "onderkop",
    "ingress", "underrubrik", "excerpt",
})  # fmt: skip
_JOINTS = str.maketrans("-_", "  ")
_FORM = re.compile(r"^(https?://)(?:(?:www|m|amp|mobile)\d?\.)+", re.IGNORECASE)
_SECTION_META = ("article:section", "section", "cxenseparse:category", "parsely-section", "sailthru.section")
_KEYWORD_META = ("news_keywords", "keywords", "article:tag", "parsely-tags", "sailthru.tags")


@dataclass(frozen=True)
class PageMetadata:
    """What the page says of its article; `titles` and `captions` hold `same_text` keys of lines to leave out.

    `title_tail` is what follows the title in `<title>`, with its separator: the site's name, mostly."""

    title: str | None
    subtitle: str | None
    people: list[str]
    organisations: list[str]
    agencies: list[str]
    published: FoundDate
    modified: FoundDate
    section: str | None
    keywords: list[str]
    images: list[Image]
    language: str | None
    canonical: str | None
    paywalled: bool
    titles: frozenset[str]
    captions: dict[str, str]
    title_tail: str | None


def read_metadata(
    facts: PageFacts, latest: datetime | None, site: SiteKnowledge = NOTHING_KNOWN, fallback: Fallback | None = None
) -> PageMetadata:
    """Read everything the page declares; `latest` bounds its dates, `fallback` finds one elsewhere (`read_dates`)."""
    vote = TitleVote(facts, site)
    authors = read_authors(facts)
    dates = read_dates(facts, latest, fallback)
    return PageMetadata(
        title=vote.title,
        subtitle=_subtitle(facts, vote),
        people=authors.people,
        organisations=authors.organisations,
        agencies=authors.agencies,
        published=dates.published,
        modified=dates.modified,
        section=_section(facts, vote),
        keywords=_keywords(facts),
        images=read_images(facts),
        language=facts.language,
        canonical=_canonical(facts),
        paywalled=str(facts.article.get("isAccessibleForFree", "")).casefold() == "false",
        titles=vote.keys,
        captions=read_captions(facts),
        title_tail=vote.tail,
    )


def _subtitle(facts: PageFacts, vote: TitleVote) -> str | None:
    """The line under the title: declared as such, or marked so beside the heading."""
    declared = tidy_title(text_of(facts.article, "alternativeHeadline", "alternateName"))
    marked = (element_text(element) for element in _beside_heading(facts))
    for text in chain((declared,), marked):
        if text and len(text) <= _LONGEST_SUBTITLE and not any(same_text(text) in key for key in vote.keys):
            return text
    return None


def _beside_heading(facts: PageFacts) -> Iterator[Element]:
    """What follows the first heading and is marked as its standfirst."""
    for heading in facts.h1_elements[:2]:
        seen = 0
        for node in heading.following:
            if type(node) is not Element:
                continue
            seen += 1
            classes, itemprop = node.attr("class"), node.attr("itemprop")
            marks = f"{(classes or '')[:_LONGEST_CLASS]} {(itemprop or '')[:_LONGEST_CLASS]}"
            if len(marks) > 1 and _is_standfirst(marks) and node.tag not in _NO_STANDFIRST:
                yield node
            if seen == _NEAR_HEADING:
                break


@lru_cache(maxsize=20_000)
def _is_standfirst(marks: str) -> bool:
    lowered = marks.lower()
    words = lowered.translate(_JOINTS).split(" ")
    return any(part in lowered for part in _STANDFIRST) or not _STANDFIRST_WORDS.isdisjoint(words)


def _section(facts: PageFacts, vote: TitleVote) -> str | None:
    """The section as the article declares it, else the last crumb between front page and article."""
    declared = (text_of(facts.article, "articleSection"), facts.meta_text(*_SECTION_META))
    for printed in (*declared, *reversed(crumbs_of(facts.nodes)[1:])):
        section = tidy_title(printed)
        if section and len(section) <= _LONGEST_WORD and same_text(section) not in vote.keys | facts.site_names:
            return section
    return None


def _keywords(facts: PageFacts) -> list[str]:
    """Each once, in the order of their sources."""
    words = [*words_of(facts.article.get("keywords"))]
    words += [word for name in _KEYWORD_META for content in facts.meta.get(name, []) for word in words_of(content)]
    distinct = {same_text(word): word for word in reversed(words) if len(word) <= _LONGEST_WORD}
    return list(reversed(distinct.values()))[:_MOST_KEYWORDS]


def _canonical(facts: PageFacts) -> str | None:
    """The page's address as it names it, if on the same site: else a page could pose as another site's. A front page
    is no article's address: templates name it on every page."""
    for link in facts.canonical_links:
        url = facts.absolute(link)
        if url is None or urlsplit(url).path in ("", "/"):
            continue
        if url.startswith(facts.home + "/") or _site(url) == _site(facts.url):
            return url
    return None


def _site(url: str) -> str | None:
    """The site of the address, its forms for phones counted in."""
    return site_of(_FORM.sub(r"\1", url))
