-- name: upsert_article_stories
-- What articles offer for finding their stories; changed keys are to be looked at again.
INSERT INTO copydesk.article_stories AS s (article_id, at, dated, keys, weights, headline, probes)
SELECT n.article_id, n.at, n.dated, n.keys::text[], n.weights::real[], n.headline::text[], n.probes::bigint[]
FROM unnest($1::uuid[], $2::timestamptz[], $3::boolean[], $4::text[], $5::text[], $6::text[], $7::text[])
    AS n (article_id, at, dated, keys, weights, headline, probes)
ON CONFLICT (article_id) DO UPDATE SET
    at = CASE WHEN excluded.dated THEN excluded.at ELSE s.at END, dated = excluded.dated, keys = excluded.keys, weights = excluded.weights,
    headline = excluded.headline, probes = excluded.probes, assigned = false
WHERE (s.dated, s.keys, s.weights, s.headline, s.probes) IS DISTINCT FROM
      (excluded.dated, excluded.keys, excluded.weights, excluded.headline, excluded.probes)
   OR (excluded.dated AND s.at <> excluded.at);

-- name: delete_story_keys
-- Makes room for the newer keys of articles that were stored before; what they offered before says which to delete.
DELETE FROM copydesk.story_keys AS k
USING copydesk.article_stories s, unnest(s.probes) AS probe (key)
WHERE s.article_id = ANY($1::uuid[]) AND k.key = copydesk.story_key(probe.key, s.at) AND k.at = s.at
  AND k.article_id = s.article_id;

-- name: insert_story_keys
-- The keys by which candidates meet, in the order of their index; nothing else of these articles is there.
INSERT INTO copydesk.story_keys (key, at, article_id)
SELECT DISTINCT copydesk.story_key(probe.key, s.at), s.at, s.article_id
FROM copydesk.article_stories s, unnest(s.probes) AS probe (key)
WHERE s.article_id = ANY($1::uuid[])
ORDER BY 1, 2, 3;

-- name: take_turn
-- Lets writers assign one after another; the lock goes with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('copydesk.stories', 0));

-- name: unassigned
-- Those of these articles that are to be looked at, as `tellings` has them.
SELECT s.article_id AS id, s.at, s.dated, array_to_json(s.keys)::text AS keys, array_send(s.weights) AS weights,
       array_to_json(s.headline)::text AS headline, a.story_id AS story, a.duplicate_of AS original
FROM copydesk.article_stories s JOIN copydesk.articles a ON a.id = s.article_id
WHERE s.article_id = ANY($1::uuid[]) AND NOT s.assigned AND a.withdrawn_at IS NULL;

-- name: find_tellings
-- Who else has the keys of articles within the time `$2`: the newest 40, since a key that very many share says little.
-- Up to a week before and after the article there are one or two fortnights, each of which has its own entries of a key,
-- the later one the higher; they are worked out once, and looked up in the order of the index, which finds its pages warm.
-- `place` is that of the key in the article. Ids come as the bytes of one string: most are looked at once and dropped,
-- which is dear for thousands of objects.
SELECT asked.article_id, asked.place, asked.key, met.others
FROM (
    SELECT s.article_id, probe.place, probe.key, s.at - $2::interval AS since, s.at + $2::interval AS until,
           copydesk.story_key(probe.key, s.at - $2::interval) AS earlier,
           copydesk.story_key(probe.key, s.at + $2::interval) AS later
    FROM copydesk.article_stories s CROSS JOIN LATERAL unnest(s.probes) WITH ORDINALITY AS probe (key, place)
    WHERE s.article_id = ANY($1::uuid[])
    ORDER BY later
) AS asked
CROSS JOIN LATERAL (
    SELECT string_agg(uuid_send(near.article_id), '') AS others
    FROM (
        SELECT k.article_id FROM copydesk.story_keys k
        WHERE k.key IN (asked.later, asked.earlier) AND k.at >= asked.since AND k.at <= asked.until
        ORDER BY k.key DESC, k.at DESC LIMIT 40
    ) AS near
) AS met
WHERE length(met.others) > 16;

-- name: tellings
-- Articles as stories see them; each list as one value, since most of them are known already.
SELECT s.article_id AS id, s.at, s.dated, array_to_json(s.keys)::text AS keys, array_send(s.weights) AS weights,
       array_to_json(s.headline)::text AS headline, a.story_id AS story, a.duplicate_of AS original
FROM copydesk.article_stories s JOIN copydesk.articles a ON a.id = s.article_id
WHERE s.article_id = ANY($1::uuid[]) AND a.withdrawn_at IS NULL;

-- name: copies
-- Originals of articles, other copies of them, and their own copies.
SELECT a.id AS article, o.id AS other
FROM copydesk.articles a
JOIN copydesk.articles o ON o.id = a.duplicate_of OR o.duplicate_of = a.id
WHERE a.id = ANY($1::uuid[]);

-- name: newest_of_stories
-- The newest articles of stories.
SELECT met.id
FROM unnest($1::text[]) AS wanted (story)
CROSS JOIN LATERAL (
    SELECT id FROM copydesk.articles
    WHERE story_id = wanted.story AND withdrawn_at IS NULL
    ORDER BY coalesce(published, first_stored_at) DESC LIMIT $2
) AS met;

-- name: known_stories
-- Size and age of stories.
SELECT s.id, s.first_seen_at, s.articles FROM copydesk.stories s WHERE s.id = ANY($1::text[]);

-- name: lock_members
-- Row locks on articles of stories and on others, in the order of ids as everywhere.
SELECT id FROM copydesk.articles
WHERE id = ANY($1::uuid[]) OR story_id = ANY($2::text[])
ORDER BY id FOR NO KEY UPDATE;

-- name: merge_stories
-- All articles of one story become another's.
UPDATE copydesk.articles AS a SET story_id = n.kept
FROM unnest($1::text[], $2::text[]) AS n (gone, kept)
WHERE a.story_id = n.gone;

-- name: forward_stories
-- Ids that are no longer used lead to the story that took their articles.
UPDATE copydesk.stories AS s SET merged_into = n.kept, articles = 0
FROM unnest($1::text[], $2::text[]) AS n (gone, kept)
WHERE s.id = n.gone OR s.merged_into = n.gone;

-- name: set_stories
-- The stories of articles.
UPDATE copydesk.articles AS a SET story_id = n.story, story_confidence = n.confidence
FROM unnest($1::uuid[], $2::text[], $3::float8[]) AS n (id, story, confidence)
WHERE a.id = n.id AND (a.story_id, a.story_confidence) IS DISTINCT FROM (n.story, n.confidence);

-- name: mark_assigned
-- These have been looked at.
UPDATE copydesk.article_stories SET assigned = true WHERE article_id = ANY($1::uuid[]) AND NOT assigned;

-- name: refresh_stories
-- What stories say of their articles.
UPDATE copydesk.stories AS s SET
    title = n.title, articles = n.articles, languages = n.languages, sources = n.sources, first_at = n.first_at,
    last_at = n.last_at, last_stored_at = n.last_stored_at
FROM (
    SELECT wanted.story, count(a.id)::integer AS articles,
           coalesce(array_agg(DISTINCT a.language ORDER BY a.language) FILTER (WHERE a.id IS NOT NULL), '{}') AS languages,
           coalesce(array_agg(DISTINCT a.source ORDER BY a.source) FILTER (WHERE a.id IS NOT NULL), '{}') AS sources,
           min(coalesce(a.published, a.first_stored_at)) AS first_at,
           max(coalesce(a.published, a.first_stored_at)) AS last_at,
           max(a.stored_at) AS last_stored_at,
           (array_agg(a.title ORDER BY coalesce(a.published, a.first_stored_at), a.id)
               FILTER (WHERE a.title IS NOT NULL))[1] AS title
    FROM unnest($1::text[]) AS wanted (story)
    LEFT JOIN copydesk.articles a ON a.story_id = wanted.story AND a.withdrawn_at IS NULL
    GROUP BY wanted.story
) AS n
WHERE s.id = n.story;

-- name: stories_of
-- The stories that articles are in.
SELECT DISTINCT story_id FROM copydesk.articles WHERE id = ANY($1::uuid[]) AND story_id IS NOT NULL;

-- name: insert_changes
-- What is told of stories.
INSERT INTO copydesk.story_changes
    (message_id, ordinal, story_id, change, at, articles, other, confidence, title, duplicate_of)
SELECT n.message_id, n.ordinal, n.story_id, n.change, n.at, n.articles::text[], n.other, n.confidence, n.title,
       n.duplicate_of
FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::float8[],
            $9::text[], $10::text[])
    AS n (message_id, ordinal, story_id, change, at, articles, other, confidence, title, duplicate_of)
ON CONFLICT DO NOTHING;

-- name: made_changes
-- What messages led to, in order.
SELECT message_id, ordinal, story_id, change, at, articles, other, confidence, title, duplicate_of
FROM copydesk.story_changes
WHERE message_id = ANY($1::text[])
ORDER BY message_id, ordinal;
