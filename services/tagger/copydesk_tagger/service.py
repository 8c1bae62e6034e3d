"""The tagger: articles.cleaned in, articles.tagged out; no database."""

from collections.abc import Sequence
from datetime import datetime

from copydesk.contracts import ARTICLES_CLEANED, ARTICLES_TAGGED, ArticleCleaned, Message, PageWithdrawn
from copydesk.runtime.outcomes import DeadLettered, Emit, Outcome, Outgoing, Received
from copydesk.runtime.service import Service, ServiceContext
from copydesk.runtime.stage import Stage
from copydesk.runtime.stage_service import StageService
from copydesk.telemetry import Metrics, get_logger
from copydesk_tagger.adapters.tagging_pool import CHUNK, TaggingPool
from copydesk_tagger.adapters.watch_lists import KeptWatchLists
from copydesk_tagger.core.article import tagged, to_document
from copydesk_tagger.core.circuits import Complaints
from copydesk_tagger.core.document import Tags

_log = get_logger(__name__)


class Tagger:
    """Tags articles; one whose annotators fail goes on with what the others found, and the reason in its flags."""

    def __init__(self, pool: TaggingPool, metrics: Metrics) -> None:
        self._pool = pool
        self._metrics = metrics
        self._complaints = Complaints()

    async def handle(self, batch: Sequence[Received[Message]], now: datetime) -> list[Outcome]:
        articles = [received.message for received in batch if isinstance(received.message, ArticleCleaned)]
        found = iter(await self._pool.tag([to_document(article) for article in articles], now))
        outcomes: list[Outcome] = []
        for received in batch:
            message = received.message
            if isinstance(message, ArticleCleaned):
                tags = next(found)
                self._account(message, tags, now)
                outcomes.append(Emit((Outgoing(ARTICLES_TAGGED, tagged(message, tags), received.unknown),)))
            elif isinstance(message, PageWithdrawn):
                outcomes.append(Emit((Outgoing(ARTICLES_TAGGED, message, received.unknown),)))
            else:
                outcomes.append(DeadLettered(f"the tagger has no use for a {type(message).__name__}"))
        return outcomes

    def _account(self, article: ArticleCleaned, tags: Tags, now: datetime) -> None:
        """Count times and failures; say in the log what lacks, but not of every article the same."""
        for name, seconds in tags.seconds.items():
            self._metrics.annotator_seconds.labels(name).observe(seconds)
        for name, cause in tags.failures.items():
            self._metrics.annotator_failures.labels(name, cause).inc()
        for note in tags.notes:
            subject = ":".join(note.split(":", 2)[:2]) if tags.failures else note
            if times := self._complaints.worth_saying(subject, now):
                _log.warning("article lacks tags", article=article.id, url=article.url, note=note, times=times)


def create(context: ServiceContext) -> Service:
    """Entry point `copydesk.services`."""
    settings = context.settings
    if settings.tagger.watch_lists:
        kept = KeptWatchLists(settings.tagger.watch_lists, context.metrics)
        tagger = settings.tagger.model_copy(update={"watch_lists": [kept.folder]})
        settings = settings.model_copy(update={"tagger": tagger})
    pool = TaggingPool(settings)
    batch_size = 4 * CHUNK * context.settings.worker.processes
    handler = Tagger(pool, context.metrics).handle
    stage = Stage("tagger", (ARTICLES_CLEANED,), batch_handler=handler, batch_size=batch_size)
    return StageService(stage, pool.workers, context)
