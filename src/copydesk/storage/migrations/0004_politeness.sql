-- What politeness and identity need to know of hosts, URLs and parameters.

ALTER TABLE copydesk.frontier
    ADD COLUMN listed boolean NOT NULL DEFAULT false,
    ADD COLUMN last_body timestamptz;
COMMENT ON COLUMN copydesk.frontier.listed IS 'Whether a sitemap lists it; such URLs are the base of the recall of a source';
COMMENT ON COLUMN copydesk.frontier.last_body IS 'When a whole body last came; a server that says 304 for ever is asked without validators';

ALTER TABLE copydesk.hosts
    ADD COLUMN rank smallint NOT NULL DEFAULT 9,
    ADD COLUMN latency real,
    ADD COLUMN failures integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN copydesk.hosts.rank IS 'Priority of the most urgent URL that is due when it is ready';
COMMENT ON COLUMN copydesk.hosts.latency IS 'Seconds that its answers take, smoothed; slow hosts are asked less often';
COMMENT ON COLUMN copydesk.hosts.failures IS 'Requests in a row that found no working server; the circuit breaker counts them';
