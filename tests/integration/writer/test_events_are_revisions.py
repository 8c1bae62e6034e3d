"""On a real Postgres: whatever writers are killed, doubled or replaced, the events told are the revisions stored."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import count
from typing import Any

import msgspec
from copydesk_writer.adapters.postgres import ArticleFiler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.contracts import ArticleStored, Message, article_id
from copydesk.runtime.outcomes import Emit, Outcome, Received
from copydesk.settings import PostgresSettings
from copydesk.storage import Pool, open_pool

from .test_filing import article, file, received, withdrawn

TEXTS = [
    "The ferry sank on Monday, killing 3 people.",
    "The ferry sank on Monday – killing 3 people.",
    "The ferry sank on Monday, killing 5 people.",
    "The ferry sank on Monday, killing 3 people.\n\nDivers went on with their search at dawn.",
]
PAGES = 3
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


@dataclass(frozen=True)
class Step:
    size: int
    fate: Fate
    ticks: int
    tell_touched: bool


LOGS = st.lists(
    st.tuples(st.integers(0, PAGES - 1), st.integers(0, 9), st.integers(0, len(TEXTS))), min_size=2, max_size=16
)
STEPS = st.lists(
    st.builds(Step, st.integers(1, 6), st.sampled_from(Fate), st.integers(1, 60), st.booleans()), max_size=8
)


def message(example: int, page: int, minute: int, text: int) -> Message:
    path = f"/{example}/{page}"
    return withdrawn(path, minute) if text == len(TEXTS) else article(path, minute, text=TEXTS[text])


def told_by(outcomes: Sequence[Outcome]) -> set[bytes]:
    """The events byte by byte, so that one told again in other words shows."""
    sent = [one.message for outcome in outcomes if isinstance(outcome, Emit) for one in outcome.messages]
    return {msgspec.json.encode(one) for one in sent if isinstance(one, ArticleStored)}


async def run(pools: tuple[Pool, Pool], step: Step, batch: list[Received[Message]]) -> set[bytes]:
    """The events that are sent."""
    writers = [ArticleFiler(pool, tell_touched=step.tell_touched) for pool in pools]
    now = batch[0].envelope.time
    if step.fate is Fate.CUT_OFF:
        filing = asyncio.create_task(writers[0].handle(batch, now))
        for _ in range(step.ticks):
            await asyncio.sleep(0)
        filing.cancel()
        await asyncio.gather(filing, return_exceptions=True)
        return set()
    if step.fate is Fate.DOUBLED:
        both = await asyncio.gather(*(writer.handle(batch, now) for writer in writers))
        return told_by([*both[0], *both[1]])
    outcomes = await writers[0].handle(batch, now)
    return set() if step.fate is Fate.UNSENT else told_by(outcomes)


async def stored_events(pool: Pool, ids: list[str], view: str) -> list[dict[str, Any]]:
    rows = await pool.fetch(f"SELECT * FROM copydesk.{view} WHERE article_id = ANY($1::uuid[])", ids)
    return [dict(row) for row in rows]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=LOGS, steps=STEPS)
async def test_the_set_of_events_is_the_set_of_revisions(
    database: str, log: list[tuple[int, int, int]], steps: list[Step]
) -> None:
    example = next(EXAMPLES)
    records = [received(message(example, *one), cause=f"{example} {number}") for number, one in enumerate(log)]
    pools = (await open_pool(database, PostgresSettings()), await open_pool(database, PostgresSettings()))
    told: set[bytes] = set()
    position = 0
    for step in steps:
        batch = records[position : position + step.size]
        if batch:
            told |= await run(pools, step, batch)
            position += len(batch) if step.fate in (Fate.DONE, Fate.DOUBLED) else 0
    told |= told_by(await file(pools[0], *records[position:])) if position < len(records) else set()
    ids = [article_id(f"https://harbour.example/{example}/{page}") for page in range(PAGES)]
    decoded = [msgspec.json.decode(one, type=ArticleStored) for one in told]
    assert len({(one.id, one.revision) for one in decoded}) == len(told)

    shown = await stored_events(pools[0], ids, "v1_events")
    assert {(one.id, one.revision, one.change, one.revision_sha256) for one in decoded} == {
        (str(row["article_id"]), row["revision"], row["change"], row["revision_sha256"]) for row in shown
    }
    kept = await stored_events(pools[0], ids, "revisions")
    assert {row["change"] for row in kept if not row["told"]} <= {"touched"}
    for identity in ids:
        history = sorted((row["revision"], row["version"]) for row in kept if str(row["article_id"]) == identity)
        assert [number for number, _ in history] == list(range(1, len(history) + 1))
        assert [version for _, version in history] == sorted(version for _, version in history)
    again = await file(pools[1], *records)
    assert told_by(again) == told
    for pool in pools:
        await pool.close()
