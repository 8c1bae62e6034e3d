-- name: latest
-- The articles stored last.
SELECT a.id::text, a.source, a.url, a.title, a.language, a.agencies, a.countries, a.published, a.revision, a.stored_at,
       a.duplicate_of::text, a.story_id AS story,
       (SELECT p.name FROM copydesk.article_places m JOIN copydesk.places p ON p.geonames = m.geonames
        WHERE m.article_id = a.id ORDER BY m.salience DESC, m.ordinal LIMIT 1) AS place
FROM copydesk.articles a
WHERE a.withdrawn_at IS NULL
ORDER BY a.stored_at DESC, a.id DESC
LIMIT $1;

-- name: export
-- Articles that are not withdrawn with their tags, in the order in which they were stored; read by a cursor.
SELECT a.*, t.entities, t.places, t.topics, t.cuts
FROM copydesk.articles a CROSS JOIN LATERAL copydesk.hung_on(a.id) AS t
WHERE a.withdrawn_at IS NULL
  AND ($1::timestamptz IS NULL OR a.stored_at >= $1)
  AND ($2::timestamptz IS NULL OR a.stored_at < $2)
  AND ($3::text IS NULL OR a.source = $3)
ORDER BY a.stored_at, a.id;

-- name: withdrawn
-- Articles that are withdrawn, in the order in which that was stored; read by a cursor.
SELECT id::text, url, source, withdrawn_at
FROM copydesk.articles
WHERE withdrawn_at IS NOT NULL
  AND ($1::timestamptz IS NULL OR stored_at >= $1)
  AND ($2::timestamptz IS NULL OR stored_at < $2)
  AND ($3::text IS NULL OR source = $3)
ORDER BY stored_at, id;
