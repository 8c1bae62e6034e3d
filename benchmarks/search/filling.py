"""Fills articles and their index: rows by COPY, words as the second pass stems them.

Beyond the first 50,000 articles each is one of those again, at another time: stemming a million would take an hour, and
an index neither knows nor cares.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from typing import Any

import asyncpg

from benchmarks.search.articles import LANGUAGES, NEWEST, YEARS, Article, Vocabulary, articles
from copydesk.storage.array_literals import array_literal
from copydesk.storage.search_labels import labels, language_labels, time_labels
from copydesk.storage.search_text import configuration_of, searchable
from copydesk.storage.statements import load_statements

_CHUNK = 2_500
_WRITTEN = 50_000
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
    SELECT id AS old, md5($1::integer || id::text)::uuid AS id,
           published - random() * (published - timestamptz '{NEWEST - timedelta(days=365 * YEARS)}') AS at
    FROM (SELECT id, published FROM copydesk.articles ORDER BY revision DESC, id LIMIT {_WRITTEN}) AS first LIMIT $2
), copied AS (
    INSERT INTO copydesk.articles ({", ".join(_COLUMNS)})
    SELECT {", ".join(_COPIED)} FROM again n JOIN copydesk.articles a ON a.id = n.old
)
INSERT INTO copydesk.article_search (article_id, configuration, at, version, message_time, terms)
SELECT n.id, s.configuration, n.at, 1, n.at,
       ts_delete(s.terms, ARRAY(SELECT l FROM unnest(tsvector_to_array(s.terms)) AS l WHERE l LIKE '@t_:%'))
       || array_to_tsvector(ARRAY(
           SELECT '@t' || level || ':' || (floor(extract(epoch FROM n.at) / 3600)::bigint >> (3 * level))
           FROM generate_series(0, 7) AS level))
FROM again n JOIN copydesk.article_search s ON s.article_id = n.old
"""
"""The articles written first (their revision is 2) once more, as edition $1; time labels as in `search_labels`."""

_vocabularies: dict[str, Vocabulary] = {}


async def fill(dsn: str, count: int, workers: int) -> None:
    """Articles and index entries from `workers` processes; the index itself is built at the end."""
    connection = await asyncpg.connect(dsn)
    for setting in ("max_wal_size = '8GB'", "synchronous_commit = off", "autovacuum = off"):
        await connection.execute(f"ALTER SYSTEM SET {setting}")
    await connection.execute("SELECT pg_reload_conf()")
    definition = await connection.fetchval("SELECT pg_get_indexdef('copydesk.article_search_terms'::regclass)")
    await connection.execute("DROP INDEX copydesk.article_search_terms")
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(workers) as processes:
        written = min(count, _WRITTEN)
        chunks = [(dsn, first, min(_CHUNK, written - first)) for first in range(0, written, _CHUNK)]
        for done in asyncio.as_completed([loop.run_in_executor(processes, _fill_chunk, *chunk) for chunk in chunks]):
            await done
    for again in range(1, -(-count // _WRITTEN)):
        await connection.execute(_AGAIN, again, min(_WRITTEN, count - again * _WRITTEN), timeout=7_200)
    await connection.execute("SET maintenance_work_mem = '1GB'")
    await connection.execute(definition, timeout=7_200)
    await connection.execute("VACUUM ANALYZE copydesk.article_search", timeout=7_200)
    await connection.execute("VACUUM ANALYZE copydesk.articles", timeout=7_200)
    for setting in ("synchronous_commit", "autovacuum"):
        await connection.execute(f"ALTER SYSTEM RESET {setting}")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.execute("CHECKPOINT")
    await connection.close()


def _fill_chunk(dsn: str, first: int, count: int) -> None:
    if not _vocabularies:
        _vocabularies.update({language: Vocabulary(language) for language in LANGUAGES})
    asyncio.run(_write(dsn, sorted(articles(first, count, _vocabularies), key=lambda one: one.id)))


async def _write(dsn: str, some: Sequence[Article]) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.copy_records_to_table(
        "articles", schema_name="copydesk", columns=_COLUMNS, records=[_article_row(one) for one in some]
    )
    store = load_statements("search")["store"]
    for start in range(0, len(some), 500):
        entries = [_entry(one) for one in some[start : start + 500]]
        await connection.execute(store, *map(list, zip(*entries, strict=True)), timeout=600)
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
