-- What politeness and identity need to know of hosts, URLs and parameters.

ALTER TABLE copydesk.frontier
    ADD COLUMN listed boolean NOT NULL DEFAULT false,
    ADD COLUMN last_body timestamptz;
COMMENT ON COLUMN copydesk.frontier.listed IS 'Whether a sitemap lists it; such URLs are the base of the recall of a source';
COMMENT ON COLUMN copydesk.frontier.last_body IS 'When a whole body last came; a server that says 304 for ever is asked without validators';

ALTER TABLE copydesk.hosts
    ADD COLUMN rank smallint NOT NULL DEFAULT 9,
    ADD COLUMN latency real,
    ADD COLUMN failures integer NOT NULL DEFAULT 0,
    ADD COLUMN wanted_until timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN copydesk.hosts.rank IS 'Priority of the most urgent URL that is due when it is ready';
COMMENT ON COLUMN copydesk.hosts.latency IS 'Seconds that its answers take, smoothed; slow hosts are asked less often';
COMMENT ON COLUMN copydesk.hosts.failures IS 'Requests in a row that found no working server; the circuit breaker counts them';
COMMENT ON COLUMN copydesk.hosts.wanted_until IS 'Until then a poll waits for it, and visits leave it alone';

-- One kind of order: 1 fresh, 2 listed, 3 revisits, 4 back-fill.
UPDATE copydesk.frontier
SET priority = CASE WHEN first_fetched IS NOT NULL THEN 3 WHEN priority <= 3 THEN 1 ELSE 2 END;
ALTER TABLE copydesk.frontier
    ALTER COLUMN priority SET DEFAULT 2,
    ADD CONSTRAINT frontier_priority CHECK (priority BETWEEN 1 AND 4);
COMMENT ON COLUMN copydesk.frontier.priority IS '1: fresh from a feed; 2: listed by a sitemap, page or earlier article; 3: seen before; 4: old when it was found';

-- A host's next URL of each priority is one probe of frontier_waiting; the other index was written and never needed.
DROP INDEX copydesk.frontier_due;
DROP INDEX copydesk.hosts_ready;
CREATE INDEX hosts_ready ON copydesk.hosts (rank, ready_at) WHERE ready_at < 'infinity';
CREATE INDEX frontier_duplicates ON copydesk.frontier (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- Both tables are updated all day: dead rows must go long before a fifth of the table is dead.
ALTER TABLE copydesk.frontier SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE copydesk.hosts SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE copydesk.url_parameters (
    site text NOT NULL,
    parameter text NOT NULL,
    kept integer NOT NULL DEFAULT 0,
    dropped integer NOT NULL DEFAULT 0,
    PRIMARY KEY (site, parameter)
);
COMMENT ON TABLE copydesk.url_parameters IS 'Which query parameters tell pages of a site apart, learned from the canonical URLs that its pages declare';
COMMENT ON COLUMN copydesk.url_parameters.site IS 'Registered domain, or the host where there is none';
COMMENT ON COLUMN copydesk.url_parameters.parameter IS 'Name in the query';
COMMENT ON COLUMN copydesk.url_parameters.kept IS 'Pages whose canonical URL kept it';
COMMENT ON COLUMN copydesk.url_parameters.dropped IS 'Pages whose canonical URL left it out';
COMMENT ON COLUMN copydesk.frontier.content_sha256 IS 'Hex SHA-256 of the last published body; null until one was, empty once the page was withdrawn';
