"""Which documents of a source are polled, and which of their entries are wanted."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urljoin

from copydesk.contracts import Source
from copydesk_crawler.core.discovery.article_links import LIKELY, SURE
from copydesk_crawler.core.discovery.discovered import Document, Entry, Findings

MAX_DOCUMENTS = 50
"""Documents read in one poll of one source."""

MAX_CHILDREN = 20
SITEMAP_PATHS = ("/sitemap_news.xml", "/news-sitemap.xml", "/sitemap.xml")
FEED_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def roots(source: Source) -> list[Document]:
    """What the operator named, and the home page, where the rest is found and which shows what feeds leave out."""
    return [
        *(Document(url, "feed") for url in source.feeds),
        *(Document(url, "sitemap") for url in source.sitemaps),
        *(Document(url, "section") for url in source.sections),
        *([] if source.feeds and source.sitemaps else [Document(source.url, "home")]),
    ]


def guessed_sitemaps(home: str) -> list[Document]:
    """Where sitemaps lie by custom; asked only where neither robots.txt nor the operator names one."""
    return [Document(urljoin(home, path), "sitemap") for path in SITEMAP_PATHS]


def guessed_feeds(home: str) -> list[Document]:
    """Where feeds lie by custom; a hint for operators, since asking at every poll would be rude."""
    return [Document(urljoin(home, path), "feed") for path in FEED_PATHS]


def chosen_children(children: Iterable[Document]) -> list[Document]:
    """The feeds of a home page in its order; the newest sitemaps of an index, which may list thousands."""
    newest_first = sorted(children, key=lambda child: child.modified or _LONG_AGO, reverse=True)
    return newest_first[:MAX_CHILDREN]


def wanted(found: Findings, *, listed: bool, floor: datetime) -> tuple[Entry, ...]:
    """The entries to visit: all of what an operator listed or what lists news, else those not older than `floor`.

    Links of pages have no dates and are judged by their likelihood alone.
    """
    if listed or found.lists_news:
        return found.entries
    return tuple(
        entry
        for entry in found.entries
        if entry.likelihood is not None or (entry.published and entry.published >= floor)
    )


def page_links(found: Findings, *, alone: bool) -> tuple[Entry, ...]:
    """The links of a home page to visit: all likely ones where there is nothing else to go by, else the sure ones.

    Feeds leave articles out (liveblogs, partner desks, the eleventh of the hour); what the home page shows and the
    model is sure of is visited, too, and a page that a feed names as well is the same row of the frontier.
    """
    return tuple(entry for entry in found.entries if (entry.likelihood or 0.0) >= (LIKELY if alone else SURE))
