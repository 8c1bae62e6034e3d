-- Tables sized for a hundred million articles (ADR 19): what grows with time lies in monthly partitions, indexes that
-- cost more than they find are gone, and autovacuum comes before a fifth of a large table has changed.

-- Partitions. What is there becomes the first one as it is; no row is moved.

CREATE FUNCTION copydesk.make_partitions(until timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    parent record;
    month timestamp;
    part text;
    made integer := 0;
BEGIN
    -- Whoever finds another at it leaves it to them.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('copydesk.partitions', 0)) THEN
        RETURN 0;
    END IF;
    FOR parent IN SELECT p.name, p.key FROM (VALUES ('revisions', 'stored_at'), ('fetches', 'version')) AS p (name, key)
    LOOP
        SELECT max(to_date(right(c.relname, 7), 'YYYY_MM')
                   + CASE WHEN c.relname LIKE '%\_until\_%' THEN interval '0' ELSE interval '1 month' END)
        INTO month
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = format('copydesk.%I', parent.name)::regclass AND c.relname ~ '_\d{4}_\d{2}$';
        WHILE month AT TIME ZONE 'UTC' <= until LOOP
            part := format('%s_%s', parent.name, to_char(month, 'YYYY_MM'));
            PERFORM copydesk.make_partition(parent.name, parent.key, part, month, month + interval '1 month');
            made := made + 1;
            month := month + interval '1 month';
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;
COMMENT ON FUNCTION copydesk.make_partitions IS 'Makes the monthly partitions up to a time, as writers do every hour for the three months ahead; answers how many were made';

-- Attached rather than made in place, so that readers and writers of the parent go on meanwhile.
CREATE FUNCTION copydesk.make_partition(parent text, key text, part text, since timestamp, before timestamp) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    bounds text[] := ARRAY[since::text, before::text];
BEGIN
    IF key = 'version' THEN
        bounds := ARRAY[(extract(epoch FROM since) * 1000)::bigint::text, (extract(epoch FROM before) * 1000)::bigint::text];
    ELSE
        bounds := ARRAY[since || '+00', before || '+00'];
    END IF;
    EXECUTE format('CREATE TABLE copydesk.%I (LIKE copydesk.%I INCLUDING ALL)', part, parent);
    EXECUTE format('COMMENT ON TABLE copydesk.%I IS %L', part, format('The %s of a month', parent));
    EXECUTE format(
        'WITH late AS (DELETE FROM copydesk.%I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO copydesk.%I SELECT * FROM late',
        parent || '_at_other_times', key, bounds[1], key, bounds[2], part);
    EXECUTE format('ALTER TABLE copydesk.%I ATTACH PARTITION copydesk.%I FOR VALUES FROM (%L) TO (%L)',
                   parent, part, bounds[1], bounds[2]);
END
$$;
COMMENT ON FUNCTION copydesk.make_partition IS 'Makes one partition; rows that came before it was there move into it';

-- An article has few revisions, so its own rows say which of them a message made.
DROP INDEX copydesk.revisions_message_id;
ALTER TABLE copydesk.revisions
    VALIDATE CONSTRAINT revisions_change_check,
    DROP CONSTRAINT revisions_pkey,
    ADD CONSTRAINT revisions_pkey PRIMARY KEY (article_id, revision, stored_at);

DO $$
DECLARE
    parent record;
    viewed record;
    views text[] := '{}';
    month timestamp;
    newest timestamptz;
    first text;
BEGIN
    -- Views follow a table that is renamed, so they are made again over the new one.
    FOR viewed IN
        SELECT DISTINCT v.oid, v.oid::regclass AS name
        FROM pg_class v
        JOIN pg_rewrite r ON r.ev_class = v.oid
        JOIN pg_depend d ON d.objid = r.oid AND d.classid = 'pg_rewrite'::regclass
        WHERE v.relkind = 'v' AND d.refobjid IN ('copydesk.revisions'::regclass, 'copydesk.fetches'::regclass)
    LOOP
        views := views || format('CREATE OR REPLACE VIEW %s AS %s', viewed.name, pg_get_viewdef(viewed.oid));
    END LOOP;
    FOR parent IN SELECT p.name, p.key FROM (VALUES ('revisions', 'stored_at'), ('fetches', 'version')) AS p (name, key)
    LOOP
        EXECUTE format('SELECT max(%s) FROM copydesk.%I',
                       CASE parent.key WHEN 'version' THEN 'fetched_at' ELSE parent.key END, parent.name) INTO newest;
        month := date_trunc('month', greatest(newest, now()) AT TIME ZONE 'UTC') + interval '1 month';
        first := format('%s_until_%s', parent.name, to_char(month, 'YYYY_MM'));
        EXECUTE format('ALTER TABLE copydesk.%I RENAME TO %I', parent.name, first);
        EXECUTE format('ALTER INDEX copydesk.%I RENAME TO %I', parent.name || '_pkey', first || '_pkey');
        IF parent.name = 'revisions' THEN
            EXECUTE format('ALTER INDEX copydesk.revisions_stored_at RENAME TO %I', first || '_stored_at');
        END IF;
        EXECUTE format('CREATE TABLE copydesk.%I (LIKE copydesk.%I INCLUDING ALL) PARTITION BY RANGE (%I)',
                       parent.name, first, parent.key);
        EXECUTE format('COMMENT ON TABLE copydesk.%I IS %L', parent.name,
                       obj_description(format('copydesk.%I', first)::regclass, 'pg_class'));
        EXECUTE format('ALTER TABLE copydesk.%I ATTACH PARTITION copydesk.%I FOR VALUES FROM (MINVALUE) TO (%L)',
                       parent.name, first, CASE parent.key
                           WHEN 'version' THEN (extract(epoch FROM month) * 1000)::bigint::text ELSE month || '+00' END);
        EXECUTE format('CREATE TABLE copydesk.%I (LIKE copydesk.%I INCLUDING ALL)', parent.name || '_at_other_times', first);
        EXECUTE format('ALTER TABLE copydesk.%I ATTACH PARTITION copydesk.%I DEFAULT',
                       parent.name, parent.name || '_at_other_times');
        EXECUTE format('COMMENT ON TABLE copydesk.%I IS %L', first, format('The %s before there were partitions', parent.name));
        EXECUTE format('COMMENT ON TABLE copydesk.%I IS %L', parent.name || '_at_other_times',
                       format('The %s of times that have no partition; empty unless clocks or housekeeping stood still', parent.name));
    END LOOP;
    FOR i IN 1 .. coalesce(array_length(views, 1), 0) LOOP
        EXECUTE views[i];
    END LOOP;
END
$$;
SELECT copydesk.make_partitions(now() + interval '3 months');

-- Bands. An article's own are one row of a narrow table, so that the large one needs no second index.

CREATE TABLE copydesk.article_signatures (
    article_id uuid PRIMARY KEY,
    bands bigint[] NOT NULL
);
COMMENT ON TABLE copydesk.article_signatures IS 'What each article is found by as a copy, kept while copies of it may come';
COMMENT ON COLUMN copydesk.article_signatures.article_id IS 'The article';
COMMENT ON COLUMN copydesk.article_signatures.bands IS 'Its rows of article_bands';
INSERT INTO copydesk.article_signatures (article_id, bands)
SELECT article_id, array_agg(band) FROM copydesk.article_bands GROUP BY article_id;
DROP INDEX copydesk.article_bands_article;

-- Upkeep. The defaults wait for a fifth of a table, 20 million articles; the rows of tables that are only added to are
-- marked visible to all by vacuum alone, which spares lookups in their indexes the way to the rows.

ALTER TABLE copydesk.articles SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02
);
ALTER TABLE copydesk.article_stories SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02
);
ALTER TABLE copydesk.stories SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
DO $$
DECLARE
    added text;
BEGIN
    FOREACH added IN ARRAY ARRAY['article_entities', 'article_places', 'article_topics', 'cuts', 'article_bands',
                                 'article_signatures', 'story_keys', 'story_changes']
    LOOP
        EXECUTE format('ALTER TABLE copydesk.%I SET (autovacuum_vacuum_scale_factor = 0.05, '
                       'autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)', added);
    END LOOP;
END
$$;
