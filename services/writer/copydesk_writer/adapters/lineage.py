"""Writing down how copies came from their originals, after they were marked."""

import asyncio
from collections.abc import Sequence
from operator import itemgetter
from uuid import UUID

import asyncpg

from copydesk.contracts.agencies import agencies
from copydesk.storage import Connection
from copydesk.storage.array_literals import array_literal
from copydesk.storage.statements import load_statements
from copydesk_writer.adapters.rows import Row
from copydesk_writer.adapters.tables import run
from copydesk_writer.core.duplicates import similarity
from copydesk_writer.core.lineage import is_own, overlap

_SQL = load_statements("lineage")

_MEASURED_AT_ONCE = 40
"""Pairs of texts that are measured on the event loop; a revised original may have thousands of copies."""


async def trace(connection: Connection, articles: Sequence[UUID]) -> None:
    """Bring the lineage of these articles, and of the copies of them, up to date.

    What is written down already of the same revisions is left alone, so a redelivered message costs one look, and
    one that was cut off by a crash is made good when it comes again.
    """
    if not articles:
        return
    found = await connection.fetch(_SQL["stale_origins"], articles)
    rows = _rows(found) if len(found) <= _MEASURED_AT_ONCE else await asyncio.to_thread(_rows, found)
    await run(connection, "save_origins", rows, _SQL)


def _rows(pairs: Sequence[asyncpg.Record]) -> list[Row]:
    return sorted(map(_row, pairs), key=itemgetter(0))


def _row(pair: asyncpg.Record) -> Row:
    credited = sorted({*pair["agencies"], *(pair["original_agencies"] or ())})
    if pair["original_id"] is None:
        own = is_own(pair["source"], credited, agencies())
        return (pair["id"], pair["id"], array_literal(credited), own, *[None] * 6, pair["revision"], pair["revision"])
    measured = overlap(pair["title"], pair["text"], pair["original_title"], pair["original_text"])
    signatures = pair["minhash"], pair["original_minhash"]
    return (
        pair["id"],
        pair["original_id"],
        array_literal(credited),
        is_own(pair["original_source"], credited, agencies()),
        similarity(*signatures) if all(signatures) else None,
        measured.kept,
        measured.added,
        measured.words,
        measured.original_words,
        measured.same_title,
        pair["revision"],
        pair["original_revision"],
    )
