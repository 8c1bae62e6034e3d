"""The connection pool."""

import asyncpg
import pytest

from copydesk.settings import PostgresSettings
from copydesk.storage import open_pool

COUNT = "SELECT count(*) FROM pg_prepared_statements"


@pytest.mark.parametrize("prepared", [True, False])
async def test_statements_stay_prepared_only_where_that_is_allowed(database: str, prepared: bool) -> None:
    pool = await open_pool(database, PostgresSettings(pool_size=1, prepared_statements=prepared))
    for _ in range(3):
        await pool.fetchval("SELECT 1 + $1::int", 1)
    # The count itself is one statement.
    assert (await pool.fetchval(COUNT) > 1) is prepared
    await pool.close()


async def test_operators_see_who_is_connected(database: str) -> None:
    pool = await open_pool(database, PostgresSettings(), application_name="copydesk-writer")
    assert await pool.fetchval("SELECT current_setting('application_name')") == "copydesk-writer"
    await pool.close()


async def test_a_pool_opens_without_its_database_and_fails_where_it_is_used() -> None:
    pool = await open_pool("postgresql://nobody@/nothing?host=/nowhere", PostgresSettings())
    with pytest.raises((OSError, asyncpg.PostgresError)):
        await pool.fetchval("SELECT 1")
    await pool.close()
