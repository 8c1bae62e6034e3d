-- Articles and all that hangs on them. Names are qualified everywhere, so that no search_path can mislead.
--
-- Child tables (article_*, cuts, revisions, fetches) carry no foreign keys: only the writer touches them, in the
-- transaction that holds the article's row lock, and a check per row would cost more than the row itself.
-- What grows with time (revisions, fetches) is keyed by article first, so that it can be partitioned later.

CREATE TABLE copydesk.sources (
    name text PRIMARY KEY,
    url text NOT NULL,
    feeds text[] NOT NULL DEFAULT '{}',
    sitemaps text[] NOT NULL DEFAULT '{}',
    language text,
    country text,
    enabled boolean NOT NULL DEFAULT true,
    ignore_robots boolean NOT NULL DEFAULT false,
    added_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE copydesk.sources IS 'News sources as operators configure them';
COMMENT ON COLUMN copydesk.sources.name IS 'Unique name; articles refer to it';
COMMENT ON COLUMN copydesk.sources.url IS 'Home page';
COMMENT ON COLUMN copydesk.sources.feeds IS 'Feed URLs; found from the home page where empty';
COMMENT ON COLUMN copydesk.sources.sitemaps IS 'News sitemap URLs; found from robots.txt where empty';
COMMENT ON COLUMN copydesk.sources.language IS 'Expected language, BCP 47';
COMMENT ON COLUMN copydesk.sources.country IS 'Country of publication, ISO 3166-1 alpha-2';
COMMENT ON COLUMN copydesk.sources.enabled IS 'Whether the crawler polls it';
COMMENT ON COLUMN copydesk.sources.ignore_robots IS 'Whether robots.txt is ignored for its feeds and sitemaps, never for articles';
COMMENT ON COLUMN copydesk.sources.added_at IS 'When it was first saved';

CREATE TABLE copydesk.articles (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    url text NOT NULL,
    url_hash bytea NOT NULL,
    canonical_url text NOT NULL,
    title text,
    subtitle text,
    text text NOT NULL,
    blocks jsonb NOT NULL DEFAULT '[]',
    authors text[] NOT NULL DEFAULT '{}',
    agencies text[] NOT NULL DEFAULT '{}',
    dateline jsonb,
    published timestamptz,
    modified timestamptz,
    date_notes text[] NOT NULL DEFAULT '{}',
    section text,
    page_keywords text[] NOT NULL DEFAULT '{}',
    images jsonb NOT NULL DEFAULT '[]',
    language_hint text,
    country text,
    paywalled boolean NOT NULL DEFAULT false,
    parts jsonb NOT NULL DEFAULT '[]',
    part_of uuid,
    flags text[] NOT NULL DEFAULT '{}',
    method text NOT NULL DEFAULT '',
    confidence double precision NOT NULL DEFAULT 0,
    cleaner_version text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT 'und',
    language_confidence double precision NOT NULL DEFAULT 0,
    countries text[] NOT NULL DEFAULT '{}',
    keywords text[] NOT NULL DEFAULT '{}',
    minhash bytea,
    duplicate_of uuid,
    story_id text,
    story_confidence double precision,
    tagger_version text NOT NULL DEFAULT '',
    models jsonb NOT NULL DEFAULT '{}',
    extra jsonb NOT NULL DEFAULT '{}',
    content_sha256 text NOT NULL,
    record_sha256 bytea NOT NULL,
    revision_sha256 bytea NOT NULL,
    revision integer NOT NULL,
    fetched_at timestamptz NOT NULL,
    version bigint NOT NULL,
    message_id text NOT NULL,
    message_time timestamptz NOT NULL,
    withdrawn_at timestamptz,
    first_stored_at timestamptz NOT NULL,
    stored_at timestamptz NOT NULL
) WITH (fillfactor = 90);
CREATE INDEX articles_stored_at ON copydesk.articles (stored_at, id);
CREATE INDEX articles_source ON copydesk.articles (source, stored_at);
CREATE INDEX articles_url_hash ON copydesk.articles (url_hash);
CREATE INDEX articles_story ON copydesk.articles (story_id) WHERE story_id IS NOT NULL;
CREATE INDEX articles_duplicate_of ON copydesk.articles (duplicate_of) WHERE duplicate_of IS NOT NULL;
COMMENT ON TABLE copydesk.articles IS 'Each article in its newest version, cleaned and tagged';
COMMENT ON COLUMN copydesk.articles.id IS 'UUIDv5 of the canonical URL';
COMMENT ON COLUMN copydesk.articles.source IS 'Name of the news source';
COMMENT ON COLUMN copydesk.articles.url IS 'URL it was fetched from';
COMMENT ON COLUMN copydesk.articles.url_hash IS 'SHA-256 of url; indexed in its place because URLs may exceed what an index entry holds';
COMMENT ON COLUMN copydesk.articles.canonical_url IS 'URL without tracking parameters, or the one the page names as canonical';
COMMENT ON COLUMN copydesk.articles.title IS 'Headline';
COMMENT ON COLUMN copydesk.articles.subtitle IS 'Standfirst';
COMMENT ON COLUMN copydesk.articles.text IS 'Paragraphs joined by a blank line, without title, captions and furniture';
COMMENT ON COLUMN copydesk.articles.blocks IS 'The text in pieces: [{kind, text}]';
COMMENT ON COLUMN copydesk.articles.authors IS 'Names of the authors as printed';
COMMENT ON COLUMN copydesk.articles.agencies IS 'Codes of the news agencies credited, such as AFP';
COMMENT ON COLUMN copydesk.articles.dateline IS 'The dateline as printed and its place: {text, place}';
COMMENT ON COLUMN copydesk.articles.published IS 'Time of publication as the page says, null where it does not say';
COMMENT ON COLUMN copydesk.articles.modified IS 'Time of the last change as the page says';
COMMENT ON COLUMN copydesk.articles.date_notes IS 'Why published or modified is null';
COMMENT ON COLUMN copydesk.articles.section IS 'Section of the paper';
COMMENT ON COLUMN copydesk.articles.page_keywords IS 'Keywords that the page itself gives';
COMMENT ON COLUMN copydesk.articles.images IS 'Pictures: [{url, caption, credit}]';
COMMENT ON COLUMN copydesk.articles.language_hint IS 'Language that the page claims, BCP 47';
COMMENT ON COLUMN copydesk.articles.country IS 'Country of publication, ISO 3166-1 alpha-2';
COMMENT ON COLUMN copydesk.articles.paywalled IS 'Whether the page shows only part of the article';
COMMENT ON COLUMN copydesk.articles.parts IS 'Other articles found on the same page: [{id, title, text, url}]';
COMMENT ON COLUMN copydesk.articles.part_of IS 'Id of the first article of the page that this one was split off';
COMMENT ON COLUMN copydesk.articles.flags IS 'Remarks of the stages, such as correction or replaced-characters';
COMMENT ON COLUMN copydesk.articles.method IS 'Extractor that found the text';
COMMENT ON COLUMN copydesk.articles.confidence IS 'Confidence of the extraction, 0 to 1';
COMMENT ON COLUMN copydesk.articles.cleaner_version IS 'Version of the cleaner';
COMMENT ON COLUMN copydesk.articles.language IS 'Language of the text, BCP 47; und where undecided';
COMMENT ON COLUMN copydesk.articles.language_confidence IS 'Confidence of the language, 0 to 1';
COMMENT ON COLUMN copydesk.articles.countries IS 'Countries that the article speaks of, ISO 3166-1 alpha-2';
COMMENT ON COLUMN copydesk.articles.keywords IS 'Words that tell the article from others';
COMMENT ON COLUMN copydesk.articles.minhash IS 'Near-duplicate signature: 128 little-endian unsigned 32-bit numbers; null for very short texts';
COMMENT ON COLUMN copydesk.articles.duplicate_of IS 'Id of the earliest article with nearly the same text; null for the earliest itself';
COMMENT ON COLUMN copydesk.articles.story_id IS 'Story it belongs to, across languages and sources';
COMMENT ON COLUMN copydesk.articles.story_confidence IS 'Confidence of the story, 0 to 1';
COMMENT ON COLUMN copydesk.articles.tagger_version IS 'Version of the tagger';
COMMENT ON COLUMN copydesk.articles.models IS 'Version of each annotator: {annotator: version}';
COMMENT ON COLUMN copydesk.articles.extra IS 'Message fields that this version of Copydesk does not know, verbatim';
COMMENT ON COLUMN copydesk.articles.content_sha256 IS 'Hex SHA-256 of the page it came from';
COMMENT ON COLUMN copydesk.articles.record_sha256 IS 'SHA-256 of the message without the time and hash of the fetch; equal means that the tags stand';
COMMENT ON COLUMN copydesk.articles.revision_sha256 IS 'SHA-256 of what readers see: title, subtitle, text, authors, published';
COMMENT ON COLUMN copydesk.articles.revision IS 'Number of the newest revision, from 1';
COMMENT ON COLUMN copydesk.articles.fetched_at IS 'Time of the newest fetch';
COMMENT ON COLUMN copydesk.articles.version IS 'Milliseconds since the epoch of fetched_at; only a newer version is written over an older one';
COMMENT ON COLUMN copydesk.articles.message_id IS 'ce_id of the message that made this row';
COMMENT ON COLUMN copydesk.articles.message_time IS 'ce_time of that message; decides between messages of one version';
COMMENT ON COLUMN copydesk.articles.withdrawn_at IS 'When its page was seen to be gone; null while it is there';
COMMENT ON COLUMN copydesk.articles.first_stored_at IS 'When its first revision was stored';
COMMENT ON COLUMN copydesk.articles.stored_at IS 'When its newest revision was stored';

CREATE TABLE copydesk.revisions (
    article_id uuid NOT NULL,
    revision integer NOT NULL,
    change text NOT NULL CHECK (change IN ('new', 'updated', 'corrected', 'withdrawn')),
    source text NOT NULL,
    url text NOT NULL,
    title text,
    subtitle text,
    text text,
    authors text[] NOT NULL DEFAULT '{}',
    published timestamptz,
    language text,
    revision_sha256 bytea NOT NULL,
    content_sha256 text,
    version bigint NOT NULL,
    message_id text NOT NULL,
    stored_at timestamptz NOT NULL,
    PRIMARY KEY (article_id, revision)
);
CREATE INDEX revisions_message_id ON copydesk.revisions (message_id);
CREATE INDEX revisions_stored_at ON copydesk.revisions (stored_at);
COMMENT ON TABLE copydesk.revisions IS 'Every change of what readers see; each made one event on articles.stored';
COMMENT ON COLUMN copydesk.revisions.article_id IS 'The article';
COMMENT ON COLUMN copydesk.revisions.revision IS 'Number within the article, from 1';
COMMENT ON COLUMN copydesk.revisions.change IS 'new, updated, corrected (with a correction notice) or withdrawn';
COMMENT ON COLUMN copydesk.revisions.source IS 'Name of the news source';
COMMENT ON COLUMN copydesk.revisions.url IS 'URL it was fetched from';
COMMENT ON COLUMN copydesk.revisions.title IS 'Headline of this revision';
COMMENT ON COLUMN copydesk.revisions.subtitle IS 'Standfirst of this revision';
COMMENT ON COLUMN copydesk.revisions.text IS 'Text of this revision; null for a withdrawal';
COMMENT ON COLUMN copydesk.revisions.authors IS 'Authors of this revision';
COMMENT ON COLUMN copydesk.revisions.published IS 'Time of publication of this revision';
COMMENT ON COLUMN copydesk.revisions.language IS 'Language of this revision, BCP 47';
COMMENT ON COLUMN copydesk.revisions.revision_sha256 IS 'SHA-256 of what readers see; of the last text for a withdrawal';
COMMENT ON COLUMN copydesk.revisions.content_sha256 IS 'Hex SHA-256 of the page; null for a withdrawal';
COMMENT ON COLUMN copydesk.revisions.version IS 'Milliseconds since the epoch of the fetch';
COMMENT ON COLUMN copydesk.revisions.message_id IS 'ce_id of the message that made it; delivered again, it makes the same event again';
COMMENT ON COLUMN copydesk.revisions.stored_at IS 'When it was stored';

CREATE TABLE copydesk.entities (
    id uuid PRIMARY KEY,
    type text NOT NULL,
    name text NOT NULL,
    uri text
);
COMMENT ON TABLE copydesk.entities IS 'People, organisations and locations named in articles';
COMMENT ON COLUMN copydesk.entities.id IS 'UUIDv5 of the URI, or of type and name where none is known';
COMMENT ON COLUMN copydesk.entities.type IS 'PER, ORG or LOC';
COMMENT ON COLUMN copydesk.entities.name IS 'Name as first met';
COMMENT ON COLUMN copydesk.entities.uri IS 'Wikidata or GeoNames URI, null where unlinked';

CREATE TABLE copydesk.article_entities (
    article_id uuid NOT NULL,
    ordinal integer NOT NULL,
    entity_id uuid NOT NULL,
    start_offset integer NOT NULL,
    end_offset integer NOT NULL,
    mention text NOT NULL,
    confidence double precision NOT NULL,
    method text NOT NULL,
    PRIMARY KEY (article_id, ordinal)
);
CREATE INDEX article_entities_entity ON copydesk.article_entities (entity_id, article_id);
COMMENT ON TABLE copydesk.article_entities IS 'Mentions of entities in articles';
COMMENT ON COLUMN copydesk.article_entities.article_id IS 'The article';
COMMENT ON COLUMN copydesk.article_entities.ordinal IS 'Place in the order of the message, from 0';
COMMENT ON COLUMN copydesk.article_entities.entity_id IS 'The entity';
COMMENT ON COLUMN copydesk.article_entities.start_offset IS 'First code point of the mention in the article''s text, from 0';
COMMENT ON COLUMN copydesk.article_entities.end_offset IS 'Code point after the mention';
COMMENT ON COLUMN copydesk.article_entities.mention IS 'The mention as printed';
COMMENT ON COLUMN copydesk.article_entities.confidence IS 'Confidence, 0 to 1';
COMMENT ON COLUMN copydesk.article_entities.method IS 'What found it';

CREATE TABLE copydesk.places (
    geonames bigint PRIMARY KEY,
    name text NOT NULL,
    country text NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL
);
COMMENT ON TABLE copydesk.places IS 'Places that articles speak of';
COMMENT ON COLUMN copydesk.places.geonames IS 'GeoNames id';
COMMENT ON COLUMN copydesk.places.name IS 'Name in GeoNames';
COMMENT ON COLUMN copydesk.places.country IS 'ISO 3166-1 alpha-2';
COMMENT ON COLUMN copydesk.places.lat IS 'Latitude in degrees, WGS 84';
COMMENT ON COLUMN copydesk.places.lon IS 'Longitude in degrees, WGS 84';

CREATE TABLE copydesk.article_places (
    article_id uuid NOT NULL,
    ordinal integer NOT NULL,
    geonames bigint NOT NULL,
    salience double precision NOT NULL,
    PRIMARY KEY (article_id, ordinal)
);
CREATE INDEX article_places_place ON copydesk.article_places (geonames, article_id);
COMMENT ON TABLE copydesk.article_places IS 'Places by article';
COMMENT ON COLUMN copydesk.article_places.article_id IS 'The article';
COMMENT ON COLUMN copydesk.article_places.ordinal IS 'Place in the order of the message, from 0';
COMMENT ON COLUMN copydesk.article_places.geonames IS 'GeoNames id of the place';
COMMENT ON COLUMN copydesk.article_places.salience IS 'How much the article is about it, 0 to 1';

CREATE TABLE copydesk.article_topics (
    article_id uuid NOT NULL,
    ordinal integer NOT NULL,
    code text NOT NULL,
    label text NOT NULL,
    confidence double precision NOT NULL,
    PRIMARY KEY (article_id, ordinal)
);
CREATE INDEX article_topics_code ON copydesk.article_topics (code, article_id);
COMMENT ON TABLE copydesk.article_topics IS 'IPTC media topics by article';
COMMENT ON COLUMN copydesk.article_topics.article_id IS 'The article';
COMMENT ON COLUMN copydesk.article_topics.ordinal IS 'Place in the order of the message, from 0';
COMMENT ON COLUMN copydesk.article_topics.code IS 'Media topic such as medtop:11000000';
COMMENT ON COLUMN copydesk.article_topics.label IS 'Its label';
COMMENT ON COLUMN copydesk.article_topics.confidence IS 'Confidence, 0 to 1';

CREATE TABLE copydesk.stories (
    id text PRIMARY KEY,
    first_seen_at timestamptz NOT NULL
);
COMMENT ON TABLE copydesk.stories IS 'Events told by several articles, across languages and sources';
COMMENT ON COLUMN copydesk.stories.id IS 'Id given by the tagger';
COMMENT ON COLUMN copydesk.stories.first_seen_at IS 'When its first article was stored';

CREATE TABLE copydesk.cuts (
    article_id uuid NOT NULL,
    ordinal integer NOT NULL,
    text text NOT NULL,
    reason text NOT NULL,
    rule text NOT NULL,
    input_offset integer,
    PRIMARY KEY (article_id, ordinal)
);
COMMENT ON TABLE copydesk.cuts IS 'Everything removed from an article that a reader could have taken for text';
COMMENT ON COLUMN copydesk.cuts.article_id IS 'The article';
COMMENT ON COLUMN copydesk.cuts.ordinal IS 'Place in the order of the message, from 0';
COMMENT ON COLUMN copydesk.cuts.text IS 'What was removed';
COMMENT ON COLUMN copydesk.cuts.reason IS 'Why, from a closed list such as related-teasers or share-widget';
COMMENT ON COLUMN copydesk.cuts.rule IS 'Rule, or model and score, that decided';
COMMENT ON COLUMN copydesk.cuts.input_offset IS 'Code-point offset in the input, for text input; null for HTML';

CREATE TABLE copydesk.fetches (
    article_id uuid NOT NULL,
    version bigint NOT NULL,
    fetched_at timestamptz NOT NULL,
    content_sha256 text,
    message_id text NOT NULL,
    change text,
    PRIMARY KEY (article_id, version)
);
COMMENT ON TABLE copydesk.fetches IS 'Every fetch of an article that reached the database, changed or not';
COMMENT ON COLUMN copydesk.fetches.article_id IS 'The article';
COMMENT ON COLUMN copydesk.fetches.version IS 'Milliseconds since the epoch of fetched_at';
COMMENT ON COLUMN copydesk.fetches.fetched_at IS 'When the page was fetched';
COMMENT ON COLUMN copydesk.fetches.content_sha256 IS 'Hex SHA-256 of the page; null when it was gone';
COMMENT ON COLUMN copydesk.fetches.message_id IS 'ce_id of the message that brought it';
COMMENT ON COLUMN copydesk.fetches.change IS 'The change that it made; null when readers saw nothing new';

CREATE TABLE copydesk.article_bands (
    band bigint NOT NULL,
    article_id uuid NOT NULL,
    PRIMARY KEY (band, article_id)
);
CREATE INDEX article_bands_article ON copydesk.article_bands (article_id);
COMMENT ON TABLE copydesk.article_bands IS 'Locality-sensitive hashes: articles that share one are candidates for near-duplicates';
COMMENT ON COLUMN copydesk.article_bands.band IS 'One of 42 hashes of three MinHash numbers each';
COMMENT ON COLUMN copydesk.article_bands.article_id IS 'The article';

CREATE TABLE copydesk.article_search (
    article_id uuid PRIMARY KEY,
    configuration text NOT NULL,
    terms tsvector NOT NULL
);
CREATE INDEX article_search_terms ON copydesk.article_search USING gin (terms);
COMMENT ON TABLE copydesk.article_search IS 'Full-text index, apart from the articles so that their rows stay cheap to write';
COMMENT ON COLUMN copydesk.article_search.article_id IS 'The article';
COMMENT ON COLUMN copydesk.article_search.configuration IS 'Text search configuration of its language';
COMMENT ON COLUMN copydesk.article_search.terms IS 'Title (weight A), subtitle (B) and the beginning of the text (D)';

CREATE TABLE copydesk.funnel (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    url text NOT NULL,
    stage text NOT NULL,
    outcome text NOT NULL,
    reason text,
    part_of text,
    version bigint NOT NULL,
    rank smallint NOT NULL,
    at timestamptz NOT NULL
) WITH (fillfactor = 80);
COMMENT ON TABLE copydesk.funnel IS 'Where every URL and article stands: the furthest outcome of its newest version';
COMMENT ON COLUMN copydesk.funnel.id IS 'Id of the article';
COMMENT ON COLUMN copydesk.funnel.source IS 'Name of the news source';
COMMENT ON COLUMN copydesk.funnel.url IS 'URL of the article';
COMMENT ON COLUMN copydesk.funnel.stage IS 'crawler, cleaner, tagger or writer';
COMMENT ON COLUMN copydesk.funnel.outcome IS 'discovered, passed, dropped or dead-lettered';
COMMENT ON COLUMN copydesk.funnel.reason IS 'Why it was dropped or dead-lettered';
COMMENT ON COLUMN copydesk.funnel.part_of IS 'Id of the page''s first article, for one that was split off it';
COMMENT ON COLUMN copydesk.funnel.version IS 'Milliseconds since the epoch of the fetch; 0 when only discovered';
COMMENT ON COLUMN copydesk.funnel.rank IS 'Order of outcomes within a version: four times the stage plus the outcome';
COMMENT ON COLUMN copydesk.funnel.at IS 'When the outcome was reached';

COMMENT ON TABLE copydesk.schema_version IS 'Newest migration applied';
COMMENT ON COLUMN copydesk.schema_version.version_num IS 'Number of the migration';

-- Views: what consumers read. They stay as they are when tables change.

CREATE VIEW copydesk.v1_articles AS
SELECT id, source, url, canonical_url, title, subtitle, text, blocks, authors, agencies, dateline, published, modified,
       section, images, paywalled, part_of, flags, method, confidence, language, language_confidence, countries,
       keywords, duplicate_of, story_id, story_confidence, cleaner_version, tagger_version, models, content_sha256,
       encode(revision_sha256, 'hex') AS revision_sha256, revision, fetched_at, first_stored_at, stored_at
FROM copydesk.articles
WHERE withdrawn_at IS NULL;
COMMENT ON VIEW copydesk.v1_articles IS 'Articles that are not withdrawn, in their newest version';

CREATE VIEW copydesk.v1_revisions AS
SELECT article_id, revision, change, source, url, title, subtitle, text, authors, published, language,
       encode(revision_sha256, 'hex') AS revision_sha256, content_sha256, message_id, stored_at
FROM copydesk.revisions;
COMMENT ON VIEW copydesk.v1_revisions IS 'Every revision with its text';

CREATE VIEW copydesk.v1_events AS
SELECT article_id, revision, change, source, url, title, language, published,
       encode(revision_sha256, 'hex') AS revision_sha256, stored_at
FROM copydesk.revisions;
COMMENT ON VIEW copydesk.v1_events IS 'The events of articles.stored, one a revision, without texts';

CREATE VIEW copydesk.v1_entities AS
SELECT m.article_id, a.source, a.published, e.id AS entity_id, e.type, e.name, e.uri, m.mention, m.start_offset,
       m.end_offset, m.confidence, m.method
FROM copydesk.article_entities m
JOIN copydesk.entities e ON e.id = m.entity_id
JOIN copydesk.articles a ON a.id = m.article_id
WHERE a.withdrawn_at IS NULL;
COMMENT ON VIEW copydesk.v1_entities IS 'Who is named where: one row a mention';

CREATE VIEW copydesk.v1_places AS
SELECT m.article_id, a.source, a.published, p.geonames, p.name, p.country, p.lat, p.lon, m.salience
FROM copydesk.article_places m
JOIN copydesk.places p ON p.geonames = m.geonames
JOIN copydesk.articles a ON a.id = m.article_id
WHERE a.withdrawn_at IS NULL;
COMMENT ON VIEW copydesk.v1_places IS 'Which article speaks of which place';

CREATE VIEW copydesk.v1_topics AS
SELECT m.article_id, a.source, a.published, m.code, m.label, m.confidence
FROM copydesk.article_topics m
JOIN copydesk.articles a ON a.id = m.article_id
WHERE a.withdrawn_at IS NULL;
COMMENT ON VIEW copydesk.v1_topics IS 'Which article has which topic';

CREATE VIEW copydesk.v1_cuts AS
SELECT c.article_id, a.source, c.text, c.reason, c.rule, c.input_offset
FROM copydesk.cuts c
JOIN copydesk.articles a ON a.id = c.article_id
WHERE a.withdrawn_at IS NULL;
COMMENT ON VIEW copydesk.v1_cuts IS 'What was cut from which article, and why';

CREATE VIEW copydesk.v1_stories AS
SELECT story_id, count(*) AS articles, array_agg(DISTINCT source) AS sources, array_agg(DISTINCT language) AS languages,
       min(published) AS first_published, max(stored_at) AS last_stored_at
FROM copydesk.articles
WHERE story_id IS NOT NULL AND withdrawn_at IS NULL
GROUP BY story_id;
COMMENT ON VIEW copydesk.v1_stories IS 'Stories with their size, sources and languages';
COMMENT ON COLUMN copydesk.v1_stories.articles IS 'Number of articles';
COMMENT ON COLUMN copydesk.v1_stories.sources IS 'Sources that tell it';
COMMENT ON COLUMN copydesk.v1_stories.languages IS 'Languages it is told in';
COMMENT ON COLUMN copydesk.v1_stories.first_published IS 'Earliest time of publication';
COMMENT ON COLUMN copydesk.v1_stories.last_stored_at IS 'When an article of it was last stored';

CREATE VIEW copydesk.v1_funnel AS
SELECT source, stage, outcome, reason, part_of IS NOT NULL AS split, count(*) AS urls
FROM copydesk.funnel
GROUP BY source, stage, outcome, reason, part_of IS NOT NULL;
COMMENT ON VIEW copydesk.v1_funnel IS 'URLs by where they stand; every URL is in exactly one row';
COMMENT ON COLUMN copydesk.v1_funnel.split IS 'Whether these are articles split off a page';
COMMENT ON COLUMN copydesk.v1_funnel.urls IS 'Number of URLs and articles';

-- A view's column means what the table's column of that name means.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT DISTINCT ON (v.oid, va.attnum) v.relname AS view_name, va.attname AS column_name, d.description
        FROM pg_class v
        JOIN pg_attribute va ON va.attrelid = v.oid AND va.attnum > 0
        JOIN pg_rewrite r ON r.ev_class = v.oid
        JOIN pg_depend p ON p.objid = r.oid AND p.classid = 'pg_rewrite'::regclass AND p.refobjsubid > 0
        JOIN pg_attribute ta ON ta.attrelid = p.refobjid AND ta.attnum = p.refobjsubid AND ta.attname = va.attname
        JOIN pg_description d ON d.objoid = ta.attrelid AND d.objsubid = ta.attnum AND d.classoid = 'pg_class'::regclass
        WHERE v.relnamespace = 'copydesk'::regnamespace AND v.relkind = 'v'
          AND col_description(v.oid, va.attnum) IS NULL
        ORDER BY v.oid, va.attnum, ta.attrelid
    LOOP
        EXECUTE format('COMMENT ON COLUMN copydesk.%I.%I IS %L', found.view_name, found.column_name, found.description);
    END LOOP;
END
$$;
COMMENT ON COLUMN copydesk.v1_entities.entity_id IS 'The entity';
