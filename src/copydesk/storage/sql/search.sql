-- name: queue
-- Articles for the second pass to take up.
INSERT INTO copydesk.search_queue (article_id) SELECT unnest($1::uuid[]);

-- name: claim
-- Takes some articles off the queue, the oldest that no other pass has in hand; a pass that dies leaves them there.
DELETE FROM copydesk.search_queue
WHERE id = ANY(ARRAY(SELECT id FROM copydesk.search_queue ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED))
RETURNING article_id;

-- name: waiting
-- How many articles wait to be indexed, and since when the one that waits longest.
SELECT count(*) AS articles, min(queued_at) AS since FROM copydesk.search_queue;

-- name: to_index
-- What the index takes of articles, in the order of ids; of withdrawn ones only that they are.
SELECT a.id, a.withdrawn_at IS NOT NULL AS withdrawn, a.language, a.source, a.title, a.subtitle,
       left(a.text, $2) AS text, a.countries, a.version, a.message_time,
       least(coalesce(a.published, a.first_stored_at), a.first_stored_at) AS at,
       ARRAY(SELECT DISTINCT named.name
             FROM copydesk.article_entities m
             JOIN copydesk.entities e ON e.id = m.entity_id
             CROSS JOIN LATERAL (VALUES (e.uri), (e.name), (m.mention), (m.name)) AS named (name)
             WHERE m.article_id = a.id AND named.name IS NOT NULL) AS entities,
       ARRAY(SELECT DISTINCT named.name
             FROM copydesk.article_places m
             JOIN copydesk.places p ON p.geonames = m.geonames
             CROSS JOIN LATERAL (VALUES (p.name), (p.geonames::text), (p.country)) AS named (name)
             WHERE m.article_id = a.id) AS places,
       ARRAY(SELECT DISTINCT m.mention
             FROM copydesk.article_entities m
             JOIN copydesk.entities e ON e.id = m.entity_id
             WHERE m.article_id = a.id AND e.uri LIKE 'geonames:%') AS place_names,
       ARRAY(SELECT DISTINCT named.name
             FROM copydesk.article_topics t
             CROSS JOIN LATERAL (VALUES (t.code), (t.label)) AS named (name)
             WHERE t.article_id = a.id) AS topics
FROM copydesk.articles a
WHERE a.id = ANY($1::uuid[])
ORDER BY a.id;

-- name: store
-- Index entries in the order of ids; the guard keeps a newer version that another pass was faster with.
INSERT INTO copydesk.article_search AS s (article_id, configuration, at, version, message_time, terms)
SELECT n.article_id, n.configuration, n.at, n.version, n.message_time,
       setweight(to_tsvector(n.configuration::regconfig, n.title), 'A')
       || setweight(to_tsvector(n.configuration::regconfig, n.subtitle), 'B')
       || to_tsvector(n.configuration::regconfig, n.text)
       || array_to_tsvector(n.labels::text[])
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::bigint[], $5::timestamptz[], $6::text[], $7::text[],
            $8::text[], $9::text[])
    AS n (article_id, configuration, at, version, message_time, title, subtitle, text, labels)
ON CONFLICT (article_id) DO UPDATE SET
    configuration = excluded.configuration, at = excluded.at, version = excluded.version,
    message_time = excluded.message_time, terms = excluded.terms
WHERE (s.version, s.message_time) <= (excluded.version, excluded.message_time);

-- name: newest
-- The configurations that any article is indexed in, each with the time of its newest.
SELECT c.configuration, s.at
FROM unnest($1::text[]) AS c (configuration)
CROSS JOIN LATERAL (
    SELECT n.at FROM copydesk.article_search n WHERE n.configuration = c.configuration ORDER BY n.at DESC LIMIT 1
) AS s;

-- name: lexemes
-- Each term of a query as each configuration stems it; empty where it is a stop word.
SELECT c.configuration, t.number::integer AS term,
       CASE WHEN t.prefix THEN to_tsquery(c.configuration::regconfig, t.text)
            ELSE phraseto_tsquery(c.configuration::regconfig, t.text) END::text AS query
FROM unnest($1::text[]) AS c (configuration)
CROSS JOIN unnest($2::text[], $3::boolean[]) WITH ORDINALITY AS t (text, prefix, number);

-- name: plan_for_search
-- Hits are always looked up in the index: what reading and unpacking every row would cost, the planner does not see.
SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
       set_config('work_mem', '32MB', true);

-- name: hits
-- The newest of all articles that match.
WITH matching AS MATERIALIZED (
    SELECT article_id, at FROM copydesk.article_search WHERE terms @@ $1::text::tsquery
)
SELECT article_id, at FROM matching
WHERE ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3)
ORDER BY at DESC
LIMIT $4;

-- name: hits_of_story
-- The newest articles of a story that match.
SELECT s.article_id, s.at
FROM copydesk.articles a
JOIN copydesk.article_search s ON s.article_id = a.id
WHERE a.story_id = $5 AND s.terms @@ $1::text::tsquery
  AND ($2::timestamptz IS NULL OR s.at >= $2) AND ($3::timestamptz IS NULL OR s.at < $3)
ORDER BY s.at DESC
LIMIT $4;

-- name: ranked
-- The best of some hits. Each is ranked by the query as its own configuration reads it, so that a stem of one language
-- never finds a word of another. Ranks are rounded: what differs by less counts as equal, and the newer goes first.
-- Hits are read by their ids before anything else: the planner would rather search for all articles that match.
WITH asked AS MATERIALIZED (
    SELECT q.configuration, q.query::tsquery AS query FROM unnest($2::text[], $3::text[]) AS q (configuration, query)
), hits AS MATERIALIZED (
    SELECT s.article_id AS id, s.configuration, s.at, s.terms
    FROM unnest($1::uuid[]) AS h (id)
    JOIN copydesk.article_search s ON s.article_id = h.id
), best AS MATERIALIZED (
    SELECT h.id, h.configuration, asked.query, h.at,
           round(ts_rank_cd(h.terms, asked.query, 1 | 32)::numeric, 2)::float8 AS rank
    FROM hits h
    JOIN asked ON asked.configuration = h.configuration
    WHERE h.terms @@ asked.query
    ORDER BY rank DESC, h.at DESC, h.id
    LIMIT $4
)
SELECT a.id::text, a.source, a.url, a.title, a.language, a.published, a.stored_at, a.duplicate_of::text,
       a.story_id AS story, best.rank,
       ts_headline(best.configuration::regconfig, left(a.text, 8000), best.query,
                   'StartSel=' || chr(2) || ', StopSel=' || chr(3) || ', MaxWords=30, MinWords=12, MaxFragments=1')
           AS snippet,
       left(a.text, 8000) AS text
FROM best
JOIN copydesk.articles a ON a.id = best.id
WHERE a.withdrawn_at IS NULL
ORDER BY best.rank DESC, best.at DESC, best.id;
