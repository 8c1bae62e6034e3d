"""The crawler: polls sources, visits what is due, publishes pages; its state lies in Postgres."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from copydesk.contracts import REGISTRY, URLS_DISCOVERED, Message, UrlDiscovered
from copydesk.runtime.availability import AbandonedError, Availability
from copydesk.runtime.outcomes import DeadLettered, Drop, Emit, Outcome, Received
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import Service, ServiceContext
from copydesk.runtime.stage import Stage, StageLoop
from copydesk.runtime.workers import WorkerPool
from copydesk.storage import Pool, open_pool
from copydesk.storage.frontier import Frontier, Priority
from copydesk.storage.polls import PollSchedule
from copydesk.storage.reservations import PostgresReservations
from copydesk.storage.url_parameters import UrlParameters
from copydesk_crawler.adapters.activity import Activity
from copydesk_crawler.adapters.archive import Archive
from copydesk_crawler.adapters.discovery import discover
from copydesk_crawler.adapters.document_reader import DocumentReader
from copydesk_crawler.adapters.document_workers import document_workers
from copydesk_crawler.adapters.fetcher import Fetcher
from copydesk_crawler.adapters.page_examiner import PageExaminer
from copydesk_crawler.adapters.page_loop import PageLoop
from copydesk_crawler.adapters.recorder import Recorder
from copydesk_crawler.adapters.reservations import ReservationsCache
from copydesk_crawler.adapters.robots_cache import RobotsCache
from copydesk_crawler.adapters.site_parameters import SiteParameters
from copydesk_crawler.adapters.source_poller import SourcePoller
from copydesk_crawler.adapters.tools import Tools
from copydesk_crawler.core.discovered import Entry
from copydesk_crawler.core.robots import product_token

T = TypeVar("T")


def create(context: ServiceContext) -> Service:
    """The crawler, not yet running."""
    return CrawlerService(context)


class CrawlerService:
    """Three loops side by side: polls, visits, and links that later stages found."""

    name = "crawler"
    needs_postgres = True

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
        self._pages: PageLoop | None = None
        self._poller: SourcePoller | None = None
        self._frontier: Frontier | None = None
        self._parameters: SiteParameters | None = None
        self._archive = _archive(context)

    async def run(self, stop: asyncio.Event) -> None:
        settings = self._context.settings
        pool = await open_pool(self._dsn, settings.postgres, application_name="copydesk-crawler")
        fetcher = Fetcher(settings.http, self._context.clock)
        try:
            async with AsyncExitStack() as stack:
                workers = await stack.enter_async_context(document_workers(settings.worker))
                if self._archive is not None:
                    await stack.enter_async_context(self._archive)
                self._assemble(pool, fetcher, workers, stop)
                assert self._pages is not None
                assert self._poller is not None
                topics = [*REGISTRY.values()]
                await self._availability.until_available(lambda: self._context.bus.ensure_topics(topics), stop.is_set)
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._links.run(stop))
                    tasks.create_task(self._pages.run(stop))
                    tasks.create_task(self._poller.run(stop))
        except AbandonedError:
            return
        finally:
            await fetcher.close()
            pool.terminate()

    def idle(self) -> bool:
        if self._pages is None or self._poller is None:
            return False
        busy = self._pages.busy() or self._poller.busy()
        return not busy and self._activity.frontier_quiet() and self._links.idle()

    def ready(self) -> Mapping[str, str]:
        return {**self._links.ready(), **self._availability.away()}

    def alive(self) -> bool:
        return self._activity.alive() and self._links.alive()

    def _assemble(self, pool: Pool, fetcher: Fetcher, workers: WorkerPool, stop: asyncio.Event) -> None:
        context, settings = self._context, self._context.settings
        owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        # A lease must outlast the longest request, or two crawlers would meet at one host.
        lease = max(settings.crawler.host_lease, 2 * settings.http.deadline)
        self._frontier = Frontier(pool, owner, lease)

        def abandoned() -> bool:
            """Asked again and again while a dependency is away, so it is the loop's pulse then."""
            self._activity.tick()
            return stop.is_set()

        async def patiently(action: Callable[[], Awaitable[T]]) -> T:
            return await self._availability.until_available(action, abandoned)

        publisher = Publisher(context, self.name)
        robots = RobotsCache(self._frontier, fetcher, settings.http.user_agent, context.clock, settings.http.host_delay)
        parameters = SiteParameters(UrlParameters(pool), context.clock)
        token = product_token(settings.http.user_agent)
        tools = Tools(
            context=context,
            frontier=self._frontier,
            fetcher=fetcher,
            robots=robots,
            reservations=ReservationsCache(
                PostgresReservations(pool), fetcher, context.clock, settings.crawler.obey_opt_outs
            ),
            examiner=PageExaminer(settings.crawler, token, self._frontier, parameters, workers, patiently),
            parameters=parameters,
            archive=self._archive,
            publisher=publisher,
            recorder=Recorder(publisher, self._frontier, patiently),
            patiently=patiently,
            activity=self._activity,
            abandoned=abandoned,
        )
        reader = DocumentReader(
            self._frontier, robots, fetcher, workers, settings.http, context.clock, patiently, abandoned
        )
        self._parameters = parameters
        self._pages = PageLoop(tools)
        self._poller = SourcePoller(tools, PollSchedule(pool, owner, lease), reader)

    async def _on_link(self, received: Received[Message], now: datetime) -> Outcome:
        """A link that the cleaner saw; its effect is a frontier row."""
        link = received.message
        if not isinstance(link, UrlDiscovered):
            return DeadLettered("unexpected-message", type(link).__name__)
        if link.kind != "article":
            return Drop(f"{link.kind}-link")
        assert self._frontier is not None
        assert self._parameters is not None
        found = discover(
            [Entry(link.url)],
            link.source,
            link.found_on,
            now,
            priority=Priority.LISTED,
            rules_for=self._parameters.rules_for,
        )
        if await found.store(self._frontier):
            self._activity.happened()
        return Emit()


def _archive(context: ServiceContext) -> Archive | None:
    settings = context.settings
    if settings.crawler.archive_url is None:
        return None
    spool = settings.data_dir / "archive-spool"
    return Archive(settings.crawler.archive_url, spool, settings.crawler.archive_file_bytes, context.clock)
