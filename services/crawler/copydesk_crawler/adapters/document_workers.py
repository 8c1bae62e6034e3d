"""The processes in which feeds, sitemaps and home pages are parsed."""

from copydesk.runtime.workers import WorkerPool
from copydesk.settings import WorkerSettings
from copydesk_crawler.core.discovery.feed_dates import feed_dates

_ODD_DATE = "0000-00-00T00:00:00Z"
"""Numbers alone, since then every language might have written it."""


def warm_up() -> None:
    """Have the data of all languages loaded, which the first odd date asks for, and which takes seconds."""
    feed_dates()(_ODD_DATE)


def document_workers(settings: WorkerSettings) -> WorkerPool:
    """A pool for the parsers of `core`. A killed worker's successor inherits what was loaded once."""
    return WorkerPool(settings, initializer=warm_up, preload="copydesk_crawler.adapters.preloaded")
