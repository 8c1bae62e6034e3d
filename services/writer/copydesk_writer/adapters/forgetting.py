"""Letting go of what old articles offered to be found by, so that lookups stay as large as the time they serve."""

import asyncio
from datetime import datetime, timedelta

from copydesk.runtime.outcomes import DependencyUnavailableError
from copydesk.runtime.ports import Clock
from copydesk.storage import Pool
from copydesk.telemetry import get_logger
from copydesk_writer.adapters.failures import database_away
from copydesk_writer.adapters.tables import STORIES

MEMORY = timedelta(days=120)
"""Copies of articles stored longer ago are no longer found, nor do stories grow by them; what was found stays."""

_EVERY = timedelta(hours=1)

_log = get_logger(__name__)


async def forget(pool: Pool, before: datetime) -> int:
    """Forget what was last stored within the day before a time; returns the number of articles."""
    forgotten = 0
    with database_away():
        while some := await pool.fetchval(STORIES["forget"], before):
            forgotten += some
    return forgotten


async def forget_hourly(pool: Pool, clock: Clock, stop: asyncio.Event) -> None:
    """Until told to stop; a database that is away is tried again an hour later."""
    while not stop.is_set():
        try:
            await forget(pool, clock.now() - MEMORY)
        except DependencyUnavailableError as error:
            _log.warning("old signatures are kept for another hour", error=str(error))
        try:
            await asyncio.wait_for(stop.wait(), _EVERY.total_seconds())
        except TimeoutError:
            continue
