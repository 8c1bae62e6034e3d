"""Four writers on overlapping articles, entities, places and stories: nobody waits in a circle, nobody turns back a clock."""

import asyncio
import random
import time
from datetime import timedelta
from uuid import UUID, uuid5

import pytest
from copydesk_writer.adapters.postgres import ArticleFiler

from copydesk.contracts import Entity, Envelope, Message, Place, StoryKeys
from copydesk.runtime.outcomes import DeadLettered, Received
from copydesk.runtime.ports import Partition
from copydesk.settings import PostgresSettings
from copydesk.storage import open_pool
from copydesk.testing.factories import FETCHED_AT, make_tagged

pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.timeout(300)]

WRITERS = 4
TRANSACTIONS = 600
KEYS, OVERLAPPING = 400, 200
BATCH = 16
NAMES, PLACES, EVENTS = 60, 20, 30


def version(key: int, minute: int, dice: random.Random) -> Received[Message]:
    """A fetch of page `key`; what it names, and what it tells of, changes from one to the next."""
    event = (key + minute) % EVENTS
    names = [f"Person {dice.randrange(NAMES)}" for _ in range(6)]
    article = make_tagged(
        f"https://paper-{key % 7}.example/{key}",
        source=f"paper-{key % 7}",
        fetched_at=FETCHED_AT + timedelta(minutes=minute),
        published=FETCHED_AT - timedelta(hours=event),
        title=f"Page {key}, seen at minute {minute}",
        entities=[Entity(type="PER", text=name, start=0, end=len(name), confidence=0.9) for name in names],
        places=[
            Place(geonames=dice.randrange(PLACES), name="Harbour", country="NL", lat=52.0, lon=4.0, salience=0.5)
            for _ in range(3)
        ],
        minhash=[(event * 1_000 + number) % 2**32 for number in range(128)],
        bands=[event * 100 + number for number in range(8)],
        story_keys=StoryKeys(keys={f"name:of {event}, {number}": 1.0 for number in range(6)}),
    )
    envelope = Envelope(
        id=str(uuid5(UUID(int=7), f"{key} {minute}")),
        type="ArticleTagged",
        source="tagger",
        time=FETCHED_AT + timedelta(minutes=minute),
    )
    return Received(article, envelope, {}, Partition("articles.tagged", 0), 0)


def keys_of(writer: int) -> list[int]:
    """Half of the pages are everybody's; the rest are one writer's own."""
    own = (KEYS - OVERLAPPING) // WRITERS
    return [*range(OVERLAPPING), *range(OVERLAPPING + writer * own, OVERLAPPING + (writer + 1) * own)]


async def test_writers_on_the_same_articles_never_deadlock(dsn, pool):
    newest: dict[str, int] = {}

    async def write(writer: int) -> int:
        dice = random.Random(writer)
        own = await open_pool(dsn, PostgresSettings(), application_name=f"writer-{writer}")
        refused = 0
        for turn in range(TRANSACTIONS // WRITERS):
            # Neither sorted nor in order of time, as after a rebalance.
            batch = [version(key, turn + dice.randrange(5), dice) for key in dice.sample(keys_of(writer), BATCH)]
            for one in batch:
                newest[one.message.id] = max(newest.get(one.message.id, 0), minute_of(one))
            outcomes = await ArticleFiler(own).handle(batch, FETCHED_AT + timedelta(days=1))
            refused += sum(isinstance(outcome, DeadLettered) for outcome in outcomes)
        await own.close()
        return refused

    started = time.monotonic()
    refused = await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
    deadlocks = await pool.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    print(
        f"\n{TRANSACTIONS} batches of {BATCH} by {WRITERS} writers, {OVERLAPPING} of {KEYS} pages in common, in "
        f"{time.monotonic() - started:.0f} s: {deadlocks} deadlocks, {sum(refused)} articles refused"
    )
    stored = await pool.fetch("SELECT id::text, fetched_at FROM copydesk.articles")
    doubled = await pool.fetchval(
        """
        SELECT count(*) FROM (
            SELECT FROM copydesk.revisions GROUP BY article_id, revision HAVING count(*) > 1
            UNION ALL SELECT FROM copydesk.revisions GROUP BY article_id, message_id HAVING count(*) > 1
        ) AS more
        """
    )

    assert deadlocks == 0
    assert sum(refused) == 0
    assert {row["id"]: int((row["fetched_at"] - FETCHED_AT).total_seconds() / 60) for row in stored} == newest
    assert doubled == 0


def minute_of(received: Received[Message]) -> int:
    return int((received.message.fetched_at - FETCHED_AT).total_seconds() / 60)
