"""The writer on the embedded bus and the embedded Postgres."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
from copydesk_writer.service import create
from msgspec import structs

from copydesk.bus import EmbeddedBus
from copydesk.contracts import (
    ARTICLES_STORED,
    ARTICLES_TAGGED,
    STAGE_OUTCOMES,
    ArticleStored,
    Decoded,
    StageOutcome,
    decode,
)
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import Service, ServiceContext
from copydesk.settings import Settings
from copydesk.storage import Pool, open_blobs
from copydesk.storage.funnel import FunnelRow, read_funnel
from copydesk.telemetry import Metrics
from copydesk.testing.factories import make_tagged

WITHIN = 60.0


def context_in(folder: Path, dsn: str | None) -> ServiceContext:
    return ServiceContext(
        bus=EmbeddedBus(folder / "log.sqlite"),
        blobs=open_blobs(str(folder / "blobs")),
        clock=SystemClock(),
        metrics=Metrics(),
        settings=Settings(),
        dsn=dsn,
    )


@asynccontextmanager
async def running(context: ServiceContext) -> AsyncIterator[Service]:
    service = create(context)
    stop = asyncio.Event()
    task = asyncio.create_task(service.run(stop))
    try:
        yield service
    finally:
        stop.set()
        await task


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not condition():  # noqa: ASYNC110 - a service is asked, it does not tell
            await asyncio.sleep(0.02)


async def rewind(context: ServiceContext) -> None:
    """Have the writer's group begin again, as after a crash before its first commit."""
    consumer = await context.bus.consumer("copydesk.writer", [ARTICLES_TAGGED.name])
    await consumer.poll(max_records=1, timeout=0.2)
    await consumer.commit(dict.fromkeys(consumer.assignment(), 0))
    await consumer.close()


async def stored_events(context: ServiceContext, group: str, count: int) -> list[Decoded]:
    consumer = await context.bus.consumer(group, [ARTICLES_STORED.name])
    found: list[Decoded] = []
    async with asyncio.timeout(WITHIN):
        while len(found) < count:
            records = await consumer.poll(max_records=100, timeout=0.2)
            found.extend(decode(record.headers, record.value) for record in records)
    await consumer.close()
    return found


async def funnel_of(pool: Pool, stored: int) -> FunnelRow:
    """The funnel once so many are stored, which needs the round trip over stages.outcomes."""
    async with asyncio.timeout(WITHIN):
        while True:
            rows = await read_funnel(pool, "courier")
            if rows and rows[0].stored >= stored:
                return rows[0]
            await asyncio.sleep(0.02)


async def test_articles_are_stored_told_and_counted_and_told_again_the_same(
    tmp_path: Path, database: str, pool: Pool
) -> None:
    context = context_in(tmp_path, database)
    topics = [ARTICLES_TAGGED, ARTICLES_STORED, STAGE_OUTCOMES]
    await context.bus.ensure_topics(topics)
    articles = [make_tagged(f"https://courier.example/{number}") for number in range(30)]
    articles.append(make_tagged("https://courier.example/large", text="word " * 300_000))
    broken = structs.replace(articles[0], id="no-uuid")
    part = make_tagged("https://courier.example/part", part_of=articles[0].id)
    discovered = StageOutcome(
        id=str(UUID(int=1)),
        source="courier",
        url="https://courier.example/waiting",
        stage="crawler",
        outcome="discovered",
        version=0,
        at=articles[0].fetched_at,
    )
    sent = [Outgoing(ARTICLES_TAGGED, article) for article in (*articles, broken, part)]
    publisher = Publisher(context, "tagger")
    await publisher.publish_roots([(outgoing, "1") for outgoing in (*sent, Outgoing(STAGE_OUTCOMES, discovered))])

    async with running(context) as service:
        first = await stored_events(context, "first", 32)
        row = await funnel_of(pool, 32)
        await eventually(service.idle)
        assert service.ready() == {}
        assert service.alive()
    assert (row.waiting, row.dead_lettered, row.in_flight) == (1, {"bad row": 1}, 0)
    assert row.adds_up
    told = [found.message for found in first]
    assert {found.id for found in told if isinstance(found, ArticleStored)} == {
        article.id for article in (*articles, part)
    }
    assert await pool.fetchval("SELECT count(*) FROM copydesk.articles") == 32

    await rewind(context)
    async with running(context):
        again = await stored_events(context, "again", 64)
    assert sorted(found.envelope.id for found in again) == sorted(2 * [found.envelope.id for found in first])
    assert {found.envelope.id: found.message for found in again} == {
        found.envelope.id: found.message for found in first
    }
    assert await pool.fetchval("SELECT count(*) FROM copydesk.revisions") == 32
    await context.bus.close()


async def test_a_database_that_is_away_makes_the_writer_unready_and_loses_nothing(
    tmp_path: Path, database: str, pool: Pool
) -> None:
    context = context_in(tmp_path, database)
    await context.bus.ensure_topics([ARTICLES_TAGGED, ARTICLES_STORED, STAGE_OUTCOMES])
    await pool.execute("ALTER TABLE copydesk.revisions RENAME TO revisions_elsewhere")
    await Publisher(context, "tagger").publish_roots([(Outgoing(ARTICLES_TAGGED, make_tagged()), "1")])
    async with running(context) as service:
        await eventually(lambda: "copydesk migrate up" in str(service.ready()))
        assert service.alive()
        assert not service.idle()
        await pool.execute("ALTER TABLE copydesk.revisions_elsewhere RENAME TO revisions")
        (event,) = await stored_events(context, "test", 1)
        assert isinstance(event.message, ArticleStored)
    assert not any((await context.bus.end_positions("dead-letters.writer")).values())
    await context.bus.close()


async def test_a_writer_without_a_database_is_refused(tmp_path: Path) -> None:
    context = context_in(tmp_path, None)
    with pytest.raises(ValueError, match="COPYDESK_POSTGRES__DSN"):
        create(context)
    await context.bus.close()
