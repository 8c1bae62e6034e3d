"""The crawler: polls sources, visits what is due, publishes pages; its state lies in Postgres."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from typing import TypeVar

from copydesk.contracts import REGISTRY, URLS_DISCOVERED, Message, UrlDiscovered
from copydesk.runtime.availability import AbandonedError, Availability
from copydesk.runtime.outcomes import DeadLettered, Drop, Emit, Outcome, Received
from copydesk.runtime.service import Service, ServiceContext
from copydesk.runtime.stage import Stage, StageLoop
from copydesk.storage import Pool, open_pool
from copydesk_crawler.adapters.activity import Activity
from copydesk_crawler.adapters.archive_retention import archive_places, expire_daily
from copydesk_crawler.adapters.assembly import Crew, Surroundings, assemble, open_archive
from copydesk_crawler.adapters.document_workers import document_workers
from copydesk_crawler.adapters.fetcher import Fetcher
from copydesk_crawler.adapters.websub import listening

T = TypeVar("T")


def create(context: ServiceContext) -> Service:
    """The crawler, not yet running."""
    return CrawlerService(context)


class CrawlerService:
    """Loops side by side: polls, visits, links that later stages found, and, where configured, what hubs deliver."""

    name = "crawler"

    def __init__(self, context: ServiceContext) -> None:
        if context.dsn is None:
            raise ValueError("the crawler keeps its frontier in Postgres: set COPYDESK_POSTGRES__DSN")
        self._dsn = context.dsn
        self._context = context
        self._activity = Activity(context.clock)
        self._availability = Availability(self.name, context.clock, context.metrics)
        self._links = StageLoop(
            Stage(self.name, (URLS_DISCOVERED,), handler=self._on_link, reports_outcomes=False), context
        )
        # Made here and started later: what it preloads has to be known before any service here starts its workers.
        self._workers = document_workers(context.settings.worker)
        self._crew: Crew | None = None
        self._pool: Pool | None = None

    async def run(self, stop: asyncio.Event) -> None:
        try:
            async with AsyncExitStack() as stack:
                crew = self._crew = await self._muster(stack, stop)
                callback = self._callback(stack)
                topics = [*REGISTRY.values()]
                await self._availability.until_available(lambda: self._context.bus.ensure_topics(topics), stop.is_set)
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._links.run(stop))
                    tasks.create_task(crew.pages.run(stop))
                    tasks.create_task(crew.poller.run(stop))
                    tasks.create_task(crew.gauges.run(stop))
                    tasks.create_task(self._keep_archive(stop))
                    if crew.websub is not None and callback is not None:
                        tasks.create_task(crew.websub.run(stop, callback))
        except AbandonedError:
            return

    def idle(self) -> bool:
        if self._crew is None:
            return False
        busy = self._crew.pages.busy() or self._crew.poller.busy()
        return not busy and self._activity.frontier_quiet() and self._links.idle()

    def ready(self) -> Mapping[str, str]:
        return {**self._links.ready(), **self._availability.away()}

    def alive(self) -> bool:
        return self._activity.alive() and self._links.alive()

    async def _muster(self, stack: AsyncExitStack, stop: asyncio.Event) -> Crew:
        """Open what the crawler works with, closed with the stack, and put it together."""
        context, settings = self._context, self._context.settings
        pool = await open_pool(self._dsn, settings.postgres, application_name="copydesk-crawler")
        stack.callback(pool.terminate)
        self._pool = pool
        fetcher = Fetcher(settings.http, context.clock)
        stack.push_async_callback(fetcher.close)
        workers = await stack.enter_async_context(self._workers)
        archive = open_archive(context)
        if archive is not None:
            await stack.enter_async_context(archive)

        def abandoned() -> bool:
            """Asked again and again while a dependency is away, so it is the loop's pulse then."""
            self._activity.tick()
            return stop.is_set()

        async def patiently(action: Callable[[], Awaitable[T]]) -> T:
            return await self._availability.until_available(action, abandoned)

        return assemble(Surroundings(context, pool, fetcher, workers, archive, self._activity, patiently, abandoned))

    async def _keep_archive(self, stop: asyncio.Event) -> None:
        places = archive_places(self._context)
        if places and self._pool is not None:
            await expire_daily(self._pool, places, self._context.clock, stop)

    def _callback(self, stack: AsyncExitStack) -> socket.socket | None:
        """Where hubs reach this crawler; None where they shall not."""
        crawler = self._context.settings.crawler
        if crawler.websub_callback is None or self._context.once:
            return None
        return stack.enter_context(listening(crawler))

    async def _on_link(self, received: Received[Message], now: datetime) -> Outcome:
        """A link that the cleaner saw; its effect is a row of the frontier or of the documents to poll."""
        link = received.message
        if not isinstance(link, UrlDiscovered):
            return DeadLettered("unexpected-message", type(link).__name__)
        assert self._crew is not None
        rejected = await self._crew.intake.take_link(link, self._crew.schedule)
        return Drop(rejected.reason) if rejected else Emit()
