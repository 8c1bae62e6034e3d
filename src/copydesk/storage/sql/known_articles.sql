-- name: known_articles
-- Published pages of a source that are still to be revisited: the young ones, found by the index of their host. What a
-- mere link of a page led to is left out, or a mistake about links would confirm itself.
SELECT f.url FROM copydesk.frontier AS f
WHERE f.host = ANY($2::text[]) AND f.state = 'waiting' AND f.source = $1 AND f.content_sha256 IS NOT NULL
  AND NOT EXISTS (
      SELECT FROM copydesk.source_documents AS d
      WHERE d.source = f.source AND d.url = f.found_on AND d.kind IN ('home', 'section')
  )
LIMIT $3;
