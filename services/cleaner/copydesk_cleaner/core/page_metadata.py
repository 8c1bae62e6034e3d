"""Metadata of an HTML page: JSON-LD first, then meta elements, then the marked-up page itself."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from copydesk.contracts import Image
from copydesk_cleaner.core.agencies import agency_codes
from copydesk_cleaner.core.dates import FoundDate, first_date
from copydesk_cleaner.core.json_ld import Node, article_nodes, images_of, names_of, text_of, words_of
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.names import person_names
from copydesk_cleaner.core.titles import tidy_title, vote_title

_AUTHOR_META = ("article:author", "author", "byl", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator")
_PUBLISHED_META = (
    "article:published_time", "og:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.date",
    "dcterms.created", "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "pubdate",
    "article.published",
    "cxenseparse:recs:publishtime", "last-modified-date", "date.release",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "dcterms.modified",
    "revised",
)  # fmt: skip
_AUTHOR_ELEMENTS = (
    ("//*[@itemprop='author']//*[@itemprop='name']", 5),
    ("//*[@itemprop='author']", 5),
    ("//*[@rel='author']", 5),
    ("//*[contains(@class,'author-name') or contains(@class,'author__name') or contains(@class,'byline-name')"
     " or contains(@class,'article-author') or contains(@class,'article__author')]", 1),
    ("//*[contains(@class,'byline') or contains(@class,'Byline') or @class='author' or contains(@class,'author ')]", 1),
    ("//a[contains(@href,'/author/') or contains(@href,'/authors/') or contains(@href,'/autor/')"
     " or contains(@href,'/autoren/') or contains(@href,'/auteur/') or contains(@href,'/auteurs/')]", 1),
)  # fmt: skip
"""Where authors stand in the page, and how many such elements may belong to the article itself."""
_CAPTION_ELEMENTS = (
    ".//figcaption|.//*[contains(@class,'caption') or contains(@class,'onderschrift')"
    " or contains(@class,'bildunterschrift')]"
)
_SUBTITLE_ELEMENTS = (
    "//*[contains(@class,'standfirst') or contains(@class,'subtitle') or contains(@class,'sub-title')"
    " or @itemprop='alternativeHeadline']"
)
_CREDIT = "@class and (contains(@class,'credit') or contains(@class,'copyright') or contains(@class,'quelle'))"
_LONGEST_CAPTION = 600
_MOST_IMAGES = 20


@dataclass(frozen=True)
class PageMetadata:
    """What the page says of its article; `titles` and `captions` hold `same_text` keys of lines to leave out."""

    title: str | None
    subtitle: str | None
    authors: list[str]
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


def read_metadata(tree: HtmlElement, url: str, latest: datetime | None) -> PageMetadata:
    """Read everything the page declares; `latest` bounds its dates (see `read_date`)."""
    page = _Page(tree, url)
    node = page.article
    subtitle = tidy_title(text_of(node, "alternativeHeadline", "alternateName")) or page.first_text(_SUBTITLE_ELEMENTS)
    return PageMetadata(
        title=page.title,
        subtitle=subtitle if subtitle and subtitle != page.title else None,
        authors=page.authors(),
        agencies=page.credited_agencies(),
        published=first_date(page.published(), latest),
        modified=first_date(page.modified(), latest),
        section=text_of(node, "articleSection") or page.meta_text("article:section", "section", "cxenseparse:category"),
        keywords=list(dict.fromkeys(page.keywords()))[:50],
        images=page.images(),
        language=page.language(),
        canonical=page.canonical(),
        paywalled=str(node.get("isAccessibleForFree", "")).casefold() == "false",
        titles=page.title_keys(),
        captions=page.captions,
    )


def read_title(tree: HtmlElement, url: str) -> str | None:
    """The title alone."""
    return _Page(tree, url).title


class _Page:
    """Look-ups on one tree, each made once."""

    def __init__(self, tree: HtmlElement, url: str) -> None:
        self._tree = tree
        self._url = url
        self._meta: defaultdict[str, list[str]] = defaultdict(list)
        for element in tree.iter("meta"):
            name = (
                element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
            )
            content = " ".join((element.get("content") or "").split())
            if name and content:
                self._meta[name.strip().casefold()].append(content)

    @cached_property
    def article(self) -> Node:
        scripts = (
            element.text or "" for element in self._tree.iter("script") if "ld+json" in (element.get("type") or "")
        )
        return next(iter(article_nodes(scripts)), {})

    @cached_property
    def headings(self) -> list[str]:
        return [text for element in self._tree.iter("h1") if (text := element_text(element))]

    @cached_property
    def title(self) -> str | None:
        document = next((element_text(element) for element in self._tree.iter("title")), None)
        og = self.meta_text("og:title", "twitter:title")
        return vote_title(self.headings, og, text_of(self.article, "headline", "name"), document)

    def title_keys(self) -> frozenset[str]:
        document = [element_text(element) for element in self._tree.iter("title")][:1]
        own = [
            self.title,
            text_of(self.article, "headline"),
            *self._meta["og:title"],
            *self._meta["twitter:title"],
            *document,
        ]
        keys = {same_text(tidy) for title in own if (tidy := tidy_title(title))}
        if self.title and any(same_text(heading) in keys for heading in self.headings):
            keys.update(same_text(heading) for heading in self.headings if same_text(self.title) in same_text(heading))
        return frozenset(keys)

    def meta_text(self, *names: str) -> str | None:
        return next((self._meta[name][0] for name in names if self._meta.get(name)), None)

    def first_text(self, path: str) -> str | None:
        return next(
            (text for element in self._tree.xpath(path)[:1] if (text := element_text(element)) and len(text) <= 400),
            None,
        )

    def authors(self) -> list[str]:
        """People by the first source that names one; the publication itself is no author."""
        return [person for person in self._people() if same_text(person) not in self.site_names]

    @cached_property
    def site_names(self) -> frozenset[str]:
        publisher = self.article.get("publisher")
        named = text_of(publisher, "name") if isinstance(publisher, dict) else None
        host = (urlsplit(self._url).hostname or "").removeprefix("www.")
        return frozenset(same_text(name) for name in (named, self.meta_text("og:site_name"), host) if name)

    def _declared_authors(self) -> list[list[str]]:
        declared = self.article.get("author") or self.article.get("creator")
        return [names_of(declared), *(self._meta.get(name, []) for name in _AUTHOR_META)]

    def credited_agencies(self) -> list[str]:
        """Agencies that stand where authors should."""
        printed = [name for names in self._declared_authors() for name in names]
        organisations = names_of(self.article.get("author"), organisations=True)
        return list(dict.fromkeys(code for name in (*printed, *organisations) for code in agency_codes(name)))

    def _people(self) -> list[str]:
        for names in self._declared_authors():
            people = [person for name in names if "://" not in name for person in person_names(name)]
            people = [person for person in people if same_text(person) not in self.site_names]
            if people:
                return list(dict.fromkeys(people))
        return self._marked_people()

    def _marked_people(self) -> list[str]:
        for path, most in _AUTHOR_ELEMENTS:
            texts = (element_text(element) for element in self._tree.xpath(path)[:5])
            named = (people for text in texts if len(text) <= 120 and (people := person_names(text)))
            people = [person for group in islice(named, most) for person in group]
            if people:
                return list(dict.fromkeys(people))
        return []

    def published(self) -> Iterator[str]:
        yield from (
            date for key in ("datePublished", "dateCreated", "uploadDate") if (date := text_of(self.article, key))
        )
        for name in _PUBLISHED_META:
            yield from self._meta.get(name, [])
        yield from self._attributes("//*[@itemprop='datePublished']")
        yield from self._attributes(
            "//article//time[@datetime]|//header//time[@datetime]|//main//time[@datetime]|//time[@pubdate]"
        )

    def modified(self) -> Iterator[str]:
        if date := text_of(self.article, "dateModified"):
            yield date
        for name in _MODIFIED_META:
            yield from self._meta.get(name, [])
        yield from self._attributes("//*[@itemprop='dateModified']")

    def _attributes(self, path: str) -> Iterator[str]:
        for element in self._tree.xpath(path)[:3]:
            yield element.get("datetime") or element.get("content") or element_text(element)

    def keywords(self) -> Iterator[str]:
        yield from words_of(self.article.get("keywords"))
        for name in ("news_keywords", "keywords", "article:tag"):
            yield from (word for content in self._meta.get(name, []) for word in words_of(content))

    @cached_property
    def captions(self) -> dict[str, str]:
        return caption_texts(self._tree)

    def images(self) -> list[Image]:
        """The lead picture first, then figures; each address once, absolute."""
        found: dict[str, Image] = {}
        leads = [*images_of(self.article.get("image")), *((url, None, None) for url in self._meta.get("og:image", []))]
        for element in self._tree.xpath(".//figure[.//img]")[:_MOST_IMAGES]:
            image = element.xpath(".//img")[0]
            caption = next((element_text(one) for one in element.xpath(".//figcaption")), None)
            credit = next((element_text(one) for one in element.xpath(f".//*[{_CREDIT}]")), None)
            leads.append((image.get("src") or image.get("data-src") or "", caption or None, credit or None))
        for address, caption, credit in leads:
            url = _absolute(self._url, address)
            if url and (url not in found or (caption and not found[url].caption)):
                found[url] = Image(url=url, caption=caption, credit=credit)
        return list(found.values())[:_MOST_IMAGES]

    def language(self) -> str | None:
        root = self._tree.getroottree().getroot()
        declared = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
        language = declared or text_of(self.article, "inLanguage") or self.meta_text("content-language", "og:locale")
        found = re.match(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}", (language or "").strip())
        return found[0].replace("_", "-") if found else None

    def canonical(self) -> str | None:
        """The page's address as it names it, if on the same site: else a page could pose as another site's."""
        for element in self._tree.xpath("//link[@rel='canonical'][@href]")[:1]:
            url = _absolute(self._url, element.get("href"))
            if url and _site(url) == _site(self._url) and urlsplit(url).path not in ("", "/"):
                return url
        return None


def element_text(element: HtmlElement) -> str:
    """All text below an element, white space collapsed."""
    return " ".join("".join(element.itertext()).split())


def caption_texts(tree: HtmlElement) -> dict[str, str]:
    """The captions below an element, by their `same_text` keys."""
    texts = (element_text(element) for element in tree.xpath(_CAPTION_ELEMENTS)[:200])
    return {same_text(text): text for text in texts if 3 <= len(text) <= _LONGEST_CAPTION}


def _absolute(base: str, address: str) -> str | None:
    try:
        url = urljoin(base, address.strip())
        return url if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else None
    except ValueError:
        return None


def _site(url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return host.removeprefix("m.").removeprefix("amp.")
