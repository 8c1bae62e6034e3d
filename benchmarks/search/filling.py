"""Fills articles and their index: rows by COPY, words as the second pass stems them.

Beyond the first 50,000 articles each is one of those again, eight weeks later than in the edition before: stemming a
million would take an hour, and an index neither knows nor cares. As where news comes in, rows lie in the order of their
time but for one in twenty, which came late. What was done is noted in the database, so that filling can be left and
taken up again.
"""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import asyncpg

from benchmarks.search.articles import EDITION, LANGUAGES, LATE, OLDEST, WEEKS, Article, Vocabulary, articles
from copydesk.storage.array_literals import array_literal
from copydesk.storage.search_labels import labels, language_labels, time_labels
from copydesk.storage.search_text import configuration_of, searchable
from copydesk.storage.statements import load_statements

_CHUNK = 2_500
_COLUMNS = [
    "id", "source", "url", "url_hash", "canonical_url", "title", "text", "language", "story_id", "published",
    "content_sha256", "record_sha256", "revision_sha256", "revision", "fetched_at", "version", "message_id",
    "message_time", "first_stored_at", "stored_at",
]  # fmt: skip
_NEW = {"id": "n.id", "revision": "1", **dict.fromkeys(
    ("published", "fetched_at", "message_time", "first_stored_at", "stored_at"), "n.at")}  # fmt: skip
_COPIED = [_NEW.get(column, f"a.{column}") for column in _COLUMNS]
_AGAIN = f"""
WITH again AS MATERIALIZED (
    SELECT id AS old, md5($1::integer || id::text)::uuid AS id, timestamptz '{OLDEST}' + interval '{WEEKS} weeks'
           * (CASE WHEN random() < {LATE} THEN random() * ($1 + 1) ELSE random() + $1 END) AS at
    FROM (SELECT id FROM copydesk.articles WHERE revision = 2 ORDER BY id LIMIT $2) AS first ORDER BY random()
), copied AS (
    INSERT INTO copydesk.articles ({", ".join(_COLUMNS)})
    SELECT {", ".join(_COPIED)} FROM again n JOIN copydesk.articles a ON a.id = n.old ORDER BY n.at
)
INSERT INTO copydesk.article_search (article_id, configuration, at, version, message_time, terms)
SELECT n.id, s.configuration, n.at, 1, n.at,
       ts_delete(s.terms, ARRAY(SELECT l FROM unnest(tsvector_to_array(s.terms)) AS l WHERE l LIKE '@t_:%'))
       || array_to_tsvector(ARRAY(
           SELECT '@t' || level || ':' || (floor(extract(epoch FROM n.at) / 3600)::bigint >> (3 * level))
           FROM generate_series(0, 7) AS level))
FROM again n JOIN copydesk.article_search s ON s.article_id = n.old ORDER BY n.at
"""
"""The articles written first (their revision is 2) once more, as edition $1; time labels as in `search_labels`."""
_MONTHS = f"""
SELECT copydesk.make_search_partition(month)
FROM generate_series(timestamp '{OLDEST:%Y-%m-%d}', date_trunc('month', now() AT TIME ZONE 'UTC'), '1 month') AS month
"""
_LOADING = {"max_wal_size": "8GB", "synchronous_commit": "off", "autovacuum": "off"}
_INDEX = "copydesk.article_search_terms"

_vocabularies: dict[str, Vocabulary] = {}


async def fill(dsn: str, count: int, workers: int, seconds: float) -> bool:
    """Articles and index entries from `workers` processes, the index itself last; False where time ran out before."""
    ends = time.monotonic() + seconds
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE IF NOT EXISTS public.filled (step text PRIMARY KEY, definition text)")
    done = {row["step"] for row in await connection.fetch("SELECT step FROM public.filled")}
    if f"all {count}" in done:
        return True
    await _set(connection, _LOADING)
    await connection.execute(_MONTHS)
    await _drop_index(connection)
    try:
        if not (
            await _write_first(dsn, count, workers, done, ends) and await _write_again(connection, count, done, ends)
        ):
            return False
        await _finish(connection)
        await connection.execute("INSERT INTO public.filled (step) VALUES ($1)", f"all {count}")
    finally:
        await _set(connection, dict.fromkeys(_LOADING))
        await connection.close()
    return True


async def _set(connection: asyncpg.Connection, settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'" if value else f"ALTER SYSTEM RESET {name}")
    await connection.execute("SELECT pg_reload_conf()")


async def _drop_index(connection: asyncpg.Connection) -> None:
    """Rows come faster without; its definition is kept for the end."""
    definition = await connection.fetchval(
        "SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indexrelid = to_regclass($1)", _INDEX
    )
    if definition:
        await connection.execute("INSERT INTO public.filled VALUES ('index', $1) ON CONFLICT DO NOTHING", definition)
        await connection.execute(f"DROP INDEX {_INDEX}")


async def _finish(connection: asyncpg.Connection) -> None:
    await connection.execute("SET maintenance_work_mem = '1GB'")
    definition = await connection.fetchval("DELETE FROM public.filled WHERE step = 'index' RETURNING definition")
    await connection.execute(definition.replace(" ON ONLY ", " ON ", 1), timeout=7_200)
    for table in ("article_search", "articles"):
        await connection.execute(f"VACUUM ANALYZE copydesk.{table}", timeout=7_200)
    await connection.execute("CHECKPOINT", timeout=7_200)


async def _write_first(dsn: str, count: int, workers: int, done: set[str], ends: float) -> bool:
    written = min(count, EDITION)
    left = [first for first in range(0, written, _CHUNK) if f"first {first}" not in done]
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(workers) as processes:
        for start in range(0, len(left), workers):
            if time.monotonic() > ends:
                return False
            some = left[start : start + workers]
            chunks = [(dsn, first, min(_CHUNK, written - first)) for first in some]
            await asyncio.gather(*(loop.run_in_executor(processes, _fill_chunk, *chunk) for chunk in chunks))
    return True


async def _write_again(connection: asyncpg.Connection, count: int, done: set[str], ends: float) -> bool:
    for again in range(1, -(-count // EDITION)):
        if f"again {again}" in done:
            continue
        if time.monotonic() > ends:
            return False
        async with connection.transaction():
            await connection.execute(_AGAIN, again, min(EDITION, count - again * EDITION), timeout=7_200)
            await connection.execute("INSERT INTO public.filled (step) VALUES ($1)", f"again {again}")
    return True


def _fill_chunk(dsn: str, first: int, count: int) -> None:
    if not _vocabularies:
        _vocabularies.update({language: Vocabulary(language) for language in LANGUAGES})
    some = sorted(articles(first, count, _vocabularies), key=lambda one: one.at)
    asyncio.run(_write(dsn, f"first {first}", some))


async def _write(dsn: str, step: str, some: Sequence[Article]) -> None:
    connection = await asyncpg.connect(dsn)
    async with connection.transaction():
        await connection.copy_records_to_table(
            "articles", schema_name="copydesk", columns=_COLUMNS, records=[_article_row(one) for one in some]
        )
        store = load_statements("search")["store"]
        for start in range(0, len(some), 500):
            entries = [_entry(one) for one in some[start : start + 500]]
            await connection.execute(store, *map(list, zip(*entries, strict=True)), timeout=600)
        await connection.execute("INSERT INTO public.filled (step) VALUES ($1)", step)
    await connection.close()


def _article_row(one: Article) -> tuple[Any, ...]:
    url = f"https://{one.source}.example/{one.id}"
    return (
        one.id, one.source, url, one.id.bytes, url, one.title, one.text, one.language, one.story, one.at, "00", b"0",
        b"0", 2, one.at, 1, str(one.id), one.at, one.at, one.at,
    )  # fmt: skip


def _entry(one: Article) -> tuple[Any, ...]:
    named = {
        *time_labels(one.at),
        *language_labels(one.language),
        *labels("source", [one.source]),
        *labels("entity", one.entities),
        *labels("place", one.places),
        *labels("topic", [one.topic]),
    }
    configuration = configuration_of(one.language)
    return (
        one.id, configuration, one.at, 1, one.at, searchable(one.title), "", searchable(one.text),
        array_literal(sorted(named)),
    )  # fmt: skip
