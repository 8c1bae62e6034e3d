"""Articles as they are filed, opened for reading alone."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from copydesk.cli.composition import database_server, pool_on
from copydesk.cli.kept import Kept, Place, Selection
from copydesk.cli.output import CommandError
from copydesk.contracts import ArticleTagged
from copydesk.settings import Settings
from copydesk.storage import Pool, migration_status
from copydesk.storage.kept import KeptRange, cleaned_of, count_kept, kept

_OF_THE_ROW = frozenset({"revision", "revision_sha256", "first_stored_at", "stored_at"})
_REQUIRED = frozenset(one.name for one in msgspec.structs.fields(ArticleTagged) if one.required)
"""Of these a null is kept; elsewhere it means a row that is older than the field."""


@asynccontextmanager
async def reading_pool(settings: Settings) -> AsyncIterator[Pool]:
    """A pool on the database as it is: nothing is migrated. Raises `CommandError` where that would be needed."""
    async with database_server(settings) as dsn:
        status = await migration_status(dsn)
        if not status.up_to_date:
            raise CommandError(f"the database is at {status.current} and not at {status.head}: `copydesk migrate up`")
        async with pool_on(dsn, settings) as pool:
            yield pool


async def from_database(pool: Pool, selection: Selection, after: str = "") -> AsyncIterator[Kept[ArticleTagged]]:
    """What is filed and not withdrawn, by id; without near-duplicate signatures."""
    async for row in kept(pool, _range(selection, after)):
        article, unknown = _article(row)
        if selection.includes(article):
            yield Kept(article, unknown, Place(id=article.id))


async def count_in_database(pool: Pool, selection: Selection, after: str = "") -> int:
    """How many articles `from_database` gives at most."""
    return await count_kept(pool, _range(selection, after))


async def filed(pool: Pool, ids: Sequence[str]) -> dict[str, ArticleTagged]:
    """Those of some articles that are filed, by id, without tags."""
    return {name: _article(row)[0] for name, row in (await cleaned_of(pool, ids)).items()} if ids else {}


def _range(selection: Selection, after: str) -> KeptRange:
    return KeptRange(
        after=after or None,
        source=selection.source,
        since=selection.since,
        until=selection.until,
        language=selection.language.lower() if selection.language else None,
        before=selection.id_bound,
    )


def _article(row: Mapping[str, Any]) -> tuple[ArticleTagged, dict[str, msgspec.Raw]]:
    known = {name: value for name, value in row.items() if value is not None or name in _REQUIRED}
    unknown = row.keys() - _OF_THE_ROW - set(ArticleTagged.__struct_fields__)
    raw = {name: msgspec.Raw(msgspec.json.encode(row[name])) for name in unknown}
    return msgspec.convert(known, ArticleTagged), raw
