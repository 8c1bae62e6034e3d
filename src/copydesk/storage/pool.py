"""The connection pool."""

from typing import TYPE_CHECKING

import asyncpg

from copydesk.settings import PostgresSettings

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    # asyncpg's classes are generic in its stubs alone.
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy


async def open_pool(dsn: str, settings: PostgresSettings, *, application_name: str = "copydesk") -> Pool:
    """A pool that connects on first use, so that a database that is away is met where it is needed.

    With `settings.prepared_statements` off nothing is prepared across transactions, which pgbouncer before 1.21
    needs in transaction mode.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=settings.pool_size,
        command_timeout=settings.command_timeout.total_seconds(),
        timeout=settings.command_timeout.total_seconds(),
        statement_cache_size=100 if settings.prepared_statements else 0,
        server_settings={"application_name": application_name},
    )
