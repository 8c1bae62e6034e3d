"""Reading articles in order to work on them anew: by id, a page at a time, without a transaction that stays open."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from copydesk.storage.articles import as_exported
from copydesk.storage.pool import Pool
from copydesk.storage.statements import load_statements

_SQL = load_statements("kept")
_PAGE = 200
_SCAN_SECONDS = 3_600.0
"""For a page of which few articles are wanted: then it is most of the table that is read."""


@dataclass(frozen=True)
class KeptRange:
    """Which articles: ids after `after` and before `before`, a source, times of fetching, a primary subtag."""

    after: str | None = None
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    language: str | None = None
    before: str | None = None


async def kept(pool: Pool, wanted: KeptRange) -> AsyncIterator[dict[str, Any]]:
    """Articles with their tags in the shape of `export`, by id; withdrawn ones and those without text are left out.

    Each page is read anew, so a replay of days holds back neither vacuum nor what is stored meanwhile.
    """
    after, *others = astuple(wanted)
    while rows := await pool.fetch(_SQL["kept_after"], after, *others, _PAGE, timeout=_SCAN_SECONDS):
        for row in rows:
            yield as_exported(row)
        after = rows[-1]["id"]


async def count_kept(pool: Pool, wanted: KeptRange) -> int:
    """How many articles `kept` gives."""
    return int(await pool.fetchval(_SQL["count_kept"], *astuple(wanted), timeout=_SCAN_SECONDS))


async def cleaned_of(pool: Pool, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Those of some articles that are filed, by id, in the shape of `export` but without tags."""
    return {str(row["id"]): as_exported(row) for row in await pool.fetch(_SQL["cleaned_of"], list(ids))}
