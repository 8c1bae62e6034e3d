"""What finding copies and stories costs the writer, beside many articles.

    python -m benchmarks.tagging.story_assignment [--articles 200000] [--filed 4000]

Fills an embedded Postgres with articles of two weeks, a third of them in stories of several, then files more in
batches as the writer does, by turns with story keys and without, counts the CPU seconds of writer and database, and
prints plans of the lookups.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil
from copydesk_writer.adapters.postgres import ArticleFiler
from copydesk_writer.adapters.tables import STORIES
from copydesk_writer.core.story_evidence import WINDOW, key_hash

from benchmarks.writer.articles import NAMES, NOW, TELLINGS, event_keys, received
from copydesk.settings import PostgresSettings
from copydesk.storage import EmbeddedPostgres, Pool, migrate, open_pool

BATCH = 500
TURNS = 4
_APART = 10**9
_FILL = """
INSERT INTO copydesk.articles (id, source, url, url_hash, canonical_url, text, content_sha256, record_sha256,
    revision_sha256, revision, fetched_at, version, message_id, message_time, first_stored_at, stored_at, published,
    story_id)
SELECT md5(n::text)::uuid, 's' || n % 500, 'u' || n, sha256(n::text::bytea), 'u' || n, 'text', '', '', '', 1, t, n,
    'm' || n, t, t, t, t, 'story ' || n / 3
FROM (SELECT n,
      $2::timestamptz - n * interval '14 days' / $1::integer AS t FROM generate_series(1, $1::integer) n) AS f
"""
_FILL_NAMES = """
CREATE TEMPORARY TABLE filled AS
SELECT a.id, a.published AS at, f.n, named.name, hash.key
FROM generate_series(1, $1::integer) AS f (n)
JOIN copydesk.articles a ON a.id = md5(f.n::text)::uuid
CROSS JOIN LATERAL (
    SELECT 'name:of event ' || f.n / 3 || ', ' || own AS name FROM generate_series(0, 4) AS own
    UNION SELECT 'name:' || (power(random(), 3) * $2::integer)::integer FROM generate_series(1, 9 + f.n % 2)
) AS named
LEFT JOIN names hash ON hash.name = named.name
"""
_FILL_OFFERS = """
INSERT INTO copydesk.article_stories (article_id, at, dated, keys, weights, headline, probes, assigned)
SELECT id, at, true, array_agg(name), array_agg((CASE WHEN name LIKE '%, _' THEN 1 ELSE 0.5 END)::real),
    array_agg(name) FILTER (WHERE name LIKE '%, 1'),
    array_agg(coalesce(key, hashtextextended(name, 0))), true
FROM filled GROUP BY id, at
"""
_FILL_KEYS = """
INSERT INTO copydesk.story_keys (key, at, article_id)
SELECT coalesce(key, hashtextextended(name, 0)), at, id FROM filled ORDER BY 1, 2
"""
_FILL_STORIES = """
INSERT INTO copydesk.stories (id, first_seen_at, articles)
SELECT story_id, min(stored_at), count(*) FROM copydesk.articles GROUP BY story_id
"""


@dataclass
class Cost:
    """What filing some articles took."""

    articles: int = 0
    seconds: float = 0.0
    writer: float = 0.0
    database: float = 0.0

    def __str__(self) -> str:
        used, of = self.writer + self.database, 1000 / self.articles
        return (
            f"{self.articles / self.seconds:.0f} articles/s; CPU seconds per 1,000 articles: {used * of:.2f} "
            f"(writer {self.writer * of:.2f}, database {self.database * of:.2f})"
        )


async def file(pool: Pool, numbers: Sequence[int], cost: Cost, *, with_keys: bool) -> None:
    filer = ArticleFiler(pool)
    articles = [received(number, with_keys=with_keys) for number in numbers]
    batches = [articles[start : start + BATCH] for start in range(0, len(articles), BATCH)]
    database, writer, begin = await _database_seconds(pool), time.process_time(), time.perf_counter()
    for batch in batches:
        await filer.handle(batch, NOW)
    cost.articles += len(articles)
    cost.seconds += time.perf_counter() - begin
    cost.writer += time.process_time() - writer
    cost.database += await _database_seconds(pool) - database


async def _database_seconds(pool: Pool) -> float:
    """CPU seconds of the sessions; what the database does by itself is left out."""
    rows = await pool.fetch("SELECT pid FROM pg_stat_activity WHERE application_name = 'copydesk'")
    times = [psutil.Process(row["pid"]).cpu_times() for row in rows]
    return sum(one.user + one.system for one in times)


async def _fill(pool: Pool, stored: int, filed: int) -> None:
    """Five names that an event has to itself, and nine that are the more common the lower their number."""
    names = [name for event in range(filed // TELLINGS + 1) for name in event_keys(event)]
    names += [f"name:{number}" for number in range(NAMES + 1)]
    async with pool.acquire() as connection:
        await connection.execute(_FILL, stored, NOW)
        await connection.execute("CREATE TEMPORARY TABLE names (name text PRIMARY KEY, key bigint)")
        await connection.copy_records_to_table("names", records=[(name, key_hash(name)) for name in names])
        await connection.execute("ANALYZE names")
        await connection.execute(_FILL_NAMES, stored, NAMES)
        for statement in (_FILL_OFFERS, _FILL_KEYS, _FILL_STORIES, "DROP TABLE filled, names"):
            await connection.execute(statement)


def _first(with_keys: bool) -> int:
    """Articles with keys tell of the events that were filled in; those without are others, or they would be copies."""
    return 0 if with_keys else _APART


async def measure(dsn: str, stored: int, filed: int) -> None:
    await migrate(dsn)
    pool = await open_pool(dsn, PostgresSettings(command_timeout=timedelta(minutes=10)))
    await _fill(pool, stored, filed)
    await pool.execute("VACUUM ANALYZE")
    for with_keys in (False, True):
        first = _first(with_keys) + filed + TELLINGS
        await file(pool, range(first, first + BATCH), Cost(), with_keys=with_keys)
    costs = {False: Cost(), True: Cost()}
    for turn in range(TURNS):
        for with_keys, cost in costs.items():
            first = _first(with_keys)
            numbers = range(first + filed * turn // TURNS, first + filed * (turn + 1) // TURNS)
            await file(pool, numbers, cost, with_keys=with_keys)
    print(f"without story keys: {costs[False]}\nwith story keys:    {costs[True]}")
    joined = await pool.fetchval("SELECT count(*) FROM copydesk.articles WHERE title <> '' AND story_id LIKE 'story %'")
    print(f"{joined} of {filed} joined a story that was there before")
    some = await pool.fetch(
        "SELECT article_id FROM copydesk.article_stories WHERE at > $1 LIMIT 200", NOW - timedelta(hours=9)
    )
    plan = await pool.fetch("EXPLAIN (ANALYZE, BUFFERS) " + STORIES["find_tellings"], [row[0] for row in some], WINDOW)
    print("\n".join(row[0] for row in plan))
    pool.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--filed", type=int, default=4_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-postgres-") as folder:
        Path(folder).chmod(0o755)
        with EmbeddedPostgres(Path(folder) / "data") as dsn:
            asyncio.run(measure(dsn, arguments.articles, arguments.filed))


if __name__ == "__main__":
    main()
