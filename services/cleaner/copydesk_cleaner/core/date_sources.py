"""Where a page states its dates, each place with what it prints. What they mean together `page_dates` decides."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from turbohtml import Element

from copydesk_cleaner.core.json_ld import text_of
from copydesk_cleaner.core.page_facts import DATES, PageFacts, element_text

_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "article:publicationdate", "article:published_date", "published_time", "published_at", "pubdate", "pub_date",
    "publish_date", "publishdate", "publish-date", "publication_date", "publication-date", "publicationdate",
    "date.published", "article.published", "rnews:datepublished", "parsely-pub-date", "cxenseparse:recs:publishtime",
    "dc.date.issued", "dcterms.issued", "dc.date.published", "sailthru.date", "article_date_original",
    "originalpublicationdate", "bt:pubdate", "iso-8601-publish-date", "citation_publication_date", "citation_date",
)  # fmt: skip
_DATE_META = (
    "dc.date", "dcterms.date", "date", "date.release", "dc.date.created", "dcterms.created", "datecreated", "created",
    "article:created", "creation_date", "doc_date", "displaydate", "uploaddate",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "article:modified",
    "article:modified_date", "modified_time", "updated_time", "dcterms.modified", "dc.date.modified", "lastmod",
    "last-modified", "last_modified", "last-modified-date", "lastmodified", "revised", "updated", "moddate",
)  # fmt: skip
_PUBLISHED_RANKS, _DATE_RANKS, _MODIFIED_RANKS = (
    {name: rank for rank, name in enumerate(names)} for names in (_PUBLISHED_META, _DATE_META, _MODIFIED_META)
)
_MOST_MARKED = 60
_PUBLISHED_CLASS = re.compile(r"publi[sc]|pubdate|entry-date|posted|post-date|date-created", re.IGNORECASE)
_MODIFIED_CLASS = re.compile(r"modif|updat|revis|aktualis|actualis|actualiz", re.IGNORECASE)
_ELSEWHERE = (
    "aside, footer, nav, [class*='related' i], [class*='comment' i], [class*='sidebar' i], [class*='teaser' i], "
    "[class*='widget' i], [class*='recommend' i], [class*='latest' i]"
)
_DATED_CLASS = (
    "[class*='date' i], [class*='publish' i], [class*='posted' i], [class*='timestamp' i], [class*='datum' i], "
    "[class*='fecha' i], [id*='date' i], [id*='publish' i], [class*='byline' i], [class*='meta' i]"
)
_LONGEST = 120
_LONGEST_CLASS = 300
_URL_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<mark>[-/_.]?)(?P<month>0[1-9]|1[0-2]|(?<=[-/_.])[1-9])(?P=mark)"
    r"(?P<day>0[1-9]|[12]\d|3[01]|(?<=[-/_.])[1-9])(?!\d)"
)
_URL_MONTH = re.compile(r"/(?P<year>(?:19|20)\d{2})/(?P<month>[a-z]{3,9})/(?P<day>\d{1,2})(?!\d)", re.IGNORECASE)
_SCRIPT_DATE = re.compile(
    r"""\\?["'](?:date|first|originally|article|page|content|initial)?[-_]?"""
    r"""(?:publi(?:sh(?:ed)?|cation)|pub|post)[-_]?(?:date|time|on|at|ed)*(?:[-_]?(?:time|date|at|iso))?\\?["']"""
    r"""\s*:\s*\\?["']?(?P<date>\d{4}-\d{2}-\d{2}[^"'\\,}]{0,20}|\d{10}(?:\d{3})?)\b""",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Statement:
    """A date as printed, and by whom: `JSON-LD datePublished`, `meta date`, `time element`, `address`."""

    source: str
    printed: str


def declared_published(facts: PageFacts) -> Iterator[Statement]:
    """What names itself the date of publication, in the order in which it is trusted."""
    yield from _json_ld(facts, "datePublished")
    yield from _meta(facts, _PUBLISHED_RANKS)


def declared_modified(facts: PageFacts) -> Iterator[Statement]:
    """What names itself the date of the last change, in the order in which it is trusted."""
    yield from _json_ld(facts, "dateModified")
    yield from _meta(facts, _MODIFIED_RANKS)


def other_declared(facts: PageFacts) -> Iterator[Statement]:
    """Declared dates that do not say of what."""
    yield from _json_ld(facts, "dateCreated")
    yield from _json_ld(facts, "uploadDate")
    yield from _meta(facts, _DATE_RANKS)


def _json_ld(facts: PageFacts, key: str) -> Iterator[Statement]:
    for node in facts.json_ld[:4]:
        if printed := text_of(node, key):
            yield Statement(f"JSON-LD {key}", printed)
            return


def _meta(facts: PageFacts, ranks: dict[str, int]) -> Iterator[Statement]:
    for name in sorted(ranks.keys() & facts.meta.keys(), key=ranks.__getitem__):
        yield from (Statement(f"meta {name}", printed) for printed in facts.meta[name][:2])


@dataclass(frozen=True)
class MarkedDates:
    """Elements that mark dates, in reading order, sorted by what they say of themselves; those of other articles are
    left out where it shows."""

    published: tuple[Statement, ...]
    modified: tuple[Statement, ...]
    unsaid: tuple[Statement, ...]


def marked_dates(facts: PageFacts) -> MarkedDates:
    """`time` elements, microdata and RDFa."""
    published: list[Statement] = []
    modified: list[Statement] = []
    unsaid: list[Statement] = []
    for element in facts.marked(DATES)[:_MOST_MARKED]:
        if element.tag == "meta":
            continue
        printed = element.attr("datetime") or element.attr("content") or element.attr("title") or element_text(element)
        if not printed or len(printed) > _LONGEST or element.closest(_ELSEWHERE):
            continue
        kind = _kind(element)
        found = {"published": published, "modified": modified}.get(kind, unsaid)
        found.append(Statement("time element" if element.tag == "time" else "marked element", printed))
    return MarkedDates(tuple(published), tuple(modified), tuple(unsaid))


def _kind(element: Element) -> str:
    named = f"{element.attr('itemprop') or ''} {element.attr('property') or ''}"[:_LONGEST_CLASS].casefold()
    if "datepublished" in named or element.attr("pubdate") is not None:
        return "published"
    if "datemodified" in named:
        return "modified"
    classes = f"{(element.attr('class') or '')[:_LONGEST_CLASS]} {(element.attr('id') or '')[:_LONGEST_CLASS]}"
    if _PUBLISHED_CLASS.search(classes):
        return "published"
    return "modified" if _MODIFIED_CLASS.search(classes) else "unsaid"


def url_day(url: str) -> Statement | None:
    """The day that an address names: /2024/07/03/, /2024/jul/03/, /20240703-, -2024-07-03."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return None
    if named := _URL_MONTH.search(path):
        return Statement("address", f"{named['day']} {named['month']} {named['year']}")
    found = _URL_DAY.search(path)
    return Statement("address", f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}") if found else None


def classed_lines(facts: PageFacts) -> Iterator[str]:
    """Short texts of elements whose class speaks of dates, in reading order."""
    for element in facts.document.select(_DATED_CLASS)[:80]:
        text = element_text(element)
        if text and len(text) <= _LONGEST and not element.closest(_ELSEWHERE):
            yield text


def script_dates(facts: PageFacts) -> Iterator[Statement]:
    """Dates of publication in the data of scripts that are no JSON-LD."""
    for element in facts.document.select("script:not([src])"):
        text = element.text[:300_000]
        if "ubli" in text or "pub" in text or "post" in text:
            yield from (Statement("script", found["date"].strip()) for found in _SCRIPT_DATE.finditer(text))
