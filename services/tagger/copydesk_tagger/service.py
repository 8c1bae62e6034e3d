"""The tagger: articles.cleaned in, articles.tagged out; no database."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime

from copydesk.contracts import ARTICLES_CLEANED, ARTICLES_TAGGED, ArticleCleaned, Message, PageWithdrawn
from copydesk.runtime.outcomes import DeadLettered, Emit, Outcome, Outgoing, Received
from copydesk.runtime.service import Service, ServiceContext
from copydesk.runtime.stage import Stage
from copydesk.runtime.stage_service import StageService
from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.telemetry import get_logger
from copydesk_tagger.adapters.worker import tag_documents, warm_up
from copydesk_tagger.core.article import failed, tagged, to_document
from copydesk_tagger.core.document import Tags

CHUNK = 16
"""Documents sent to a worker at once."""

_log = get_logger(__name__)


class Tagger:
    """Tags articles in worker processes, several in one call; a document that kills its worker goes on untagged."""

    def __init__(self, workers: WorkerPool) -> None:
        self._workers = workers

    async def handle(self, batch: Sequence[Received[Message]], now: datetime) -> list[Outcome]:
        articles = [received.message for received in batch if isinstance(received.message, ArticleCleaned)]
        chunks = [articles[start : start + CHUNK] for start in range(0, len(articles), CHUNK)]
        found = iter([tags for chunk in await asyncio.gather(*map(self._tag, chunks)) for tags in chunk])
        return [_outcome(received, found) for received in batch]

    async def _tag(self, articles: Sequence[ArticleCleaned]) -> list[Tags]:
        """The tags of some articles; where a worker fails over several, they are tried one by one."""
        try:
            return await self._workers.call(tag_documents, [to_document(article) for article in articles])
        except DocumentFailedError as error:
            if len(articles) > 1:
                return [tags for article in articles for tags in await self._tag([article])]
            return [failed(error)]


def _outcome(received: Received[Message], found: Iterator[Tags]) -> Outcome:
    message = received.message
    if isinstance(message, PageWithdrawn):
        return Emit((Outgoing(ARTICLES_TAGGED, message, received.unknown),))
    if isinstance(message, ArticleCleaned):
        tags = next(found)
        if tags.notes:
            _log.warning("article lacks tags", article=message.id, url=message.url, notes=tags.notes)
        return Emit((Outgoing(ARTICLES_TAGGED, tagged(message, tags), received.unknown),))
    return DeadLettered(f"the tagger has no use for a {type(message).__name__}")


def create(context: ServiceContext) -> Service:
    """Entry point `copydesk.services`."""
    settings = context.settings.worker
    workers = WorkerPool(settings, initializer=warm_up)
    batch_size = 4 * CHUNK * settings.processes
    stage = Stage("tagger", (ARTICLES_CLEANED,), batch_handler=Tagger(workers).handle, batch_size=batch_size)
    return StageService(stage, workers, context)
