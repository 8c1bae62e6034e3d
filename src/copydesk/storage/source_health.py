"""The health of sources: open problems, the events that tell of them, and recall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from copydesk.storage.outage import database_outages
from copydesk.storage.pool import Pool
from copydesk.storage.statements import load_statements
from copydesk.storage.storable import storable_text

_SQL = load_statements("source_health")


@dataclass(frozen=True)
class ProblemChange:
    """A problem that came up or ended at `since`, which the event's id is made of."""

    problem: str
    state: Literal["raised", "cleared"]
    since: datetime
    baseline: float
    current: float
    detail: str | None


@dataclass(frozen=True)
class FoundProblem:
    """What is wrong with a source now, with the figures compared."""

    problem: str
    baseline: float
    current: float
    detail: str | None = None


@dataclass(frozen=True)
class ListedUrls:
    """URLs of the last week that sitemaps list, by what became of them; see `copydesk.source_polls`."""

    listed: int
    fetched: int
    forbidden: int
    absent: int


@dataclass(frozen=True)
class SourceHealthRow:
    """A source as `copydesk sources health` shows it; `pace` is the interval to the next poll in seconds."""

    source: str
    enabled: bool
    pace: float | None
    next_poll: datetime | None
    last_polled: datetime | None
    newest_entry: datetime | None
    per_day: float | None
    failures: int | None
    last_error: str | None
    listed: int | None
    listed_fetched: int | None
    listed_forbidden: int | None
    recall: float | None
    problems: list[str]


class SourceProblems:
    """The problems of sources as one crawler sees them; several may, and each change is told once or with one id."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def replace(self, source: str, found: Sequence[FoundProblem], judged: frozenset[str]) -> frozenset[str]:
        """Raise what is found and not open, clear what is open, was judged and is not found; returns what is open."""
        with database_outages():
            async with self._pool.acquire() as connection, connection.transaction():
                rows = await connection.fetch(_SQL["open_problems"], source)
                held = {row["problem"] for row in rows}
                for each in found:
                    if each.problem not in held:
                        detail = None if each.detail is None else storable_text(each.detail)
                        await connection.execute(
                            _SQL["raise_problem"], source, each.problem, each.baseline, each.current, detail
                        )
                names = {each.problem for each in found}
                for gone in sorted((held & judged) - names):
                    await connection.execute(_SQL["clear_problem"], source, gone)
        return frozenset((held - judged) | names)

    async def untold(self, source: str) -> list[ProblemChange]:
        """Changes whose events still have to be sent."""
        with database_outages():
            rows = await self._pool.fetch(_SQL["untold_problems"], source)
        return [ProblemChange(**dict(row)) for row in rows]

    async def told(self, source: str, change: ProblemChange) -> None:
        with database_outages():
            await self._pool.execute(_SQL["problem_told"], source, change.problem, change.since)

    async def recall(self, source: str, at_most: timedelta) -> ListedUrls:
        """The recall of a source, counted anew when the last count is older than `at_most`."""
        with database_outages():
            if await self._pool.fetchval(_SQL["recall_due"], source, at_most):
                await self._pool.execute(_SQL["count_recall"], source)
            row = await self._pool.fetchrow(_SQL["load_recall"], source)
        return ListedUrls(*row) if row else ListedUrls(0, 0, 0, 0)


async def read_source_health(pool: Pool) -> list[SourceHealthRow]:
    """Every source, in the order of names."""
    with database_outages():
        rows = await pool.fetch(_SQL["source_health"])
    return [SourceHealthRow(**dict(row)) for row in rows]
