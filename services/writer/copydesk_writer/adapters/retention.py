"""Dropping the texts of articles whose sources let them be kept for so many days only."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from copydesk.runtime.outcomes import DependencyUnavailableError
from copydesk.runtime.ports import BlobsUnavailableError, Clock
from copydesk.storage import Connection, Pool
from copydesk.storage.kept_bodies import KeptBodies
from copydesk.storage.sources import text_floors
from copydesk.storage.statements import load_statements
from copydesk.telemetry import get_logger
from copydesk_writer.adapters.failures import CONFLICTS, database_away

_SQL = load_statements("rights")
_ATTEMPTS = 20
_EVERY = timedelta(hours=1)

_log = get_logger(__name__)


async def drop_texts(pool: Pool, now: datetime) -> int:
    """Drop every text whose time has passed; returns the number of articles.

    Raises `DependencyUnavailableError`; what was done before stays done.
    """
    dropped = 0
    with database_away():
        for row in await pool.fetch(_SQL["retentions"]):
            until = now - timedelta(days=row["days"])
            dropped += await _drop_of(pool, row["sources"], row["floor"], until, now)
            await pool.execute(_SQL["raise_floor"], row["sources"], until)
    return dropped


async def _drop_of(pool: Pool, sources: Sequence[str], since: datetime | None, until: datetime, now: datetime) -> int:
    """Of sources with one retention, oldest first; the time of the last batch says where the next begins."""
    dropped = 0
    while rows := await pool.fetch(_SQL["expired"], sources, until, since):
        await _drop(pool, sorted(row["article_id"] for row in rows), now)
        dropped += len(rows)
        since = rows[-1]["stored_at"]
    return dropped


async def _drop(pool: Pool, articles: Sequence[UUID], now: datetime) -> None:
    for attempt in range(_ATTEMPTS):
        async with pool.acquire() as connection:
            try:
                async with connection.transaction():
                    await _drop_in(connection, articles, now)
                    return
            except CONFLICTS:
                if attempt + 1 == _ATTEMPTS:
                    raise


async def _drop_in(connection: Connection, articles: Sequence[UUID], now: datetime) -> None:
    await connection.fetch(_SQL["lock_expired"], articles)
    await connection.execute(_SQL["drop_texts"], articles, now)
    for statement in ("drop_revision_texts", "drop_cuts", "search_again"):
        await connection.execute(_SQL[statement], articles)


class BodyRetention:
    """Removes the bodies of large messages about articles whose texts have been dropped.

    What was read once is remembered, as bodies never change: a look costs a listing, and reads what is new.
    """

    def __init__(self, url: str) -> None:
        """`url` is the place of blob storage; it is opened when there is something to remove."""
        self._url = url
        self._known: dict[str, tuple[str, datetime] | None] = {}

    async def remove(self, pool: Pool) -> int:
        """Returns the number of bodies. Raises `DependencyUnavailableError` and `BlobsUnavailableError`."""
        with database_away():
            floors = await text_floors(pool)
        if not floors:
            return 0
        bodies, removed = KeptBodies(self._url), 0
        known: dict[str, tuple[str, datetime] | None] = {}
        for path in await bodies.paths():
            known[path] = self._known[path] if path in self._known else await bodies.fetched(path)
            source, fetched_at = known[path] or ("", None)
            if fetched_at is not None and source in floors and fetched_at < floors[source]:
                await bodies.remove(path)
                del known[path]
                removed += 1
        self._known = known
        return removed


async def drop_texts_hourly(pool: Pool, bodies: BodyRetention, clock: Clock, stop: asyncio.Event) -> None:
    """Until told to stop; what is away is tried again an hour later."""
    while not stop.is_set():
        try:
            articles, removed = await drop_texts(pool, clock.now()), await bodies.remove(pool)
            if articles or removed:
                _log.info("texts dropped, their time has passed", articles=articles, bodies=removed)
        except (DependencyUnavailableError, BlobsUnavailableError) as error:
            _log.warning("texts whose time has passed are kept for another hour", error=str(error))
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _EVERY.total_seconds())
