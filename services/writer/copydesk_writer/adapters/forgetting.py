"""Letting go of what old articles offered to be found by, so that lookups stay as large as the time they serve."""

from datetime import UTC, datetime
from uuid import UUID

from copydesk.storage import Pool
from copydesk_writer.adapters.failures import database_away
from copydesk_writer.adapters.tables import SQL
from copydesk_writer.core.duplicates import MEMORY, bands_since

_START = datetime(1, 1, 1, tzinfo=UTC)


async def forget(pool: Pool, before: datetime) -> int:
    """Forget what was last stored before a time; returns the number of articles.

    Goes on where any writer last came to, however long ago that was, and looks at no article twice.
    """
    forgotten = 0
    with database_away():
        since = await pool.fetchval(SQL["forgotten_until"]) or _START
        last = UUID(int=0)
        while found := await pool.fetchrow(SQL["forget"], since, last, before):
            since, last = found["stored_at"], found["id"]
            forgotten += found["articles"]
            await pool.execute(SQL["note_forgotten"], since)
    return forgotten


async def drop_bands(pool: Pool, now: datetime) -> int:
    """Drop the partitions of bands that copies are no longer looked for in; returns how many.

    Raises `DependencyUnavailableError` where a lock is not to be had in time, or the role may not drop tables.
    """
    today = now.astimezone(UTC).date()
    with database_away():
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(SQL["wait_briefly"])
            dropped: int = await connection.fetchval(SQL["drop_bands"], bands_since(today), today - MEMORY)
    return dropped
