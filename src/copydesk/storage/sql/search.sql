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

-- name: hold
-- Whoever indexes some articles, given in the order of ids, does so alone until the end of the transaction: their month
-- may change, so that no key of the index keeps two entries apart.
SELECT pg_advisory_xact_lock(hashtextextended('copydesk.search ' || id, 0)) FROM unnest($1::uuid[]) AS id;

-- name: store
-- Index entries in the order of ids; the guard keeps a newer version that another pass was faster with. An entry whose
-- time has changed moves.
WITH entered AS MATERIALIZED (
    SELECT n.* FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::bigint[], $5::timestamptz[], $6::text[],
                           $7::text[], $8::text[], $9::text[])
        AS n (article_id, configuration, at, version, message_time, title, subtitle, text, labels)
    WHERE NOT EXISTS (SELECT FROM copydesk.article_search s
                      WHERE s.article_id = n.article_id AND (s.version, s.message_time) > (n.version, n.message_time))
), known AS (
    INSERT INTO copydesk.search_configurations (configuration)
    SELECT DISTINCT configuration FROM entered ORDER BY configuration
    ON CONFLICT DO NOTHING
), moved AS (
    DELETE FROM copydesk.article_search s USING entered n WHERE s.article_id = n.article_id AND s.at <> n.at
)
INSERT INTO copydesk.article_search (article_id, configuration, at, version, message_time, terms)
SELECT n.article_id, n.configuration, n.at, n.version, n.message_time,
       setweight(to_tsvector(n.configuration::regconfig, n.title), 'A')
       || setweight(to_tsvector(n.configuration::regconfig, n.subtitle), 'B')
       || to_tsvector(n.configuration::regconfig, n.text)
       || array_to_tsvector(n.labels::text[])
FROM entered n
ON CONFLICT (article_id, at) DO UPDATE SET
    configuration = excluded.configuration, version = excluded.version,
    message_time = excluded.message_time, terms = excluded.terms;

-- name: plan_for_search
-- Hits are always looked up in the index: what reading and unpacking every row would cost, the planner does not see.
-- Plans are made for the months that are asked for, which a plan for any would go through one by one.
SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
       set_config('work_mem', '32MB', true), set_config('plan_cache_mode', 'force_custom_plan', true),
       set_config('statement_timeout', $1, true);

-- name: known
-- The configurations that articles are indexed in, and the times of the newest and of the oldest article.
SELECT ARRAY(SELECT configuration FROM copydesk.search_configurations ORDER BY configuration) AS configurations,
       newest, oldest
FROM copydesk.search_bounds();

-- name: lexemes
-- Each term of a query as each configuration stems it, and its words wherever they stand; empty where they are stop words.
SELECT c.configuration, t.number::integer AS term,
       CASE WHEN t.prefix THEN to_tsquery(c.configuration::regconfig, t.text)
            ELSE phraseto_tsquery(c.configuration::regconfig, t.text) END::text AS query,
       CASE WHEN t.prefix THEN to_tsquery(c.configuration::regconfig, t.text)
            ELSE plainto_tsquery(c.configuration::regconfig, t.text) END::text AS anywhere
FROM unnest($1::text[]) AS c (configuration)
CROSS JOIN unnest($2::text[], $3::text[]::boolean[]) WITH ORDINALITY AS t (text, prefix, number);

-- name: hits
-- The newest articles of a span of time that match, each ranked by the query as its own configuration reads it, so that a
-- stem of one language never finds a word of another: then there is no rank. Ranks are rounded: what differs by less counts
-- as equal. A query that is empty asks for no words. What matches is gathered before it is sorted, or the planner would go
-- through all articles by their time; and ranked before, since to sort terms, of kilobytes each, costs more.
WITH asked AS MATERIALIZED (
    SELECT q.configuration, q.query::tsquery AS query, q.query = '' AS anything
    FROM unnest($5::text[], $6::text[]) AS q (configuration, query)
)
SELECT *
FROM (
    SELECT s.article_id, s.at, s.configuration,
           CASE WHEN asked.anything THEN 0.0
                WHEN s.terms @@ asked.query THEN round(ts_rank_cd(s.terms, asked.query, 1 | 32)::numeric, 2)::float8
           END AS rank
    FROM copydesk.article_search s
    LEFT JOIN LATERAL (
        SELECT * FROM asked WHERE asked.configuration = s.configuration OFFSET 0
    ) AS asked ON true
    WHERE s.terms @@ $1::text::tsquery AND s.at >= $2 AND s.at < $3
    OFFSET 0
) AS matching
ORDER BY at DESC
LIMIT $4;

-- name: hits_by_reading
-- The same where the index does not know all that is asked for, the order of words: of the newest articles that have the
-- words, so many are read. Without a hit there is one row, of how many were read and of the oldest.
WITH asked AS MATERIALIZED (
    SELECT q.configuration, q.query::tsquery AS query, q.query = '' AS anything
    FROM unnest($5::text[], $6::text[]) AS q (configuration, query)
), newest AS MATERIALIZED (
    SELECT *
    FROM (
        SELECT s.article_id, s.at, s.configuration, hit,
               CASE WHEN hit AND s.terms @@ asked.query
                    THEN round(ts_rank_cd(s.terms, asked.query, 1 | 32)::numeric, 2)::float8 END AS rank
        FROM copydesk.article_search s
        CROSS JOIN LATERAL (SELECT s.terms @@ $7::text::tsquery OFFSET 0) AS reading (hit)
        LEFT JOIN LATERAL (
            SELECT * FROM asked WHERE asked.configuration = s.configuration OFFSET 0
        ) AS asked ON true
        WHERE s.terms @@ $1::text::tsquery AND s.at >= $2 AND s.at < $3
        OFFSET 0
    ) AS matching
    ORDER BY at DESC
    LIMIT $8
)
SELECT hits.article_id, hits.at, hits.configuration, hits.rank, whole.read, whole.back_to
FROM (SELECT count(*) AS read, min(at) AS back_to FROM newest) AS whole
LEFT JOIN LATERAL (SELECT * FROM newest WHERE hit ORDER BY at DESC LIMIT $4) AS hits ON true;

-- name: hits_of_story
-- The newest articles of a story that match, ranked as in `hits`.
WITH asked AS MATERIALIZED (
    SELECT q.configuration, q.query::tsquery AS query, q.query = '' AS anything
    FROM unnest($5::text[], $6::text[]) AS q (configuration, query)
)
SELECT s.article_id, s.at, s.configuration,
       CASE WHEN asked.anything THEN 0.0
            WHEN s.terms @@ asked.query THEN round(ts_rank_cd(s.terms, asked.query, 1 | 32)::numeric, 2)::float8
       END AS rank
FROM copydesk.articles a
JOIN copydesk.article_search s ON s.article_id = a.id
LEFT JOIN asked ON asked.configuration = s.configuration
WHERE a.story_id = $7 AND s.terms @@ $1::text::tsquery
  AND ($2::timestamptz IS NULL OR s.at >= $2) AND ($3::timestamptz IS NULL OR s.at < $3)
ORDER BY s.at DESC
LIMIT $4;

-- name: shown
-- What is shown of some hits, given best first. Most snippets are found in the beginning of a text, which spares parsing
-- the rest; texts themselves are told where asked.
WITH best AS MATERIALIZED (
    SELECT number, best.rank::float8 AS rank, best.configuration, best.query::tsquery AS query, a.*
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
        AS best (id, rank, configuration, query, number)
    CROSS JOIN LATERAL (
        SELECT a.id, left(a.text, 8000) AS text FROM copydesk.articles a
        WHERE a.id = best.id::uuid AND a.withdrawn_at IS NULL
    ) AS a
), shown AS MATERIALIZED (
    SELECT best.*, ts_headline(configuration::regconfig, left(text, 1500), query, $6) AS snippet FROM best
)
SELECT a.id::text, a.source, a.url, a.title, a.language, a.published, a.stored_at, a.duplicate_of::text,
       a.story_id AS story, s.rank,
       CASE WHEN s.snippet LIKE '%' || chr(2) || '%' OR length(s.text) <= 1500 THEN s.snippet
            ELSE ts_headline(s.configuration::regconfig, s.text, s.query, $6) END AS snippet,
       CASE WHEN $5 THEN s.text ELSE '' END AS text
FROM shown s
JOIN copydesk.articles a ON a.id = s.id
ORDER BY s.number;
