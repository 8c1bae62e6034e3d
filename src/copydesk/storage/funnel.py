"""The funnel: where every URL stands, and the counts that must add up.

A row of the table is one URL or article with the furthest outcome of its newest version. So the states below part
the rows without rest, and for each source

    discovered + split = waiting + in_flight + stored + withdrawn + sum(dropped) + sum(dead_lettered)

whatever the order in which outcomes came, however often they came, and wherever a stage was killed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID, uuid5

from copydesk.contracts import STAGES, StageOutcome
from copydesk.contracts.identity import ARTICLES
from copydesk.storage.pool import Connection, Pool
from copydesk.storage.statements import load_statements
from copydesk.storage.storable import storable_text

_SQL = load_statements("funnel")

WITHDRAWN = "withdrawn"
"""The reason with which the last stage passes a withdrawal."""

_PREFERENCE = {"discovered": 0, "dead-lettered": 1, "dropped": 2, "passed": 3}
"""Within one stage and version: what was retried from the dead letters and passed counts as passed."""

_GRACE = timedelta(minutes=10)

_STAGE_RANK = {stage: number for number, stage in enumerate(STAGES, start=1)}


@dataclass(frozen=True)
class FunnelCount:
    """So many URLs of a source that stand at one outcome; `split` tells articles split off a page from URLs."""

    source: str
    stage: str
    outcome: str
    reason: str | None
    split: bool
    urls: int


@dataclass
class FunnelRow:
    """One source. `fetched`, `cleaned`, `tagged` and `stored` count what came at least so far.

    `discovered` counts URLs and `split` the articles split off pages; `waiting` are not fetched yet, `in_flight`
    are somewhere between fetch and storage, `withdrawn` were stored and are gone from their sites. `dropped` and
    `dead_lettered` map a reason to its count.
    """

    source: str
    discovered: int = 0
    waiting: int = 0
    fetched: int = 0
    split: int = 0
    cleaned: int = 0
    tagged: int = 0
    stored: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    dead_lettered: dict[str, int] = field(default_factory=dict)
    in_flight: int = 0
    withdrawn: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether the states part everything discovered or split, without rest."""
        ended = self.stored + self.withdrawn + sum(self.dropped.values()) + sum(self.dead_lettered.values())
        return self.discovered + self.split == self.waiting + self.in_flight + ended


def tally(counts: Iterable[FunnelCount]) -> list[FunnelRow]:
    """One row a source, in the order of names."""
    rows: dict[str, FunnelRow] = {}
    for count in counts:
        row = rows.setdefault(count.source, FunnelRow(count.source))
        passed = _STAGE_RANK[count.stage] - (count.outcome != "passed")
        if count.split:
            row.split += count.urls
        else:
            row.discovered += count.urls
            row.fetched += count.urls * (passed >= 1)
        row.cleaned += count.urls * (passed >= 2)
        row.tagged += count.urls * (passed >= 3)
        _place(row, count)
    return [rows[source] for source in sorted(rows)]


def _place(row: FunnelRow, count: FunnelCount) -> None:
    """Count into the one state that the URLs are in."""
    if count.outcome in ("dropped", "dead-lettered"):
        reasons = row.dropped if count.outcome == "dropped" else row.dead_lettered
        label = count.reason or "unknown"
        reasons[label] = reasons.get(label, 0) + count.urls
    elif count.outcome == "discovered":
        row.waiting += count.urls
    elif count.stage == STAGES[-1] and count.reason == WITHDRAWN:
        row.withdrawn += count.urls
    elif count.stage == STAGES[-1]:
        row.stored += count.urls
    else:
        row.in_flight += count.urls


@dataclass(frozen=True)
class _Position:
    """How far an outcome is; which of two `record_outcomes` lets stand."""

    version: int
    rank: int
    at: datetime
    reason: bytes

    def stands_over(self, other: Self) -> bool:
        """Further than `other`, or as far with a newer reason; of the same outcome told twice the first one stands."""
        if (self.version, self.rank) != (other.version, other.rank):
            return (self.version, self.rank) > (other.version, other.rank)
        if self.reason == other.reason:
            return self.at < other.at
        return (self.at, self.reason) > (other.at, other.reason)


def _position(outcome: StageOutcome) -> _Position:
    return _Position(
        outcome.version,
        4 * _STAGE_RANK[outcome.stage] + _PREFERENCE[outcome.outcome],
        outcome.at.astimezone(UTC),
        storable_text(outcome.reason or "").encode(),
    )


async def record_outcomes(connection: Connection, outcomes: Sequence[StageOutcome]) -> None:
    """Move articles on in the funnel. Idempotent, and indifferent to the order of outcomes.

    The state is that of the furthest outcome, `at` when it was first reached: telling it again, as a replay does,
    changes nothing. Where one stage gave two reasons for one version by turns, the order in which they come decides.
    """
    furthest: dict[UUID, tuple[_Position, StageOutcome]] = {}
    parts: dict[UUID, str] = {}
    for outcome in outcomes:
        key = _key(outcome.id)
        position = _position(outcome)
        if key not in furthest or position.stands_over(furthest[key][0]):
            furthest[key] = (position, outcome)
        if outcome.part_of:
            parts[key] = max(parts.get(key, ""), storable_text(outcome.part_of))
    columns: defaultdict[str, list[object]] = defaultdict(list)
    for key, (position, outcome) in sorted(furthest.items()):
        columns["id"].append(key)
        columns["source"].append(storable_text(outcome.source))
        columns["url"].append(storable_text(outcome.url))
        columns["stage"].append(outcome.stage)
        columns["outcome"].append(outcome.outcome)
        columns["reason"].append(None if outcome.reason is None else storable_text(outcome.reason))
        columns["part_of"].append(parts.get(key))
        columns["version"].append(position.version)
        columns["rank"].append(position.rank)
        columns["at"].append(position.at)
    if columns:
        await connection.execute(_SQL["record_outcomes"], *columns.values())


def _key(identity: str) -> UUID:
    """Ids are UUIDs; what a broken record had instead is made one."""
    try:
        return UUID(identity)
    except ValueError:
        return uuid5(ARTICLES, identity.encode("utf-8", "replace").decode())


async def reopened(connection: Connection, articles: Sequence[UUID]) -> list[StageOutcome]:
    """The outcomes by which URLs that the crawler had dropped wait again; for `record_outcomes`, in order with others.

    Their version is the next one, so that they stand over the drop and under whatever the next visit comes to.
    """
    rows = await connection.fetch(_SQL["crawler_drops"], list(articles))
    return [
        StageOutcome(
            id=str(row["id"]),
            source=row["source"],
            url=row["url"],
            stage="crawler",
            outcome="discovered",
            version=row["version"] + 1,
            at=row["now"],
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Contradiction:
    """A URL that is in no state of the funnel, or stands elsewhere than frontier or articles say."""

    id: str
    source: str
    url: str
    funnel: str | None
    elsewhere: str
    problem: str


async def contradictions(
    pool: Pool, source: str | None = None, *, grace: timedelta = _GRACE, limit: int = 1_000
) -> list[Contradiction]:
    """Where funnel, frontier and articles disagree, up to `limit` of each kind.

    What changed within `grace` is passed over: outcomes travel behind what they are about.
    """
    rows = await pool.fetch(_SQL["contradictions"], source, grace, limit)
    return [Contradiction(**dict(row)) for row in rows]


async def read_funnel(pool: Pool, source: str | None = None) -> list[FunnelRow]:
    """The funnel of one source, or of all, in the order of names."""
    rows = await pool.fetch(_SQL["count_funnel"], source)
    return tally(FunnelCount(**dict(row)) for row in rows)
