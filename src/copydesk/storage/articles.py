"""Reading what is filed: export, the latest."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from copydesk.contracts import ArticleTagged
from copydesk.storage.pool import Pool
from copydesk.storage.statements import load_statements

_SQL = load_statements("articles")

_AS_STORED = frozenset(ArticleTagged.__struct_fields__) - {
    "minhash",
    "bands",
    "language",
    "story",
    "story_keys",
}
"""Fields of a message that a row has under the same name; signature and story keys are no use outside the database."""

_DOCUMENTS = frozenset(
    {"blocks", "dateline", "images", "parts", "models", "cuts", "entities", "places", "topics", "watched", "rights"}
)
_UUIDS = frozenset({"id", "part_of", "duplicate_of"})


async def latest(pool: Pool, n: int) -> list[dict[str, Any]]:
    """The articles stored last, newest first, in short: headline, source, language, place, agencies, revision."""
    return [dict(row) for row in await pool.fetch(_SQL["latest"], n)]


async def export(
    pool: Pool, *, since: datetime | None = None, until: datetime | None = None, source: str | None = None
) -> AsyncIterator[dict[str, Any]]:
    """Tagged articles in the shape of articles.tagged, in the order in which they were stored.

    Beside the message's fields each has `revision`, `revision_sha256`, `first_stored_at` and `stored_at`, and the
    fields that this version does not know. Memory stays constant; what is written meanwhile does not show. `until` is
    exclusive.
    """
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        async for row in connection.cursor(_SQL["export"], since, until, source, prefetch=100):
            yield as_exported(row)


async def withdrawn_articles(
    pool: Pool, *, since: datetime | None = None, until: datetime | None = None, source: str | None = None
) -> AsyncIterator[dict[str, Any]]:
    """What an export leaves out: `id url source withdrawn_at` of articles that were withdrawn, in that order."""
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        async for row in connection.cursor(_SQL["withdrawn"], since, until, source, prefetch=1_000):
            yield dict(row)


def as_exported(row: asyncpg.Record) -> dict[str, Any]:
    """An article in the shape of articles.tagged, from a row of statement `export`."""
    article = {name: _value(name, row[name]) for name in ArticleTagged.__struct_fields__ if name in _AS_STORED}
    story = {"id": row["story_id"], "confidence": row["story_confidence"]} if row["story_id"] is not None else None
    return {
        **article,
        "language": {"tag": row["language"], "confidence": row["language_confidence"]},
        "story": story,
        "revision": row["revision"],
        "revision_sha256": row["revision_sha256"].hex(),
        "first_stored_at": row["first_stored_at"],
        "stored_at": row["stored_at"],
        **{name: value for name, value in msgspec.json.decode(row["extra"]).items() if name not in row},
    }


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _DOCUMENTS:
        return msgspec.json.decode(value)
    return str(value) if name in _UUIDS else value
