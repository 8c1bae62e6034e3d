-- Full-text search by months (ADR 21): what is asked for is mostly new, so the newest month is looked into first, and its
-- index is the only one that grows. The index is made anew from the articles, by the second pass.

DROP TABLE copydesk.article_search;
CREATE TABLE copydesk.article_search (
    article_id uuid NOT NULL,
    configuration text NOT NULL,
    at timestamptz NOT NULL,
    version bigint NOT NULL,
    message_time timestamptz NOT NULL,
    terms tsvector NOT NULL,
    PRIMARY KEY (article_id, at)
) PARTITION BY RANGE (at);
CREATE INDEX article_search_terms ON copydesk.article_search USING gin (terms) WITH (gin_pending_list_limit = 1024);
-- The index is always asked, so that plans need no figures of what is common, which are dear to gather and to read.
ALTER TABLE copydesk.article_search ALTER terms SET STATISTICS 0;
CREATE INDEX article_search_at ON copydesk.article_search (at);
COMMENT ON TABLE copydesk.article_search IS 'Full-text index, made by a second pass apart from filing; one row an article, in the month of its time. Rows take 0.5 to 2 kB: terms of more are kept apart, compressed';
COMMENT ON COLUMN copydesk.article_search.article_id IS 'The article';
COMMENT ON COLUMN copydesk.article_search.configuration IS 'Text search configuration of its language';
COMMENT ON COLUMN copydesk.article_search.at IS 'Time of publication, or of storage where that is unknown or lies in its future';
COMMENT ON COLUMN copydesk.article_search.version IS 'Version of the article that was indexed, see articles.version';
COMMENT ON COLUMN copydesk.article_search.message_time IS 'Time of the message that was indexed, see articles.message_time';
COMMENT ON COLUMN copydesk.article_search.terms IS 'Title (weight A), subtitle (B), the beginning of the text (D), and labels such as @source:harbour-post; nothing of withdrawn articles';

CREATE TABLE copydesk.article_search_at_other_times (LIKE copydesk.article_search INCLUDING ALL)
WITH (toast_tuple_target = 128);
ALTER TABLE copydesk.article_search_at_other_times ALTER terms SET STATISTICS 0;
ALTER TABLE copydesk.article_search ATTACH PARTITION copydesk.article_search_at_other_times DEFAULT;
COMMENT ON TABLE copydesk.article_search_at_other_times IS 'The article_search of months that have no partition, since few articles are of them';

CREATE TABLE copydesk.search_configurations (
    configuration text PRIMARY KEY
);
COMMENT ON TABLE copydesk.search_configurations IS 'What queries are read in: the text search configurations that articles were ever indexed in';
COMMENT ON COLUMN copydesk.search_configurations.configuration IS 'Name, such as english';

CREATE FUNCTION copydesk.make_search_partition(month timestamp) RETURNS boolean
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    part text := 'article_search_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass('copydesk.' || part) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM copydesk.make_partition('article_search', 'at', part, month, month + interval '1 month');
    EXECUTE format('ALTER TABLE copydesk.%I SET (toast_tuple_target = 128), ALTER terms SET STATISTICS 0', part);
    RETURN true;
END
$$;
COMMENT ON FUNCTION copydesk.make_search_partition IS 'Makes the partition of article_search for a month, given by its first day; answers whether it was missing';

-- A month has a partition when it is near or to come, or when this many articles of it came without one.
CREATE FUNCTION copydesk.make_search_partitions(until timestamptz, many bigint DEFAULT 5000) RETURNS integer
LANGUAGE sql SET search_path = '' AS $$
    SELECT count(*) FILTER (WHERE copydesk.make_search_partition(month))::integer
    FROM (
        SELECT generate_series(date_trunc('month', now() AT TIME ZONE 'UTC'), until AT TIME ZONE 'UTC', '1 month')
        UNION
        SELECT date_trunc('month', at AT TIME ZONE 'UTC')
        FROM copydesk.article_search_at_other_times WHERE isfinite(at) GROUP BY 1 HAVING count(*) >= many
    ) AS months (month)
$$;
COMMENT ON FUNCTION copydesk.make_search_partitions IS 'Makes the monthly partitions of article_search, for the months up to a time and for those of which many articles came; answers how many were made';

SELECT copydesk.make_search_partition(month)
FROM (
    SELECT date_trunc('month', least(coalesce(published, first_stored_at), first_stored_at) AT TIME ZONE 'UTC')
    FROM copydesk.articles WHERE withdrawn_at IS NULL GROUP BY 1 HAVING count(*) >= 5000
) AS months (month);
SELECT copydesk.make_search_partitions(now() + interval '3 months');

ALTER FUNCTION copydesk.make_partitions RENAME TO make_record_partitions;
COMMENT ON FUNCTION copydesk.make_record_partitions IS 'Makes the monthly partitions of revisions and fetches up to a time; answers how many were made';
CREATE FUNCTION copydesk.make_partitions(until timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    -- Whoever finds another at it leaves it to them.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('copydesk.partitions', 0)) THEN
        RETURN 0;
    END IF;
    RETURN copydesk.make_record_partitions(until) + copydesk.make_search_partitions(until);
END
$$;
COMMENT ON FUNCTION copydesk.make_partitions IS 'Makes the monthly partitions up to a time, as writers do every hour for the three months ahead; answers how many were made';

INSERT INTO copydesk.search_queue (article_id)
SELECT id FROM copydesk.articles WHERE withdrawn_at IS NULL ORDER BY stored_at DESC;
