"""Articles a second from pages.fetched to Postgres, on the embedded log and on Kafka, in one run.

    python -m benchmarks.pipeline [--articles N] [--rounds N]

Both buses write to the same Postgres server, into a database of their own each round; rounds alternate, and the
medians are compared. Then each stage runs alone over the same messages, and its CPU seconds (its worker processes
included) give its share.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import psutil
from rich.console import Console
from rich.table import Table

from copydesk.bus import EmbeddedBus, KafkaBus
from copydesk.cli.composition import Infrastructure, create_services
from copydesk.cli.run import unread
from copydesk.contracts import PAGES_FETCHED, REGISTRY, STAGE_INPUTS, PageFetched, article_id
from copydesk.runtime.lifecycle import run_services
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.ports import Bus
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import Service
from copydesk.settings import KafkaSettings, Settings, TelemetrySettings
from copydesk.storage import EmbeddedPostgres, migrate, open_blobs
from copydesk.telemetry import Metrics, configure_logging
from copydesk.testing.broker import LocalBroker
from copydesk.testing.press import article

STAGES = ("cleaner", "tagger", "writer")
WARM_UP = 50
_console = Console()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    configure_logging(TelemetrySettings(log_level="ERROR"))
    pages = made_pages(given.articles)
    with tempfile.TemporaryDirectory(prefix="copydesk-pipeline-") as folder:
        root = Path(folder)
        with EmbeddedPostgres(root / "postgres") as dsn:
            async with LocalBroker(root / "kafka") as broker:
                await compare(root, dsn, broker.bootstrap_servers, pages, given.rounds)
                await shares(root, dsn, pages)


def made_pages(count: int) -> list[PageFetched]:
    fetched_at = datetime(2026, 3, 9, tzinfo=UTC)
    pages = []
    for made in (article(number) for number in range(count)):
        body = made.html.encode()
        url = f"https://press.example{made.path}"
        pages.append(
            PageFetched(
                id=article_id(url),
                url=url,
                canonical_url=url,
                source="press",
                fetched_at=fetched_at,
                body=body,
                content_sha256=sha256(body).hexdigest(),
                encoding="utf-8",
            )
        )
    return pages


async def compare(root: Path, dsn: str, servers: str, pages: Sequence[PageFetched], rounds: int) -> None:
    rates: dict[str, list[float]] = {"embedded": [], "kafka": []}
    for number in range(rounds):
        for kind in rates if number % 2 == 0 else reversed(rates):
            settings = settings_for(root / uuid4().hex, servers if kind == "kafka" else None)
            async with opened(settings, dsn) as infrastructure:
                articles, seconds, _ = await measure(infrastructure, STAGES, pages)
            rates[kind].append(articles / seconds)
    table = Table("bus", "articles/s (median)", "rounds", title=f"{len(pages)} articles, cleaner + tagger + writer")
    for kind, found in rates.items():
        table.add_row(kind, f"{statistics.median(found):.1f}", " ".join(f"{rate:.1f}" for rate in found))
    _console.print(table)
    ratio = statistics.median(rates["kafka"]) / statistics.median(rates["embedded"])
    _console.print(f"kafka / embedded: {ratio:.3f}")


async def shares(root: Path, dsn: str, pages: Sequence[PageFetched]) -> None:
    table = Table("stage", "CPU ms per article", "share", "articles/s alone", title="each stage alone, embedded log")
    rows = []
    async with opened(settings_for(root / "shares", None), dsn) as infrastructure:
        for number, stage in enumerate(STAGES):
            articles, seconds, cpu = await measure(infrastructure, [stage], pages if number == 0 else [])
            rows.append((stage, 1000 * cpu / articles, articles / seconds))
    total = sum(cpu for _, cpu, _ in rows)
    for stage, cpu, rate in rows:
        table.add_row(stage, f"{cpu:.2f}", f"{cpu / total:.1%}", f"{rate:.1f}")
    _console.print(table)


def settings_for(data_dir: Path, servers: str | None) -> Settings:
    kafka = KafkaSettings(bootstrap_servers=servers, topic_prefix=f"bench-{uuid4().hex[:8]}.")
    return Settings(data_dir=data_dir).model_copy(update={"kafka": kafka, "data_dir": data_dir})


@asynccontextmanager
async def opened(settings: Settings, server: str) -> AsyncIterator[Infrastructure]:
    """Infrastructure with a fresh database on the server, on the bus that the settings say."""
    settings.data_dir.mkdir(parents=True)
    name = f"bench_{uuid4().hex[:12]}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    dsn = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    await migrate(dsn)
    bus: Bus = (
        KafkaBus(settings.kafka) if settings.kafka.bootstrap_servers else EmbeddedBus(settings.data_dir / "log.sqlite")
    )
    await bus.ensure_topics(list(REGISTRY.values()))
    try:
        yield Infrastructure(settings, bus, open_blobs(str(settings.data_dir / "blobs")), dsn)
    finally:
        await bus.close()


async def publish(infrastructure: Infrastructure, pages: Sequence[PageFetched]) -> None:
    publisher = Publisher(infrastructure.context(Metrics()), "benchmark")
    for at in range(0, len(pages), 200):
        await publisher.publish_roots([(Outgoing(PAGES_FETCHED, page), "1") for page in pages[at : at + 200]])


async def measure(
    infrastructure: Infrastructure, stages: Sequence[str], pages: Sequence[PageFetched]
) -> tuple[int, float, float]:
    """Articles counted, and the wall and CPU seconds (ours and our workers') until every topic was read.

    The first few, whether of `pages` or of what waits already, are not counted: models load over them.
    """
    services = create_services(stages, infrastructure.context(Metrics()))
    stop = asyncio.Event()
    running = asyncio.create_task(run_services(services, stop))
    await publish(infrastructure, pages[:WARM_UP])
    goal = max(0, await behind(infrastructure, stages[0]) - WARM_UP)
    while await behind(infrastructure, stages[0]) > goal or (pages and await unread(infrastructure, services)):
        await asyncio.sleep(0.05)
    burned, started = cpu_seconds(), time.perf_counter()
    most: list[float] = []
    sampler = asyncio.create_task(_sample(most))
    await publish(infrastructure, pages[WARM_UP:])
    articles = await behind(infrastructure, stages[0])
    await all_read(infrastructure, services)
    seconds = time.perf_counter() - started
    sampler.cancel()
    stop.set()
    burned = max([*most, burned]) - burned
    await running
    return articles if not pages else len(pages) - WARM_UP, seconds, burned


async def behind(infrastructure: Infrastructure, stage: str) -> int:
    """Messages that a stage has not committed."""
    (topic,) = STAGE_INPUTS[stage]
    ends = await infrastructure.bus.end_positions(topic.name)
    read = await infrastructure.bus.group_positions(f"copydesk.{stage}", topic.name)
    return sum(end - read.get(partition, 0) for partition, end in ends.items())


async def all_read(infrastructure: Infrastructure, services: Sequence[Service]) -> None:
    while await unread(infrastructure, services):
        await asyncio.sleep(0.5)


async def _sample(most: list[float]) -> None:
    """Children count only while they live, so look often."""
    while True:
        most.append(cpu_seconds())
        await asyncio.sleep(0.2)


def cpu_seconds() -> float:
    """CPU of this process and of its worker processes; Kafka's and Postgres' own are left out."""
    own = psutil.Process()
    total = 0.0
    for process in [own, *own.children(recursive=True)]:
        try:
            if process == own or "python" in process.name():
                times = process.cpu_times()
                total += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return total


if __name__ == "__main__":
    asyncio.run(main())
