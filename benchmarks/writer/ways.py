"""Ways of storing the same rows: the writer's, and those that it is held against."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk_writer.adapters import rows
from copydesk_writer.adapters.intake import candidate
from copydesk_writer.adapters.postgres import ArticleFiler
from copydesk_writer.adapters.rows import Filing
from copydesk_writer.adapters.tables import SQL, run
from copydesk_writer.core.batches import newest_of_each
from copydesk_writer.core.revisions import Verdict

from benchmarks.writer.articles import NOW
from copydesk.contracts import ArticleTagged, Message
from copydesk.runtime.outcomes import Emit, Received
from copydesk.storage import Connection, Pool

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
    """`prepare` is what it does not have to do in the time measured."""

    name: str
    store: Store
    prepare: Prepare
    at_most: int = 1_000_000
    """Articles a turn, for ways that would take all day."""


def _signatures(filing: Filing) -> Iterator[rows.Row]:
    for identity, bands in rows.signature_rows(filing):
        yield (identity, f"{{{','.join(map(str, bands))}}}")


_CHILDREN: Sequence[tuple[str, Sequence[str], str, Callable[[Filing], Iterable[rows.Row]]]] = (
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
    ("article_bands", rows.ARTICLE_BANDS, "int8 uuid", lambda filing: rows.band_rows([filing])),
)


def _child_statement(table: str, columns: Sequence[str], types: str) -> str:
    arguments = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(types.split(), 1))
    values = ", ".join(f"n.{name}{'::bigint[]' if name == 'bands' else ''}" for name in columns)
    names = ", ".join(columns)
    return f"INSERT INTO copydesk.{table} ({names}) SELECT {values}\nFROM unnest({arguments}) AS n ({names})"


def _as_they_come(batch: Batch) -> Batch:
    return batch


async def file_all(pool: Pool, batch: Batch) -> None:
    """What the writer does, all of it."""
    outcomes = await ArticleFiler(pool).handle(batch, NOW)
    refused = [outcome for outcome in outcomes if not isinstance(outcome, Emit)]
    if refused:
        raise RuntimeError(f"{len(refused)} of {len(batch)} articles were not stored, the first for {refused[0]}")


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


def all_inserts(batch: Batch) -> list[Insert]:
    """The rows of every table that filing writes, those for finding stories and searching left out."""
    filings = _filings(newest_of_each([candidate(one) for one in batch]))
    made: Mapping[str, list[rows.Row]] = {
        "upsert_articles": [rows.article_row(filing) for filing in filings],
        "insert_revisions": [rows.revision_row(filing) for filing in filings],
        "insert_fetches": [rows.fetch_row(filing.candidate, filing.verdict) for filing in filings],
        "insert_entities": rows.entity_rows(filings),
        "insert_places": rows.place_rows(filings),
    }
    children = [
        Insert(_child_statement(table, columns, types), rows.columns(row for filing in filings for row in make(filing)))
        for table, columns, types, make in _CHILDREN
    ]
    return [*(_insert(name, found) for name, found in made.items()), *children]


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


WAYS = (
    Way("the writer, all tables", file_all, _as_they_come),
    Way("bare unnest, all tables", unnest, all_inserts),
    Way("COPY and insert, all tables", copy, all_inserts),
    Way("the writer, articles alone", file_articles, _as_they_come),
    Way("bare unnest, articles alone", unnest, article_inserts),
    Way("COPY and insert, articles alone", copy, article_inserts),
    Way("row by row, articles alone", one_by_one, article_inserts, at_most=200),
)
