-- name: stale_origins
-- Of these articles and of their copies, those whose lineage was never written down, or of other revisions.
SELECT c.id, c.source, c.title, c.text, c.minhash, c.agencies, c.revision,
       o.id AS original_id, o.source AS original_source, o.title AS original_title, o.text AS original_text,
       o.minhash AS original_minhash, o.agencies AS original_agencies, o.revision AS original_revision
FROM (
    SELECT id FROM copydesk.articles WHERE id = ANY($1::uuid[])
    UNION
    SELECT id FROM copydesk.articles WHERE duplicate_of = ANY($1::uuid[])
) AS w
JOIN copydesk.articles AS c ON c.id = w.id
LEFT JOIN copydesk.articles AS o ON o.id = c.duplicate_of
LEFT JOIN copydesk.lineage AS l ON l.article_id = c.id
WHERE (o.id IS NOT NULL OR c.agencies <> '{}' OR l.article_id IS NOT NULL)
  AND ((l.original_id, l.revision, l.original_revision)
           IS DISTINCT FROM (coalesce(o.id, c.id), c.revision, coalesce(o.revision, c.revision))
       OR NOT (l.agencies @> c.agencies AND l.agencies <@ (c.agencies || coalesce(o.agencies, '{}'))
               AND l.agencies @> coalesce(o.agencies, '{}')));

-- name: save_origins
-- Where articles come from, in the order of ids.
INSERT INTO copydesk.lineage AS l (
    article_id, original_id, agencies, from_agency, similarity, kept, added, words, original_words, same_title, revision,
    original_revision
)
SELECT n.article_id, n.original_id, n.agencies::text[], n.from_agency, n.similarity, n.kept, n.added, n.words,
       n.original_words, n.same_title, n.revision, n.original_revision
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::float8[], $6::float8[], $7::float8[], $8::integer[],
            $9::integer[], $10::boolean[], $11::integer[], $12::integer[])
    AS n (article_id, original_id, agencies, from_agency, similarity, kept, added, words, original_words, same_title,
          revision, original_revision)
ON CONFLICT (article_id) DO UPDATE SET
    original_id = excluded.original_id,
    agencies = excluded.agencies,
    from_agency = excluded.from_agency,
    similarity = excluded.similarity,
    kept = excluded.kept,
    added = excluded.added,
    words = excluded.words,
    original_words = excluded.original_words,
    same_title = excluded.same_title,
    revision = excluded.revision,
    original_revision = excluded.original_revision;

-- name: find_article
-- Articles by URL, canonical URL or id, the newest first.
SELECT id FROM copydesk.articles
WHERE url_hash = sha256(convert_to($1::text, 'UTF8')) OR id = ANY($2::uuid[])
ORDER BY stored_at DESC LIMIT 1;

-- name: family
-- Everything that came, over however many steps, from what an article came from; parents before their children.
WITH RECURSIVE ancestry AS (
    SELECT id, duplicate_of, 0 AS steps FROM copydesk.articles WHERE id = $1::uuid
    UNION ALL
    SELECT o.id, o.duplicate_of, a.steps + 1
    FROM ancestry AS a JOIN copydesk.articles AS o ON o.id = a.duplicate_of
) CYCLE id SET looped USING way_up,
root AS (
    SELECT id FROM ancestry WHERE NOT looped ORDER BY steps DESC LIMIT 1
), descent AS (
    SELECT id, NULL::uuid AS parent, 0 AS depth FROM root
    UNION ALL
    SELECT c.id, c.duplicate_of, d.depth + 1
    FROM descent AS d JOIN copydesk.articles AS c ON c.duplicate_of = d.id
) CYCLE id SET looped USING way_down
SELECT a.id::text AS article_id, d.parent::text AS original_id, d.depth, a.source, a.url, a.title, a.language,
       coalesce(nullif(l.agencies, '{}'), a.agencies) AS agencies, coalesce(a.published, a.first_stored_at) AS carried_at,
       a.published IS NOT NULL AS dated, a.revision AS revisions, a.withdrawn_at IS NOT NULL AS withdrawn,
       coalesce(l.original_id = a.id AND l.from_agency, false) OR EXISTS (
           SELECT FROM copydesk.lineage AS k WHERE k.original_id = a.id AND k.from_agency
       ) AS own, l.similarity, l.kept, l.added, l.words, l.original_words, l.same_title
FROM descent AS d
JOIN copydesk.articles AS a ON a.id = d.id
LEFT JOIN copydesk.lineage AS l ON l.article_id = a.id
WHERE NOT d.looped
ORDER BY d.depth, carried_at, a.id;
