-- Where copies come from and what they changed. The view knows no agency's own articles as carriers of themselves.

CREATE TABLE copydesk.lineage (
    article_id uuid PRIMARY KEY,
    original_id uuid NOT NULL,
    agencies text[] NOT NULL DEFAULT '{}',
    from_agency boolean NOT NULL,
    similarity double precision,
    kept double precision,
    added double precision,
    words integer,
    original_words integer,
    same_title boolean,
    revision integer NOT NULL,
    original_revision integer NOT NULL
);
CREATE INDEX lineage_original ON copydesk.lineage (original_id);
COMMENT ON TABLE copydesk.lineage IS 'Articles that are, or were, copies or credit an agency, with what they came from and what was changed';
COMMENT ON COLUMN copydesk.lineage.article_id IS 'The article';
COMMENT ON COLUMN copydesk.lineage.original_id IS 'What it is a copy of; itself where that was never seen';
COMMENT ON COLUMN copydesk.lineage.agencies IS 'Codes of the agencies that the copy or its original credits';
COMMENT ON COLUMN copydesk.lineage.from_agency IS 'Whether the original is the agency''s own article';
COMMENT ON COLUMN copydesk.lineage.similarity IS 'Similarity to the original, 0 to 1: the share of shingles in common, estimated from the signatures';
COMMENT ON COLUMN copydesk.lineage.kept IS 'Share of the original''s words that the copy has, in their order, 0 to 1';
COMMENT ON COLUMN copydesk.lineage.added IS 'Share of the copy''s words that the original has not, 0 to 1';
COMMENT ON COLUMN copydesk.lineage.words IS 'Words of the copy, of which the first 6,000 are compared; characters in scripts without spaces';
COMMENT ON COLUMN copydesk.lineage.original_words IS 'Words of the original, counted in the same way';
COMMENT ON COLUMN copydesk.lineage.same_title IS 'Whether both have the same headline, but for case and punctuation';
COMMENT ON COLUMN copydesk.lineage.revision IS 'Revision of the copy that was compared';
COMMENT ON COLUMN copydesk.lineage.original_revision IS 'Revision of the original that was compared';

CREATE VIEW copydesk.v1_lineage AS
SELECT l.original_id AS item_id, l.agencies, c.id AS article_id, c.source, c.url, c.title, c.language,
       coalesce(c.published, c.first_stored_at) AS carried_at, c.published IS NOT NULL AS dated,
       coalesce(c.published, c.first_stored_at) - coalesce(o.published, o.first_stored_at) AS delay,
       row_number() OVER carriers AS carrier, row_number() OVER carriers = 1 AS first_carrier,
       o.source AS original_source, o.url AS original_url, o.title AS original_title,
       coalesce(o.published, o.first_stored_at) AS original_at, l.from_agency, l.similarity, l.kept, l.added, l.words,
       l.original_words, l.same_title, c.revision AS revisions
FROM copydesk.lineage AS l
JOIN copydesk.articles AS c ON c.id = l.article_id
JOIN copydesk.articles AS o ON o.id = l.original_id
WHERE c.withdrawn_at IS NULL
  AND (l.article_id <> l.original_id OR (cardinality(l.agencies) > 0 AND NOT l.from_agency))
WINDOW carriers AS (PARTITION BY l.original_id ORDER BY coalesce(c.published, c.first_stored_at), c.id);
COMMENT ON VIEW copydesk.v1_lineage IS 'Who carried which text when, and what was changed: one row a carrier, the agencies'' own articles aside';
COMMENT ON COLUMN copydesk.v1_lineage.item_id IS 'Id of the original: the agency''s own article, else the earliest known; equal to article_id for that one';
COMMENT ON COLUMN copydesk.v1_lineage.agencies IS 'Codes of the agencies that carrier or original credits; empty for copies of which nobody says that they are an agency''s';
COMMENT ON COLUMN copydesk.v1_lineage.article_id IS 'The carrier''s article';
COMMENT ON COLUMN copydesk.v1_lineage.source IS 'The carrier: name of the news source';
COMMENT ON COLUMN copydesk.v1_lineage.url IS 'Where the carrier has it';
COMMENT ON COLUMN copydesk.v1_lineage.title IS 'The carrier''s headline';
COMMENT ON COLUMN copydesk.v1_lineage.language IS 'Language of the carrier''s text, BCP 47';
COMMENT ON COLUMN copydesk.v1_lineage.carried_at IS 'When the carrier published it, or when it was first stored where that is unknown';
COMMENT ON COLUMN copydesk.v1_lineage.dated IS 'Whether carried_at is the time of publication';
COMMENT ON COLUMN copydesk.v1_lineage.delay IS 'Time between original_at and carried_at; negative where the dates of the pages say so';
COMMENT ON COLUMN copydesk.v1_lineage.carrier IS 'Number of the carrier in the order of carried_at, from 1';
COMMENT ON COLUMN copydesk.v1_lineage.first_carrier IS 'Whether it is the first known carrier of the item';
COMMENT ON COLUMN copydesk.v1_lineage.original_source IS 'Source of the original';
COMMENT ON COLUMN copydesk.v1_lineage.original_url IS 'URL of the original';
COMMENT ON COLUMN copydesk.v1_lineage.original_title IS 'Headline of the original';
COMMENT ON COLUMN copydesk.v1_lineage.original_at IS 'When the original was published, or first stored where that is unknown';
COMMENT ON COLUMN copydesk.v1_lineage.from_agency IS 'Whether the original is the agency''s own article';
COMMENT ON COLUMN copydesk.v1_lineage.similarity IS 'Similarity to the original, 0 to 1, estimated from the signatures; null for the original itself';
COMMENT ON COLUMN copydesk.v1_lineage.kept IS 'Share of the original''s words that the carrier kept, 0 to 1; null for the original itself';
COMMENT ON COLUMN copydesk.v1_lineage.added IS 'Share of the carrier''s words that the original has not, 0 to 1; null for the original itself';
COMMENT ON COLUMN copydesk.v1_lineage.words IS 'Words of the carrier''s text, 6,000 at most; null for the original itself';
COMMENT ON COLUMN copydesk.v1_lineage.original_words IS 'Words of the original''s text, 6,000 at most; null for the original itself';
COMMENT ON COLUMN copydesk.v1_lineage.same_title IS 'Whether the carrier kept the headline; null for the original itself';
COMMENT ON COLUMN copydesk.v1_lineage.revisions IS 'Number of the carrier''s newest revision, from 1';
