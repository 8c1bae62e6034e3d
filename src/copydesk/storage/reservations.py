"""What origins reserve by their /.well-known/tdmrep.json, kept for all crawlers.

All methods raise `DependencyUnavailableError` while the database is away.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk.storage.outage import database_outages
from copydesk.storage.pool import Pool
from copydesk.storage.statements import load_statements

_SQL = load_statements("reservations")


@dataclass(frozen=True)
class StoredReservations:
    """`body` is the file, empty where there is none."""

    body: bytes
    fetched_at: datetime


class Reservations:
    """The table `copydesk.reservations`; times are the database's."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def load(self, origin: str) -> StoredReservations | None:
        """What is known of an origin, unless that is nothing or stale."""
        with database_outages():
            row = await self._pool.fetchrow(_SQL["load_reservations"], origin)
        return StoredReservations(**dict(row)) if row else None

    async def save(self, origin: str, body: bytes, keep: timedelta) -> StoredReservations:
        return await self._write("save_reservations", origin, body, keep)

    async def postpone(self, origin: str, keep: timedelta) -> StoredReservations:
        """Leave in force for a time what was known, be it nothing."""
        return await self._write("postpone_reservations", origin, keep)

    async def _write(self, statement: str, *arguments: object) -> StoredReservations:
        with database_outages():
            row = await self._pool.fetchrow(_SQL[statement], *arguments)
        assert row is not None
        return StoredReservations(**dict(row))
