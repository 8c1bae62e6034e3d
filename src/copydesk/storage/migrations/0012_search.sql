-- Full-text search leaves the writer's transactions: they queue an article's id, a second pass indexes it. The index
-- is made anew from the articles, since its rows now also carry what a search is narrowed by.

CREATE TABLE copydesk.search_queue (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_id uuid NOT NULL,
    queued_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
COMMENT ON TABLE copydesk.search_queue IS 'Articles that full-text search has yet to take up, in their newest version or their withdrawal';
COMMENT ON COLUMN copydesk.search_queue.id IS 'Number in the order of queueing';
COMMENT ON COLUMN copydesk.search_queue.article_id IS 'The article; one that changed again is there again';
COMMENT ON COLUMN copydesk.search_queue.queued_at IS 'When it was stored or withdrawn';

-- Without its terms, which are kept apart, a row takes 100 bytes: thousands of hits are read from few pages.
DROP TABLE copydesk.article_search;
CREATE TABLE copydesk.article_search (
    article_id uuid PRIMARY KEY,
    configuration text NOT NULL,
    at timestamptz NOT NULL,
    version bigint NOT NULL,
    message_time timestamptz NOT NULL,
    terms tsvector NOT NULL
) WITH (toast_tuple_target = 128);
CREATE INDEX article_search_terms ON copydesk.article_search USING gin (terms) WITH (gin_pending_list_limit = 1024);
CREATE INDEX article_search_newest ON copydesk.article_search (configuration, at);
COMMENT ON TABLE copydesk.article_search IS 'Full-text index, made by a second pass apart from filing';
COMMENT ON COLUMN copydesk.article_search.article_id IS 'The article';
COMMENT ON COLUMN copydesk.article_search.configuration IS 'Text search configuration of its language';
COMMENT ON COLUMN copydesk.article_search.at IS 'Time of publication, or of storage where that is unknown or lies in its future';
COMMENT ON COLUMN copydesk.article_search.version IS 'Version of the article that was indexed, see articles.version';
COMMENT ON COLUMN copydesk.article_search.message_time IS 'Time of the message that was indexed, see articles.message_time';
COMMENT ON COLUMN copydesk.article_search.terms IS 'Title (weight A), subtitle (B), the beginning of the text (D), and labels such as @source:harbour-post; nothing of withdrawn articles';

INSERT INTO copydesk.search_queue (article_id)
SELECT id FROM copydesk.articles WHERE withdrawn_at IS NULL ORDER BY stored_at;
