"""Shows how much there is to do in the frontier: twice a minute, since it reads every host that is not idle."""

import asyncio
from contextlib import suppress

from copydesk.storage.frontier import Frontier
from copydesk.telemetry import Metrics
from copydesk_crawler.core.timing.politeness import BREAKER_FAILURES

EVERY_SECONDS = 30.0


class FrontierGauges:
    """Of one crawler; all crawlers show the same figures."""

    def __init__(self, frontier: Frontier, metrics: Metrics) -> None:
        self._frontier = frontier
        self._metrics = metrics

    async def run(self, stop: asyncio.Event) -> None:
        """Refresh the gauges until `stop` is set; while the database is away they stay as they are."""
        while not stop.is_set():
            with suppress(ConnectionError):
                await self.refresh()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY_SECONDS)

    async def refresh(self) -> None:
        load, metrics = await self._frontier.load(BREAKER_FAILURES), self._metrics
        states = {"ready": load.ready, "leased": load.leased, "resting": load.resting, "broken": load.broken}
        for state, hosts in states.items():
            metrics.frontier_hosts.labels(state).set(hosts)
        metrics.frontier_lag.set(load.lag)
        metrics.frontier_urls.set(load.urls)
