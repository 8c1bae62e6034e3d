"""Which documents of a source are polled, and which of their entries are wanted."""

from collections.abc import Iterable
from datetime import UTC, datetime

from copydesk.contracts import Source
from copydesk_crawler.core.discovered import Document, Entry, Findings

MAX_DOCUMENTS = 50
"""Documents read in one poll of one source."""

MAX_CHILDREN = 20
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def roots(source: Source) -> list[Document]:
    """What the operator named; the home page, too, where feeds or sitemaps are still to be found."""
    named = [
        *(Document(url, "feed") for url in source.feeds),
        *(Document(url, "sitemap") for url in source.sitemaps),
    ]
    return named if source.feeds and source.sitemaps else [*named, Document(source.url, "home")]


def chosen_children(children: Iterable[Document]) -> list[Document]:
    """The feeds of a home page in its order; the newest sitemaps of an index, which may list thousands."""
    newest_first = sorted(children, key=lambda child: child.modified or _LONG_AGO, reverse=True)
    return newest_first[:MAX_CHILDREN]


def wanted(found: Findings, *, listed: bool, floor: datetime) -> tuple[Entry, ...]:
    """The entries to visit: all of what an operator listed or what lists news, else those not older than `floor`."""
    if listed or found.lists_news:
        return found.entries
    return tuple(entry for entry in found.entries if entry.published and entry.published >= floor)
