"""Full-text search over what is filed.

Ranking every hit of a common word would take seconds. The newest hits are ranked instead, `RANKED` at most: they are
looked for from the newest on, see `search_looks`, until there are enough or no more. Words and labels (source, place,
time …) are looked up together in one index a month, see `search_labels`. The order of words is in no index: for phrases
the newest articles that have the words are read, `READ` at most.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import asyncpg

from copydesk.storage.pool import Connection, Pool
from copydesk.storage.search_labels import label, spans
from copydesk.storage.search_looks import Hit, Hits, Span, looks
from copydesk.storage.search_query import (
    Query,
    QueryError,
    all_of,
    any_of,
    by_configuration,
    labelled,
    parse,
)
from copydesk.storage.search_snippets import HEADLINE, snippet_of
from copydesk.storage.search_text import configuration_of, is_unspaced
from copydesk.storage.statements import load_statements
from copydesk.storage.storable import storable_text

__all__ = ["RANKED", "READ", "Backlog", "Filters", "Found", "QueryError", "SearchTimeoutError", "backlog", "search"]

RANKED = 300
"""So many hits are ranked, the newest; rarer words are ranked whole."""

READ = 1_500
"""So many articles that have a phrase's words are read, the newest."""

LONGEST = timedelta(seconds=10)
"""A search that takes longer is given up."""

_ANYTHING = "!'@'"
"""A tsquery that matches every article."""

_SQL = load_statements("search")


class SearchTimeoutError(Exception):
    """A search took too long; the text says what to do."""


class Found(list[dict[str, Any]]):
    """Hits, best first, `limit` of `total`. Where that is not the `whole` there may be more, which were not looked for;
    where older articles were left unread, `back_to` says which were read.
    """

    total: int = 0
    whole: bool = True
    back_to: datetime | None = None


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


async def search(pool: Pool, query: str, filters: Filters | None = None, *, limit: int = 20) -> Found:
    """Articles that match, best first: `id source url title language published stored_at duplicate_of story rank
    snippet marks`.

    The query is what people type, see `search_query`; without one the newest articles come that pass the filters.
    `rank` lies in 0…1 and is rounded: of articles that fit equally well the newer goes first. `marks` are the
    code-point offsets of the hits in `snippet`: [[start, end], …]. Raises `QueryError` for the beginning of a word that
    is too short, and `SearchTimeoutError`.
    """
    filters = filters or Filters()
    asked = parse(storable_text(query))
    if query.strip() and not asked.wanted and not filters.any():
        return Found()
    try:
        async with pool.acquire() as connection, connection.transaction(readonly=True):
            return await _search(connection, asked, filters, limit)
    except asyncpg.QueryCanceledError as error:
        raise SearchTimeoutError(
            f"{query!r} took longer than {LONGEST.seconds} s: narrow it by time or source, or ask for rarer words"
        ) from error


async def _search(connection: Connection, asked: Query, filters: Filters, limit: int) -> Found:
    await connection.fetch(_SQL["plan_for_search"], f"{LONGEST.seconds}s")
    known = await connection.fetchrow(_SQL["known"])
    if known is None or known["newest"] is None:
        return Found()
    configurations: list[str] = known["configurations"]
    if filters.language:
        configurations = [name for name in configurations if name == configuration_of(filters.language)]
    words = await _words(connection, asked, configurations)
    if asked.terms and not words.exact:
        return Found()
    found, enough = Found(), max(limit, RANKED)
    if filters.story:
        hits = await _hits_of_story(connection, words, filters, enough)
    else:
        narrow = _Narrowing(any_of(list(words.indexed.values())), filters.tsqueries(), bool(asked.wanted))
        hits, found.back_to = await _hits(connection, words, narrow, filters, known, enough)
    best = hits.ranked()
    found.total, found.whole = len(best), len(hits.found) < enough and found.back_to is None
    if best:
        found.extend(await _shown(connection, best[:limit], words, asked))
    return found


async def _shown(
    connection: Connection, best: list[tuple[float, Hit]], words: "_Words", asked: Query
) -> list[dict[str, Any]]:
    rows = await connection.fetch(
        _SQL["shown"],
        [str(hit.id) for _, hit in best],
        [str(rank) for rank, _ in best],
        [hit.configuration for _, hit in best],
        [words.exact.get(hit.configuration) or _ANYTHING for _, hit in best],
        any(is_unspaced(term.text) for term in asked.terms),
        HEADLINE,
    )
    return [_hit(dict(row), asked) for row in rows]


class _Words(NamedTuple):
    """What is asked of an article's words, by configuration: exactly, and as far as the index knows it. Nothing exact
    is asked where a search has no words.
    """

    configurations: list[str]
    exact: Mapping[str, str]
    indexed: Mapping[str, str]

    def ranking(self) -> tuple[list[str], list[str]]:
        """Configurations, and what an article of each is ranked by."""
        exact = self.exact or dict.fromkeys(self.configurations, "")
        return list(exact), list(exact.values())


class Backlog(NamedTuple):
    """Articles that were filed or withdrawn and wait for the index, and since when the first of them does."""

    articles: int
    since: datetime | None


async def backlog(connection: Connection) -> Backlog:
    """How far search is behind."""
    row = await connection.fetchrow(_SQL["waiting"])
    return Backlog(**row) if row else Backlog(0, None)


async def _words(connection: Connection, query: Query, configurations: list[str]) -> _Words:
    terms = query.terms
    if not terms or not configurations:
        return _Words(configurations, {}, {})
    exact = {name: [""] * len(terms) for name in configurations}
    anywhere = {name: [""] * len(terms) for name in configurations}
    rows = await connection.fetch(
        _SQL["lexemes"], configurations, [term.lookup for term in terms], [str(term.prefix) for term in terms]
    )
    unwanted = len(terms) - len(query.unwanted)
    for row in rows:
        name, term = row["configuration"], row["term"] - 1
        exact[name][term] = row["query"]
        if term < unwanted or row["query"] == row["anywhere"]:
            anywhere[name][term] = row["anywhere"]
    return _Words(configurations, by_configuration(query, exact), by_configuration(query, anywhere))


async def _hits_of_story(connection: Connection, words: _Words, filters: Filters, enough: int) -> Hits:
    asked = all_of([any_of(list(words.exact.values())), *filters.tsqueries()]) or _ANYTHING
    story = storable_text(filters.story or "")
    rows = await connection.fetch(
        _SQL["hits_of_story"], asked, filters.since, filters.until, enough, *words.ranking(), story
    )
    return Hits([Hit(*row) for row in rows])


class _Narrowing(NamedTuple):
    """What the index is asked for in any span of time; with `positive`, words that an article has."""

    words: str
    labels: list[str]
    positive: bool

    def within(self, span: Span) -> str:
        """Never only what an article lacks, which takes reading the whole index."""
        named = span.fine() or not (self.positive or self.labels)
        return all_of([self.words, *self.labels, labelled(spans(span.since, span.until)) if named else ""])


async def _hits(
    connection: Connection, words: _Words, narrowing: _Narrowing, filters: Filters, known: asyncpg.Record, enough: int
) -> tuple[Hits, datetime | None]:
    """The newest articles that match, `enough` at most; and, where not all that have the words were read, the time of
    the oldest that was.
    """
    after = known["newest"] + timedelta(microseconds=1)
    since, until = max(known["oldest"], filters.since or known["oldest"]), min(after, filters.until or after)
    hits = Hits()
    exact = any_of(list(words.exact.values()))
    for span in looks(hits, since, until, enough, READ):
        given = (narrowing.within(span), span.since, span.until, enough - len(hits.found), *words.ranking())
        if narrowing.words == exact:
            hits.found += [Hit(*row) for row in await connection.fetch(_SQL["hits"], *given)]
            continue
        rows = await connection.fetch(_SQL["hits_by_reading"], *given, exact, READ - hits.read)
        hits.found += [Hit(*row[:4]) for row in rows if row["article_id"]]
        hits.read += rows[0]["read"]
        if hits.read >= READ and len(hits.found) < enough:
            return hits, rows[0]["back_to"]
    return hits, None


def _hit(row: dict[str, Any], query: Query) -> dict[str, Any]:
    snippet, marks = snippet_of(row.pop("snippet").replace("\n", " "), row.pop("text"), query)
    return {**row, "snippet": snippet, "marks": marks}
