"""The cleaner: pages.fetched in, articles.cleaned out; no database."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from copydesk.contracts import ARTICLES_CLEANED, PAGES_FETCHED, Message, PageFetched, PageWithdrawn
from copydesk.runtime.outcomes import DeadLettered, Drop, Emit, Outcome, Outgoing, Received
from copydesk.runtime.service import ServiceContext
from copydesk.runtime.stage import Stage, StageLoop
from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk_cleaner.adapters.documents import UnreadableDocumentError, clean_document, warm_up
from copydesk_cleaner.core.document import CleanedDocument, to_messages

NO_MAIN_TEXT = "no-main-text"
_IN_HAND = 4
"""Pages in hand for each worker: enough to keep it busy while others wait for the broker."""


class CleanerService:
    """Cleans pages in worker processes; a page that kills its worker, or is none, becomes a dead letter."""

    name = "cleaner"
    needs_postgres = False

    def __init__(self, context: ServiceContext) -> None:
        settings = context.settings.worker
        self._pool = WorkerPool(settings, initializer=warm_up)
        self._loop = StageLoop(
            Stage(self.name, (PAGES_FETCHED,), handler=self._handle, concurrency=_IN_HAND * settings.processes), context
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set; the workers end with it."""
        async with self._pool:
            await self._loop.run(stop)

    def idle(self) -> bool:
        return self._loop.idle()

    def ready(self) -> Mapping[str, str]:
        return self._loop.ready()

    def alive(self) -> bool:
        return self._loop.alive()

    async def _handle(self, received: Received[Message], now: datetime) -> Outcome:
        message = received.message
        if isinstance(message, PageFetched):
            return await self._clean(message, received)
        if isinstance(message, PageWithdrawn):
            return Emit((Outgoing(ARTICLES_CLEANED, message, received.unknown),))
        return DeadLettered("unexpected-message", f"{type(message).__name__} has no place on {PAGES_FETCHED.name}")

    async def _clean(self, page: PageFetched, received: Received[Message]) -> Outcome:
        try:
            document = await self._pool.call(
                clean_document,
                page.body,
                url=page.url,
                content_type=page.content_type,
                encoding=page.encoding,
                latest=page.fetched_at,
            )
        except UnreadableDocumentError as error:
            return DeadLettered("unreadable-document", str(error))
        except DocumentFailedError as error:
            return DeadLettered(_label(error), f"{page.url}: {error}")
        return outcome_of(document, page, received)


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


def create(context: ServiceContext) -> CleanerService:
    """Entry point `copydesk.services`."""
    return CleanerService(context)
