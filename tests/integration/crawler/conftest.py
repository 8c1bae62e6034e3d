"""A crawler on the embedded log and a real Postgres, run until it has nothing left to do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest_asyncio
from copydesk_crawler.adapters.document_workers import document_workers
from copydesk_crawler.service import CrawlerService

from copydesk.bus import EmbeddedBus
from copydesk.contracts import REGISTRY, Message, Source, decode
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.ports import Bus
from copydesk.runtime.service import ServiceContext
from copydesk.settings import CrawlerSettings, HttpSettings, Settings, WorkerSettings
from copydesk.storage import Pool, open_blobs
from copydesk.storage.sources import save_sources
from copydesk.telemetry import Metrics

document_workers(WorkerSettings())
"""Made known, so that whoever is the first to start workers in this process has those of the crawler's tests start fast."""

WITHIN = 90.0
"""Seconds after which something that never comes is a failure."""


class Desk:
    """Everything around one crawler; `crawl` runs it once through, as `copydesk run --once` does."""

    def __init__(self, dsn: str, pool: Pool, bus: Bus, folder: Path) -> None:
        self.dsn = dsn
        self.pool = pool
        self.bus = bus
        self.folder = folder
        self.http = HttpSettings(
            allow_networks=[ip_network("127.0.0.0/8")],
            host_delay=timedelta(milliseconds=10),
            deadline=timedelta(seconds=5),
        )
        self.schedule = CrawlerSettings()
        self.metrics = Metrics()

    def service(self, *, once: bool = True, bus: Bus | None = None) -> CrawlerService:
        settings = Settings(data_dir=self.folder, http=self.http, crawler=self.schedule)
        return CrawlerService(
            ServiceContext(
                bus=bus or self.bus,
                blobs=open_blobs(str(self.folder / "blobs")),
                clock=SystemClock(),
                metrics=self.metrics,
                settings=settings,
                dsn=self.dsn,
                once=once,
            )
        )

    async def add(self, *sources: Source) -> None:
        await save_sources(self.pool, list(sources))

    @asynccontextmanager
    async def running(self, service: CrawlerService) -> AsyncIterator[CrawlerService]:
        """The service at work; stopped at the end as SIGTERM would."""
        stop = asyncio.Event()
        task = asyncio.create_task(service.run(stop))
        try:
            yield service
        finally:
            stop.set()
            async with asyncio.timeout(12):
                await task

    async def crawl(self, bus: Bus | None = None) -> None:
        async with self.running(self.service(bus=bus)) as service:
            await self.until(service.idle)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that a server or the database shows."""
        async with asyncio.timeout(WITHIN):
            while not condition():  # noqa: ASYNC110 - what is waited for sets no event
                await asyncio.sleep(0.02)

    async def hurry(self) -> None:
        """Make what waits for another attempt or visit due now, and give the crawler a moment to see it."""
        await self.pool.execute("UPDATE copydesk.frontier SET not_before = now() WHERE state = 'waiting'")
        await self.pool.execute("UPDATE copydesk.hosts SET ready_at = now() WHERE lease_until < now()")
        await asyncio.sleep(0.05)

    async def published(self, topic: str = "pages.fetched") -> list[Message]:
        """What came on a topic since the last call: read to its end, however long a busy machine takes for it."""
        ends = sum((await self.bus.end_positions(topic)).values())
        consumer = await self.bus.consumer("tests", [topic])
        messages: list[Message] = []
        async with asyncio.timeout(WITHIN):
            read = False
            while not read:
                batch = await consumer.poll(max_records=1_000, timeout=0.3)
                messages += [decode(record.headers, record.value).message for record in batch]
                await consumer.commit({record.partition: record.offset + 1 for record in batch})
                read = not batch and sum((await self.bus.group_positions("tests", topic)).values()) >= ends
        await consumer.close()
        return messages

    async def states(self) -> dict[str, tuple[str, str | None]]:
        """State and reason of every URL in the frontier."""
        rows: Sequence[dict[str, str]] = await self.pool.fetch("SELECT url, state, reason FROM copydesk.frontier")  # type: ignore[assignment]
        return {row["url"]: (row["state"], row["reason"]) for row in rows}


@pytest_asyncio.fixture
async def desk(database: str, pool: Pool, tmp_path: Path) -> AsyncIterator[Desk]:
    bus = EmbeddedBus(tmp_path / "log.db")
    await bus.ensure_topics([*REGISTRY.values()])
    yield Desk(database, pool, bus, tmp_path)
    await bus.close()
