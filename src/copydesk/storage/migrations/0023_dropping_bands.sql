-- Partitions of bands are dropped by their bounds, without reading those of other tables, which are no days.

CREATE OR REPLACE FUNCTION copydesk.drop_band_partitions(parent text, before date) RETURNS integer
LANGUAGE plpgsql SET search_path = '' SET datestyle = 'ISO' AS $$
DECLARE
    old record;
    dropped integer := 0;
BEGIN
    -- Materialized: bounds of other tables' partitions are no days, and must not be read as such first.
    FOR old IN
        WITH partitions AS MATERIALIZED (
            SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = format('copydesk.%I', parent)::regclass
        )
        SELECT relname FROM partitions WHERE substring(bound FROM $r$TO \('([-0-9]+)'\)$r$)::date <= before
    LOOP
        -- Another writer may be at it.
        EXECUTE format('DROP TABLE IF EXISTS copydesk.%I', old.relname);
        dropped := dropped + 1;
    END LOOP;
    EXECUTE format('DELETE FROM copydesk.%I WHERE day < %L', parent || '_at_other_times', before);
    RETURN dropped;
END
$$;

COMMENT ON COLUMN copydesk.article_bands_at_other_times.band IS 'One of 42 hashes of three MinHash numbers each';
COMMENT ON COLUMN copydesk.article_bands_at_other_times.article_id IS 'The article';
COMMENT ON COLUMN copydesk.article_bands_at_other_times.day IS 'Day of filing, UTC';
COMMENT ON COLUMN copydesk.article_lasting_bands_at_other_times.band IS 'One of 42 hashes of three MinHash numbers each';
COMMENT ON COLUMN copydesk.article_lasting_bands_at_other_times.article_id IS 'The article';
COMMENT ON COLUMN copydesk.article_lasting_bands_at_other_times.day IS 'Day of filing, UTC';
