"""Ours and its peers behind one signature: a page in, text and metadata out."""

import importlib
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import trafilatura
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.core.document import CleanedDocument
from lxml import etree, html

from benchmarks.extraction.pages import Page

_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark",
    "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_UNPARSEABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Control characters make lxml refuse a whole text."""
logging.getLogger("readability").setLevel(logging.CRITICAL)  # it logs the traceback of what it raises


@dataclass(frozen=True)
class Result:
    """What one cleaner made of one page; `authors` is None where it looks for neither authors nor dates."""

    text: str = ""
    title: str | None = None
    authors: list[str] | None = field(default_factory=list)
    published: str | None = None


Clean = Callable[[Page], Result]


def ours(page: Page) -> Result:
    return result_of(clean_document(page.body(), url=page.gold["url"], encoding=page.gold["encoding"]))


def result_of(document: CleanedDocument) -> Result:
    """The main article of a page that we cleaned."""
    if not document.articles:
        return Result()
    main = document.articles[0]
    published = main.published.isoformat() if main.published else None
    return Result(main.text, main.title, list(main.authors), published)


def trafilatura_default(page: Page) -> Result:
    return _trafilatura(page, fast=False)


def trafilatura_fast(page: Page) -> Result:
    """Without the fallback to its other extractors."""
    return _trafilatura(page, fast=True)


def _trafilatura(page: Page, *, fast: bool) -> Result:
    found = trafilatura.bare_extraction(
        page.html(), url=page.gold["url"], include_comments=False, with_metadata=True, fast=fast
    )
    if found is None:
        return Result()
    return Result(found.text or "", found.title, (found.author or "").split("; "), found.date)


def readability(page: Page) -> Result:
    """Gives text and title only."""
    document = _peer("readability").Document(_UNPARSEABLE.sub("", page.html()), url=page.gold["url"])
    try:
        summary = html.fromstring(document.summary(html_partial=True))
    except (etree.ParserError, ValueError, _peer("readability.readability").Unparseable):
        return Result(authors=None)
    return Result("".join(_readable(summary)), document.short_title(), None)


def _readable(element: Any) -> Iterator[str]:
    """The text of a tree, elements that are not inline on lines of their own."""
    edge = "" if element.tag in _INLINE else "\n"
    yield edge
    if isinstance(element.tag, str):
        yield element.text or ""
        for child in element:
            yield from _readable(child)
            yield child.tail or ""
    yield edge


def newspaper(page: Page) -> Result:
    newspaper4k = _peer("newspaper")
    try:
        article = _parsed(newspaper4k, page)
    except LookupError:  # its word lists for some languages are a download apart; English ones stand in
        article = _parsed(newspaper4k, page, language="en")
    except (newspaper4k.ArticleException, etree.ParserError, ValueError):
        return Result()
    published = article.publish_date.isoformat() if article.publish_date else None
    return Result(article.text or "", article.title, list(article.authors), published)


def _parsed(newspaper4k: Any, page: Page, **options: str) -> Any:
    article = newspaper4k.Article(page.gold["url"], fetch_images=False, **options)
    article.download(input_html=page.html())
    article.parse()
    return article


def _peer(module: str) -> Any:
    """Peers are no dependency of Copydesk; whoever measures against them installs them."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise SystemExit(
            f"{module} is missing ({error}); install the group: uv pip install --group benchmarks"
        ) from None


OURS = "copydesk"
BASELINE = "trafilatura"
CLEANERS: dict[str, Clean] = {
    OURS: ours,
    BASELINE: trafilatura_default,
    "trafilatura fast": trafilatura_fast,
    "readability": readability,
    "newspaper4k": newspaper,
}
