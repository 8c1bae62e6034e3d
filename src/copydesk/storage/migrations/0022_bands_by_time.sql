-- Indexes that are entered where they were entered last (ADR 23), so that what filing costs does not grow with what is stored.

-- Bands by the time of filing: all of an article's bands for the week it was filed in and the next, the first few for as long
-- as copies are looked for. So entries are made in an index of one week, and old ones go as whole partitions.

ALTER TABLE copydesk.article_bands RENAME TO article_lasting_bands_before;
ALTER TABLE copydesk.article_lasting_bands_before DROP CONSTRAINT article_bands_pkey;
-- The default makes no row anew; what was there counts as filed today.
DO $$
BEGIN
    EXECUTE format('ALTER TABLE copydesk.article_lasting_bands_before ADD COLUMN day date NOT NULL DEFAULT %L',
                   (now() AT TIME ZONE 'UTC')::date);
END
$$;
ALTER TABLE copydesk.article_lasting_bands_before ALTER COLUMN day DROP DEFAULT;

CREATE TABLE copydesk.article_bands (
    band bigint NOT NULL,
    article_id uuid NOT NULL,
    day date NOT NULL
) PARTITION BY RANGE (day);
CREATE INDEX article_bands_band ON copydesk.article_bands (band, article_id);
COMMENT ON TABLE copydesk.article_bands IS 'Locality-sensitive hashes: articles filed in the same week or the next that share one are candidates for near-duplicates';
COMMENT ON COLUMN copydesk.article_bands.band IS 'One of 42 hashes of three MinHash numbers each';
COMMENT ON COLUMN copydesk.article_bands.article_id IS 'The article';
COMMENT ON COLUMN copydesk.article_bands.day IS 'Day of filing, UTC';
CREATE TABLE copydesk.article_bands_at_other_times PARTITION OF copydesk.article_bands DEFAULT;
COMMENT ON TABLE copydesk.article_bands_at_other_times IS 'The article_bands of weeks that have no partition; empty unless clocks or housekeeping stood still';

CREATE TABLE copydesk.article_lasting_bands (LIKE copydesk.article_bands INCLUDING COMMENTS) PARTITION BY RANGE (day);
CREATE INDEX article_lasting_bands_band ON copydesk.article_lasting_bands (band, article_id);
COMMENT ON TABLE copydesk.article_lasting_bands IS 'The first few of each article''s bands, by which later articles find it that are nearly the same';
CREATE TABLE copydesk.article_lasting_bands_at_other_times PARTITION OF copydesk.article_lasting_bands DEFAULT;
COMMENT ON TABLE copydesk.article_lasting_bands_at_other_times IS 'The article_lasting_bands of months that have no partition; empty unless clocks or housekeeping stood still';

DO $$
DECLARE
    month date := date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month';
    first text := 'article_lasting_bands_until_' || to_char(month, 'YYYY_MM');
BEGIN
    IF NOT EXISTS (SELECT FROM copydesk.article_lasting_bands_before) THEN
        DROP TABLE copydesk.article_lasting_bands_before;
        RETURN;
    END IF;
    EXECUTE format('ALTER TABLE copydesk.article_lasting_bands_before RENAME TO %I', first);
    EXECUTE format('ALTER TABLE copydesk.article_lasting_bands ATTACH PARTITION copydesk.%I FOR VALUES FROM (MINVALUE) TO (%L)',
                   first, month);
    EXECUTE format('COMMENT ON TABLE copydesk.%I IS %L', first, 'All bands before there were partitions');
END
$$;

CREATE FUNCTION copydesk.make_band_partitions(until timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    needed record;
    made integer := 0;
BEGIN
    FOR needed IN
        SELECT k.parent, since AS since, since + k.span AS before, k.span,
               format('%s_%s', k.parent, to_char(since, k.named)) AS part
        FROM (VALUES ('article_bands', 'week', interval '1 week', 'YYYY_MM_DD'),
                     ('article_lasting_bands', 'month', interval '1 month', 'YYYY_MM')) AS k (parent, unit, span, named)
        CROSS JOIN LATERAL generate_series(date_trunc(k.unit, now() AT TIME ZONE 'UTC'),
                                           until AT TIME ZONE 'UTC', k.span) AS since
    LOOP
        CONTINUE WHEN to_regclass('copydesk.' || needed.part) IS NOT NULL
            OR to_regclass(format('copydesk.%s_until_%s', needed.parent, to_char(needed.before, 'YYYY_MM'))) IS NOT NULL;
        PERFORM copydesk.make_partition(needed.parent, 'day', needed.part, needed.since, needed.before);
        EXECUTE format('COMMENT ON TABLE copydesk.%I IS %L', needed.part,
                       format('The %s of one %s', needed.parent, CASE needed.parent WHEN 'article_bands' THEN 'week' ELSE 'month' END));
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;
COMMENT ON FUNCTION copydesk.make_band_partitions IS 'Makes the weekly partitions of article_bands and the monthly ones of article_lasting_bands up to a time; answers how many were made';

CREATE FUNCTION copydesk.drop_band_partitions(parent text, before date) RETURNS integer
LANGUAGE plpgsql SET search_path = '' SET datestyle = 'ISO' AS $$
DECLARE
    old record;
    dropped integer := 0;
BEGIN
    FOR old IN
        SELECT c.relname
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = format('copydesk.%I', parent)::regclass
          AND substring(pg_get_expr(c.relpartbound, c.oid) FROM $r$TO \('([-0-9]+)'\)$r$)::date <= before
    LOOP
        -- Another writer may be at it.
        EXECUTE format('DROP TABLE IF EXISTS copydesk.%I', old.relname);
        dropped := dropped + 1;
    END LOOP;
    EXECUTE format('DELETE FROM copydesk.%I WHERE day < %L', parent || '_at_other_times', before);
    RETURN dropped;
END
$$;
COMMENT ON FUNCTION copydesk.drop_band_partitions IS 'Drops the partitions of article_bands or article_lasting_bands that end before a day; answers how many they were';

CREATE OR REPLACE FUNCTION copydesk.make_partitions(until timestamptz) RETURNS integer
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    -- Whoever finds another at it leaves it to them.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('copydesk.partitions', 0)) THEN
        RETURN 0;
    END IF;
    RETURN copydesk.make_record_partitions(until) + copydesk.make_search_partitions(until)
           + copydesk.make_band_partitions(until);
END
$$;
SELECT copydesk.make_band_partitions(now() + interval '3 months');

COMMENT ON COLUMN copydesk.article_signatures.bands IS 'Its bands, in the order of the message, of which article_lasting_bands has the first';

-- Keys of stories by fortnights: candidates are at most a week apart, so those of one or two fortnights are asked.

CREATE FUNCTION copydesk.story_key(probe bigint, at timestamptz) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
RETURN ((floor(date_part('epoch', at - timestamptz '1970-01-01 00:00+00') / 1209600)::bigint & 32767) << 48)
       | (probe & 281474976710655);
COMMENT ON FUNCTION copydesk.story_key IS 'What story_keys has of a hash: the fortnight above the lower 48 bits, so that keys of one time lie together';

TRUNCATE copydesk.story_keys;
INSERT INTO copydesk.story_keys (key, at, article_id)
SELECT DISTINCT copydesk.story_key(probe.key, s.at), s.at, s.article_id
FROM copydesk.article_stories s, unnest(s.probes) AS probe (key)
ORDER BY 1, 2, 3;
COMMENT ON COLUMN copydesk.story_keys.key IS 'Hash of a key of article_stories with its fortnight, see story_key()';

-- Of equal entries a b-tree has the newest last: without the article in them, those of one entity, place or topic grow at one
-- end, and take a fifth of the room.

DROP INDEX copydesk.article_entities_entity, copydesk.article_places_place, copydesk.article_topics_code;
CREATE INDEX article_entities_entity ON copydesk.article_entities (entity_id);
CREATE INDEX article_places_place ON copydesk.article_places (geonames);
CREATE INDEX article_topics_code ON copydesk.article_topics (code);
