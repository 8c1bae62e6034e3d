-- What a search reads of an article lies in its row, and where articles begin and end is asked of two months, not of all.

-- Terms of up to 8 kB stay beside the article's time: a candidate is one page then, where it was three or four, and pages
-- that lie apart were fetched one by one. Rows that are there stay as they are until they are written again, or
-- their month by VACUUM FULL.
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT relid FROM pg_partition_tree('copydesk.article_search') WHERE isleaf LOOP
        EXECUTE format('ALTER TABLE %s SET (toast_tuple_target = 8160)', part);
    END LOOP;
END
$$;
COMMENT ON TABLE copydesk.article_search IS 'Full-text index, made by a second pass apart from filing; one row an article, in the month of its time. Rows take 1 to 8 kB: terms of more are kept apart';

CREATE OR REPLACE FUNCTION copydesk.make_search_partition(month timestamp) RETURNS boolean
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    part text := 'article_search_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass('copydesk.' || part) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM copydesk.make_partition('article_search', 'at', part, month, month + interval '1 month');
    EXECUTE format('ALTER TABLE copydesk.%I SET (toast_tuple_target = 8160), ALTER terms SET STATISTICS 0', part);
    RETURN true;
END
$$;

-- No article is of a time to come, but for what clocks differ; the months ahead have partitions, which are empty.
CREATE FUNCTION copydesk.search_bounds(OUT oldest timestamptz, OUT newest timestamptz)
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
    months regclass[] := ARRAY(
        SELECT c.oid FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'copydesk.article_search'::regclass
          AND c.relname <= 'article_search_' || to_char(now() AT TIME ZONE 'UTC' + interval '1 day', 'YYYY_MM')
        ORDER BY c.relname
    );
    number integer := 1;
    found timestamptz;
BEGIN
    SELECT min(at), max(at) INTO oldest, newest FROM copydesk.article_search_at_other_times;
    WHILE found IS NULL AND number <= cardinality(months) LOOP
        IF pg_relation_size(months[number]) > 0 THEN
            EXECUTE format('SELECT min(at) FROM %s', months[number]) INTO found;
        END IF;
        number := number + 1;
    END LOOP;
    oldest := least(oldest, found);
    number := cardinality(months);
    found := NULL;
    WHILE found IS NULL AND number > 0 LOOP
        IF pg_relation_size(months[number]) > 0 THEN
            EXECUTE format('SELECT max(at) FROM %s', months[number]) INTO found;
        END IF;
        number := number - 1;
    END LOOP;
    newest := greatest(newest, found);
END
$$;
COMMENT ON FUNCTION copydesk.search_bounds IS 'The times of the oldest and of the newest article in article_search; nothing where there is none';
