"""Partitions are there before their month, and what came too early for one moves into it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from copydesk_writer.adapters.forgetting import drop_bands
from copydesk_writer.adapters.upkeep import make_partitions

from copydesk.runtime.outcomes import DependencyUnavailableError
from copydesk.storage import Pool

_PARTS = """
SELECT count(*) FROM pg_inherits
WHERE inhparent IN (SELECT oid FROM pg_class WHERE relkind = 'p' AND relnamespace = 'copydesk'::regnamespace)
"""
_WHERE_IS_IT = "SELECT tableoid::regclass::text FROM copydesk.fetches WHERE article_id = $1"


async def add_fetch(pool: Pool, at: datetime) -> str:
    """The partition that a fetch at that time went to."""
    identity = UUID(int=int(at.timestamp()))
    await pool.execute(
        "INSERT INTO copydesk.fetches (article_id, version, fetched_at, message_id) VALUES ($1, $2, $3, 'm')",
        identity,
        int(at.timestamp() * 1000),
        at,
    )
    found: str = await pool.fetchval(_WHERE_IS_IT, identity)
    return found


async def test_the_next_months_have_partitions_from_the_start(pool: Pool) -> None:
    in_two_months = datetime.now(UTC) + timedelta(days=62)
    assert await add_fetch(pool, in_two_months) == f"copydesk.fetches_{in_two_months:%Y_%m}"
    assert (await add_fetch(pool, datetime(1995, 3, 1, tzinfo=UTC))).startswith("copydesk.fetches_until_")


async def test_missing_partitions_are_made_once_and_take_up_what_came_early(pool: Pool) -> None:
    in_a_year = datetime.now(UTC) + timedelta(days=366)
    assert await add_fetch(pool, in_a_year) == "copydesk.fetches_at_other_times"
    before = await pool.fetchval(_PARTS)
    made = await make_partitions(pool, in_a_year)
    assert made > 0
    assert await pool.fetchval(_PARTS) == before + made
    identity = UUID(int=int(in_a_year.timestamp()))
    assert await pool.fetchval(_WHERE_IS_IT, identity) == f"copydesk.fetches_{in_a_year:%Y_%m}"
    assert await make_partitions(pool, in_a_year) == 0


async def test_upkeep_keeps_nobody_waiting_behind_a_reader(pool: Pool, database: str) -> None:
    reader = await asyncpg.connect(database)
    async with reader.transaction():
        await reader.execute("LOCK TABLE copydesk.fetches IN SHARE MODE")
        with pytest.raises(DependencyUnavailableError):
            await make_partitions(pool, datetime.now(UTC) + timedelta(days=366))
    await reader.close()
    assert await make_partitions(pool, datetime.now(UTC) + timedelta(days=366)) > 0


async def test_bands_are_let_go_of_however_the_database_plans_it(pool: Pool) -> None:
    """Bounds of other tables' partitions are no days: with statistics the planner would read them first."""
    async with pool.acquire() as connection:
        for catalogue in ("pg_class", "pg_inherits"):
            await connection.execute(f"ANALYZE pg_catalog.{catalogue}")
    await drop_bands(pool, datetime.now(UTC))
    assert await drop_bands(pool, datetime.now(UTC)) == 0
