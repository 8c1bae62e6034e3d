"""Reading where an article came from and who else carried it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from copydesk.contracts import article_id
from copydesk.storage.pool import Pool
from copydesk.storage.statements import load_statements
from copydesk.storage.storable import storable_text

_SQL = load_statements("lineage")


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """One article of a family of copies; the fields are those of view `v1_lineage`.

    `own`: an agency's own article. `depth` counts the steps from the first, whose `original_id` is null; what measures
    a change is null there, too. `delay` (seconds) is the time since the first, null for what has no date of its own.
    """

    article_id: str
    original_id: str | None
    depth: int
    source: str
    url: str
    title: str | None
    language: str
    agencies: list[str]
    carried_at: datetime
    dated: bool
    delay: float | None
    first_carrier: bool
    own: bool
    similarity: float | None
    kept: float | None
    added: float | None
    words: int | None
    original_words: int | None
    same_title: bool | None
    revisions: int
    withdrawn: bool


async def family(pool: Pool, named: str) -> list[Carrier]:
    """All articles that came, over however many steps, from what one came from: parents before their children.

    `named` is a URL, a canonical URL or an article's id. Empty where no such article is stored.
    """
    found = await pool.fetchval(_SQL["find_article"], storable_text(named), _ids(named))
    if found is None:
        return []
    rows = [dict(row) for row in await pool.fetch(_SQL["family"], found)]
    carriers = [row for row in rows if not row["own"] and not row["withdrawn"]]
    first = min(carriers, key=lambda row: (row["carried_at"], row["article_id"]), default=None)
    start: datetime = rows[0]["carried_at"]
    return [
        Carrier(**row, delay=_seconds(row["carried_at"] - start) if row["dated"] else None, first_carrier=row is first)
        for row in rows
    ]


def _ids(named: str) -> list[UUID]:
    try:
        return [UUID(named)]
    except ValueError:
        return [UUID(article_id(named.encode("utf-8", "replace").decode()))]


def _seconds(delay: timedelta) -> float:
    return delay.total_seconds()
