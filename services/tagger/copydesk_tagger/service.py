"""The tagger: articles.cleaned in, articles.tagged out; no database."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from copydesk.contracts import ARTICLES_CLEANED, ARTICLES_TAGGED, ArticleCleaned, Message, PageWithdrawn
from copydesk.runtime.outcomes import DeadLettered, Emit, Outcome, Outgoing, Received
from copydesk.runtime.service import ServiceContext
from copydesk.runtime.stage import Stage, StageLoop
from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.telemetry import get_logger
from copydesk_tagger.adapters.worker import tag_documents, warm_up
from copydesk_tagger.core.article import failed, tagged, to_document
from copydesk_tagger.core.document import Tags

CHUNK = 16
"""Documents sent to a worker at once."""

_log = get_logger(__name__)


class TaggerService:
    """Tags articles in worker processes, several in one call; a document that kills its worker goes on untagged."""

    name = "tagger"
    needs_postgres = False

    def __init__(self, context: ServiceContext) -> None:
        settings = context.settings.worker
        self._pool = WorkerPool(settings, initializer=warm_up)
        self._loop = StageLoop(
            Stage(
                name=self.name,
                inputs=(ARTICLES_CLEANED,),
                batch_handler=self._handle,
                batch_size=4 * CHUNK * settings.processes,
            ),
            context,
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

    async def _handle(self, batch: Sequence[Received[Message]], now: datetime) -> list[Outcome]:
        articles = [received.message for received in batch if isinstance(received.message, ArticleCleaned)]
        chunks = [articles[start : start + CHUNK] for start in range(0, len(articles), CHUNK)]
        found = iter([tags for chunk in await asyncio.gather(*map(self._tag, chunks)) for tags in chunk])
        return [_outcome(received, found) for received in batch]

    async def _tag(self, articles: Sequence[ArticleCleaned]) -> list[Tags]:
        """The tags of some articles; where a worker fails over several, they are tried one by one."""
        try:
            return await self._pool.call(tag_documents, [to_document(article) for article in articles])
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


def create(context: ServiceContext) -> TaggerService:
    """Entry point `copydesk.services`."""
    return TaggerService(context)
