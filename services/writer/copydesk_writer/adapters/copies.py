"""Copies as the database tells of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from copydesk.contracts.agencies import agencies
from copydesk.storage import Connection
from copydesk_writer.adapters.tables import SQL
from copydesk_writer.core.duplicates import LASTING_BANDS, MEMORY, Copy, Seniority, bands_since, standing
from copydesk_writer.core.lineage import agency_names
from copydesk_writer.core.revisions import CLOCKS_APART

_SHARED_BY_ALL = "country:"

_WALKED_AT_MOST = 200
"""Entries of bands that are looked at for each article, on average, before it is asked band by band."""


async def find_copies(connection: Connection, articles: Sequence[UUID], now: datetime) -> list[asyncpg.Record]:
    """Rows of the statement of that name, for articles with signatures; most share no band with any other."""
    if not articles:
        return []
    most = _WALKED_AT_MOST * len(articles)
    today = now.astimezone(UTC).date()
    where = (bands_since(today), today - MEMORY, LASTING_BANDS, today + CLOCKS_APART)
    walk = await connection.fetchrow(SQL["shared_bands"], articles, most, *where)
    assert walk is not None
    if not walk["bands"] and walk["met"] < most:
        return []
    bands = walk["bands"] if walk["met"] < most else None
    return await connection.fetch(SQL["find_copies"], articles, bands, *where)


def copies_of(rows: Sequence[asyncpg.Record]) -> dict[UUID, list[Copy]]:
    """The candidates of each article, itself among them, from rows of `find_copies`."""
    credited = agency_names({name for row in rows for name in row["agencies"]}, agencies())
    found: dict[UUID, list[Copy]] = {}
    for row in rows:
        copy = Copy(
            id=row["id"],
            minhash=row["minhash"],
            since=row["since"],
            standing=standing(row["source"], row["flags"], credited),
            facts=frozenset(key for key in row["keys"] or () if not key.startswith(_SHARED_BY_ALL)),
            original=_original(row, credited),
        )
        found.setdefault(row["article"], []).append(copy)
    return found


def _original(row: asyncpg.Record, credited: frozenset[str]) -> Seniority | None:
    if row["original_since"] is None:
        return None
    rank = standing(row["original_source"], row["original_flags"], credited)
    return (rank, row["original_since"], row["original"])
