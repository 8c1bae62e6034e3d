-- name: recall_due
-- Whether the recall of a source was not counted for a time.
SELECT recall_at < now() - $2::interval FROM copydesk.source_polls WHERE source = $1;

-- name: count_recall
-- Counts and keeps what sitemaps listed in the last week and what became of it; the last hours may still come, and
-- what was old when it was listed is back-fill. A duplicate fares as what it is a duplicate of, up to ten steps away.
-- Walls, block pages and shells without text are missed articles; what says that it is missing is none.
WITH RECURSIVE followed AS (
    SELECT url_id AS listed_id, url_id, duplicate_of, 0 AS steps
    FROM copydesk.frontier
    WHERE source = $1 AND listed AND first_seen BETWEEN now() - interval '7 days' AND now() - interval '3 hours'
      AND coalesce((hints ->> 'published')::timestamptz, first_seen) > first_seen - interval '2 days'
    UNION ALL
    SELECT f.listed_id, t.url_id, t.duplicate_of, f.steps + 1
    FROM followed AS f JOIN copydesk.frontier AS t ON t.url_id = f.duplicate_of
    WHERE f.steps < 10
), ends AS (
    SELECT DISTINCT ON (listed_id) listed_id, url_id FROM followed ORDER BY listed_id, steps DESC
), listed AS (
    SELECT CASE WHEN f.first_fetched IS NOT NULL THEN 'fetched'
                WHEN f.reason = 'robots-disallowed' OR f.reason LIKE 'opt-out-%' THEN 'forbidden'
                WHEN f.state = 'gone'
                  OR f.reason IN ('http-404', 'http-410', 'not-html', 'soft-404', 'redirect-home', 'parked-domain')
                  THEN 'absent'
           END AS fate
    FROM ends AS e JOIN copydesk.frontier AS f ON f.url_id = e.url_id
), counts AS (
    SELECT count(*) AS listed, count(*) FILTER (WHERE fate = 'fetched') AS fetched,
           count(*) FILTER (WHERE fate = 'forbidden') AS forbidden, count(*) FILTER (WHERE fate = 'absent') AS absent
    FROM listed
)
UPDATE copydesk.source_polls AS p
SET listed = c.listed, listed_fetched = c.fetched, listed_forbidden = c.forbidden, listed_absent = c.absent,
    recall_at = now()
FROM counts AS c WHERE p.source = $1;

-- name: load_recall
-- The recall of a source as it was last counted.
SELECT listed, listed_fetched, listed_forbidden, listed_absent FROM copydesk.source_polls WHERE source = $1;

-- name: open_problems
-- What is wrong with a source.
SELECT problem FROM copydesk.source_problems WHERE source = $1 AND state = 'raised';

-- name: raise_problem
-- Notes a problem that was not open; two crawlers do not raise it twice.
INSERT INTO copydesk.source_problems AS p (source, problem, state, since, baseline, current, detail)
VALUES ($1, $2, 'raised', now(), $3, $4, $5)
ON CONFLICT (source, problem) DO UPDATE
SET state = 'raised', since = excluded.since, baseline = excluded.baseline, current = excluded.current,
    detail = excluded.detail, told = false
WHERE p.state = 'cleared';

-- name: clear_problem
-- Notes the end of a problem.
UPDATE copydesk.source_problems
SET state = 'cleared', since = now(), told = false
WHERE source = $1 AND problem = $2 AND state = 'raised';

-- name: untold_problems
-- Changes whose events were not sent, or not surely.
SELECT problem, state, since, baseline, current, detail FROM copydesk.source_problems WHERE source = $1 AND NOT told;

-- name: problem_told
-- The event of a change was sent.
UPDATE copydesk.source_problems SET told = true WHERE source = $1 AND problem = $2 AND since = $3;

-- name: source_health
-- How each source fares.
SELECT source, enabled, extract(epoch FROM pace)::float8 AS pace, next_poll, last_polled, newest_entry, per_day, failures,
       last_error, listed, listed_fetched, listed_forbidden, recall, problems
FROM copydesk.v1_source_health ORDER BY source;
