-- name: article
-- What is stored of an article, without what it says.
SELECT a.id::text, a.source, a.url, a.canonical_url, a.title, a.language, a.published, a.fetched_at, a.first_stored_at,
       a.stored_at, a.withdrawn_at, a.text_dropped_at, a.revision, length(a.text) AS characters, a.method, a.confidence,
       a.cleaner_version, a.tagger_version, a.models::text AS models, a.flags, a.rights::text AS rights,
       a.content_sha256, a.message_id, a.part_of::text, a.duplicate_of::text, a.story_id
FROM copydesk.articles a WHERE a.id = $1;

-- name: discoveries
-- The addresses under which the crawler met it: its own, and those that led to it.
SELECT f.url, f.source, f.found_on, f.hints::text AS hints, f.first_seen, f.first_fetched, f.last_fetched, f.state,
       f.reason, f.status, f.priority, f.listed, f.attempts, f.not_before AS next_visit, f.duplicate_of::text
FROM copydesk.frontier f WHERE f.url_id = $1 OR f.duplicate_of = $1
ORDER BY f.url_id <> $1, f.first_seen;

-- name: permissions
-- What its origin allows, as it was last read.
SELECT r.verdict AS robots, r.fetched_at AS robots_fetched_at, t.body IS NOT NULL AND t.body <> '' AS reserves,
       t.fetched_at AS reservations_fetched_at, h.latency AS host_latency, h.failures AS host_failures
FROM (SELECT $1::text AS origin, $2::text AS host) AS n
LEFT JOIN copydesk.robots r ON r.origin = n.origin
LEFT JOIN copydesk.reservations t ON t.origin = n.origin
LEFT JOIN copydesk.hosts h ON h.host = n.host;

-- name: fetches
-- Every fetch that reached the database.
SELECT fetched_at, content_sha256, message_id, change FROM copydesk.fetches WHERE article_id = $1 ORDER BY version;

-- name: revisions
-- Every change, without texts.
SELECT revision, change, stored_at, title, changed, words_added, words_removed, told, message_id
FROM copydesk.revisions WHERE article_id = $1 ORDER BY revision;

-- name: cuts
-- What was cut, by reason and rule.
SELECT reason, rule, count(*) AS cuts, sum(length(text)) AS characters
FROM copydesk.cuts WHERE article_id = $1 GROUP BY reason, rule ORDER BY characters DESC, rule;

-- name: copies
-- Its original, and its copies.
SELECT o.id::text, o.source, o.url, 'original' AS kind
FROM copydesk.articles a JOIN copydesk.articles o ON o.id = a.duplicate_of WHERE a.id = $1
UNION ALL
SELECT c.id::text, c.source, c.url, 'copy' FROM copydesk.articles c WHERE c.duplicate_of = $1
ORDER BY 4 DESC, 2;

-- name: story
-- Its story, and what its messages changed of stories.
SELECT c.at, c.change, c.story_id, c.other, c.confidence
FROM copydesk.story_changes c
WHERE c.message_id IN (SELECT message_id FROM copydesk.fetches WHERE article_id = $1
                       UNION SELECT message_id FROM copydesk.revisions WHERE article_id = $1)
ORDER BY c.at, c.ordinal;

-- name: funnel
-- Where it stands in the funnel.
SELECT stage, outcome, reason, at FROM copydesk.funnel WHERE id = $1;
