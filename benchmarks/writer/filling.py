"""Fills the writer's tables on the server's side, with copies of what was filed under other ids, spread over time."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from copydesk_writer.core.duplicates import bands_since

from benchmarks.writer.articles import NOW
from copydesk.storage import Connection

_TABLES = (
    "articles",
    "revisions",
    "article_entities",
    "article_places",
    "article_topics",
    "cuts",
    "fetches",
    "article_signatures",
    "article_bands",
    "article_lasting_bands",
    "article_stories",
    "story_keys",
    "stories",
    "story_changes",
)
_CHUNK = 100
_DAYS = 100
"""Time that the copies spread over: what is found by keys and bands is kept for 120 days."""

_ID = "md5(t.{column}::text || c.n)::uuid"
_NUMBER = "hashint8extended(t.{column}, c.n)"
_TEXT = "t.{column} || ' ' || c.n"
_EARLIER = "t.{column} - c.n * $3::interval"
_MADE: Mapping[str, str] = {
    "articles.id": _ID,
    "article_id": _ID,
    "articles.url": _TEXT,
    "url_hash": "sha256(convert_to(t.url || ' ' || c.n, 'UTF8'))",
    "message_id": _TEXT,
    "story_id": _TEXT,
    "stories.id": _TEXT,
    "band": _NUMBER,
    "key": f"copydesk.story_key({_NUMBER}, {_EARLIER.format(column='at')})",
    "bands": "array(SELECT hashint8extended(one, c.n) FROM unnest(t.bands) AS one)",
    "probes": "array(SELECT hashint8extended(one, c.n) FROM unnest(t.probes) AS one)",
    "day": "(t.{column} - c.n * $3::interval)::date",
    "at": _EARLIER,
    "published": _EARLIER,
    "fetched_at": _EARLIER,
    "first_stored_at": _EARLIER,
    "stored_at": _EARLIER,
    "first_seen_at": _EARLIER,
}
_PARTITIONS = """
SELECT copydesk.make_partition(
    k.parent, 'day', format('%s_%s', k.parent, to_char(since, 'YYYY_MM_DD')), since, since + k.span
)
FROM (VALUES ('article_bands', 'week', interval '1 week', interval '1 week'),
             ('article_lasting_bands', 'month', interval '1 month', interval '4 months'))
    AS k (parent, unit, span, back)
CROSS JOIN LATERAL generate_series(date_trunc(k.unit, now() AT TIME ZONE 'UTC') - k.back,
                                   date_trunc(k.unit, now() AT TIME ZONE 'UTC') - k.span, k.span) AS since
"""
"""Of weeks and months in which the writer would have been there."""

_COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""
_CONSTRAINTS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make
FROM pg_constraint WHERE conrelid = ANY($1::regclass[]) AND contype = 'p'
"""
_INDEXES = """
SELECT format('DROP INDEX %s', indexrelid::regclass) AS drop,
       replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') AS make
FROM pg_index WHERE indrelid = ANY($1::regclass[]) AND NOT indisprimary
"""


async def fill(connection: Connection, copies: int) -> None:
    """Store what is stored so many times more."""
    tables = [f"copydesk.{table}" for table in _TABLES]
    await connection.execute("SET synchronous_commit = off")
    await connection.execute("SET maintenance_work_mem = '1GB'")
    await connection.execute(_PARTITIONS)
    async with _without_indexes(connection, tables):
        for table in tables:
            kept = _DAYS if table != "copydesk.article_bands" else (NOW.date() - bands_since(NOW.date())).days
            await _multiply(connection, table, copies, copies * kept // _DAYS)
    await connection.execute("RESET synchronous_commit")
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")


async def _multiply(connection: Connection, table: str, copies: int, kept: int) -> None:
    """The last `kept` of so many copies, which are spread over all of the time."""
    names = [row["attname"] for row in await connection.fetch(_COLUMNS, table)]
    made = ", ".join(_expression(table.removeprefix("copydesk."), name) for name in names)
    await connection.execute(f"CREATE TEMPORARY TABLE template AS SELECT * FROM {table}")
    into = f"INSERT INTO {table} ({', '.join(names)})"
    step = _DAYS / copies
    for start in range(1, kept + 1, _CHUNK):
        end = min(kept, start + _CHUNK - 1)
        statement = f"{into} SELECT {made} FROM template t CROSS JOIN generate_series({start}, {end}) AS c (n)"
        await connection.execute(statement.replace("$3::interval", f"interval '{step} days'"))
    await connection.execute("DROP TABLE template")


def _expression(table: str, column: str) -> str:
    made = _MADE.get(f"{table}.{column}") or _MADE.get(column) or "t.{column}"
    return made.format(column=column)


@asynccontextmanager
async def _without_indexes(connection: Connection, tables: Sequence[str]) -> AsyncIterator[None]:
    """Made again at the end, which is many times faster than keeping them up."""
    found = [*await connection.fetch(_CONSTRAINTS, tables), *await connection.fetch(_INDEXES, tables)]
    for index in found:
        await connection.execute(index["drop"])
    yield
    for index in found:
        await connection.execute(index["make"])
