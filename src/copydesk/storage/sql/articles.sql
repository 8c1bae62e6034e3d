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
SELECT a.*,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'start', m.start_offset, 'end', m.end_offset, 'text', m.mention, 'type', e.type, 'uri', e.uri,
            'confidence', m.confidence, 'method', m.method, 'name', m.name, 'salience', m.salience)
            ORDER BY m.ordinal), '[]')
     FROM copydesk.article_entities m JOIN copydesk.entities e ON e.id = m.entity_id
     WHERE m.article_id = a.id) AS entities,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'geonames', p.geonames, 'name', p.name, 'country', p.country, 'lat', p.lat, 'lon', p.lon,
            'salience', m.salience, 'confidence', m.confidence, 'method', m.method) ORDER BY m.ordinal), '[]')
     FROM copydesk.article_places m JOIN copydesk.places p ON p.geonames = m.geonames
     WHERE m.article_id = a.id) AS places,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'code', t.code, 'label', t.label, 'confidence', t.confidence, 'method', t.method) ORDER BY t.ordinal), '[]')
     FROM copydesk.article_topics t
     WHERE t.article_id = a.id) AS topics,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'text', c.text, 'reason', c.reason, 'rule', c.rule, 'where', c.input_offset) ORDER BY c.ordinal), '[]')
     FROM copydesk.cuts c
     WHERE c.article_id = a.id) AS cuts
FROM copydesk.articles a
WHERE a.withdrawn_at IS NULL
  AND ($1::timestamptz IS NULL OR a.stored_at >= $1)
  AND ($2::text IS NULL OR a.source = $2)
ORDER BY a.stored_at, a.id;

-- name: withdrawn
-- Articles that are withdrawn, in the order in which that was stored; read by a cursor.
SELECT id::text, url, source, withdrawn_at
FROM copydesk.articles
WHERE withdrawn_at IS NOT NULL
  AND ($1::timestamptz IS NULL OR stored_at >= $1)
  AND ($2::text IS NULL OR source = $2)
ORDER BY stored_at, id;
