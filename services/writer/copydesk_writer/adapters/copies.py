"""Copies as the database tells of them."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from copydesk_writer.core.duplicates import Copy, Seniority, plain, standing

_SHARED_BY_ALL = "country:"


def copies_of(rows: Sequence[asyncpg.Record]) -> dict[UUID, list[Copy]]:
    """The candidates of each article, itself among them, from rows of `find_copies`."""
    agencies = frozenset(plain(name) for row in rows for name in row["agencies"])
    found: dict[UUID, list[Copy]] = {}
    for row in rows:
        copy = Copy(
            id=row["id"],
            minhash=row["minhash"],
            since=row["since"],
            standing=standing(row["source"], row["flags"], agencies),
            facts=frozenset(key for key in row["keys"] or () if not key.startswith(_SHARED_BY_ALL)),
            original=_original(row, agencies),
        )
        found.setdefault(row["article"], []).append(copy)
    return found


def _original(row: asyncpg.Record, agencies: frozenset[str]) -> Seniority | None:
    if row["original_since"] is None:
        return None
    rank = standing(row["original_source"], row["original_flags"], agencies)
    return (rank, row["original_since"], row["original"])
