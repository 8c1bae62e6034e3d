-- Stories: what each article offers for finding them, the index by which candidates meet, and every change told.

ALTER TABLE copydesk.article_entities
    ADD COLUMN name text,
    ADD COLUMN salience double precision NOT NULL DEFAULT 0;
COMMENT ON COLUMN copydesk.article_entities.name IS 'Fullest form of the name in the article';
COMMENT ON COLUMN copydesk.article_entities.salience IS 'How much the article is about the entity, 0 to 1';

ALTER TABLE copydesk.article_places
    ADD COLUMN confidence double precision NOT NULL DEFAULT 0,
    ADD COLUMN method text NOT NULL DEFAULT '';
COMMENT ON COLUMN copydesk.article_places.confidence IS 'Confidence that it is this place, 0 to 1';
COMMENT ON COLUMN copydesk.article_places.method IS 'What linked it';

ALTER TABLE copydesk.article_topics ADD COLUMN method text NOT NULL DEFAULT '';
COMMENT ON COLUMN copydesk.article_topics.method IS 'What found it';

COMMENT ON COLUMN copydesk.articles.duplicate_of IS 'Id of the article that it is a copy of: the agency''s own, else the earliest; null for the original itself';

ALTER TABLE copydesk.stories
    ADD COLUMN title text,
    ADD COLUMN articles integer NOT NULL DEFAULT 0,
    ADD COLUMN languages text[] NOT NULL DEFAULT '{}',
    ADD COLUMN sources text[] NOT NULL DEFAULT '{}',
    ADD COLUMN first_at timestamptz,
    ADD COLUMN last_at timestamptz,
    ADD COLUMN last_stored_at timestamptz,
    ADD COLUMN merged_into text;
CREATE INDEX stories_last_at ON copydesk.stories (last_at) WHERE merged_into IS NULL;
COMMENT ON COLUMN copydesk.stories.id IS 'Stable id: of two stories that turn out to be one, the elder''s stays';
COMMENT ON COLUMN copydesk.stories.title IS 'Headline of its earliest article';
COMMENT ON COLUMN copydesk.stories.articles IS 'Number of articles that are not withdrawn';
COMMENT ON COLUMN copydesk.stories.languages IS 'Languages it is told in';
COMMENT ON COLUMN copydesk.stories.sources IS 'Sources that tell it';
COMMENT ON COLUMN copydesk.stories.first_at IS 'Earliest time of publication, or of storage where that is unknown';
COMMENT ON COLUMN copydesk.stories.last_at IS 'Latest time of publication, or of storage where that is unknown';
COMMENT ON COLUMN copydesk.stories.last_stored_at IS 'When an article of it was last stored';
COMMENT ON COLUMN copydesk.stories.merged_into IS 'Id of the story that it turned out to be part of';

ALTER TABLE copydesk.articles ADD COLUMN watched jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN copydesk.articles.watched IS 'What the operator''s watch lists found, as in the message';

CREATE TABLE copydesk.article_stories (
    article_id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    dated boolean NOT NULL,
    keys text[] NOT NULL,
    weights real[] NOT NULL,
    headline text[] NOT NULL,
    assigned boolean NOT NULL DEFAULT false
) WITH (fillfactor = 80);
COMMENT ON TABLE copydesk.article_stories IS 'What tells the event of each article from others, kept while its story may grow';
COMMENT ON COLUMN copydesk.article_stories.article_id IS 'The article';
COMMENT ON COLUMN copydesk.article_stories.at IS 'Time of publication, or of the first fetch where that is unknown';
COMMENT ON COLUMN copydesk.article_stories.dated IS 'Whether that is the time of publication';
COMMENT ON COLUMN copydesk.article_stories.keys IS 'Places, people, names and numbers: geonames:<id>, country:<code>, name:<consonants>, number:<digits>, or a URI';
COMMENT ON COLUMN copydesk.article_stories.weights IS 'Weight of each key, 0 to 1';
COMMENT ON COLUMN copydesk.article_stories.headline IS 'Keys that headline or first sentence name';
COMMENT ON COLUMN copydesk.article_stories.assigned IS 'Whether these keys have been looked at to find its story';

CREATE TABLE copydesk.story_keys (
    key bigint NOT NULL,
    at timestamptz NOT NULL,
    article_id uuid NOT NULL,
    PRIMARY KEY (key, at, article_id)
);
CREATE INDEX story_keys_article ON copydesk.story_keys (article_id);
COMMENT ON TABLE copydesk.story_keys IS 'The weightiest keys of each article: articles of about the same time that share one may tell one story';
COMMENT ON COLUMN copydesk.story_keys.key IS 'Hash of a key of article_stories';
COMMENT ON COLUMN copydesk.story_keys.at IS 'As in article_stories';
COMMENT ON COLUMN copydesk.story_keys.article_id IS 'The article';

CREATE TABLE copydesk.story_changes (
    message_id text NOT NULL,
    ordinal integer NOT NULL,
    story_id text NOT NULL,
    change text NOT NULL CHECK (change IN ('created', 'joined', 'left', 'merged', 'split')),
    at timestamptz NOT NULL,
    articles text[] NOT NULL,
    other text,
    confidence double precision NOT NULL,
    title text,
    duplicate_of text,
    PRIMARY KEY (message_id, ordinal)
);
CREATE INDEX story_changes_story ON copydesk.story_changes (story_id, at);
CREATE INDEX story_changes_at ON copydesk.story_changes (at);
COMMENT ON TABLE copydesk.story_changes IS 'Every change of a story; each made one event on stories.changed';
COMMENT ON COLUMN copydesk.story_changes.message_id IS 'ce_id of the message that led to it; delivered again, it makes the same events again';
COMMENT ON COLUMN copydesk.story_changes.ordinal IS 'Place among the changes that the message led to, from 0';
COMMENT ON COLUMN copydesk.story_changes.story_id IS 'The story';
COMMENT ON COLUMN copydesk.story_changes.change IS 'created, joined, left, merged (other is now part of it) or split (articles left other and are this one)';
COMMENT ON COLUMN copydesk.story_changes.at IS 'When it was found';
COMMENT ON COLUMN copydesk.story_changes.articles IS 'Ids of the articles concerned';
COMMENT ON COLUMN copydesk.story_changes.other IS 'The other story of a merge or split';
COMMENT ON COLUMN copydesk.story_changes.confidence IS 'Confidence, 0 to 1';
COMMENT ON COLUMN copydesk.story_changes.title IS 'Headline of the article that led to it';
COMMENT ON COLUMN copydesk.story_changes.duplicate_of IS 'What the joining article is a copy of';

CREATE OR REPLACE VIEW copydesk.v1_entities AS
SELECT m.article_id, a.source, a.published, e.id AS entity_id, e.type, e.name, e.uri, m.mention, m.start_offset,
       m.end_offset, m.confidence, m.method, m.name AS full_name, m.salience
FROM copydesk.article_entities m
JOIN copydesk.entities e ON e.id = m.entity_id
JOIN copydesk.articles a ON a.id = m.article_id
WHERE a.withdrawn_at IS NULL;
COMMENT ON COLUMN copydesk.v1_entities.full_name IS 'Fullest form of the name in the article';
COMMENT ON COLUMN copydesk.v1_entities.salience IS 'How much the article is about the entity, 0 to 1';

CREATE OR REPLACE VIEW copydesk.v1_places AS
SELECT m.article_id, a.source, a.published, p.geonames, p.name, p.country, p.lat, p.lon, m.salience, m.confidence,
       m.method
FROM copydesk.article_places m
JOIN copydesk.places p ON p.geonames = m.geonames
JOIN copydesk.articles a ON a.id = m.article_id
WHERE a.withdrawn_at IS NULL;
COMMENT ON COLUMN copydesk.v1_places.confidence IS 'Confidence that it is this place, 0 to 1';
COMMENT ON COLUMN copydesk.v1_places.method IS 'What linked it';

CREATE OR REPLACE VIEW copydesk.v1_topics AS
SELECT m.article_id, a.source, a.published, m.code, m.label, m.confidence, m.method
FROM copydesk.article_topics m
JOIN copydesk.articles a ON a.id = m.article_id
WHERE a.withdrawn_at IS NULL;
COMMENT ON COLUMN copydesk.v1_topics.method IS 'What found it';

CREATE OR REPLACE VIEW copydesk.v1_stories AS
SELECT id AS story_id, articles::bigint AS articles, sources, languages, first_at AS first_published, last_stored_at,
       title, last_at
FROM copydesk.stories
WHERE merged_into IS NULL AND articles > 0;
COMMENT ON COLUMN copydesk.v1_stories.first_published IS 'Earliest time of publication, or of storage where that is unknown';
COMMENT ON COLUMN copydesk.v1_stories.title IS 'Headline of its earliest article';
COMMENT ON COLUMN copydesk.v1_stories.last_at IS 'Latest time of publication, or of storage where that is unknown';

CREATE VIEW copydesk.v1_story_events AS
SELECT message_id, ordinal, story_id, change, at, articles, other, confidence, title, duplicate_of
FROM copydesk.story_changes;
COMMENT ON VIEW copydesk.v1_story_events IS 'The events of stories.changed';

CREATE VIEW copydesk.v1_duplicates AS
SELECT c.id AS article_id, c.source, c.published, o.id AS original_id, o.source AS original_source,
       o.published AS original_published, o.url AS original_url
FROM copydesk.articles c
JOIN copydesk.articles o ON o.id = c.duplicate_of
WHERE c.withdrawn_at IS NULL;
COMMENT ON VIEW copydesk.v1_duplicates IS 'Copies with the articles that they are copies of';
COMMENT ON COLUMN copydesk.v1_duplicates.article_id IS 'The copy';
COMMENT ON COLUMN copydesk.v1_duplicates.source IS 'Source of the copy';
COMMENT ON COLUMN copydesk.v1_duplicates.published IS 'When the copy was published';
COMMENT ON COLUMN copydesk.v1_duplicates.original_id IS 'The original';
COMMENT ON COLUMN copydesk.v1_duplicates.original_source IS 'Source of the original';
COMMENT ON COLUMN copydesk.v1_duplicates.original_published IS 'When the original was published';
COMMENT ON COLUMN copydesk.v1_duplicates.original_url IS 'URL of the original';
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT a.attname, col_description('copydesk.story_changes'::regclass, a.attnum) AS said
        FROM pg_attribute a WHERE a.attrelid = 'copydesk.story_changes'::regclass AND a.attnum > 0
    LOOP
        EXECUTE format('COMMENT ON COLUMN copydesk.v1_story_events.%I IS %L', found.attname, found.said);
    END LOOP;
END
$$;
