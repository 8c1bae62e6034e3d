-- name: add_hosts
-- Makes hosts known; sorted, as everything that locks more than one host is.
INSERT INTO copydesk.hosts (host)
SELECT h.host FROM unnest($1::text[]) AS h (host) ORDER BY h.host
ON CONFLICT (host) DO NOTHING;

-- name: lock_hosts
-- Held to the end of the transaction, so that a release and a discovery never miss one another.
SELECT host FROM copydesk.hosts WHERE host = ANY($1::text[]) ORDER BY host FOR UPDATE;

-- name: add_urls
-- Adds the URLs that are new and answers which. Known ones may become more urgent, or be listed now; what is adopted
-- was fetched under another address and is looked at again in time.
INSERT INTO copydesk.frontier AS f
    (url_id, url, host, source, priority, found_on, hints, redirects, listed, content_sha256, not_before, first_fetched,
     last_fetched)
SELECT n.url_id, n.url, n.host, n.source, n.priority, n.found_on, n.hints::jsonb, n.redirects, n.listed, n.content_sha256,
       now() + coalesce(n.again, interval '0'), CASE WHEN n.again IS NOT NULL THEN now() END,
       CASE WHEN n.again IS NOT NULL THEN now() END
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::smallint[],
            $9::boolean[], $10::text[], $11::interval[])
    AS n (url_id, url, host, source, priority, found_on, hints, redirects, listed, content_sha256, again)
ORDER BY n.url_id
ON CONFLICT (url_id) DO UPDATE SET
    listed = f.listed OR excluded.listed,
    priority = CASE WHEN f.first_fetched IS NULL THEN least(f.priority, excluded.priority) ELSE f.priority END,
    hints = excluded.hints || f.hints
WHERE excluded.listed > f.listed
   OR (f.state = 'waiting' AND f.first_fetched IS NULL AND excluded.priority < f.priority)
RETURNING f.url_id, f.xmax = 0 AS new;

-- name: reopen_urls
-- A page that was left for the address that it declares, which only redirects back to it, is due after all. It has the
-- redirects of the way there, so that two that redirect to one another do not go on for ever.
UPDATE copydesk.frontier AS f
SET state = 'waiting', reason = NULL, duplicate_of = NULL, attempts = 0, not_before = now(), redirects = n.redirects
FROM unnest($1::uuid[], $2::uuid[], $3::smallint[]) AS n (url_id, led_from, redirects)
WHERE f.url_id = n.url_id AND f.state = 'duplicate' AND f.duplicate_of = n.led_from
RETURNING f.url_id, false AS new;

-- name: hosts_of_duplicates
-- Hosts of the pages that were left for URLs which they declare; what redirects there has another status.
SELECT DISTINCT host FROM copydesk.frontier
WHERE duplicate_of = ANY($1::uuid[]) AND state = 'duplicate' AND status = 200;

-- name: reopen_duplicates
-- Pages that were left for an address that came to nothing are due after all, and stand for themselves.
UPDATE copydesk.frontier
SET state = 'waiting', reason = NULL, duplicate_of = NULL, attempts = 0, not_before = now()
WHERE duplicate_of = ANY($1::uuid[]) AND state = 'duplicate' AND status = 200
RETURNING url_id, host, priority;

-- name: wake_hosts
-- Hosts with new URLs become ready when those are due, as soon as lease and politeness let them, and as urgent.
UPDATE copydesk.hosts AS h
SET ready_at = least(h.ready_at, n.at),
    rank = CASE WHEN n.at < h.ready_at THEN n.rank
                WHEN n.at <= greatest(h.ready_at, now()) THEN least(h.rank, n.rank)
                ELSE h.rank END
FROM (
    SELECT g.host, g.rank, greatest(o.next_allowed, o.lease_until, now() + g.wait) AS at
    FROM unnest($1::text[], $2::smallint[], $3::interval[]) AS g (host, rank, wait)
    JOIN copydesk.hosts AS o ON o.host = g.host
) AS n
WHERE h.host = n.host;

-- name: claim_hosts
-- Leases hosts that have something due. Each rank is looked at in the order of waiting; waiting makes up for rank, so
-- that back-fill comes last but comes. A lease that ran out makes its host ready again by itself. Infinity is named
-- because only so does the planner see that hosts_ready, which leaves it out, will do.
WITH candidates AS MATERIALIZED (
    SELECT found.host, found.ready_at + p.handicap AS turn
    FROM (VALUES (1, interval '0'), (2, interval '1 minute'), (3, interval '10 minutes'), (4, interval '1 hour'),
                 (9, interval '1 hour')) AS p (rank, handicap)
    CROSS JOIN LATERAL (
        SELECT host, ready_at FROM copydesk.hosts
        WHERE rank = p.rank AND ready_at <= now() AND ready_at < 'infinity' AND wanted_until <= now()
        ORDER BY ready_at LIMIT 4 * $2
    ) AS found
), free AS (
    SELECT h.host FROM candidates AS c JOIN copydesk.hosts AS h ON h.host = c.host
    WHERE h.ready_at <= now() AND h.wanted_until <= now()
    ORDER BY c.turn LIMIT $2 FOR UPDATE OF h SKIP LOCKED
)
UPDATE copydesk.hosts AS h
SET lease_owner = $1, lease_until = now() + $3::interval, ready_at = now() + $3::interval, fence = h.fence + 1
FROM free WHERE h.host = free.host
RETURNING h.host, h.fence, h.latency, h.failures;

-- name: due_urls
-- The first due URLs of each host, with what is configured for their sources. Each priority is a range of
-- frontier_waiting by itself: the many URLs of a host that are not due yet cost nothing.
SELECT f.*, s.language, s.country, s.licence, s.display_rights, s.retention, coalesce(s.opt_outs, '{}') AS opt_outs
FROM unnest($1::text[]) AS h (host)
CROSS JOIN LATERAL (
    SELECT due.*
    FROM (VALUES (1), (2), (3), (4)) AS p (priority)
    CROSS JOIN LATERAL (
        SELECT url_id, url, host, source, found_on, hints::text AS hints, redirects, attempts, etag, last_modified,
               content_sha256, coalesce(extract(epoch FROM now() - first_fetched), 0)::float8 AS age,
               extract(epoch FROM now() - last_body)::float8 AS body_age, priority, not_before
        FROM copydesk.frontier
        WHERE host = h.host AND priority = p.priority AND state = 'waiting' AND not_before <= now()
        ORDER BY not_before
        LIMIT $2
    ) AS due
    ORDER BY due.priority, due.not_before
    LIMIT $2
) AS f
LEFT JOIN copydesk.sources AS s ON s.name = f.source
ORDER BY f.host, f.priority, f.not_before;

-- name: claim_host
-- Leases one host for a request outside the frontier, such as a feed.
UPDATE copydesk.hosts
SET lease_owner = $2, lease_until = now() + $3::interval, ready_at = now() + $3::interval, fence = fence + 1,
    wanted_until = '-infinity'
WHERE host = $1 AND lease_until <= now() AND next_allowed <= now()
RETURNING host, fence, latency, failures;

-- name: want_host
-- How long until a host that is leased or at rest can be had. Visits leave it alone until it was asked for again, or a
-- poll would wait for as long as there are pages to visit.
UPDATE copydesk.hosts SET wanted_until = now() + interval '3 seconds'
WHERE host = $1
RETURNING extract(epoch FROM greatest(lease_until, next_allowed) - now())::float8;

-- name: lock_lease
-- Whether the lease is still ours; nobody else can take it before the transaction ends.
SELECT true FROM copydesk.hosts WHERE host = $1 AND fence = $2 AND lease_until > '-infinity' FOR UPDATE;

-- name: keep_host
-- After a request with more to come: the lease begins anew, the next request waits its turn.
UPDATE copydesk.hosts
SET next_allowed = now() + $2::interval, lease_until = now() + $3::interval, ready_at = now() + $3::interval
WHERE host = $1;

-- name: release_hosts
-- Gives leases back. A null rest leaves the time of the next request as it is. The host is ready when it may be asked
-- and a URL is due, with the rank of the most urgent URL that is due then.
UPDATE copydesk.hosts AS h
SET lease_owner = NULL, lease_until = '-infinity', next_allowed = r.allowed, ready_at = r.ready, rank = r.rank
FROM (
    SELECT held.host, held.allowed, coalesce(min(due.ready), 'infinity') AS ready,
           coalesce(min(due.priority) FILTER (WHERE due.not_before <= due.ready), 9) AS rank
    FROM (
        SELECT o.host, coalesce(now() + n.rest, o.next_allowed) AS allowed
        FROM unnest($1::text[], $2::interval[]) AS n (host, rest) JOIN copydesk.hosts AS o ON o.host = n.host
    ) AS held
    LEFT JOIN LATERAL (
        SELECT p.priority, w.not_before, greatest(held.allowed, min(w.not_before) OVER ()) AS ready
        FROM (VALUES (1), (2), (3), (4)) AS p (priority)
        CROSS JOIN LATERAL (
            SELECT not_before FROM copydesk.frontier
            WHERE host = held.host AND priority = p.priority AND state = 'waiting' ORDER BY not_before LIMIT 1
        ) AS w
    ) AS due ON true
    GROUP BY held.host, held.allowed
) AS r
WHERE h.host = r.host;

-- name: finish_urls
-- What visits came to, where the lease is still ours: the hosts are locked and kept, and the URLs written down.
-- A null `again` plans no visit; null status and hash leave what is known; `validated` says that validators are new.
-- What was taken down in the meantime stays so.
WITH given AS (
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::interval[], $7::smallint[],
                         $8::smallint[], $9::text[], $10::text[], $11::text[], $12::boolean[], $13::boolean[],
                         $14::boolean[], $15::uuid[], $16::interval[], $17::real[], $18::integer[])
        AS g (host, fence, url_id, state, reason, again, attempts, status, etag, last_modified, content_sha256, validated,
              answered, whole, duplicate_of, rest, latency, failures)
), held AS (
    SELECT h.host, h.fence FROM copydesk.hosts AS h JOIN given AS g ON g.host = h.host AND g.fence = h.fence
    WHERE h.lease_until > '-infinity' ORDER BY h.host FOR UPDATE OF h
), kept AS (
    UPDATE copydesk.hosts AS h
    SET next_allowed = now() + g.rest, lease_until = now() + $19::interval, ready_at = now() + $19::interval,
        latency = g.latency, failures = g.failures
    FROM held JOIN given AS g USING (host, fence) WHERE h.host = held.host
)
UPDATE copydesk.frontier AS f
SET state = g.state,
    reason = g.reason,
    not_before = coalesce(now() + g.again, f.not_before),
    attempts = g.attempts,
    status = coalesce(g.status, f.status),
    etag = CASE WHEN g.validated THEN g.etag ELSE f.etag END,
    last_modified = CASE WHEN g.validated THEN g.last_modified ELSE f.last_modified END,
    content_sha256 = coalesce(g.content_sha256, f.content_sha256),
    priority = CASE WHEN coalesce(g.content_sha256, f.content_sha256) IS NULL THEN f.priority ELSE 3 END,
    first_fetched = CASE WHEN g.content_sha256 IS NULL THEN f.first_fetched ELSE coalesce(f.first_fetched, now()) END,
    last_fetched = CASE WHEN g.answered THEN now() ELSE f.last_fetched END,
    last_body = CASE WHEN g.whole THEN now() ELSE f.last_body END,
    duplicate_of = g.duplicate_of
FROM held JOIN given AS g USING (host, fence)
WHERE f.url_id = g.url_id AND f.host = held.host AND f.reason IS DISTINCT FROM 'taken-down'
RETURNING f.url_id, held.fence;

-- name: lock_duplicates
-- Held to the end of the transaction, so that two pages cannot become duplicates of one another.
SELECT url_id, duplicate_of FROM copydesk.frontier WHERE url_id = ANY($1::uuid[]) ORDER BY url_id FOR UPDATE;

-- name: due_within
-- Whether a host becomes ready within a time; one that is leased, at the latest when its lease ends.
SELECT EXISTS (
    SELECT FROM (VALUES (1), (2), (3), (4), (9)) AS p (rank)
    WHERE EXISTS (
        SELECT FROM copydesk.hosts WHERE rank = p.rank AND ready_at <= now() + $1::interval AND ready_at < 'infinity'
    )
);

-- name: known_urls
-- What became of URLs, and how many addresses without their queries are duplicates of each.
SELECT f.url_id, CASE WHEN f.reason = 'taken-down' THEN f.reason ELSE f.state END AS state,
       (SELECT count(DISTINCT split_part(d.url, '?', 1)) FROM copydesk.frontier AS d WHERE d.duplicate_of = f.url_id) AS declared_by
FROM copydesk.frontier AS f WHERE f.url_id = ANY($1::uuid[]);

-- name: load_robots
-- What is known of an origin's robots.txt, fresh or not.
SELECT verdict, body, fetched_at, expires_at > now() AS fresh FROM copydesk.robots WHERE origin = $1;

-- name: keep_robots
-- Goes on with what is known, since nothing newer can be had.
UPDATE copydesk.robots SET expires_at = now() + $2::interval WHERE origin = $1;

-- name: save_robots
-- Remembers a robots.txt for a time.
INSERT INTO copydesk.robots AS r (origin, verdict, body, fetched_at, expires_at)
VALUES ($1, $2, $3, now(), now() + $4::interval)
ON CONFLICT (origin) DO UPDATE SET
    verdict = excluded.verdict, body = excluded.body, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
RETURNING verdict, body, fetched_at;

-- name: frontier_load
-- How much there is to do: hosts by state, how long the first of the ready ones has waited, and URLs as estimated.
SELECT count(*) FILTER (WHERE ready_at <= now()) AS ready,
       count(*) FILTER (WHERE lease_until > now()) AS leased,
       count(*) FILTER (WHERE lease_until <= now() AND ready_at > now() AND next_allowed > now()
                          AND ready_at < 'infinity' AND failures < $1) AS resting,
       count(*) FILTER (WHERE lease_until <= now() AND next_allowed > now() AND failures >= $1) AS broken,
       coalesce(extract(epoch FROM now() - min(ready_at) FILTER (WHERE ready_at <= now())), 0)::float8 AS lag,
       (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'copydesk.frontier'::regclass) AS urls
FROM copydesk.hosts WHERE ready_at < 'infinity' OR lease_until > now() OR next_allowed > now();
