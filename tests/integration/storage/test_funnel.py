"""The funnel adds up, whatever the order, repetition and batching of outcomes."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.contracts import StageOutcome
from copydesk.storage import Pool
from copydesk.storage.funnel import read_funnel, record_outcomes

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def outcome(number: int, stage: str, result: str, version: int = 1, **more: object) -> StageOutcome:
    fields = {
        "id": str(UUID(int=number)),
        "source": "harbour-post",
        "url": f"https://harbour.example/{number}",
        "stage": stage,
        "outcome": result,
        "version": version,
        "at": NOON,
    }
    return StageOutcome(**(fields | more))  # type: ignore[arg-type]


STEPS = [
    ("crawler", "discovered", None),
    ("crawler", "passed", None),
    ("crawler", "dropped", "robots"),
    ("cleaner", "passed", None),
    ("cleaner", "dropped", "no main text"),
    ("cleaner", "dropped", "too short"),
    ("tagger", "passed", None),
    ("tagger", "dead-lettered", "ValueError"),
    ("writer", "passed", None),
    ("writer", "passed", "withdrawn"),
    ("writer", "dropped", "superseded"),
    ("writer", "dropped", "test pages"),
    ("writer", "dead-lettered", "bad row"),
]

STATES = "SELECT state, sum(urls)::int FROM copydesk.v1_funnel GROUP BY state"

# A stage changes its mind about one version only once, as the minutes say: it does not take turns.
OUTCOMES = st.builds(
    lambda number, step, version, second, part: outcome(
        number,
        step[0],
        step[1],
        0 if step[1] == "discovered" else version,
        reason=step[2],
        at=NOON + timedelta(seconds=second, minutes=STEPS.index(step)),
        part_of=str(UUID(int=99)) if part and step[0] != "crawler" else None,
    ),
    st.integers(1, 4),
    st.sampled_from(STEPS),
    st.integers(1, 3),
    st.integers(0, 3),
    st.booleans(),
)


async def state(pool: Pool) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await pool.fetch("SELECT * FROM copydesk.funnel ORDER BY id")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outcomes=st.lists(OUTCOMES, min_size=1, max_size=25), seed=st.integers(0, 2**32), batch=st.integers(1, 8))
async def test_any_interleaving_gives_one_funnel_that_adds_up(
    pool: Pool, outcomes: list[StageOutcome], seed: int, batch: int
) -> None:
    chance = random.Random(seed)
    shuffled = outcomes + chance.choices(outcomes, k=len(outcomes))
    chance.shuffle(shuffled)
    seen = []
    for order, size in ((outcomes, len(outcomes)), (shuffled, batch)):
        await pool.execute("TRUNCATE copydesk.funnel")
        async with pool.acquire() as connection:
            for start in range(0, len(order), size):
                await record_outcomes(connection, order[start : start + size])
        seen.append(await state(pool))
        (row,) = await read_funnel(pool)
        assert row.adds_up
        assert row.discovered + row.split == len({found.id for found in outcomes})
        assert row.discovered >= row.fetched
        assert row.fetched + row.split >= row.cleaned >= row.tagged >= row.stored + row.withdrawn
        states: dict[str, int] = dict(tuple(row) for row in await pool.fetch(STATES))
        assert sum(states.values()) == row.discovered + row.split
        assert [states.get(state, 0) for state in ("waiting", "in-flight", "stored", "withdrawn")] == [
            row.waiting,
            row.in_flight,
            row.stored,
            row.withdrawn,
        ]
    assert seen[0] == seen[1]


async def test_a_url_is_counted_where_it_stands(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await record_outcomes(
            connection,
            [
                outcome(1, "crawler", "discovered", 0),
                outcome(2, "crawler", "passed"),
                outcome(3, "crawler", "dropped", reason="robots"),
                outcome(4, "cleaner", "dropped", reason="no main text"),
                outcome(5, "cleaner", "passed"),
                outcome(6, "cleaner", "passed", part_of=str(UUID(int=5))),
                outcome(7, "writer", "passed"),
                outcome(8, "writer", "dead-lettered", reason="bad row"),
                outcome(9, "tagger", "passed", source="another"),
            ],
        )
    (row,) = await read_funnel(pool, "harbour-post")
    assert (row.discovered, row.split, row.waiting, row.fetched) == (7, 1, 1, 5)
    assert (row.cleaned, row.tagged, row.stored, row.in_flight) == (4, 2, 1, 3)
    assert row.dropped == {"robots": 1, "no main text": 1}
    assert row.dead_lettered == {"bad row": 1}
    assert row.adds_up
    assert [row.source for row in await read_funnel(pool)] == ["another", "harbour-post"]


async def test_a_newer_fetch_opens_the_case_again_and_an_older_one_does_not(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await record_outcomes(connection, [outcome(1, "writer", "passed", 5)])
        await record_outcomes(connection, [outcome(1, "cleaner", "dropped", 4, reason="too short")])
        assert (await read_funnel(pool))[0].stored == 1
        await record_outcomes(connection, [outcome(1, "crawler", "passed", 6)])
    (row,) = await read_funnel(pool)
    assert (row.stored, row.in_flight) == (0, 1)


async def test_a_dead_letter_that_was_retried_and_passed_counts_as_passed(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await record_outcomes(connection, [outcome(1, "writer", "dead-lettered", reason="bad row")])
        await record_outcomes(connection, [outcome(1, "writer", "passed", at=NOON + timedelta(hours=1))])
    (row,) = await read_funnel(pool)
    assert (row.stored, row.dead_lettered) == (1, {})


async def test_a_replay_leaves_every_row_as_it_was(pool: Pool) -> None:
    first = [
        outcome(1, "writer", "passed"),
        outcome(2, "cleaner", "dropped", reason="too short"),
        outcome(3, "tagger", "dead-lettered", reason="ValueError"),
        outcome(4, "writer", "passed", reason="withdrawn"),
    ]
    again = [msgspec.structs.replace(found, at=NOON + timedelta(days=30)) for found in first]
    rows = "SELECT xmin::text, * FROM copydesk.funnel ORDER BY id"
    async with pool.acquire() as connection:
        await record_outcomes(connection, first)
        before = await connection.fetch(rows)
        await record_outcomes(connection, again)
        assert await connection.fetch(rows) == before
        await record_outcomes(connection, [outcome(3, "tagger", "dead-lettered", reason="KeyError", at=again[0].at)])
    (row,) = await read_funnel(pool)
    assert row.dead_lettered == {"KeyError": 1}, "what fails otherwise is told"


async def test_hostile_ids_and_texts_are_counted_too(pool: Pool) -> None:
    hostile = outcome(1, "cleaner", "dead-lettered", id="no uuid\0", url="'; DROP TABLE x\r\n\0", reason="\ud800")
    async with pool.acquire() as connection:
        await record_outcomes(connection, [hostile, hostile])
    (row,) = await read_funnel(pool)
    assert row.dead_lettered == {"\N{REPLACEMENT CHARACTER}": 1}


async def test_a_withdrawal_is_a_state_of_its_own_until_the_page_comes_back(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await record_outcomes(connection, [outcome(1, "writer", "passed", 5)])
        await record_outcomes(connection, [outcome(1, "writer", "passed", 6, reason="withdrawn")])
        (row,) = await read_funnel(pool)
        assert (row.stored, row.withdrawn, row.adds_up) == (0, 1, True)
        await record_outcomes(connection, [outcome(1, "writer", "passed", 7)])
    (row,) = await read_funnel(pool)
    assert (row.stored, row.withdrawn) == (1, 0)
