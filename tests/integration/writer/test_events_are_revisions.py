"""On a real Postgres: whatever writers are killed, doubled or replaced, the events told are the revisions stored."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
from copydesk_writer.adapters.postgres import ArticleFiler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.contracts import ArticleStored, Message, article_id
from copydesk.runtime.outcomes import Emit, Outcome, Received
from copydesk.settings import PostgresSettings
from copydesk.storage import Pool, open_pool
from copydesk.storage.takedowns import Asked, withdraw

from .test_filing import NOON, article, file, received, withdrawn

TEXTS = [
    "The ferry sank on Monday, killing 3 people.",
    "The ferry sank on Monday – killing 3 people.",
    "The ferry sank on Monday, killing 5 people.",
    "The ferry sank on Monday, killing 3 people.\n\nDivers went on with their search at dawn.",
]
PAGES, PARTS = 3, 2
"""Pages of their own, and articles that were split off the first of them."""

EXAMPLES = count()


class Fate(IntEnum):
    """What becomes of a writer with a batch in hand."""

    CUT_OFF = 0
    """Killed somewhere between the first statement and the answer."""
    UNSENT = 1
    """Committed, and killed before the events were sent."""
    UNACKNOWLEDGED = 2
    """Events sent, and killed before the position was committed."""
    DONE = 3
    DOUBLED = 4
    """After a rebalance the old owner still files the same batch, side by side with the new one."""
    REPLAYED_BESIDE = 5
    """What was filed before comes by the replay lane, to another writer at the same moment."""
    TAKEN_DOWN = 6
    """Committed, and killed before the events were sent; then one of the articles is taken down."""


@dataclass(frozen=True)
class Step:
    size: int
    fate: Fate
    ticks: int
    tell_touched: bool
    clock: int
    """Minutes that the writer's clock is off: it may have been set back since, or may be."""
    victim: int


LOGS = st.lists(
    st.tuples(
        st.integers(0, PAGES + PARTS - 1), st.integers(0, 9), st.integers(0, len(TEXTS)), st.sampled_from([0, 0, 0, 5])
    ),
    min_size=2,
    max_size=16,
)
"""Article, minute of the fetch, text, and how many minutes later it was cleaned or tagged again, if it was."""

STEPS = st.lists(
    st.builds(
        Step,
        st.integers(1, 6),
        st.sampled_from(Fate),
        st.integers(1, 60),
        st.booleans(),
        st.sampled_from([0, 0, 0, 60 * 24 * 30, -60 * 24 * 30]),
        st.integers(0, PAGES + PARTS - 1),
    ),
    max_size=8,
)


def identity(example: int, number: int) -> str:
    if number < PAGES:
        return article_id(f"https://harbour.example/{example}/{number}")
    return str(UUID(int=(example + 1) * 100 + number))


def message(example: int, number: int, minute: int, text: int) -> Message:
    """The last text stands for a withdrawal, of a part for that of its page."""
    page = number if number < PAGES else 0
    if text == len(TEXTS):
        return withdrawn(f"/{example}/{page}", minute)
    own = article(f"/{example}/{page}", minute, text=TEXTS[text])
    return own if page == number else msgspec.structs.replace(own, id=identity(example, number), part_of=own.id)


def told_by(outcomes: Sequence[Outcome]) -> set[bytes]:
    """The events byte by byte, so that one told again in other words shows."""
    sent = [one.message for outcome in outcomes if isinstance(outcome, Emit) for one in outcome.messages]
    return {msgspec.json.encode(one) for one in sent if isinstance(one, ArticleStored)}


@dataclass
class Desk:
    """Two writers' pools, what was told, and which articles were taken down."""

    pools: tuple[Pool, Pool]
    told: set[bytes] = field(default_factory=set)
    down: set[str] = field(default_factory=set)

    async def run(self, step: Step, batch: list[Received[Message]], before: list[Received[Message]]) -> None:
        writers = [ArticleFiler(pool, tell_touched=step.tell_touched) for pool in self.pools]
        now = NOON + timedelta(minutes=step.clock)
        if step.fate is Fate.CUT_OFF:
            filing = asyncio.create_task(writers[0].handle(batch, now))
            for _ in range(step.ticks):
                await asyncio.sleep(0)
            filing.cancel()
            await asyncio.gather(filing, return_exceptions=True)
            return
        if step.fate in (Fate.DOUBLED, Fate.REPLAYED_BESIDE):
            beside = batch if step.fate is Fate.DOUBLED else before
            for outcomes in await asyncio.gather(writers[0].handle(batch, now), writers[1].handle(beside, now)):
                self.told |= told_by(outcomes)
            return
        outcomes = await writers[0].handle(batch, now)
        if step.fate not in (Fate.UNSENT, Fate.TAKEN_DOWN):
            self.told |= told_by(outcomes)

    async def take_down(self, victim: str, now: datetime) -> None:
        gone = await withdraw(self.pools[1], Asked(UUID(victim), "https://harbour.example/", "asked", None, now))
        self.down.add(victim)
        if gone.event is not None:
            self.told.add(msgspec.json.encode(gone.event))

    def known(self, told: set[bytes]) -> set[bytes]:
        """Events as they are told now: of what was taken down without headline."""
        events = [msgspec.json.decode(one, type=ArticleStored) for one in told]
        return {
            msgspec.json.encode(msgspec.structs.replace(one, title=None) if one.id in self.down else one)
            for one in events
        }


async def stored_events(pool: Pool, ids: list[str], view: str) -> list[dict[str, Any]]:
    rows = await pool.fetch(f"SELECT * FROM copydesk.{view} WHERE article_id = ANY($1::uuid[])", ids)
    return [dict(row) for row in rows]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=LOGS, steps=STEPS)
async def test_the_set_of_events_is_the_set_of_revisions(
    database: str, log: list[tuple[int, int, int, int]], steps: list[Step]
) -> None:
    example = next(EXAMPLES)
    records = [
        received(message(example, *one), cause=f"{example} {number}", time=NOON + timedelta(minutes=later))
        for number, (*one, later) in enumerate(log)
    ]
    desk = Desk((await open_pool(database, PostgresSettings()), await open_pool(database, PostgresSettings())))
    position = 0
    for step in steps:
        batch = records[position : position + step.size]
        if batch:
            await desk.run(step, batch, records[:position])
            position += len(batch) if step.fate in (Fate.DONE, Fate.DOUBLED, Fate.REPLAYED_BESIDE) else 0
        if step.fate is Fate.TAKEN_DOWN:
            await desk.take_down(identity(example, step.victim), NOON + timedelta(hours=1))
    desk.told |= told_by(await file(desk.pools[0], *records[position:])) if position < len(records) else set()
    await check(desk, [identity(example, number) for number in range(PAGES + PARTS)])
    again = desk.known(told_by(await file(desk.pools[1], *records)))
    by_command = {one for one in desk.known(desk.told) if msgspec.json.decode(one, type=ArticleStored).id in desk.down}
    assert again <= desk.known(desk.told)
    assert desk.known(desk.told) - again <= by_command
    for pool in desk.pools:
        await pool.close()


async def check(desk: Desk, ids: list[str]) -> None:
    told = [msgspec.json.decode(one, type=ArticleStored) for one in desk.known(desk.told)]
    assert len({(one.id, one.revision) for one in told}) == len(told)
    shown = await stored_events(desk.pools[0], ids, "v1_events")
    assert {(one.id, one.revision, one.change, one.revision_sha256) for one in told} == {
        (str(row["article_id"]), row["revision"], row["change"], row["revision_sha256"]) for row in shown
    }
    kept = await stored_events(desk.pools[0], ids, "revisions")
    assert {row["change"] for row in kept if not row["told"]} <= {"touched"}
    for one in ids:
        history = sorted(
            (row["revision"], row["version"], row["stored_at"]) for row in kept if str(row["article_id"]) == one
        )
        assert [number for number, *_ in history] == list(range(1, len(history) + 1))
        for column in (1, 2):
            assert [row[column] for row in history] == sorted(row[column] for row in history)
    left = """
        SELECT count(*) FROM copydesk.articles a JOIN copydesk.articles p ON p.id = a.part_of
        WHERE a.id = ANY($1::uuid[]) AND a.withdrawn_at IS NULL AND p.withdrawn_at IS NOT NULL AND a.version < p.version
          AND NOT p.id = ANY($2::uuid[])
    """
    assert await desk.pools[0].fetchval(left, ids, list(desk.down)) == 0, "no part outlives its page"
