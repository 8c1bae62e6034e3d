-- name: shut_out_writers
-- Waits for the transactions of writers that have begun and lets none begin: each looks at this table before it files,
-- on a snapshot that must not be older than the takedown. Held to the end of the transaction.
LOCK TABLE copydesk.takedowns IN EXCLUSIVE MODE;

-- name: find_articles
-- The articles that an id or address means: its own, those fetched from it, and the one that the crawler found there. An
-- address means all articles of its page, an id means one.
SELECT DISTINCT ON (n.id) n.id, n.url
FROM (
    SELECT a.id, a.url, 1 AS place FROM copydesk.articles a WHERE a.id = ANY($1::uuid[])
    UNION ALL
    SELECT a.id, a.url, 1 FROM copydesk.articles a WHERE a.url_hash = sha256(convert_to($2::text, 'UTF8'))
    UNION ALL
    SELECT p.id, p.url, 1
    FROM copydesk.articles a CROSS JOIN LATERAL jsonb_array_elements(a.parts) AS part
    JOIN copydesk.articles p ON p.id = (part ->> 'id')::uuid
    WHERE $2 LIKE '%://%' AND a.parts <> '[]'
      AND (a.id = ANY($1::uuid[]) OR a.url_hash = sha256(convert_to($2::text, 'UTF8')))
    UNION ALL
    SELECT t.article_id, t.url, 2
    FROM copydesk.takedowns t
    WHERE t.article_id = ANY($1::uuid[]) OR ($2 LIKE '%://%' AND t.part_of = ANY($1::uuid[]))
    UNION ALL
    SELECT coalesce(f.duplicate_of, f.url_id), coalesce(o.url, f.url), 3
    FROM copydesk.frontier f LEFT JOIN copydesk.frontier o ON o.url_id = f.duplicate_of
    WHERE f.url_id = ANY($1::uuid[])
) AS n
ORDER BY n.id, n.place;

-- name: insert_takedown
-- The tombstone; one that is there already keeps its first date, and takes the newer words.
INSERT INTO copydesk.takedowns AS t (article_id, url, source, part_of, reason, requested_by, requested_at)
SELECT $1, coalesce(a.url, $2), coalesce(a.source, f.source), a.part_of, $3, $4, $5
FROM (SELECT $1::uuid AS id) AS wanted
LEFT JOIN copydesk.articles a ON a.id = wanted.id
LEFT JOIN copydesk.frontier f ON f.url_id = wanted.id
ON CONFLICT (article_id) DO UPDATE SET
    reason = excluded.reason,
    requested_by = coalesce(excluded.requested_by, t.requested_by),
    source = coalesce(t.source, excluded.source)
RETURNING t.url, t.source, t.part_of, t.requested_at, t.revision;

-- name: story_of
-- The story that an article is in.
SELECT story_id FROM copydesk.articles WHERE id = $1;

-- name: empty_article
-- Leaves of an article what says which it was: ids, addresses, language, dates and digests.
UPDATE copydesk.articles SET
    title = NULL, subtitle = NULL, text = '', blocks = '[]', authors = '{}', agencies = '{}', dateline = NULL,
    section = NULL, page_keywords = '{}', images = '[]', parts = '[]', countries = '{}', keywords = '{}', minhash = NULL,
    duplicate_of = NULL, story_id = NULL, story_confidence = NULL, watched = '[]', extra = '{}', date_notes = '{}'
WHERE id = $1 AND (title IS NOT NULL OR text <> '' OR authors <> '{}' OR minhash IS NOT NULL OR story_id IS NOT NULL);

-- name: withdraw_article
-- Withdraws an article that is not withdrawn yet, by a revision of its own.
UPDATE copydesk.articles SET
    withdrawn_at = $2, revision = revision + 1, version = greatest(version + 1, $3), message_id = $4, message_time = $2,
    stored_at = greatest(stored_at, $2)
WHERE id = $1 AND withdrawn_at IS NULL
RETURNING revision;

-- name: insert_takedown_revision
-- The revision of the withdrawal, without a headline.
INSERT INTO copydesk.revisions
    (article_id, revision, change, source, url, language, published, revision_sha256, version, message_id, stored_at)
SELECT id, revision, 'withdrawn', source, url, language, published, revision_sha256, version, message_id, stored_at
FROM copydesk.articles WHERE id = $1;

-- name: name_revision
-- Remembers which revision the takedown made.
UPDATE copydesk.takedowns SET revision = $2 WHERE article_id = $1;

-- name: empty_revisions
-- Texts and names out of every revision.
UPDATE copydesk.revisions SET title = NULL, subtitle = NULL, text = NULL, authors = '{}'
WHERE article_id = $1 AND (title IS NOT NULL OR subtitle IS NOT NULL OR text IS NOT NULL OR authors <> '{}');

-- name: empty_story_changes
-- The headline out of what was told of stories because of the article.
UPDATE copydesk.story_changes SET title = NULL
WHERE title IS NOT NULL
  AND message_id IN (SELECT message_id FROM copydesk.fetches WHERE article_id = $1
                     UNION SELECT message_id FROM copydesk.revisions WHERE article_id = $1);

-- name: delete_article_search
-- Out of the full-text index.
DELETE FROM copydesk.article_search WHERE article_id = $1;

-- name: queue_for_search
-- A second pass that read the text before it went has the article once more, after that.
INSERT INTO copydesk.search_queue (article_id) SELECT id FROM copydesk.articles WHERE id = $1;

-- name: delete_article_stories
-- Out of what stories are found by.
DELETE FROM copydesk.article_stories WHERE article_id = $1;

-- name: cut_part_out
-- Out of the page's first article, which carries the texts of the others.
UPDATE copydesk.articles AS a SET parts = (
    SELECT coalesce(jsonb_agg(part), '[]') FROM jsonb_array_elements(a.parts) AS part WHERE part ->> 'id' <> $2::uuid::text
)
WHERE a.id = $1 AND a.parts @> jsonb_build_array(jsonb_build_object('id', $2::uuid::text));

-- name: delete_cuts_of_other_articles
-- What was cut from the page's first article because it belonged to others.
DELETE FROM copydesk.cuts WHERE article_id = $1 AND reason = 'other-article';

-- name: takedown_event
-- The revision that a takedown made, as articles.stored tells it.
SELECT r.article_id, r.revision, r.change, r.source, r.url, r.language, r.published, r.revision_sha256, r.stored_at
FROM copydesk.takedowns t JOIN copydesk.revisions r ON r.article_id = t.article_id AND r.revision = t.revision
WHERE t.article_id = $1;

-- name: known_addresses
-- Every address under which an article was met.
SELECT url FROM copydesk.articles WHERE id = $1
UNION SELECT canonical_url FROM copydesk.articles WHERE id = $1
UNION SELECT url FROM copydesk.revisions WHERE article_id = $1
UNION SELECT url FROM copydesk.frontier WHERE url_id = $1 OR duplicate_of = $1
UNION SELECT url FROM copydesk.takedowns WHERE article_id = $1;

-- name: kin
-- Copies of an article, and other articles of its page, that are still there.
SELECT id, url, source, CASE WHEN duplicate_of = $1 THEN 'copy' ELSE 'same page' END AS kind
FROM copydesk.articles
WHERE withdrawn_at IS NULL AND id <> $1
  AND (duplicate_of = $1 OR id IN (SELECT (part ->> 'id')::uuid FROM copydesk.articles a,
                                   jsonb_array_elements(a.parts) AS part WHERE a.id = $1))
ORDER BY id;

-- name: add_blocked_urls
-- Addresses that the crawler has not met, so that it leaves them alone when it does.
INSERT INTO copydesk.frontier (url_id, url, host, source, state, reason)
SELECT n.url_id, n.url, n.host, n.source, 'dropped', 'taken-down'
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS n (url_id, url, host, source)
ORDER BY n.url_id
ON CONFLICT (url_id) DO NOTHING;

-- name: block_urls
-- Addresses that are visited no more; neither is what led to them.
UPDATE copydesk.frontier SET
    state = 'dropped', reason = 'taken-down', hints = '{}', etag = NULL, last_modified = NULL
WHERE url_id IN (
    SELECT url_id FROM copydesk.frontier WHERE url_id = ANY($1::uuid[]) OR duplicate_of = ANY($1::uuid[])
    ORDER BY url_id FOR UPDATE
);

-- name: keep_receipt
-- What the last run came to.
UPDATE copydesk.takedowns SET receipt = $2::jsonb, finished_at = $3 WHERE article_id = $1;

-- name: receipts
-- Receipts of all takedowns, or of some, the newest first.
SELECT receipt FROM copydesk.takedowns
WHERE receipt <> '{}' AND ($1::uuid[] IS NULL OR article_id = ANY($1))
ORDER BY requested_at DESC, article_id;
