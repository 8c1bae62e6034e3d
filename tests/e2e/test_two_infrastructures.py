"""The same newsroom through the embedded pair and through Kafka with four processes: the same articles."""

import asyncio
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec
import pytest

from copydesk.bus import KafkaBus
from copydesk.contracts import STAGES, dead_letters
from copydesk.settings import KafkaSettings, PostgresSettings
from copydesk.storage import EmbeddedPostgres, migrate, open_pool
from copydesk.storage.articles import export
from copydesk.storage.funnel import read_funnel
from copydesk.testing.newsroom import Newsroom
from copydesk.testing.processes import CopydeskProcess

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(300)]

NOW = datetime(2026, 7, 4, 12, 0, tzinfo=UTC)
PATIENCE_SECONDS = 150


@pytest.fixture
async def newsroom():
    async with Newsroom(NOW) as running:
        yield running


@pytest.fixture
def sources(newsroom, tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_bytes(msgspec.yaml.encode([msgspec.to_builtins(source) for source in newsroom.sources]))
    return path


@pytest.fixture
def environment(tmp_path):
    return {"COPYDESK_HTTP__ALLOW_NETWORKS": "127.0.0.0/8", "COPYDESK_HTTP__HOST_DELAY": "0.02"}


async def stored(dsn):
    """What was stored, by id, as readers and consumers see it; and the funnel."""
    pool = await open_pool(dsn, PostgresSettings())
    try:
        articles = {row["id"]: row async for row in export(pool, since=None, source=None)}
        return articles, await read_funnel(pool)
    finally:
        await pool.close()


async def on_the_embedded_pair(sources, environment, folder):
    run = CopydeskProcess(
        ["--data-dir", str(folder), "run", "--sources", str(sources), "--once"], environment, folder / "run.log"
    )
    run.start()
    assert await run.wait(PATIENCE_SECONDS) == 0, run.log_tail()
    with EmbeddedPostgres(folder / "postgres") as dsn:
        return await stored(dsn)


async def on_kafka_with_four_processes(sources, environment, folder, broker, wanted):
    with EmbeddedPostgres(folder / "postgres") as dsn:
        await migrate(dsn)
        environment = environment | {
            "COPYDESK_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers,
            "COPYDESK_KAFKA__TOPIC_PREFIX": "e2e.",
            "COPYDESK_POSTGRES__DSN": dsn,
            "COPYDESK_DATA_DIR": str(folder),
        }
        adding = CopydeskProcess(["sources", "import", str(sources)], environment, folder / "sources.log")
        adding.start()
        assert await adding.wait() == 0, adding.log_tail()
        services = [CopydeskProcess(["service", name], environment, folder / f"{name}.log") for name in STAGES]
        for service in services:
            service.start()
        try:
            await settle(dsn, wanted, services)
        finally:
            codes = [await service.stop() for service in services]
        assert codes == [0, 0, 0, 0], "\n".join(service.log_tail() for service in services)
        letters = await count_dead_letters(broker)
        return *(await stored(dsn)), letters


async def settle(dsn, wanted, services):
    """Wait until as many articles are stored as on the other pair, and no URL is under way."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        articles, funnel = await stored(dsn)
        if len(articles) >= wanted and not any(row.in_flight or row.waiting for row in funnel):
            return
        for service in services:
            assert service.alive(), service.log_tail()
        assert time.monotonic() < deadline, f"{len(articles)} of {wanted} stored; {funnel}"
        await asyncio.sleep(0.3)


async def count_dead_letters(broker):
    bus = KafkaBus(KafkaSettings(bootstrap_servers=broker.bootstrap_servers, topic_prefix="e2e."))
    try:
        ends = [await bus.end_positions(dead_letters(stage).name) for stage in STAGES]
        return sum(sum(end.values()) for end in ends)
    finally:
        await bus.close()


def seen(articles):
    """What must not depend on the infrastructure: everything but times of fetching and storing."""
    kept = ("url", "content_sha256", "revision_sha256", "title", "published", "authors", "text", "part_of")
    return {identity: {name: row[name] for name in kept} for identity, row in articles.items()}


async def test_both_store_the_same_articles(newsroom, sources, environment, kafka_broker, tmp_path):
    one, other = tmp_path / "embedded", tmp_path / "kafka"
    one.mkdir()
    other.mkdir()

    embedded, funnel = await on_the_embedded_pair(sources, environment, one)
    kafka, kafka_funnel, letters = await on_kafka_with_four_processes(
        sources, environment, other, kafka_broker, len(embedded)
    )

    expected = {urlsplit(newsroom.url(held.publisher, held.path)).path for held in newsroom.expected()}
    assert {urlsplit(row["url"]).path for row in embedded.values()} >= expected
    assert seen(kafka) == seen(embedded)
    assert letters == 0
    for rows in (funnel, kafka_funnel):
        for row in rows:
            dropped, dead = sum(row.dropped.values()), sum(row.dead_lettered.values())
            assert (row.in_flight, row.waiting, dead) == (0, 0, 0)
            assert row.discovered + row.split == row.stored + dropped
