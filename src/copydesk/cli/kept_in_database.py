"""Articles as they are filed, read for a comparison or to be sent again."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec

from copydesk.cli.kept import Kept, Place, Selection
from copydesk.contracts import ArticleTagged
from copydesk.storage import Pool
from copydesk.storage.kept import KeptRange, cleaned_of, count_kept, kept

_OF_THE_ROW = frozenset({"revision", "revision_sha256", "first_stored_at", "stored_at"})
_REQUIRED = frozenset(one.name for one in msgspec.structs.fields(ArticleTagged) if one.required)
"""Of these a null is kept; elsewhere it means a row that is older than the field."""


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
