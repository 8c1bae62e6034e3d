"""Articles a second from pages.fetched to Postgres, on the embedded log and on Kafka, in one run.

Both buses write to the same Postgres server, into a database of their own each round; rounds alternate, and the
medians are compared.
"""

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
from rich.console import Console
from rich.table import Table

from copydesk.bus import EmbeddedBus, KafkaBus
from copydesk.cli.composition import Infrastructure, create_services
from copydesk.cli.run import unread
from copydesk.contracts import PAGES_FETCHED, REGISTRY, PageFetched, article_id
from copydesk.runtime.lifecycle import run_services
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.ports import Bus
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import Service
from copydesk.settings import KafkaSettings, Settings
from copydesk.storage import EmbeddedPostgres, migrate, open_blobs
from copydesk.telemetry import Metrics
from copydesk.testing.broker import LocalBroker
from copydesk.testing.press import article

STAGES = ("cleaner", "tagger", "writer")
WARM_UP = 50
_console = Console()


async def compare_buses(articles: int, rounds: int) -> None:
    pages = made_pages(articles)
    with tempfile.TemporaryDirectory(prefix="copydesk-pipeline-") as folder:
        root = Path(folder)
        with EmbeddedPostgres(root / "postgres") as dsn:
            async with LocalBroker(root / "kafka") as broker:
                await compare(root, dsn, broker.bootstrap_servers, pages, rounds)


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
                rates[kind].append(await measure(infrastructure, pages))
    table = Table("bus", "articles/s (median)", "rounds", title=f"{len(pages)} articles, cleaner + tagger + writer")
    for kind, found in rates.items():
        table.add_row(kind, f"{statistics.median(found):.1f}", " ".join(f"{rate:.1f}" for rate in found))
    _console.print(table)
    ratio = statistics.median(rates["kafka"]) / statistics.median(rates["embedded"])
    _console.print(f"kafka / embedded: {ratio:.3f}")


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


async def measure(infrastructure: Infrastructure, pages: Sequence[PageFetched]) -> float:
    """Articles a second until every topic was read; the first few are not counted: models load over them."""
    services = create_services(STAGES, infrastructure.context(Metrics()))
    stop = asyncio.Event()
    running = asyncio.create_task(run_services(services, stop))
    await publish(infrastructure, pages[:WARM_UP])
    await all_read(infrastructure, services)
    started = time.perf_counter()
    await publish(infrastructure, pages[WARM_UP:])
    await all_read(infrastructure, services)
    seconds = time.perf_counter() - started
    stop.set()
    await running
    return (len(pages) - WARM_UP) / seconds


async def all_read(infrastructure: Infrastructure, services: Sequence[Service]) -> None:
    while await unread(infrastructure, services):
        await asyncio.sleep(0.1)
