"""Ways of storing the same rows: the writer's, and those that it is held against."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk_writer.adapters import rows
from copydesk_writer.adapters.intake import candidate
from copydesk_writer.adapters.postgres import ArticleFiler
from copydesk_writer.adapters.rows import Filing
from copydesk_writer.adapters.story_rows import offer_rows
from copydesk_writer.adapters.tables import SQL, run
from copydesk_writer.core.batches import newest_of_each
from copydesk_writer.core.revisions import Verdict

from benchmarks.writer.articles import NOW
from copydesk.contracts import ArticleTagged, Message, story_id
from copydesk.runtime.outcomes import Emit, Received
from copydesk.storage import Connection, Pool
from copydesk.storage.array_literals import array_literal

Batch = Sequence[Received[Message]]
Store = Callable[[Pool, Any], Awaitable[None]]
Prepare = Callable[[Batch], Any]

_UNNEST = re.compile(r"FROM unnest\((?P<arguments>.*?)\)(?:\s+AS n \((?P<names>[^)]*)\))?(?=\n|$)", re.DOTALL)
_INTO = re.compile(r"INSERT INTO copydesk\.\w+(?: AS \w+)?\s*\((?P<names>[^)]*)\)")


@dataclass(frozen=True)
class Insert:
    """A statement over columns of rows, with nothing asked of what is stored."""

    statement: str
    columns: list[list[Any]]


@dataclass(frozen=True)
class Way:
    """`prepare` is what it does not have to do in the time measured; `bare` names what it is held against."""

    name: str
    store: Store
    prepare: Prepare
    bare: str
    at_most: int = 1_000_000
    """Articles a turn, for ways that would take all day."""


def _signatures(filing: Filing) -> Iterator[rows.Row]:
    for identity, bands in rows.signature_rows(filing):
        yield (identity, f"{{{','.join(map(str, bands))}}}")


def _story_keys(filing: Filing) -> Iterator[rows.Row]:
    for offer in offer_rows([filing]):
        for key in offer[-1].strip("{}").split(","):
            fortnight = int(offer[1].timestamp()) // 1_209_600 & 0x7FFF
            yield (fortnight << 48 | int(key) & 0xFFFFFFFFFFFF, offer[1], offer[0])


def _story_changes(filing: Filing) -> Iterator[rows.Row]:
    found = filing.candidate
    articles = array_literal([str(found.id)])
    yield (found.message_id, 0, _story(filing), "joined", NOW, articles, 0.9, filing.article.title)


def _stories(filings: Sequence[Filing]) -> list[rows.Row]:
    told = {_story(filing): filing.article for filing in filings}
    return [
        (story, NOW, told[story].title, 3, array_literal(["en"]), array_literal([told[story].source]), NOW, NOW, NOW)
        for story in sorted(told)
    ]


def _story(filing: Filing) -> str:
    """The benchmark's articles name their event in their first key of the headline."""
    assert filing.article.story_keys is not None
    return story_id(filing.article.story_keys.headline[0])


Table = tuple[str, Sequence[str], str, Callable[[Filing], Iterable[rows.Row]]]

_CHILDREN: Sequence[Table] = (
    (
        "article_entities",
        rows.ARTICLE_ENTITIES,
        "uuid int4 uuid int4 int4 text float8 text text float8",
        rows.article_entity_rows,
    ),
    ("article_places", rows.ARTICLE_PLACES, "uuid int4 int8 float8 float8 text", rows.article_place_rows),
    ("article_topics", rows.ARTICLE_TOPICS, "uuid int4 text text float8 text", rows.article_topic_rows),
    ("cuts", rows.CUTS, "uuid int4 text text text int4", rows.cut_rows),
    ("article_signatures", rows.ARTICLE_SIGNATURES, "uuid text", _signatures),
    ("article_bands", rows.ARTICLE_BANDS, "int8 uuid date", lambda filing: rows.band_rows([filing], NOW.date())),
    (
        "article_lasting_bands",
        rows.ARTICLE_BANDS,
        "int8 uuid date",
        lambda filing: rows.lasting_band_rows([filing]),
    ),
    (
        "article_stories",
        ("article_id", "at", "dated", "keys", "weights", "headline", "probes"),
        "uuid timestamptz bool text text text text",
        lambda filing: offer_rows([filing]),
    ),
    ("story_keys", ("key", "at", "article_id"), "int8 timestamptz uuid", _story_keys),
    ("search_queue", ("article_id",), "uuid", lambda filing: [(filing.candidate.id,)]),
)
_CHANGES: Table = (
    "story_changes",
    ("message_id", "ordinal", "story_id", "change", "at", "articles", "confidence", "title"),
    "text int4 text text timestamptz text float8 text",
    _story_changes,
)
_STORIES = ("id", "first_seen_at", "title", "articles", "languages", "sources", "first_at", "last_at", "last_stored_at")
_STORY_TYPES = "text timestamptz text int4 text text timestamptz timestamptz timestamptz"

_ARRAYS = {
    "signatures.bands": "bigint[]",
    "stories.keys": "text[]",
    "stories.weights": "real[]",
    "stories.headline": "text[]",
    "stories.probes": "bigint[]",
    "changes.articles": "text[]",
    "stories.languages": "text[]",
    "stories.sources": "text[]",
}
"""Columns that go as literals, by the last word of their table's name."""


def _child_statement(table: str, columns: Sequence[str], types: str) -> str:
    arguments = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(types.split(), 1))
    arrays = {name: _ARRAYS.get(f"{table.rpartition('_')[2]}.{name}") for name in columns}
    values = ", ".join(f"n.{name}{f'::{kind}' if kind else ''}" for name, kind in arrays.items())
    names = ", ".join(columns)
    return f"INSERT INTO copydesk.{table} ({names}) SELECT {values}\nFROM unnest({arguments}) AS n ({names})"


def _child(table: Table, filings: Sequence[Filing]) -> Insert:
    name, names, types, make = table
    return Insert(_child_statement(name, names, types), rows.columns(row for filing in filings for row in make(filing)))


def _as_they_come(batch: Batch) -> Batch:
    return batch


def writer(steps: int) -> Store:
    """What the writer does, so many of its steps: it files, looks for copies, and assigns stories."""

    async def store(pool: Pool, batch: Batch) -> None:
        filer = ArticleFiler(pool)
        parts = await filer.pass_along(batch, filer.steps(NOW)[:steps])
        refused = [one for part in parts for one in part.outcomes.values() if not isinstance(one, Emit)]
        if refused:
            raise RuntimeError(f"{len(refused)} of {len(batch)} articles were not stored, the first for {refused[0]}")

    return store


async def file_articles(pool: Pool, batch: Batch) -> None:
    """What the writer does for the articles' own table: messages to rows, guarded by version."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
        found = newest_of_each([candidate(one) for one in batch])
        await connection.fetch(SQL["stored_states"], [one.id for one in found])
        await run(connection, "upsert_articles", (rows.article_row(filing) for filing in _filings(found)))


def article_inserts(batch: Batch) -> list[Insert]:
    """The rows of the articles' own table."""
    filings = _filings(newest_of_each([candidate(one) for one in batch]))
    return [_insert("upsert_articles", [rows.article_row(filing) for filing in filings])]


def filed_inserts(batch: Batch) -> list[Insert]:
    """The rows of every table that filing writes, what articles are found by among them."""
    filings = _filings(newest_of_each([candidate(one) for one in batch]))
    return _filed(filings, [rows.article_row(filing) for filing in filings])


def all_inserts(batch: Batch) -> list[Insert]:
    """The same with stories, one for three articles, in which the articles are from the start; each change is told."""
    filings = _filings(newest_of_each([candidate(one) for one in batch]))
    at = _named_columns("upsert_articles").index("story_id")
    articles = [rows.article_row(filing) for filing in filings]
    in_stories = [
        (*row[:at], _story(filing), 0.9, *row[at + 2 :]) for row, filing in zip(articles, filings, strict=True)
    ]
    stories = Insert(
        f"{_child_statement('stories', _STORIES, _STORY_TYPES)}\nON CONFLICT DO NOTHING",
        rows.columns(_stories(filings)),
    )
    return [*_filed(filings, in_stories), stories, _child(_CHANGES, filings)]


def _filed(filings: Sequence[Filing], articles: list[rows.Row]) -> list[Insert]:
    made: Mapping[str, list[rows.Row]] = {
        "upsert_articles": articles,
        "insert_revisions": [rows.revision_row(filing) for filing in filings],
        "insert_fetches": [rows.fetch_row(filing.candidate, filing.verdict) for filing in filings],
        "insert_entities": rows.entity_rows(filings),
        "insert_places": rows.place_rows(filings),
    }
    return [*(_insert(name, found) for name, found in made.items()), *(_child(table, filings) for table in _CHILDREN)]


def _named_columns(statement: str) -> list[str]:
    """The columns that a statement takes, in their order."""
    found = _UNNEST.search(SQL[statement])
    assert found is not None
    return [name.strip() for name in found["names"].split(",")]


async def unnest(pool: Pool, inserts: Sequence[Insert]) -> None:
    """One statement a table, one transaction."""
    async with pool.acquire() as connection, connection.transaction():
        for insert in inserts:
            await connection.execute(insert.statement, *insert.columns)


async def copy(pool: Pool, inserts: Sequence[Insert]) -> None:
    """COPY into temporary tables and from there into the tables."""
    async with pool.acquire() as connection, connection.transaction():
        for number, insert in enumerate(inserts):
            await _copy(connection, f"incoming_{number}", insert)


async def one_by_one(pool: Pool, inserts: Sequence[Insert]) -> None:
    """A statement and a commit for each row."""
    async with pool.acquire() as connection:
        for insert in inserts:
            for row in zip(*insert.columns, strict=True):
                await connection.execute(insert.statement, *([value] for value in row))


async def _copy(connection: Connection, table: str, insert: Insert) -> None:
    found = _UNNEST.search(insert.statement)
    into = _INTO.search(insert.statement)
    assert found is not None
    assert into is not None
    types = re.findall(r"::(\w+)\[\]", found["arguments"])
    names = [name.strip() for name in (found["names"] or into["names"]).split(",")]
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(names, types, strict=True))
    await connection.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
    await connection.copy_records_to_table(table, records=zip(*insert.columns, strict=True))
    await connection.execute(_UNNEST.sub(f"FROM {table} AS n", insert.statement))


def _filings(candidates: Sequence[Any]) -> list[Filing]:
    return [
        Filing(one, one.message, Verdict.NEW, 1, NOW, replaces_children=True)
        for one in candidates
        if isinstance(one.message, ArticleTagged)
    ]


def _insert(name: str, found: list[rows.Row]) -> Insert:
    """Entities and places are shared by articles; all other rows are new, and nothing need be asked of them."""
    statement = SQL[name]
    if name not in ("insert_entities", "insert_places"):
        statement = statement.partition("ON CONFLICT")[0].rstrip()
    return Insert(statement, rows.columns(found))


_FILED, _WITH_STORIES, _ARTICLES = "bare unnest, rows filed", "bare unnest, with stories", "bare unnest, articles alone"

WAYS = (
    Way("the writer, filing", writer(1), _as_they_come, _FILED),
    Way("the writer, filing and copies", writer(2), _as_they_come, _FILED),
    Way("the writer, all of it with stories", writer(3), _as_they_come, _WITH_STORIES),
    Way(_FILED, unnest, filed_inserts, _FILED),
    Way(_WITH_STORIES, unnest, all_inserts, _WITH_STORIES),
    Way("COPY and insert, rows filed", copy, filed_inserts, _FILED),
    Way("the writer, articles alone", file_articles, _as_they_come, _ARTICLES),
    Way(_ARTICLES, unnest, article_inserts, _ARTICLES),
    Way("COPY and insert, articles alone", copy, article_inserts, _ARTICLES),
    Way("row by row, articles alone", one_by_one, article_inserts, _ARTICLES, at_most=200),
)
ALL = WAYS[2]
