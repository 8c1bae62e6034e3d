"""The writer: files articles, tells what changed, and keeps the funnel."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from copydesk.contracts import ARTICLES_TAGGED, STAGE_OUTCOMES, Message, StageOutcome
from copydesk.runtime.outcomes import Emit, Outcome, Received
from copydesk.runtime.service import ServiceContext
from copydesk.runtime.stage import Stage, StageLoop
from copydesk.storage import Pool, open_pool
from copydesk.storage.funnel import record_outcomes
from copydesk_writer.adapters.failures import database_away
from copydesk_writer.adapters.postgres import ArticleFiler
from copydesk_writer.adapters.retention import BodyRetention, drop_texts_hourly
from copydesk_writer.adapters.search_gauges import SearchGauges
from copydesk_writer.adapters.search_pass import SearchPass
from copydesk_writer.adapters.upkeep import keep_up


class WriterService:
    """Two stage loops on one pool: articles.tagged into the articles, stages.outcomes into the funnel."""

    name = "writer"

    def __init__(self, context: ServiceContext, dsn: str) -> None:
        self._settings = context.settings.postgres
        self._tell_touched = context.settings.writer.tell_touched
        self._dsn = dsn
        self._blobs = context.settings.blob_url or str((context.settings.data_dir / "blobs").absolute())
        self._clock = context.clock
        self._opened: Pool | None = None
        self._search = SearchPass()
        self._search_gauges = SearchGauges(context.metrics, context.clock)
        self._loops = (
            StageLoop(Stage("writer", (ARTICLES_TAGGED,), batch_handler=self._file), context),
            StageLoop(Stage("funnel", (STAGE_OUTCOMES,), batch_handler=self._count, reports_outcomes=False), context),
        )

    async def run(self, stop: asyncio.Event) -> None:
        self._opened = await open_pool(self._dsn, self._settings, application_name="copydesk-writer")
        try:
            async with asyncio.TaskGroup() as tasks:
                for loop in self._loops:
                    tasks.create_task(loop.run(stop))
                tasks.create_task(keep_up(self._opened, self._clock, stop))
                tasks.create_task(drop_texts_hourly(self._opened, BodyRetention(self._blobs), self._clock, stop))
                tasks.create_task(self._search.run(self._opened, stop))
                tasks.create_task(self._search_gauges.run(self._opened, stop))
        finally:
            self._opened.terminate()

    def idle(self) -> bool:
        return all(loop.idle() for loop in self._loops) and self._search.idle()

    def ready(self) -> Mapping[str, str]:
        return {name: cause for loop in self._loops for name, cause in loop.ready().items()}

    def alive(self) -> bool:
        return all(loop.alive() for loop in self._loops)

    @property
    def _pool(self) -> Pool:
        if self._opened is None:
            raise RuntimeError("the writer handles messages only while it runs")
        return self._opened

    async def _file(self, batch: Sequence[Received[Message]], now: datetime) -> Sequence[Outcome]:
        try:
            return await ArticleFiler(self._pool, tell_touched=self._tell_touched).handle(batch, now)
        finally:
            self._search.wake()

    async def _count(self, batch: Sequence[Received[Message]], now: datetime) -> Sequence[Outcome]:
        outcomes = [received.message for received in batch if isinstance(received.message, StageOutcome)]
        with database_away():
            async with self._pool.acquire() as connection:
                await record_outcomes(connection, outcomes)
        return [Emit()] * len(batch)


def create(context: ServiceContext) -> WriterService:
    """Entry point `copydesk.services`. Raises `ValueError` without a database."""
    if context.dsn is None:
        raise ValueError("the writer needs a database: set COPYDESK_POSTGRES__DSN, or run it by `copydesk run`")
    return WriterService(context, context.dsn)
