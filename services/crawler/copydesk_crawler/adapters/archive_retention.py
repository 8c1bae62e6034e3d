"""Taking pages out of the archive whose sources let their texts be kept for so many days only."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import asyncpg

from copydesk.runtime.ports import Clock
from copydesk.runtime.service import ServiceContext
from copydesk.storage import Pool
from copydesk.storage.archives import ArchiveUnavailableError
from copydesk.storage.sources import text_floors
from copydesk.telemetry import get_logger
from copydesk_crawler.adapters.archive_redaction import expire

_EVERY = timedelta(days=1)

_log = get_logger(__name__)


def archive_places(context: ServiceContext) -> list[str]:
    """The archive and, on the way to a bucket, its spool; nothing where none is configured."""
    url, spool = context.settings.crawler.archive_url, context.settings.data_dir / "archive-spool"
    return [place for place in (url, str(spool) if spool.is_dir() else None) if place is not None]


async def expire_daily(pool: Pool, places: Sequence[str], clock: Clock, stop: asyncio.Event) -> None:
    """Until told to stop; what is away is tried again a day later."""
    while not stop.is_set():
        try:
            floors = await text_floors(pool)
            for place in places if floors else ():
                await _expire(place, floors, clock)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, ArchiveUnavailableError, OSError) as error:
            _log.warning("archived pages whose time has passed are kept for another day", error=str(error))
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _EVERY.total_seconds())


async def _expire(place: str, floors: dict[str, datetime], clock: Clock) -> None:
    done = await asyncio.to_thread(expire, place, floors, clock.now())
    if done.records:
        _log.info("pages taken out of the archive, their time has passed", archive=place, records=done.records)
    for problem in done.problems:
        _log.warning("archived pages whose time has passed are still there", archive=place, problem=problem)
