"""What a writer does every hour beside filing: it forgets what is old, and makes partitions before they are needed."""

import asyncio
from datetime import datetime, timedelta

from copydesk.runtime.outcomes import DependencyUnavailableError
from copydesk.runtime.ports import Clock
from copydesk.storage import Pool
from copydesk.telemetry import get_logger
from copydesk_writer.adapters.failures import database_away
from copydesk_writer.adapters.forgetting import drop_bands, forget
from copydesk_writer.adapters.tables import SQL
from copydesk_writer.core.duplicates import MEMORY

AHEAD = timedelta(days=92)
"""Partitions are made so long before their month; until one is there, its rows go to the partition of other times."""

_EVERY = timedelta(hours=1)

_log = get_logger(__name__)


async def make_partitions(pool: Pool, until: datetime) -> int:
    """Make the monthly partitions up to a time; returns how many were missing.

    Raises `DependencyUnavailableError` where a lock is not to be had in time, or the role may not make tables.
    """
    with database_away():
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(SQL["wait_briefly"])
            made: int = await connection.fetchval(SQL["make_partitions"], until)
    return made


async def keep_up(pool: Pool, clock: Clock, stop: asyncio.Event) -> None:
    """Until told to stop; what fails is tried again an hour later."""
    while not stop.is_set():
        try:
            await make_partitions(pool, clock.now() + AHEAD)
            await drop_bands(pool, clock.now())
            await forget(pool, clock.now() - MEMORY)
        except DependencyUnavailableError as error:
            _log.warning("partitions and old signatures wait for another hour", error=str(error))
        try:
            await asyncio.wait_for(stop.wait(), _EVERY.total_seconds())
        except TimeoutError:
            continue
