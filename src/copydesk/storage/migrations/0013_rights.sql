-- Rights: what is agreed with each source, what goes with each article, and what was taken down.

ALTER TABLE copydesk.sources
    ADD COLUMN retention integer CHECK (retention > 0),
    ADD COLUMN licence text,
    ADD COLUMN display_rights text CHECK (display_rights IN ('full', 'excerpt', 'headline', 'none')),
    ADD COLUMN opt_outs text[] NOT NULL DEFAULT '{}',
    ADD COLUMN text_floor timestamptz;
COMMENT ON COLUMN copydesk.sources.retention IS 'Days after which the text of an article is dropped, counted from its first storage; null keeps it';
COMMENT ON COLUMN copydesk.sources.licence IS 'Licence of its articles: an SPDX id, a URL or a contract''s name';
COMMENT ON COLUMN copydesk.sources.display_rights IS 'What readers may be shown: full, excerpt (headline, standfirst and a snippet), headline, or none; null where nobody said';
COMMENT ON COLUMN copydesk.sources.opt_outs IS 'Reservations that its pages do not declare themselves: noai, noimageai, noindex, noarchive, tdm-reservation';
COMMENT ON COLUMN copydesk.sources.text_floor IS 'Texts of articles first stored before this have been dropped; nothing fetched before it is stored with its text again';

ALTER TABLE copydesk.articles
    ADD COLUMN rights jsonb,
    ADD COLUMN text_dropped_at timestamptz;
COMMENT ON COLUMN copydesk.articles.rights IS 'What may be done with it: {licence, display, retention_days, opt_outs}; null where nothing is stated';
COMMENT ON COLUMN copydesk.articles.text_dropped_at IS 'When its text was dropped because the source''s retention had passed; its metadata stays';

CREATE TABLE copydesk.takedowns (
    article_id uuid PRIMARY KEY,
    url text NOT NULL,
    source text,
    part_of uuid,
    reason text NOT NULL,
    requested_by text,
    requested_at timestamptz NOT NULL,
    revision integer,
    receipt jsonb NOT NULL DEFAULT '{}',
    finished_at timestamptz
);
CREATE INDEX takedowns_part_of ON copydesk.takedowns (part_of) WHERE part_of IS NOT NULL;
COMMENT ON TABLE copydesk.takedowns IS 'Articles that were taken down; nothing of them is fetched or stored again while their row is here';
COMMENT ON COLUMN copydesk.takedowns.article_id IS 'The article, stored or not';
COMMENT ON COLUMN copydesk.takedowns.url IS 'Its address, as far as it was known';
COMMENT ON COLUMN copydesk.takedowns.source IS 'Name of the news source; null for what was never stored';
COMMENT ON COLUMN copydesk.takedowns.part_of IS 'Id of the first article of the page that it was split off';
COMMENT ON COLUMN copydesk.takedowns.reason IS 'Why, in the words of whoever asked';
COMMENT ON COLUMN copydesk.takedowns.requested_by IS 'Who asked';
COMMENT ON COLUMN copydesk.takedowns.requested_at IS 'When it was first asked for';
COMMENT ON COLUMN copydesk.takedowns.revision IS 'The revision that withdrew it; null where nothing was stored, or it was withdrawn already';
COMMENT ON COLUMN copydesk.takedowns.receipt IS 'Every place with its result, as of the last run';
COMMENT ON COLUMN copydesk.takedowns.finished_at IS 'When every place had been dealt with; null while one has failed';

CREATE VIEW copydesk.v1_takedowns AS
SELECT article_id, url, source, part_of, reason, requested_by, requested_at, revision, receipt, finished_at
FROM copydesk.takedowns;
COMMENT ON VIEW copydesk.v1_takedowns IS 'What was taken down, with the receipts';

-- Adds to what the view has, whatever it is by now.
DO $$
DECLARE
    held text := pg_get_viewdef('copydesk.v1_articles'::regclass, true);
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW copydesk.v1_articles AS '
        || regexp_replace(held, '\n\s+FROM (copydesk\.)?articles\M', ', rights, text_dropped_at FROM copydesk.articles');
END
$$;
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT v.relname, va.attname, col_description(t.oid, ta.attnum) AS said
        FROM (VALUES ('v1_articles', 'articles'), ('v1_takedowns', 'takedowns')) AS n (view_name, table_name)
        JOIN pg_class v ON v.oid = ('copydesk.' || n.view_name)::regclass
        JOIN pg_class t ON t.oid = ('copydesk.' || n.table_name)::regclass
        JOIN pg_attribute va ON va.attrelid = v.oid AND va.attnum > 0
        JOIN pg_attribute ta ON ta.attrelid = t.oid AND ta.attname = va.attname AND ta.attnum > 0
        WHERE col_description(v.oid, va.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN copydesk.%I.%I IS %L', found.relname, found.attname, found.said);
    END LOOP;
END
$$;
