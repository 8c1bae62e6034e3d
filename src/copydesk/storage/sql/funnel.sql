-- name: record_outcomes
-- Moves URLs on in the funnel. An outcome stands when it is further than what is stored, in the order
-- (version, rank, at, reason); the order is total, so neither the order of arrival nor repetition matters.
-- What an article is a part of may come with any outcome and stays.
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
        ORDER BY n.version DESC, n.rank DESC, n.at DESC, coalesce(n.reason, '') COLLATE "C" DESC
        LIMIT 1
    ),
    part_of = greatest(f.part_of COLLATE "C", excluded.part_of COLLATE "C")
WHERE (f.version, f.rank, f.at, coalesce(f.reason, '') COLLATE "C")
      < (excluded.version, excluded.rank, excluded.at, coalesce(excluded.reason, '') COLLATE "C")
   OR excluded.part_of COLLATE "C" > coalesce(f.part_of, '') COLLATE "C";

-- name: count_funnel
-- URLs by where they stand, for one source or for all.
SELECT source, stage, outcome, reason, part_of IS NOT NULL AS split, count(*) AS urls
FROM copydesk.funnel
WHERE $1::text IS NULL OR source = $1
GROUP BY source, stage, outcome, reason, part_of IS NOT NULL;
