-- Revisions say what changed and by how many words; three more kinds; which of them were told.

ALTER TABLE copydesk.revisions
    ADD COLUMN modified timestamptz,
    ADD COLUMN changed text[] NOT NULL DEFAULT '{}',
    ADD COLUMN words_added integer,
    ADD COLUMN words_removed integer,
    ADD COLUMN share_changed double precision,
    ADD COLUMN told boolean NOT NULL DEFAULT true;
COMMENT ON TABLE copydesk.revisions IS 'Every change of what readers see; those that were told made one event each on articles.stored';
COMMENT ON COLUMN copydesk.revisions.change IS 'new, updated (material), corrected (a correction notice; another figure, name or headline), touched (typography, furniture or the time of modification alone), withdrawn or restored (back after a withdrawal)';
COMMENT ON COLUMN copydesk.revisions.modified IS 'Time of modification that the page of this revision names';
COMMENT ON COLUMN copydesk.revisions.changed IS 'Which of title, subtitle, text, authors, published and modified differ from the last text before; empty for new and withdrawn';
COMMENT ON COLUMN copydesk.revisions.words_added IS 'Words of title, subtitle and text that the last text before does not have in this order; null where nothing was compared';
COMMENT ON COLUMN copydesk.revisions.words_removed IS 'Words of the last text before that are gone; null where nothing was compared';
COMMENT ON COLUMN copydesk.revisions.share_changed IS 'Words added and removed as a share of the words of both texts, 0 (the same) to 1; null where nothing was compared';
COMMENT ON COLUMN copydesk.revisions.told IS 'Whether it made an event on articles.stored';

-- Every row meets the narrower check that this one replaces, so none is read again.
ALTER TABLE copydesk.revisions DROP CONSTRAINT revisions_change_check;
ALTER TABLE copydesk.revisions ADD CONSTRAINT revisions_change_check
    CHECK (change IN ('new', 'updated', 'corrected', 'touched', 'withdrawn', 'restored')) NOT VALID;

COMMENT ON COLUMN copydesk.articles.revision_sha256 IS 'SHA-256 of what readers see: title, subtitle, text, authors, published, modified';

CREATE OR REPLACE VIEW copydesk.v1_revisions AS
SELECT article_id, revision, change, source, url, title, subtitle, text, authors, published, language,
       encode(revision_sha256, 'hex') AS revision_sha256, content_sha256, message_id, stored_at, modified, changed,
       words_added, words_removed, share_changed, told
FROM copydesk.revisions;

CREATE OR REPLACE VIEW copydesk.v1_events AS
SELECT article_id, revision, change, source, url, title, language, published,
       encode(revision_sha256, 'hex') AS revision_sha256, stored_at, changed, words_added, words_removed, share_changed
FROM copydesk.revisions
WHERE told;
COMMENT ON VIEW copydesk.v1_events IS 'The events of articles.stored, one a revision that was told, without texts';

DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.relname, a.attname, col_description('copydesk.revisions'::regclass, t.attnum) AS said
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        JOIN pg_attribute t ON t.attrelid = 'copydesk.revisions'::regclass AND t.attname = a.attname
        WHERE c.oid IN ('copydesk.v1_revisions'::regclass, 'copydesk.v1_events'::regclass)
    LOOP
        EXECUTE format('COMMENT ON COLUMN copydesk.%I.%I IS %L', found.relname, found.attname, found.said);
    END LOOP;
END
$$;
