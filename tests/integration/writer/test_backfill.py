"""Live news and back-fill side by side in one writer."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from copydesk.contracts import ARTICLES_STORED, ARTICLES_TAGGED, REGISTRY, Lane
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.storage import Pool
from copydesk.testing.factories import FETCHED_AT, make_tagged

from .test_writer_service import WITHIN, context_in, running

URL = "https://courier.example/pier"


async def rows(pool: Pool) -> list[tuple[object, ...]]:
    """Everything that is known of articles, but for when the funnel last heard of them."""
    tables = ("articles", "revisions", "fetches")
    return [tuple(row) for table in tables for row in await pool.fetch(f"SELECT * FROM copydesk.{table} ORDER BY 1, 2")]


async def test_backfill_never_overwrites_what_is_newer_and_changes_nothing_that_is_stored(
    tmp_path: Path, database: str, pool: Pool
) -> None:
    context = replace(context_in(tmp_path, database), lanes=tuple(Lane))
    await context.bus.ensure_topics([*REGISTRY.values()])
    live, backfill = (Publisher(context, "tagger", lane) for lane in Lane)
    newer = make_tagged(URL, text="The pier is open again.")
    older = make_tagged(URL, text="The pier will open.", fetched_at=FETCHED_AT - timedelta(days=30))
    other = make_tagged("https://courier.example/old", fetched_at=FETCHED_AT - timedelta(days=30))

    async def send(publisher: Publisher, article: object, lane: Lane, sent: int) -> None:
        await publisher.publish_roots([(Outgoing(ARTICLES_TAGGED, article), "1" if article is newer else "0")])  # type: ignore[arg-type]
        topic, group = ARTICLES_TAGGED.on(lane).name, "copydesk.writer" + ("" if lane is Lane.LIVE else ".backfill")
        async with asyncio.timeout(WITHIN):
            while sum((await context.bus.group_positions(group, topic)).values()) < sent:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async with running(context):
        await send(live, newer, Lane.LIVE, 1)
        stored = await rows(pool)
        await send(backfill, older, Lane.BACKFILL, 1)
        await send(backfill, newer, Lane.BACKFILL, 2)
        assert await rows(pool) == stored
        await send(backfill, other, Lane.BACKFILL, 3)

    assert await pool.fetchval("SELECT text FROM copydesk.articles WHERE url = $1", URL) == newer.text
    assert await pool.fetchval("SELECT count(*) FROM copydesk.articles") == 2
    assert sum((await context.bus.end_positions(ARTICLES_STORED.name)).values()) == 3
    consumer = await context.bus.consumer("look", [ARTICLES_STORED.name])
    events = [record for _ in range(3) for record in await consumer.poll(max_records=10, timeout=0.5)]
    assert len({dict(record.headers)["ce_id"] for record in events}) == 2
    await context.bus.close()
