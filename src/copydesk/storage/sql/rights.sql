-- name: look_at_takedowns
-- Before the transaction's snapshot is taken, so that a takedown is either waited for and seen, or waits itself.
LOCK TABLE copydesk.takedowns IN ROW SHARE MODE;

-- name: look_at_takedowns_alone
-- The same for a transaction beside which no other files: it waits for those that have begun, and the next wait for it.
LOCK TABLE copydesk.takedowns IN EXCLUSIVE MODE;

-- name: is_alone
-- Whether this transaction has begun so.
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation = 'copydesk.takedowns'::regclass
      AND mode = 'ExclusiveLock'
);

-- name: terms
-- What stands against storing articles as they came, and what is configured of their sources; no row where there is
-- nothing of the kind. Texts go that were dropped before, and those fetched before what the source's retention keeps.
SELECT n.id, t.article_id IS NOT NULL AS taken_down,
       ARRAY(SELECT p.article_id::text FROM copydesk.takedowns p WHERE p.part_of = n.id) AS parts_taken_down,
       coalesce(n.fetched_at < greatest(s.text_floor, $4::timestamptz - make_interval(days => s.retention)), false)
           OR coalesce(a.text_dropped_at IS NOT NULL, false) AS without_text,
       s.licence, s.display_rights AS display, s.retention AS retention_days, coalesce(s.opt_outs, '{}') AS opt_outs
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS n (id, source, fetched_at)
LEFT JOIN copydesk.takedowns t ON t.article_id = n.id
LEFT JOIN copydesk.sources s ON s.name = n.source
    AND (s.opt_outs <> '{}' OR num_nonnulls(s.retention, s.licence, s.display_rights, s.text_floor) > 0)
LEFT JOIN copydesk.articles a ON num_nonnulls(s.retention, s.text_floor) > 0 AND a.id = n.id
WHERE t.article_id IS NOT NULL OR s.name IS NOT NULL
   OR EXISTS (SELECT FROM copydesk.takedowns p WHERE p.part_of = n.id);

-- name: retentions
-- Sources whose texts are dropped after a time, by how far that has been done.
SELECT s.text_floor AS floor, s.retention AS days, array_agg(s.name ORDER BY s.name) AS sources
FROM copydesk.sources s
WHERE s.retention IS NOT NULL
GROUP BY s.text_floor, s.retention
ORDER BY s.retention, s.text_floor;

-- name: expired
-- Up to 500 articles of some sources that were first stored within a time and have their text, the oldest first.
SELECT r.article_id, r.stored_at
FROM copydesk.revisions r
JOIN copydesk.articles a ON a.id = r.article_id
WHERE r.revision = 1 AND r.stored_at < $2 AND ($3::timestamptz IS NULL OR r.stored_at >= $3)
  AND a.source = ANY($1::text[]) AND a.text_dropped_at IS NULL
ORDER BY r.stored_at LIMIT 500;

-- name: lock_expired
-- Row locks in the order of ids, as writers take them.
SELECT id FROM copydesk.articles WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE;

-- name: drop_texts
-- Texts out of articles; headlines, dates, tags and digests stay.
UPDATE copydesk.articles AS a SET
    text = '', blocks = '[]', text_dropped_at = $2,
    parts = (SELECT coalesce(jsonb_agg(part || '{"text": ""}' ORDER BY place), '[]')
             FROM jsonb_array_elements(a.parts) WITH ORDINALITY AS n (part, place)),
    flags = array_append(array_remove(a.flags, 'text-dropped'), 'text-dropped')
WHERE a.id = ANY($1::uuid[]);

-- name: drop_revision_texts
-- Texts out of every revision of articles.
UPDATE copydesk.revisions SET text = NULL WHERE article_id = ANY($1::uuid[]) AND text IS NOT NULL;

-- name: drop_cuts
-- What was cut from them, too.
DELETE FROM copydesk.cuts WHERE article_id = ANY($1::uuid[]);

-- name: search_again
-- Search forgets the words of texts that are gone.
INSERT INTO copydesk.search_queue (article_id) SELECT unnest($1::uuid[]);

-- name: raise_floor
-- Says how far the texts of sources have been dropped; a floor never sinks.
UPDATE copydesk.sources SET text_floor = greatest(text_floor, $2) WHERE name = ANY($1::text[]);
