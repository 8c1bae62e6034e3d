"""Reading the history of an article."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from copydesk.contracts import article_id
from copydesk.storage.pool import Pool
from copydesk.storage.statements import load_statements
from copydesk.storage.storable import storable_text

_SQL = load_statements("revisions")


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A row of `v1_revisions`, with the time of the fetch that brought it; a withdrawal has no text."""

    article_id: str
    revision: int
    change: str
    source: str
    url: str
    title: str | None
    subtitle: str | None
    text: str | None
    authors: list[str]
    published: datetime | None
    modified: datetime | None
    language: str | None
    changed: list[str]
    words_added: int | None
    words_removed: int | None
    share_changed: float | None
    told: bool
    stored_at: datetime
    fetched_at: datetime | None
    message_id: str
    revision_sha256: str
    content_sha256: str | None


async def history(pool: Pool, named: str) -> list[Revision]:
    """All revisions of an article, the eldest first; none where no such article is stored.

    `named` is its URL, its canonical URL or its id.
    """
    try:
        identity = UUID(named)
    except ValueError:
        identity = UUID(article_id(named.encode("utf-8", "replace").decode()))
    rows = await pool.fetch(_SQL["history"], storable_text(named), identity)
    return [Revision(**row) for row in rows]
