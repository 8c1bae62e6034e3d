-- name: begin_round
-- The database's time; in a single round, sources polled before it are due.
SELECT now();

-- name: add_polls
-- Gives each source its place in the schedule.
INSERT INTO copydesk.source_polls (source) SELECT name FROM copydesk.sources ON CONFLICT (source) DO NOTHING;

-- name: claim_polls
-- Leases sources that are due: by the schedule, or, where `$4` is given, not polled since then.
UPDATE copydesk.source_polls AS p
SET lease_owner = $1, lease_until = now() + $3::interval
FROM (
    SELECT q.source, s.url, s.feeds, s.sitemaps, s.sections, s.language, s.country, s.ignore_robots, s.poll_every
    FROM copydesk.source_polls AS q JOIN copydesk.sources AS s ON s.name = q.source
    WHERE s.enabled AND q.lease_until <= now()
      AND CASE WHEN $4::timestamptz IS NULL THEN q.next_poll <= now() ELSE q.last_polled < $4 END
    ORDER BY q.next_poll LIMIT $2 FOR UPDATE OF q SKIP LOCKED
) AS due
WHERE p.source = due.source
RETURNING p.failures, due.source AS name, due.url, due.feeds, due.sitemaps, due.sections, due.language, due.country,
          due.ignore_robots, due.poll_every;

-- name: keep_poll
-- A poll of many documents begins its lease anew with each.
UPDATE copydesk.source_polls SET lease_until = now() + $3::interval WHERE source = $1 AND lease_owner = $2;

-- name: release_poll
-- Gives back a source whose poll was not finished; it is due as before.
UPDATE copydesk.source_polls SET lease_owner = NULL, lease_until = '-infinity' WHERE source = $1 AND lease_owner = $2;

-- name: finish_poll
-- Gives the lease back and plans the next poll.
UPDATE copydesk.source_polls
SET lease_owner = NULL, lease_until = '-infinity', last_polled = now(), next_poll = now() + $3::interval,
    failures = $4, problem = $5, pace = $3::interval,
    rhythm = CASE WHEN $6 THEN $7::jsonb ELSE rhythm END,
    intensity = CASE WHEN $6 THEN $8 ELSE intensity END,
    per_day = CASE WHEN $6 THEN $9 ELSE per_day END,
    newest_entry = CASE WHEN $6 THEN $10 ELSE newest_entry END,
    days = CASE WHEN $6 THEN $11::jsonb ELSE days END,
    overflows = CASE WHEN $6 THEN $12 ELSE overflows END
WHERE source = $1 AND lease_owner = $2;

-- name: load_learned
-- What earlier polls learned of a source.
SELECT rhythm::text AS rhythm, intensity, per_day, newest_entry, days::text AS days, overflows
FROM copydesk.source_polls WHERE source = $1;

-- name: mean_intensity
-- By it the polls are shared out among the enabled sources whose interval is learned.
SELECT avg(p.intensity) FROM copydesk.source_polls AS p JOIN copydesk.sources AS s ON s.name = p.source
WHERE s.enabled AND s.poll_every IS NULL;

-- name: known_urls
-- Of some URLs those that were there at the last poll, and whether its source had named them. What a hub delivered since
-- then, or a poll found that was broken off, is as new as what this poll found.
SELECT url_id, source = $1 AS ours FROM copydesk.frontier
WHERE url_id = ANY($2::uuid[])
  AND first_seen < (SELECT last_polled FROM copydesk.source_polls WHERE source = $1);

-- name: polls_open
-- Whether a source has not been polled since a time.
SELECT EXISTS (
    SELECT FROM copydesk.sources AS s LEFT JOIN copydesk.source_polls AS p ON p.source = s.name
    WHERE s.enabled AND (p.last_polled IS NULL OR p.last_polled < $1)
);

-- name: load_documents
-- Documents of a source, as last seen.
SELECT url_id, url, kind, found_on, etag, last_modified, content_sha256, moved_to, last_body, failures, ever_read,
       entries, index_modified, not_before > now() AS resting
FROM copydesk.source_documents WHERE source = $1 ORDER BY url;

-- name: save_document
-- What came of polling a document.
INSERT INTO copydesk.source_documents AS d
    (source, url_id, url, kind, found_on, etag, last_modified, content_sha256, last_fetched, problem, moved_to, last_body,
     failures, ever_read, entries, index_modified)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now(), $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (source, url_id) DO UPDATE SET
    kind = excluded.kind, found_on = excluded.found_on, etag = excluded.etag, last_modified = excluded.last_modified,
    content_sha256 = excluded.content_sha256, last_fetched = excluded.last_fetched, problem = excluded.problem,
    moved_to = excluded.moved_to, last_body = excluded.last_body, failures = excluded.failures,
    ever_read = excluded.ever_read, entries = excluded.entries, index_modified = excluded.index_modified;

-- name: rest_document
-- Leaves a document alone for a time.
UPDATE copydesk.source_documents SET not_before = greatest(not_before, now() + $3::interval)
WHERE source = $1 AND url_id = $2;

-- name: name_document
-- Notes a document that was found elsewhere than in a poll, unless the source has enough of them.
INSERT INTO copydesk.source_documents (source, url_id, url, kind, found_on)
SELECT $1, $2, $3, $4, $5
WHERE (SELECT count(*) FROM copydesk.source_documents WHERE source = $1 AND found_on IS NOT NULL) < 50
ON CONFLICT (source, url_id) DO NOTHING
RETURNING true;

-- name: known_articles
-- Published pages of a source that are still to be revisited: the young ones, found by the index of their host. What a
-- mere link of a page led to is left out, or a mistake about links would confirm itself.
SELECT f.url FROM copydesk.frontier AS f
WHERE f.host = ANY($2::text[]) AND f.state = 'waiting' AND f.source = $1 AND f.content_sha256 IS NOT NULL
  AND NOT EXISTS (
      SELECT FROM copydesk.source_documents AS d
      WHERE d.source = f.source AND d.url = f.found_on AND d.kind IN ('home', 'section')
  )
LIMIT $3;
