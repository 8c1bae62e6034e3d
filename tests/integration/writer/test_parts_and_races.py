"""Withdrawals: of a page with more than one article, and of an article that another writer is filing."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import msgspec
import pytest

from copydesk.contracts import ArticleStored, Part
from copydesk.runtime.outcomes import Drop, Emit, Outcome
from copydesk.storage import Pool

from .test_filing import article, file, received, row, withdrawn

pytestmark = pytest.mark.postgres

PART = str(UUID(int=77))


def page_with_part(minute: int = 0) -> tuple[object, object]:
    own = article("/moor", minute)
    part = msgspec.structs.replace(article("/part", minute), id=PART, url=own.url, part_of=own.id)
    return msgspec.structs.replace(own, parts=[Part(id=PART, title="Part", text="A part.")]), part


def told(outcome: Outcome) -> list[tuple[str, str, int]]:
    assert isinstance(outcome, Emit)
    return [
        (found.message.id, found.message.change, found.message.revision)
        for found in outcome.messages
        if isinstance(found.message, ArticleStored)
    ]


async def gone(pool: Pool, identity: str) -> bool:
    found: bool = await pool.fetchval(
        "SELECT withdrawn_at IS NOT NULL FROM copydesk.articles WHERE id = $1", UUID(identity)
    )
    return found


async def test_a_page_that_goes_takes_its_parts_along(pool: Pool) -> None:
    page, part = page_with_part()
    await file(pool, page, part)  # type: ignore[arg-type]
    message = received(withdrawn("/moor"))
    (outcome,) = await file(pool, message)
    assert sorted(told(outcome)) == sorted([(page.id, "withdrawn", 2), (PART, "withdrawn", 2)])  # type: ignore[attr-defined]
    assert await gone(pool, PART)
    (again,) = await file(pool, message)
    assert again == outcome, "redelivery tells the same"
    assert await pool.fetchval("SELECT count(*) FROM copydesk.revisions") == 4
    (later,) = await file(pool, withdrawn("/moor", minute=45))
    assert later == Emit(())

    page, part = page_with_part(minute=60)
    outcomes = await file(pool, page, part)  # type: ignore[arg-type]
    assert [told(found)[0][1] for found in outcomes] == ["restored", "restored"]
    assert not await gone(pool, PART)


async def test_a_part_that_its_pages_withdrawal_overtook_is_not_stored(pool: Pool) -> None:
    page, part = page_with_part()
    await file(pool, page)  # type: ignore[arg-type]
    await file(pool, withdrawn("/moor"))
    assert await file(pool, part) == [Drop("superseded")]  # type: ignore[arg-type]
    assert await pool.fetchval("SELECT count(*) FROM copydesk.articles") == 1


async def test_a_part_of_a_page_that_was_gone_before_it_was_stored_is_not_stored(pool: Pool) -> None:
    page, part = page_with_part()
    assert await file(pool, withdrawn("/moor")) == [Drop("withdrawn before stored")]
    assert await file(pool, page, part) == [Drop("superseded")] * 2  # type: ignore[arg-type]


async def test_a_part_goes_with_a_page_that_was_never_stored(pool: Pool) -> None:
    page, part = page_with_part()
    await file(pool, part)  # type: ignore[arg-type]
    message = received(withdrawn("/moor"))
    (outcome,) = await file(pool, message)
    assert told(outcome) == [(PART, "withdrawn", 2)]
    assert await gone(pool, PART)
    assert await file(pool, message) == [outcome], "redelivery tells the same"
    assert await file(pool, page) == [Drop("superseded")]  # type: ignore[arg-type]
    assert await pool.fetchval("SELECT count(*) FROM copydesk.revisions") == 2


async def test_a_part_goes_with_a_page_of_which_only_an_older_version_is_stored(pool: Pool) -> None:
    _, part = page_with_part(minute=10)
    await file(pool, article("/moor"))
    await file(pool, part)  # type: ignore[arg-type]
    (outcome,) = await file(pool, withdrawn("/moor"))
    assert [(change, number) for _, change, number in told(outcome)] == [("withdrawn", 2)] * 2
    assert await gone(pool, PART)


async def test_a_part_that_came_back_outlives_the_withdrawal_before(pool: Pool) -> None:
    page, part = page_with_part()
    await file(pool, page, part)  # type: ignore[arg-type]
    _, back = page_with_part(minute=45)
    await file(pool, back)  # type: ignore[arg-type]
    (outcome,) = await file(pool, withdrawn("/moor"))
    assert [identity for identity, *_ in told(outcome)] == [page.id]  # type: ignore[attr-defined]
    assert not await gone(pool, PART)


@pytest.mark.parametrize("stored", [True, False])
async def test_a_part_in_the_hands_of_another_writer_goes_with_its_page(pool: Pool, stored: bool) -> None:
    _, part = page_with_part()
    if stored:
        await file(pool, article("/moor"))
    message, going = received(part), received(withdrawn("/moor"))  # type: ignore[arg-type]
    async with pool.acquire() as connection:
        holding = connection.transaction()
        await holding.start()
        # Parts have cuts, withdrawals have none: so the part waits behind what it has looked at, with the page still there.
        await connection.execute("LOCK TABLE copydesk.cuts IN SHARE MODE")
        filing = asyncio.create_task(file(pool, message))
        await until(lambda waiting: waiting == 1, pool)
        withdrawing = asyncio.create_task(file(pool, going))
        await asyncio.wait(
            {withdrawing, asyncio.create_task(until(lambda waiting: waiting == 2, pool))}, return_when="FIRST_COMPLETED"
        )
        await holding.rollback()
        outcomes = [*await filing, *await withdrawing]
    assert await gone(pool, PART)
    changes = [change for outcome in outcomes if isinstance(outcome, Emit) for change in told(outcome)]
    assert [one for one in changes if one[0] == PART] == [(PART, "new", 1), (PART, "withdrawn", 2)]
    assert await file(pool, message, going) == outcomes, "redelivery tells the same, by the same messages"


async def test_a_part_that_is_stored_while_its_pages_withdrawal_waits_goes_too(pool: Pool) -> None:
    page, part = page_with_part()
    await file(pool, article("/moor"))
    message, going = received(part), received(withdrawn("/moor"))  # type: ignore[arg-type]
    async with pool.acquire() as connection:
        holding = connection.transaction()
        await holding.start()
        await connection.execute("SELECT FROM copydesk.articles WHERE id = $1 FOR UPDATE", UUID(page.id))  # type: ignore[attr-defined]
        withdrawing = asyncio.create_task(file(pool, going))
        await until(lambda waiting: waiting == 1, pool)
        filed = await file(pool, message)
        await holding.rollback()
        (outcome,) = await withdrawing
    assert told(filed[0]) == [(PART, "new", 1)]
    assert (PART, "withdrawn", 2) in told(outcome)
    assert await gone(pool, PART)
    assert await file(pool, message, going) == [*filed, outcome]


async def test_a_takedown_of_one_article_leaves_the_others_of_its_page(pool: Pool) -> None:
    page, part = page_with_part()
    await file(pool, page, part)  # type: ignore[arg-type]
    await file(pool, msgspec.structs.replace(withdrawn("/moor"), reason="takedown"))
    assert not await gone(pool, PART)
    await file(pool, part)  # type: ignore[arg-type]
    assert not await gone(pool, PART)


async def test_a_takedown_elsewhere_keeps_its_article_out_and_no_other_of_its_page(pool: Pool) -> None:
    page, part = page_with_part()
    await file(pool, msgspec.structs.replace(withdrawn("/moor"), reason="takedown"))
    outcomes = await file(pool, page, part)  # type: ignore[arg-type]
    assert outcomes[0] == Drop("superseded")
    assert told(outcomes[1]) == [(PART, "new", 1)]


async def until(condition: Callable[[int], bool], pool: Pool) -> None:
    """Until so many transactions wait for a lock."""
    async with asyncio.timeout(60):
        while not condition(await pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_withdrawal_waits_for_the_article_that_another_writer_is_filing(pool: Pool) -> None:
    async with pool.acquire() as connection:
        holding = connection.transaction()
        await holding.start()
        await connection.execute("LOCK TABLE copydesk.articles IN SHARE MODE")
        filing = asyncio.create_task(file(pool, article()))
        await until(lambda waiting: waiting == 1, pool)
        withdrawing = asyncio.create_task(file(pool, withdrawn()))
        await asyncio.wait(
            {withdrawing, asyncio.create_task(until(lambda waiting: waiting == 2, pool))}, return_when="FIRST_COMPLETED"
        )
        await holding.rollback()
        (stored,), (outcome,) = await filing, await withdrawing
    assert [change for _, change, _ in told(stored)] == ["new"]
    assert [change for _, change, _ in told(outcome)] == ["withdrawn"]
    assert (await row(pool))["withdrawn_at"] is not None


async def test_writers_and_withdrawals_in_any_order_end_alike(pool: Pool) -> None:
    pages = [f"/{number}" for number in range(40)]
    await asyncio.gather(
        *(file(pool, article(page, 10)) for page in pages[::2]),
        *(file(pool, *(withdrawn(page, minute=30) for page in pages[at : at + 5])) for at in range(0, 40, 5)),
        *(file(pool, article(page, 20)) for page in pages),
    )
    stays = "SELECT count(*) FROM copydesk.articles WHERE withdrawn_at IS NULL"
    assert await pool.fetchval(stays) == 0, "the withdrawal is the newest of each"
    counts = "SELECT count(*) FROM copydesk.revisions GROUP BY article_id, revision HAVING count(*) > 1"
    assert await pool.fetch(counts) == []
