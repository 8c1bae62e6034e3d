-- Each article's own row says by which keys it is found, so that the index of keys need not be searched by article.

ALTER TABLE copydesk.article_stories ADD COLUMN probes bigint[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN copydesk.article_stories.probes IS 'Hashes of its weightiest keys, those that story_keys has';

UPDATE copydesk.article_stories AS s SET probes = k.probes
FROM (SELECT article_id, array_agg(key) AS probes FROM copydesk.story_keys GROUP BY article_id) AS k
WHERE k.article_id = s.article_id;

DROP INDEX copydesk.story_keys_article;
