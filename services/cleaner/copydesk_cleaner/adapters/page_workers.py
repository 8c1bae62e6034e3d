"""The processes in which pages are cleaned."""

from copydesk.runtime.workers import WorkerPool
from copydesk.settings import WorkerSettings
from copydesk_cleaner.adapters.documents import warm_up


def page_workers(settings: WorkerSettings) -> WorkerPool:
    """A pool for `clean_document`. A killed worker's successor is ready within tenths of a second."""
    return WorkerPool(settings, initializer=warm_up, preload="copydesk_cleaner.adapters.preloaded")
