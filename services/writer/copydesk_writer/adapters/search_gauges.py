"""Shows how far search is behind: four times a minute, since it counts all that waits."""

import asyncio
from contextlib import suppress

from copydesk.runtime.outcomes import DependencyUnavailableError
from copydesk.runtime.ports import Clock
from copydesk.storage import Pool
from copydesk.storage.search import backlog
from copydesk.telemetry import Metrics
from copydesk_writer.adapters.failures import database_away

EVERY_SECONDS = 15.0


class SearchGauges:
    """Of one writer; all writers show the same figures."""

    def __init__(self, metrics: Metrics, clock: Clock) -> None:
        self._metrics = metrics
        self._clock = clock

    async def run(self, pool: Pool, stop: asyncio.Event) -> None:
        """Refresh the gauges until `stop` is set; while the database is away they stay as they are."""
        while not stop.is_set():
            with suppress(DependencyUnavailableError):
                await self.refresh(pool)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY_SECONDS)

    async def refresh(self, pool: Pool) -> None:
        with database_away():
            async with pool.acquire() as connection:
                waiting = await backlog(connection)
        lag = (self._clock.now() - waiting.since).total_seconds() if waiting.since else 0.0
        self._metrics.search_queue.set(waiting.articles)
        self._metrics.search_lag.set(max(0.0, lag))
