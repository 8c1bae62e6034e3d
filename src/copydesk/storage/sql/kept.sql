-- name: kept_after
-- Articles to be replayed, in the order of ids, which storing them again does not change; a page after the id $1.
-- Those whose text was dropped have nothing to be worked on.
SELECT a.*, t.entities, t.places, t.topics, t.cuts
FROM copydesk.articles a CROSS JOIN LATERAL copydesk.hung_on(a.id) AS t
WHERE a.withdrawn_at IS NULL AND a.text <> ''
  AND ($1::uuid IS NULL OR a.id > $1)
  AND ($2::text IS NULL OR a.source = $2)
  AND ($3::timestamptz IS NULL OR a.fetched_at >= $3)
  AND ($4::timestamptz IS NULL OR a.fetched_at < $4)
  AND ($5::text IS NULL OR split_part(a.language, '-', 1) = $5)
  AND ($6::uuid IS NULL OR a.id < $6)
ORDER BY a.id
LIMIT $7;

-- name: count_kept
-- How many articles `kept_after` has to give.
SELECT count(*)
FROM copydesk.articles a
WHERE a.withdrawn_at IS NULL AND a.text <> ''
  AND ($1::uuid IS NULL OR a.id > $1)
  AND ($2::text IS NULL OR a.source = $2)
  AND ($3::timestamptz IS NULL OR a.fetched_at >= $3)
  AND ($4::timestamptz IS NULL OR a.fetched_at < $4)
  AND ($5::text IS NULL OR split_part(a.language, '-', 1) = $5)
  AND ($6::uuid IS NULL OR a.id < $6);

-- name: cleaned_of
-- What the cleaner made of some articles: the article as it is filed, with its cuts.
SELECT a.*,
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'text', c.text, 'reason', c.reason, 'rule', c.rule, 'where', c.input_offset) ORDER BY c.ordinal), '[]')
     FROM copydesk.cuts c
     WHERE c.article_id = a.id) AS cuts,
    '[]' AS entities, '[]' AS places, '[]' AS topics
FROM copydesk.articles a
WHERE a.id = ANY($1::uuid[]) AND a.withdrawn_at IS NULL AND a.text <> '';
