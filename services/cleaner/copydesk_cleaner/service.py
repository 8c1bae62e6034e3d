"""The cleaner: pages.fetched in, articles.cleaned out, and what it learns of sites; no database."""

import asyncio
from datetime import datetime

from copydesk.contracts import (
    ARTICLES_CLEANED,
    PAGES_FETCHED,
    URLS_DISCOVERED,
    Lane,
    Message,
    PageFetched,
    PageWithdrawn,
)
from copydesk.runtime.outcomes import DeadLettered, Drop, Emit, Outcome, Outgoing, Received
from copydesk.runtime.service import Service, ServiceContext
from copydesk.runtime.stage import Stage
from copydesk.runtime.stage_service import StageService
from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.adapters.page_workers import page_workers
from copydesk_cleaner.adapters.site_store import SiteStore
from copydesk_cleaner.adapters.site_watch import SiteWatch
from copydesk_cleaner.adapters.watched_rules import RulesFile
from copydesk_cleaner.core.document import CleanedDocument, to_messages
from copydesk_cleaner.core.errors import UnreadableDocumentError
from copydesk_cleaner.core.site_memory import SiteMemory

NO_MAIN_TEXT = "no-main-text"
_IN_HAND = 4
"""Pages in hand for each worker: enough to keep it busy while others wait for the broker."""


class Cleaner:
    """Cleans pages in worker processes; a page that kills its worker, or is none, becomes a dead letter."""

    def __init__(self, workers: WorkerPool, sites: SiteWatch, rules: RulesFile | None = None) -> None:
        self._workers = workers
        self._sites = sites
        self._rules = rules

    async def handle(self, received: Received[Message], now: datetime) -> Outcome:
        message = received.message
        if isinstance(message, PageFetched):
            return await self._clean(message, received, now)
        if isinstance(message, PageWithdrawn):
            return Emit((Outgoing(ARTICLES_CLEANED, message, received.unknown),))
        return DeadLettered("unexpected-message", f"{type(message).__name__} has no place on {PAGES_FETCHED.name}")

    async def _clean(self, page: PageFetched, received: Received[Message], now: datetime) -> Outcome:
        try:
            document = await self._workers.call(
                clean_document,
                page.body,
                body_coding=page.body_coding,
                url=page.url,
                content_type=page.content_type,
                encoding=page.encoding,
                latest=page.fetched_at,
                site=self._sites.knowledge(page),
                rules=self._rules.current(now).rules_for(page.url) if self._rules else None,
                links=self._sites.follows_links,
            )
        except UnreadableDocumentError as error:
            return DeadLettered("unreadable-document", str(error))
        except DocumentFailedError as error:
            return DeadLettered(_label(error), f"{page.url}: {error}")
        self._sites.learn(page, document, now, received.lane)
        outcome = outcome_of(document, page, received)
        if isinstance(outcome, Emit) and received.lane is Lane.LIVE:
            links = self._sites.links(page, document, now)
            return Emit((*outcome.messages, *(Outgoing(URLS_DISCOVERED, link) for link in links)))
        return outcome


def outcome_of(document: CleanedDocument, page: PageFetched, received: Received[Message]) -> Outcome:
    """The page's articles, the first with the unknown fields of its cause; a page without text is dropped, counted."""
    messages = to_messages(document, page)
    if not messages:
        return Drop(NO_MAIN_TEXT)
    main, *parts = messages
    first = Outgoing(ARTICLES_CLEANED, main, received.unknown)
    return Emit((first, *(Outgoing(ARTICLES_CLEANED, part) for part in parts)))


def _label(error: DocumentFailedError) -> str:
    """`DocumentTimeoutError` as `document-timeout`."""
    name = type(error).__name__.removesuffix("Error")
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


class CleanerService(StageService):
    """The stage, and beside it the exchange of what cleaners learn of sites, which never holds it up."""

    def __init__(self, stage: Stage, workers: WorkerPool, store: SiteStore, context: ServiceContext) -> None:
        super().__init__(stage, workers, context)
        self._store = store

    async def run(self, stop: asyncio.Event) -> None:
        """Read what is known of sites, for a few seconds at most; then run until `stop` is set."""
        async with self._store:
            await self._store.catch_up(stop)
            await super().run(stop)

    def idle(self) -> bool:
        """Whether nothing is in hand or waiting, lessons and alarms included."""
        return super().idle() and self._store.idle()


def create(context: ServiceContext) -> Service:
    """Entry point `copydesk.services`."""
    settings = context.settings.page_workers
    workers = page_workers(settings)
    memory = SiteMemory()
    store = SiteStore(context, memory)
    sites = SiteWatch(memory, store, context.settings.cleaner, context.metrics)
    rules_file = context.settings.cleaner.rules_file
    rules = RulesFile(rules_file, context.metrics) if rules_file else None
    cleaner = Cleaner(workers, sites, rules)
    stage = Stage("cleaner", (PAGES_FETCHED,), handler=cleaner.handle, concurrency=_IN_HAND * settings.processes)
    return CleanerService(stage, workers, store, context)
