"""The life of an article as the database knows it."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from copydesk.storage.pool import Connection, Pool
from copydesk.storage.statements import load_statements

_SQL = load_statements("lives")
_DOCUMENTS = frozenset({"models", "rights", "hints"})

Row = dict[str, Any]


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of the tables that know an article, as far as they have any; times are when it happened."""

    id: str
    url: str
    article: Row | None
    discoveries: list[Row]
    permissions: Row
    fetches: list[Row]
    revisions: list[Row]
    cuts: list[Row]
    copies: list[Row]
    story: list[Row]
    funnel: Row | None


async def read_life(pool: Pool, article: UUID, url: str) -> Life:
    """All of one snapshot, so that nothing contradicts the rest."""
    parts = urlsplit(url)
    origin, host = f"{parts.scheme}://{parts.netloc}", parts.netloc
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        stored = await _rows(connection, "article", article)
        standing = await _rows(connection, "funnel", article)
        return Life(
            id=str(article),
            url=url,
            article=stored[0] if stored else None,
            discoveries=await _rows(connection, "discoveries", article),
            permissions=(await _rows(connection, "permissions", origin, host))[0],
            fetches=await _rows(connection, "fetches", article),
            revisions=await _rows(connection, "revisions", article),
            cuts=await _rows(connection, "cuts", article),
            copies=await _rows(connection, "copies", article),
            story=await _rows(connection, "story", article),
            funnel=standing[0] if standing else None,
        )


async def _rows(connection: Connection, statement: str, *arguments: object) -> list[Row]:
    return [
        {
            name: msgspec.json.decode(value) if name in _DOCUMENTS and value is not None else value
            for name, value in row.items()
        }
        for row in await connection.fetch(_SQL[statement], *arguments)
    ]
