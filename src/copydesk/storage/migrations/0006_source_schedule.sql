-- What is learned of a source's rhythm, and its health.

ALTER TABLE copydesk.source_polls
    ADD COLUMN rhythm jsonb,
    ADD COLUMN intensity double precision,
    ADD COLUMN per_day double precision,
    ADD COLUMN pace interval,
    ADD COLUMN newest_entry timestamptz,
    ADD COLUMN days jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN overflows integer NOT NULL DEFAULT 0,
    ADD COLUMN listed integer NOT NULL DEFAULT 0,
    ADD COLUMN listed_fetched integer NOT NULL DEFAULT 0,
    ADD COLUMN listed_forbidden integer NOT NULL DEFAULT 0,
    ADD COLUMN listed_absent integer NOT NULL DEFAULT 0,
    ADD COLUMN recall_at timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN copydesk.source_polls.rhythm IS 'When it publishes, as the crawler learned it: decayed counts by UTC hour of the week and by five minutes of the hour, and the weeks they stand for';
COMMENT ON COLUMN copydesk.source_polls.intensity IS 'Mean root of the articles an hour; its share of all polls is in proportion to it';
COMMENT ON COLUMN copydesk.source_polls.per_day IS 'Articles a day, learned';
COMMENT ON COLUMN copydesk.source_polls.pace IS 'Interval to the next poll as it was planned last';
COMMENT ON COLUMN copydesk.source_polls.newest_entry IS 'Publication of its newest article, or when that was found';
COMMENT ON COLUMN copydesk.source_polls.days IS 'Articles by UTC day, of the last nine weeks; days that were not watched throughout are missing';
COMMENT ON COLUMN copydesk.source_polls.overflows IS 'Polls in a row at which all that a feed shows was new';
COMMENT ON COLUMN copydesk.source_polls.listed IS 'URLs of the last 7 days that its sitemaps list';
COMMENT ON COLUMN copydesk.source_polls.listed_fetched IS 'Those of them that were fetched, or lead to one that was';
COMMENT ON COLUMN copydesk.source_polls.listed_forbidden IS 'Those of them that robots.txt or an opt-out keeps from us';
COMMENT ON COLUMN copydesk.source_polls.listed_absent IS 'Those of them that are gone, say that they are missing, or are no web page';
COMMENT ON COLUMN copydesk.source_polls.recall_at IS 'When these were counted';

ALTER TABLE copydesk.source_documents
    ADD COLUMN failures integer NOT NULL DEFAULT 0,
    ADD COLUMN ever_read boolean NOT NULL DEFAULT false,
    ADD COLUMN entries integer,
    ADD COLUMN index_modified timestamptz,
    ADD COLUMN not_before timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN copydesk.source_documents.failures IS 'Polls in a row that could not read it, or found a feed without entries';
COMMENT ON COLUMN copydesk.source_documents.ever_read IS 'Whether it was ever read with entries in it';
COMMENT ON COLUMN copydesk.source_documents.entries IS 'Entries when it was last read whole';
COMMENT ON COLUMN copydesk.source_documents.index_modified IS 'When it changed, by the index that named it at the last reading';
COMMENT ON COLUMN copydesk.source_documents.not_before IS 'Earliest time to ask for it again: it is fresh by its Cache-Control, or others say the same sooner';

CREATE TABLE copydesk.source_problems (
    source text NOT NULL,
    problem text NOT NULL,
    state text NOT NULL CHECK (state IN ('raised', 'cleared')),
    since timestamptz NOT NULL,
    baseline double precision NOT NULL,
    current double precision NOT NULL,
    detail text,
    told boolean NOT NULL DEFAULT false,
    PRIMARY KEY (source, problem)
);
CREATE INDEX source_problems_untold ON copydesk.source_problems (source) WHERE NOT told;
COMMENT ON TABLE copydesk.source_problems IS 'What is or was wrong with each source as a whole; every change is an event on sources.health';
COMMENT ON COLUMN copydesk.source_problems.source IS 'Name of the source';
COMMENT ON COLUMN copydesk.source_problems.problem IS 'silent, volume-low, volume-high, feed-broken, feed-overflow, unreachable or recall-low';
COMMENT ON COLUMN copydesk.source_problems.state IS 'raised or cleared';
COMMENT ON COLUMN copydesk.source_problems.since IS 'When it came to that; part of the id of the event';
COMMENT ON COLUMN copydesk.source_problems.baseline IS 'What is usual, in the unit of the problem';
COMMENT ON COLUMN copydesk.source_problems.current IS 'What was found';
COMMENT ON COLUMN copydesk.source_problems.detail IS 'The document or day concerned, or the error';
COMMENT ON COLUMN copydesk.source_problems.told IS 'Whether the event was sent';

CREATE INDEX frontier_listed ON copydesk.frontier (source, first_seen) WHERE listed;

CREATE VIEW copydesk.v1_source_health AS
SELECT s.name AS source, s.enabled, p.pace, p.next_poll, nullif(p.last_polled, '-infinity') AS last_polled, p.newest_entry,
       p.per_day, p.failures, p.problem AS last_error,
       p.listed, p.listed_fetched, p.listed_forbidden,
       p.listed_fetched::double precision / nullif(greatest(p.listed - p.listed_forbidden - p.listed_absent, 0), 0) AS recall,
       ARRAY(
           SELECT q.problem FROM copydesk.source_problems AS q
           WHERE q.source = s.name AND q.state = 'raised' ORDER BY q.problem
       ) AS problems
FROM copydesk.sources AS s LEFT JOIN copydesk.source_polls AS p ON p.source = s.name;
COMMENT ON VIEW copydesk.v1_source_health IS 'How each source fares: rhythm, polls, recall and open problems';
COMMENT ON COLUMN copydesk.v1_source_health.source IS 'Name of the source';
COMMENT ON COLUMN copydesk.v1_source_health.enabled IS 'Whether the crawler polls it';
COMMENT ON COLUMN copydesk.v1_source_health.pace IS 'Interval to the next poll as it was planned last';
COMMENT ON COLUMN copydesk.v1_source_health.next_poll IS 'When it is polled next';
COMMENT ON COLUMN copydesk.v1_source_health.last_polled IS 'When it was last polled';
COMMENT ON COLUMN copydesk.v1_source_health.newest_entry IS 'Publication of its newest article, or when that was found';
COMMENT ON COLUMN copydesk.v1_source_health.per_day IS 'Articles a day, learned';
COMMENT ON COLUMN copydesk.v1_source_health.failures IS 'Polls in a row that read no document';
COMMENT ON COLUMN copydesk.v1_source_health.last_error IS 'What was wrong at the last poll; a stable label';
COMMENT ON COLUMN copydesk.v1_source_health.listed IS 'URLs of the last 7 days that its sitemaps list';
COMMENT ON COLUMN copydesk.v1_source_health.listed_fetched IS 'Those of them that were fetched';
COMMENT ON COLUMN copydesk.v1_source_health.listed_forbidden IS 'Those of them that robots.txt or an opt-out keeps from us';
COMMENT ON COLUMN copydesk.v1_source_health.recall IS 'Fetched out of the listed ones that could be, 0 to 1';
COMMENT ON COLUMN copydesk.v1_source_health.problems IS 'Open problems';
