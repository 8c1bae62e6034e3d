"""Fills a frontier on the server's side, in steps, with a web of Zipf's shape."""

from dataclasses import dataclass
from typing import Any

_CHUNK = 250_000

_ADD_HOSTS = """
INSERT INTO copydesk.hosts (host)
SELECT 'site-' || n || '.example' FROM generate_series(0, $1::integer - 1) AS n
ON CONFLICT DO NOTHING
"""
"""Every host of the made-up web, known and idle."""

_ADD_URLS = """
INSERT INTO copydesk.frontier (url_id, url, host, source, state, priority, not_before, found_on, hints, etag,
                               content_sha256, first_seen, first_fetched, last_fetched, last_body)
SELECT md5('url ' || n)::uuid,
       'https://' || host || '/news/2026/' || n % 12 + 1 || '/' || md5(n::text) || '-' || n,
       host,
       'source of ' || host,
       CASE WHEN fate < 0.50 THEN 'done' WHEN fate < 0.56 THEN 'dropped' WHEN fate < 0.60 THEN 'gone'
            ELSE 'waiting' END,
       CASE WHEN fate < 0.60 OR kind < 0.50 THEN 3 WHEN kind < 0.55 THEN 1 WHEN kind < 0.70 THEN 2 ELSE 4 END,
       CASE WHEN fate < 0.60 THEN now() - at * interval '300 days'
            WHEN kind < 0.50 THEN now() - interval '1 hour' + at * interval '7 days'
            ELSE now() - at * interval '1 day' END,
       'https://' || host || '/feed.xml',
       jsonb_build_object('title', 'Title of article ' || n, 'published', (now() - at * interval '300 days')::text),
       CASE WHEN kind < 0.50 THEN '"' || md5('etag ' || n) || '"' END,
       CASE WHEN kind < 0.50 THEN md5('a' || n) || md5('b' || n) END,
       now() - at * interval '300 days',
       CASE WHEN kind < 0.50 THEN now() - at * interval '299 days' END,
       CASE WHEN kind < 0.50 THEN now() - at * interval '7 days' END,
       CASE WHEN kind < 0.50 THEN now() - at * interval '7 days' END
FROM (
    SELECT n, 'site-' || floor(8 * exp(random() * ln(($3::float8 + 8) / 8))) - 8 || '.example' AS host,
           random() AS fate, random() AS kind, random() AS at
    FROM generate_series($1::bigint, $2::bigint) AS n
    OFFSET 0
) AS made
"""
"""URLs number $1 … $2 over $3 hosts, by Zipf's law with Mandelbrot's shift: of 10 million over 200,000 hosts the first
one gets 120,000. Six in ten are over; of those that wait, half are revisits of the next week, the rest is due: fresh,
listed, and most of it back-fill."""

_SETTLE_HOSTS = """
UPDATE copydesk.hosts AS h
SET ready_at = w.ready, rank = w.rank, lease_until = '-infinity', next_allowed = '-infinity'
FROM (
    SELECT host, min(not_before) AS ready,
           coalesce(min(priority) FILTER (WHERE not_before <= now()), min(priority)) AS rank
    FROM copydesk.frontier WHERE state = 'waiting' GROUP BY host
) AS w
WHERE h.host = w.host
"""
"""Hosts as their crawlers would have left them: ready when their first URL is due, as urgent as what is due by now."""

_SECONDARY_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index AS i WHERE i.indrelid = 'copydesk.frontier'::regclass AND NOT i.indisprimary
"""
"""They are dropped while many rows are added, and made again."""

_SIZES = """
SELECT (SELECT count(*) FROM copydesk.frontier) AS urls,
       (SELECT count(*) FROM copydesk.frontier WHERE state = 'waiting' AND not_before <= now()) AS due,
       (SELECT count(*) FROM copydesk.hosts WHERE ready_at <= now()) AS ready_hosts,
       (SELECT max(n) FROM (SELECT count(*) AS n FROM copydesk.frontier GROUP BY host) AS c) AS largest_host,
       pg_total_relation_size('copydesk.frontier') / 1e9 AS gigabytes
"""
"""What there is, and what of it is due."""


@dataclass(frozen=True)
class Sizes:
    """What there is, and what of it is due."""

    urls: int
    due: int
    ready_hosts: int
    largest_host: int
    gigabytes: float


async def add_hosts(connection: Any, hosts: int) -> None:
    await connection.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.execute("SELECT setseed(0.42)")
    await connection.execute(_ADD_HOSTS, hosts)


async def grow(connection: Any, start: int, end: int, hosts: int) -> Sizes:
    """Add the URLs number `start` to `end`, less one; the hosts stand afterwards as crawlers would have left them."""
    indexes = await connection.fetch(_SECONDARY_INDEXES)
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    for first in range(start, end, _CHUNK):
        await connection.execute(_ADD_URLS, first, min(first + _CHUNK, end) - 1, hosts)
    for index in indexes:
        await connection.execute(index["definition"])
    await connection.execute(_SETTLE_HOSTS)
    await connection.execute("VACUUM ANALYZE copydesk.frontier")
    await connection.execute("VACUUM ANALYZE copydesk.hosts")
    await connection.execute("CHECKPOINT")
    return Sizes(**dict(await connection.fetchrow(_SIZES)))
