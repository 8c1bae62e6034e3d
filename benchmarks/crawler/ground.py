"""What a crawler stands on in these measurements: a real Kafka, a real Postgres, and a newsroom of its own on them."""

import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from benchmarks.crawler.processor_time import Group
from copydesk.bus import KafkaBus
from copydesk.contracts import PAGES_FETCHED, Source, StageOutcome, article_id
from copydesk.settings import KafkaSettings, PostgresSettings
from copydesk.storage import EmbeddedPostgres, Pool, migrate, open_pool
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import NewUrl
from copydesk.storage.sources import save_sources
from copydesk.testing.broker import LocalBroker
from copydesk.testing.loopback_web import LoopbackWeb
from copydesk.testing.processes import CopydeskProcess

_BATCH = 1_000
_AGENT = "Copydesk/0.1 (+https://crawler.example/{name})"


class StalledError(RuntimeError):
    """The pages did not come in; the text ends with the crawler's last lines."""


@dataclass(frozen=True)
class Ground:
    """Broker and database server, shared by all runs."""

    folder: Path
    dsn: str
    broker: LocalBroker

    @property
    def groups(self) -> dict[str, Group]:
        """The processes that work for the crawler beside itself."""
        postmaster = int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])
        return {"Kafka": Group([self.broker.pid]), "Postgres": Group([postmaster])}


@asynccontextmanager
async def prepared_ground() -> AsyncIterator[Ground]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-crawler-")))
        dsn = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        broker = await stack.enter_async_context(LocalBroker(folder / "kafka"))
        yield Ground(folder, dsn, broker)


@dataclass(frozen=True)
class Newsroom:
    """A database and topics that nobody used before; crawlers are started on them by name."""

    ground: Ground
    folder: Path
    dsn: str
    pool: Pool
    prefix: str
    started: list[CopydeskProcess] = field(default_factory=list)

    async def discover(self, urls_by_host: Mapping[str, Sequence[str]]) -> None:
        """Put URLs into the frontier as a feed would have."""
        frontier = Frontier(self.pool, "benchmark", timedelta(minutes=1))
        now = datetime.now(UTC)
        rows = [(host, url) for host, urls in urls_by_host.items() for url in urls]
        for start in range(0, len(rows), _BATCH):
            new = [
                NewUrl(id=article_id(url), url=url, host=host, source="loopback")
                for host, url in rows[start : start + _BATCH]
            ]
            outcomes = [
                StageOutcome(
                    id=url.id, source="loopback", url=url.url, stage="crawler", outcome="discovered", version=0, at=now
                )
                for url in new
            ]
            await frontier.discover(new, outcomes)

    async def hold_hosts(self) -> None:
        """Keep every host from being claimed until `release_hosts`."""
        await self.pool.execute("UPDATE copydesk.hosts SET ready_at = 'infinity'")

    async def release_hosts(self) -> None:
        await self.pool.execute("UPDATE copydesk.hosts SET ready_at = now()")

    async def add_sources(self, sources: Sequence[Source]) -> None:
        await save_sources(self.pool, sources)

    def start_crawler(self, name: str, **settings: str) -> CopydeskProcess:
        """A crawler as it ships but for `settings`, such as `http__host_delay`."""
        return self.start("crawler", name, **settings)

    def start(self, service: str, name: str, **settings: str) -> CopydeskProcess:
        """A service as it ships but for `settings`; its log is named after `name`."""
        environment = {
            "COPYDESK_KAFKA__BOOTSTRAP_SERVERS": self.ground.broker.bootstrap_servers,
            "COPYDESK_KAFKA__TOPIC_PREFIX": self.prefix,
            "COPYDESK_POSTGRES__DSN": self.dsn,
            "COPYDESK_DATA_DIR": str(self.folder / "data"),
            "COPYDESK_HTTP__ALLOW_NETWORKS": "127.0.0.0/8",
            "COPYDESK_HTTP__USER_AGENT": _AGENT.format(name=name),
            "COPYDESK_TELEMETRY__LOG_LEVEL": "WARNING",
            **{f"COPYDESK_{key.upper()}": value for key, value in settings.items()},
        }
        process = CopydeskProcess(["service", service], environment, self.folder / f"{name}.log")
        process.start()
        self.started.append(process)
        return process

    @property
    def kafka(self) -> KafkaSettings:
        return KafkaSettings(bootstrap_servers=self.ground.broker.bootstrap_servers, topic_prefix=self.prefix)

    def log_tails(self) -> str:
        """The last lines of every crawler."""
        return "\n".join(each.log_tail() for each in self.started)

    async def published(self) -> int:
        """Records on pages.fetched."""
        bus = KafkaBus(self.kafka)
        try:
            return sum((await bus.end_positions(PAGES_FETCHED.name)).values())
        finally:
            await bus.close()

    async def crawled(self, web: LoopbackWeb, pages: int, patience: float) -> None:
        """Wait until the web has served so many distinct pages. Raises `StalledError` after so many seconds."""
        try:
            async with asyncio.timeout(patience):
                while (await web.progress()).pages < pages:
                    self._check()
                    await asyncio.sleep(0.1)
        except TimeoutError:
            served = (await web.progress()).pages
            raise StalledError(f"{served} of {pages} pages after {patience:.0f} s\n{self.log_tails()}") from None

    def _check(self) -> None:
        for process in self.started:
            if not process.alive():
                raise StalledError(f"a crawler ended by itself:\n{process.log_tail()}")


@asynccontextmanager
async def newsroom(ground: Ground) -> AsyncIterator[Newsroom]:
    name = f"bench_{uuid4().hex[:12]}"
    connection = await asyncpg.connect(ground.dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    dsn = urlunsplit(urlsplit(ground.dsn)._replace(path=f"/{name}"))
    await migrate(dsn)
    folder = ground.folder / name
    folder.mkdir()
    pool = await open_pool(dsn, PostgresSettings())
    room = Newsroom(ground, folder, dsn, pool, f"{name}.")
    try:
        yield room
    finally:
        for process in room.started:
            if process.alive():
                with suppress(subprocess.TimeoutExpired):  # killed then; the others are still to be stopped
                    await process.stop()
        await pool.close()
