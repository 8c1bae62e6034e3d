"""Kill -9 of a writer that has stored articles and not yet looked for their stories: nothing is lost, nothing doubled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from copydesk.bus import EmbeddedBus
from copydesk.contracts import ARTICLES_TAGGED, REGISTRY, STORIES_CHANGED, Decoded, StoryChanged, StoryKeys, decode
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.storage import Pool
from copydesk.testing.factories import FETCHED_AT, make_tagged
from copydesk.testing.processes import CopydeskProcess

from .test_writer_service import WITHIN, context_in

EVENTS, TELLINGS = 4, 5
TURN = "hashtextextended('copydesk.stories', 0)"


@asynccontextmanager
async def nobodys_turn(pool: Pool) -> AsyncIterator[None]:
    """Writers commit articles meanwhile, and wait before they look for stories."""
    async with pool.acquire() as connection:
        await connection.execute(f"SELECT pg_advisory_lock({TURN})")
        try:
            yield
        finally:
            await connection.execute(f"SELECT pg_advisory_unlock({TURN})")


async def until(pool: Pool, condition: str, process: CopydeskProcess) -> None:
    async with asyncio.timeout(WITHIN):
        while not await pool.fetchval(f"SELECT {condition}"):
            assert process.alive(), process.log_tail()
            await asyncio.sleep(0.05)


async def events(folder: Path) -> list[tuple[str, StoryChanged]]:
    """What was told on stories.changed, with the ids of the events."""
    bus = EmbeddedBus(folder / "log.sqlite")
    consumer = await bus.consumer("test", [STORIES_CHANGED.name])
    found: list[Decoded] = []
    while records := await consumer.poll(max_records=500, timeout=0.5):
        found.extend(decode(record.headers, record.value) for record in records)
    await consumer.close()
    await bus.close()
    return [(one.envelope.id, one.message) for one in found if isinstance(one.message, StoryChanged)]


async def test_a_writer_killed_before_it_looked_for_stories_is_made_good_by_the_next(
    tmp_path: Path, database: str, pool: Pool
) -> None:
    articles = [
        make_tagged(
            f"https://paper-{telling}.example/{event}",
            source=f"paper-{telling}",
            published=FETCHED_AT - timedelta(hours=telling),
            story_keys=StoryKeys(keys={f"name:of {event}, {number}": 1.0 for number in range(6)}),
        )
        for event in range(EVENTS)
        for telling in range(TELLINGS)
    ]
    context = context_in(tmp_path, database)
    await context.bus.ensure_topics([*REGISTRY.values()])
    await Publisher(context, "tagger").publish_roots(
        [(Outgoing(ARTICLES_TAGGED, article), str(number)) for number, article in enumerate(articles)]
    )
    await context.bus.close()
    environment = {"COPYDESK_DATA_DIR": str(tmp_path), "COPYDESK_POSTGRES__DSN": database}
    writer = CopydeskProcess(["run", "--services", "writer"], environment, tmp_path / "writer.log")

    async with nobodys_turn(pool):
        writer.start()
        waits = "EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"
        await until(pool, f"{waits} AND EXISTS (SELECT FROM copydesk.articles)", writer)
        writer.kill()
    assert await events(tmp_path) == []
    assert await pool.fetchval("SELECT count(*) FROM copydesk.stories") == 0

    writer.start()
    await until(pool, f"count(*) = {len(articles)} FROM copydesk.articles WHERE story_id IS NOT NULL", writer)
    assert await writer.stop() == 0
    told = await events(tmp_path)
    assert sorted(article for _, one in told for article in one.articles) == sorted(one.id for one in articles)
    assert (
        len({identity for identity, _ in told})
        == len(told)
        == await pool.fetchval("SELECT count(*) FROM copydesk.story_changes")
    )
    sizes = await pool.fetch("SELECT articles FROM copydesk.v1_stories")
    assert [row["articles"] for row in sizes] == [TELLINGS] * EVENTS
