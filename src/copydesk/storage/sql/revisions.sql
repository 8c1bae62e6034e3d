-- name: history
-- All revisions of the article with this URL or id, the eldest first.
SELECT r.article_id::text, r.revision, r.change, r.source, r.url, r.title, r.subtitle, r.text, r.authors, r.published,
       r.modified, r.language, r.changed, r.words_added, r.words_removed, r.share_changed, r.told, r.stored_at,
       f.fetched_at, r.message_id, encode(r.revision_sha256, 'hex') AS revision_sha256, r.content_sha256
FROM copydesk.revisions r
LEFT JOIN copydesk.fetches f ON f.article_id = r.article_id AND f.version = r.version
WHERE r.article_id = (
    SELECT id FROM copydesk.articles
    WHERE url_hash = sha256(convert_to($1::text, 'UTF8')) OR id = $2::uuid
    ORDER BY id = $2::uuid DESC, stored_at DESC LIMIT 1
)
ORDER BY r.revision;
