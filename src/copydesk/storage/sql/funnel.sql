-- name: record_outcomes
-- Moves URLs on in the funnel. An outcome stands when it is further than what is stored, by (version, rank), or as far
-- with a newer reason; the same one again stands since it first did. What an article is a part of may come with any
-- outcome and stays.
INSERT INTO copydesk.funnel AS f (id, source, url, stage, outcome, reason, part_of, version, rank, at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                     $8::bigint[], $9::smallint[], $10::timestamptz[])
ON CONFLICT (id) DO UPDATE SET
    (source, url, stage, outcome, reason, version, rank, at) = (
        SELECT n.source, n.url, n.stage, n.outcome, n.reason, n.version, n.rank, n.at
        FROM (VALUES
            (excluded.source, excluded.url, excluded.stage, excluded.outcome, excluded.reason, excluded.version,
             excluded.rank, excluded.at),
            (f.source, f.url, f.stage, f.outcome, f.reason, f.version, f.rank, f.at)
        ) AS n (source, url, stage, outcome, reason, version, rank, at)
        ORDER BY n.version DESC, n.rank DESC,
                 CASE WHEN f.reason IS NOT DISTINCT FROM excluded.reason THEN n.at END,
                 n.at DESC, coalesce(n.reason, '') COLLATE "C" DESC
        LIMIT 1
    ),
    part_of = greatest(f.part_of COLLATE "C", excluded.part_of COLLATE "C")
WHERE (f.version, f.rank) < (excluded.version, excluded.rank)
   OR ((f.version, f.rank) = (excluded.version, excluded.rank)
       AND CASE WHEN f.reason IS NOT DISTINCT FROM excluded.reason THEN f.at > excluded.at
           ELSE (f.at, coalesce(f.reason, '') COLLATE "C") < (excluded.at, coalesce(excluded.reason, '') COLLATE "C") END)
   OR excluded.part_of COLLATE "C" > coalesce(f.part_of, '') COLLATE "C";

-- name: count_funnel
-- URLs by where they stand, for one source or for all.
SELECT source, stage, outcome, reason, part_of IS NOT NULL AS split, count(*) AS urls
FROM copydesk.funnel
WHERE $1::text IS NULL OR source = $1
GROUP BY source, stage, outcome, reason, part_of IS NOT NULL;

-- name: crawler_drops
-- Those of these URLs that stand as dropped by the crawler.
SELECT id, source, url, version, now() AS now
FROM copydesk.funnel
WHERE id = ANY($1::uuid[]) AND stage = 'crawler' AND outcome = 'dropped';

-- name: contradictions
-- URLs of which funnel, frontier and articles do not say the same. A funnel that knows of a newer fetch than the articles
-- is no contradiction, nor is an article that came in by another way than the frontier.
WITH stands AS (
    SELECT id, source, url, version, at, stage || ' ' || outcome || coalesce(' (' || reason || ')', '') AS state,
           stage = 'writer' AND outcome = 'passed' AND reason IS DISTINCT FROM 'withdrawn' AS stored,
           stage = 'writer' AND outcome = 'passed' AND reason = 'withdrawn' AS withdrawn,
           outcome = 'discovered' AS waiting, stage = 'crawler' AND outcome = 'dropped' AS crawler_dropped
    FROM copydesk.funnel
    WHERE ($1::text IS NULL OR source = $1) AND at < now() - $2::interval
)
SELECT * FROM (
    SELECT f.url_id::text AS id, f.source, f.url, NULL AS funnel, 'frontier: ' || f.state AS elsewhere,
           'the crawler knows it, the funnel does not' AS problem
    FROM copydesk.frontier AS f
    WHERE ($1::text IS NULL OR f.source = $1) AND f.first_seen < now() - $2::interval
      AND NOT EXISTS (SELECT FROM copydesk.funnel AS n WHERE n.id = f.url_id)
    LIMIT $3
) AS unknown
UNION ALL SELECT * FROM (
    SELECT s.id::text, s.source, s.url, s.state, 'frontier: ' || f.state, 'it waits in the funnel, and the crawler is done with it'
    FROM stands AS s JOIN copydesk.frontier AS f ON f.url_id = s.id
    WHERE s.waiting AND (f.state <> 'waiting' OR f.content_sha256 IS NOT NULL)
    LIMIT $3
) AS overdue
UNION ALL SELECT * FROM (
    SELECT s.id::text, s.source, s.url, s.state, 'frontier: waiting', 'it is dropped in the funnel, and the crawler will visit it'
    FROM stands AS s JOIN copydesk.frontier AS f ON f.url_id = s.id
    WHERE s.crawler_dropped AND f.state = 'waiting' AND f.reason IS NULL AND f.attempts = 0 AND f.content_sha256 IS NULL
    LIMIT $3
) AS reopened
UNION ALL SELECT * FROM (
    SELECT a.id::text, a.source, a.url, n.stage || ' ' || n.outcome || coalesce(' (' || n.reason || ')', ''), 'article: stored',
           CASE WHEN n.id IS NULL THEN 'it is stored, the funnel does not know it'
                ELSE 'it is stored, the funnel has it elsewhere' END
    FROM copydesk.articles AS a LEFT JOIN copydesk.funnel AS n ON n.id = a.id
    WHERE ($1::text IS NULL OR a.source = $1) AND a.withdrawn_at IS NULL AND a.stored_at < now() - $2::interval
      AND (n.id IS NULL OR n.version < a.version
           OR (n.version = a.version AND NOT (n.stage = 'writer' AND n.outcome = 'passed' AND n.reason IS DISTINCT FROM 'withdrawn')))
    LIMIT $3
) AS misplaced
UNION ALL SELECT * FROM (
    SELECT s.id::text, s.source, s.url, s.state, CASE WHEN a.id IS NULL THEN 'article: none' ELSE 'article: withdrawn' END,
           'it is stored in the funnel, and there is no article to read'
    FROM stands AS s LEFT JOIN copydesk.articles AS a ON a.id = s.id
    WHERE s.stored AND (a.id IS NULL OR a.withdrawn_at IS NOT NULL)
    LIMIT $3
) AS missing
UNION ALL SELECT * FROM (
    SELECT s.id::text, s.source, s.url, s.state, 'article: stored', 'it is withdrawn in the funnel, and there to read'
    FROM stands AS s JOIN copydesk.articles AS a ON a.id = s.id
    WHERE s.withdrawn AND a.withdrawn_at IS NULL AND a.version <= s.version
    LIMIT $3
) AS undead;
