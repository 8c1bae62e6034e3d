-- name: add_hosts
-- Makes hosts known; sorted, as everything that locks more than one host is.
INSERT INTO copydesk.hosts (host)
SELECT h.host FROM unnest($1::text[]) AS h (host) ORDER BY h.host
ON CONFLICT (host) DO NOTHING;

-- name: lock_hosts
-- Held to the end of the transaction, so that a release and a discovery never miss one another.
SELECT host FROM copydesk.hosts WHERE host = ANY($1::text[]) ORDER BY host FOR UPDATE;

-- name: add_urls
-- Adds the URLs that are new and answers which.
INSERT INTO copydesk.frontier (url_id, url, host, source, priority, found_on, hints, redirects)
SELECT n.url_id, n.url, n.host, n.source, n.priority, n.found_on, n.hints::jsonb, n.redirects
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::smallint[])
    AS n (url_id, url, host, source, priority, found_on, hints, redirects)
ORDER BY n.url_id
ON CONFLICT (url_id) DO NOTHING
RETURNING url_id;

-- name: wake_hosts
-- Hosts with new URLs become ready as soon as their lease and their politeness let them.
UPDATE copydesk.hosts
SET ready_at = least(ready_at, greatest(next_allowed, lease_until, now()))
WHERE host = ANY($1::text[]);

-- name: claim_hosts
-- Leases hosts that have something due. A lease that ran out makes its host ready again by itself.
UPDATE copydesk.hosts AS h
SET lease_owner = $1, lease_until = now() + $3::interval, ready_at = now() + $3::interval, fence = fence + 1
FROM (
    SELECT host FROM copydesk.hosts WHERE ready_at <= now() ORDER BY ready_at LIMIT $2 FOR UPDATE SKIP LOCKED
) AS ready
WHERE h.host = ready.host
RETURNING h.host, h.fence;

-- name: due_urls
-- The first due URLs of each host, with what is configured for their sources.
SELECT f.*, s.language, s.country
FROM unnest($1::text[]) AS h (host)
CROSS JOIN LATERAL (
    SELECT url_id, url, host, source, found_on, hints::text AS hints, redirects, attempts, etag, last_modified,
           content_sha256, coalesce(extract(epoch FROM now() - first_fetched), 0)::float8 AS age
    FROM copydesk.frontier
    WHERE host = h.host AND state = 'waiting' AND not_before <= now()
    ORDER BY priority, not_before
    LIMIT $2
) AS f
LEFT JOIN copydesk.sources AS s ON s.name = f.source;

-- name: claim_host
-- Leases one host for a request outside the frontier, such as a feed.
UPDATE copydesk.hosts
SET lease_owner = $2, lease_until = now() + $3::interval, ready_at = now() + $3::interval, fence = fence + 1
WHERE host = $1 AND lease_until <= now() AND next_allowed <= now()
RETURNING fence;

-- name: host_wait
-- How long until a host that is leased or at rest can be had.
SELECT extract(epoch FROM greatest(lease_until, next_allowed) - now())::float8 FROM copydesk.hosts WHERE host = $1;

-- name: lock_lease
-- Whether the lease is still ours; nobody else can take it before the transaction ends.
SELECT true FROM copydesk.hosts WHERE host = $1 AND fence = $2 AND lease_until > '-infinity' FOR UPDATE;

-- name: keep_host
-- After a request with more to come: the lease begins anew, the next request waits its turn.
UPDATE copydesk.hosts
SET next_allowed = now() + $2::interval, lease_until = now() + $3::interval, ready_at = now() + $3::interval
WHERE host = $1;

-- name: release_host
-- Gives the lease back. `$2` null leaves the time of the next request as it is.
UPDATE copydesk.hosts
SET lease_owner = NULL,
    lease_until = '-infinity',
    next_allowed = coalesce(now() + $2::interval, next_allowed),
    ready_at = greatest(
        coalesce(now() + $2::interval, next_allowed),
        (SELECT coalesce(min(not_before), 'infinity') FROM copydesk.frontier WHERE host = $1 AND state = 'waiting')
    )
WHERE host = $1;

-- name: finish_url
-- What a visit came to, if the lease is still ours: the host is locked, kept for more, and the URL written down.
-- `$6` null plans no visit; `$8` and `$11` null leave what is known; `$12` says that validators are new.
WITH held AS (
    SELECT host FROM copydesk.hosts WHERE host = $1 AND fence = $2 AND lease_until > '-infinity' FOR UPDATE
), kept AS (
    UPDATE copydesk.hosts AS h
    SET next_allowed = now() + $15::interval, lease_until = now() + $16::interval, ready_at = now() + $16::interval
    FROM held WHERE h.host = held.host
)
UPDATE copydesk.frontier AS f
SET state = $4,
    reason = $5,
    not_before = coalesce(now() + $6::interval, not_before),
    attempts = $7,
    status = coalesce($8, status),
    etag = CASE WHEN $12 THEN $9 ELSE etag END,
    last_modified = CASE WHEN $12 THEN $10 ELSE last_modified END,
    content_sha256 = coalesce($11, content_sha256),
    first_fetched = CASE WHEN $11::text IS NULL THEN first_fetched ELSE coalesce(first_fetched, now()) END,
    last_fetched = CASE WHEN $13 THEN now() ELSE last_fetched END,
    duplicate_of = $14
FROM held WHERE f.url_id = $3 AND f.host = held.host
RETURNING true;

-- name: due_within
-- Whether a URL is due within a time.
SELECT EXISTS (SELECT FROM copydesk.frontier WHERE state = 'waiting' AND not_before <= now() + $1::interval);

-- name: load_robots
-- What is known of an origin's robots.txt and is still fresh.
SELECT verdict, body, fetched_at FROM copydesk.robots WHERE origin = $1 AND expires_at > now();

-- name: save_robots
-- Remembers a robots.txt for a time.
INSERT INTO copydesk.robots AS r (origin, verdict, body, fetched_at, expires_at)
VALUES ($1, $2, $3, now(), now() + $4::interval)
ON CONFLICT (origin) DO UPDATE SET
    verdict = excluded.verdict, body = excluded.body, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
RETURNING verdict, body, fetched_at;
