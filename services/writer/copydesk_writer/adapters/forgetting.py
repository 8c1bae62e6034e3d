"""Letting go of what old articles offered to be found by, so that lookups stay as large as the time they serve."""

from datetime import datetime, timedelta

from copydesk.storage import Pool
from copydesk_writer.adapters.failures import database_away
from copydesk_writer.adapters.tables import STORIES

MEMORY = timedelta(days=120)
"""Copies of articles stored longer ago are no longer found, nor do stories grow by them; what was found stays."""


async def forget(pool: Pool, before: datetime) -> int:
    """Forget what was last stored within the day before a time; returns the number of articles."""
    forgotten = 0
    with database_away():
        while some := await pool.fetchval(STORIES["forget"], before):
            forgotten += some
    return forgotten
