"""Full-text search over what is filed.

Ranking every hit of a common word would take seconds. The newest hits are ranked instead, `RANKED` at most: they are
looked for in spans of time that reach further and further back, until there are enough or no more. Words and labels
(source, place, time …) are looked up together in one index, see `search_labels`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from copydesk.storage.pool import Connection, Pool
from copydesk.storage.search_labels import label, spans
from copydesk.storage.search_query import Query, all_of, any_of, by_configuration, labelled, parse
from copydesk.storage.search_snippets import snippet_of
from copydesk.storage.search_text import CONFIGURATIONS, configuration_of
from copydesk.storage.statements import load_statements
from copydesk.storage.storable import storable_text

RANKED = 300
"""So many hits are ranked, the newest; rarer words are ranked whole."""

_SQL = load_statements("search")
_EVERY_CONFIGURATION = sorted({*CONFIGURATIONS.values(), "simple"})
_FIRST_LOOK = timedelta(hours=1)
_LEAST_STEP, _LARGEST_STEP = 4, 512
_BEGINNING = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a search is narrowed by.

    `language` is BCP 47 and includes its regions, `place` a name, GeoNames id or country code, `entity` a name or URI
    (`Q42` stands for `wikidata:Q42`), `topic` a media topic's code or label, `story` an id. Times are those of
    publication, or of storage where that is unknown; `until` is not included.
    """

    language: str | None = None
    source: str | None = None
    place: str | None = None
    entity: str | None = None
    topic: str | None = None
    story: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def any(self) -> bool:
        return self != Filters()

    def tsqueries(self) -> list[str]:
        """What the index is asked for beside words; story and times are no labels."""
        asked = [
            label(kind, storable_text(name))
            for kind, name in (
                ("language", self.language),
                ("source", self.source),
                ("place", self.place),
                ("entity", self._uri()),
                ("topic", self.topic),
            )
            if name
        ]
        return [labelled([name]) for name in asked]

    def _uri(self) -> str | None:
        named = self.entity
        return f"wikidata:{named}" if named and named[:1] in "Qq" and named[1:].isdecimal() else named


async def search(pool: Pool, query: str, filters: Filters | None = None, *, limit: int = 20) -> list[dict[str, Any]]:
    """Articles that match, best first: `id source url title language published stored_at duplicate_of story rank
    snippet marks`.

    The query is what people type, see `search_query`; without one the newest articles come that pass the filters.
    `rank` lies in 0…1 and is rounded: of articles that fit equally well the newer goes first. `marks` are the
    code-point offsets of the hits in `snippet`: [[start, end], …].
    """
    filters = filters or Filters()
    asked = parse(storable_text(query))
    if not asked.wanted and not filters.any():
        return []
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        await connection.fetch(_SQL["plan_for_search"])
        wanted = [configuration_of(filters.language)] if filters.language else _EVERY_CONFIGURATION
        newest = {row["configuration"]: row["at"] for row in await connection.fetch(_SQL["newest"], wanted)}
        tsqueries = await _tsqueries(connection, asked, list(newest))
        if asked.terms and not tsqueries:
            return []
        found = await _hits(connection, tsqueries, filters, max(newest.values(), default=None), max(limit, RANKED))
        ranked = await connection.fetch(_SQL["ranked"], found, list(newest), _ranking(tsqueries, newest), limit)
    return [_hit(dict(row), asked) for row in ranked]


class Backlog(NamedTuple):
    """Articles that were filed or withdrawn and wait for the index, and since when the first of them does."""

    articles: int
    since: datetime | None


async def backlog(connection: Connection) -> Backlog:
    """How far search is behind."""
    row = await connection.fetchrow(_SQL["waiting"])
    return Backlog(**row) if row else Backlog(0, None)


def _ranking(tsqueries: Mapping[str, str], configurations: Sequence[str] | Mapping[str, Any]) -> list[str]:
    """By configuration; where no words are asked for, all articles match, and equally."""
    return [tsqueries.get(name, "" if tsqueries else "!'@'") for name in configurations]


async def _tsqueries(connection: Connection, query: Query, configurations: Sequence[str]) -> dict[str, str]:
    """The query as each configuration reads it."""
    terms = query.terms
    if not terms or not configurations:
        return {}
    lexemes: dict[str, list[str]] = {name: [""] * len(terms) for name in configurations}
    rows = await connection.fetch(
        _SQL["lexemes"], configurations, [term.lookup for term in terms], [term.prefix for term in terms]
    )
    for row in rows:
        lexemes[row["configuration"]][row["term"] - 1] = row["query"]
    return by_configuration(query, lexemes)


async def _hits(
    connection: Connection, tsqueries: Mapping[str, str], filters: Filters, newest: datetime | None, enough: int
) -> list[UUID]:
    """The newest articles that match; `enough` at most."""
    if newest is None:
        return []
    words = any_of(list(tsqueries.values()))
    if filters.story:
        asked = all_of([words, *filters.tsqueries()]) or "!'@'"
        story = storable_text(filters.story)
        rows = await connection.fetch(_SQL["hits_of_story"], asked, filters.since, filters.until, enough, story)
        return [row["article_id"] for row in rows]
    looks = _Looks(filters, newest, enough)
    rows = []
    for since in looks:
        span = labelled(spans(since, looks.until)) if since > _BEGINNING or filters.until else ""
        asked = all_of([words, *filters.tsqueries(), span]) or "!'@'"
        rows = await connection.fetch(_SQL["hits"], asked, filters.since, filters.until, enough)
        looks.found(len(rows))
    return [row["article_id"] for row in rows]


class _Looks:
    """The beginnings of spans to look in, each longer than the one before by what that one leads to expect."""

    def __init__(self, filters: Filters, newest: datetime, enough: int) -> None:
        self.until = min(newest, filters.until) if filters.until else newest
        self._earliest = max(filters.since, _BEGINNING) if filters.since else _BEGINNING
        self._enough = enough
        self._length = _FIRST_LOOK
        self._found = 0

    def found(self, hits: int) -> None:
        self._found = hits

    def __iter__(self) -> Iterator[datetime]:
        while True:
            since = self._reach()
            yield since
            if since == self._earliest or self._found >= self._enough:
                return
            missing = 1.5 * self._enough / self._found if self._found else _LARGEST_STEP
            self._length *= min(max(missing, _LEAST_STEP), _LARGEST_STEP)

    def _reach(self) -> datetime:
        if self.until - self._earliest <= self._length:
            return self._earliest
        return self.until - self._length


def _hit(row: dict[str, Any], query: Query) -> dict[str, Any]:
    snippet, marks = snippet_of(row.pop("snippet").replace("\n", " "), row.pop("text"), query)
    return {**row, "snippet": snippet, "marks": marks}
