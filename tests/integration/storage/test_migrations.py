"""Migrations: from nothing, from several processes at once, and when there is nothing to do."""

import asyncio
import subprocess
import sys

import asyncpg
import pytest

from copydesk.storage import migrate, migration_status
from copydesk.storage.migrate import MigrationError


async def test_an_empty_database_is_brought_to_the_newest_schema(empty_database: str) -> None:
    before = await migration_status(empty_database)
    assert before.current is None
    assert not before.up_to_date
    assert await migrate(empty_database) == before
    after = await migration_status(empty_database)
    assert after.up_to_date
    assert after.current == after.head


async def test_many_may_migrate_at_once(empty_database: str) -> None:
    await asyncio.gather(*(migrate(empty_database) for _ in range(4)))
    assert (await migration_status(empty_database)).up_to_date


def test_a_database_that_is_up_to_date_costs_no_migration_library(database: str) -> None:
    code = (
        "import asyncio, sys; from copydesk.storage import migrate; asyncio.run(migrate(sys.argv[1])); "
        "assert not {'alembic', 'sqlalchemy', 'psycopg'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, database], check=True)


async def test_a_database_ahead_of_this_version_is_left_alone(database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute("UPDATE copydesk.schema_version SET version_num = '9999'")
    await connection.close()
    assert (await migrate(database)).up_to_date


async def test_every_table_view_and_column_is_explained(database: str) -> None:
    connection = await asyncpg.connect(database)
    bare = await connection.fetch(
        """
        SELECT c.relname, a.attname
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'copydesk'::regnamespace AND c.relkind IN ('r', 'v', 'p')
          AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, 'pg_class') IS NULL)
        """
    )
    await connection.close()
    assert [tuple(row) for row in bare] == []


async def test_a_role_that_may_not_migrate_is_told_who_may(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    await connection.execute("CREATE ROLE visitor LOGIN")
    try:
        with pytest.raises(MigrationError, match=r"permission denied.*as the owner"):
            await migrate(empty_database.replace("://postgres@", "://visitor@"))
        assert (await migration_status(empty_database)).current is None
    finally:
        await connection.execute("DROP ROLE visitor")
        await connection.close()
