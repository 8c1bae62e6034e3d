-- What the crawler knows of the web. A URL is worked on only by the holder of its host's lease, so URLs need no
-- lease of their own. Lock order everywhere: hosts by name, then frontier, then funnel.

CREATE TABLE copydesk.frontier (
    url_id uuid PRIMARY KEY,
    url text NOT NULL,
    host text NOT NULL,
    source text NOT NULL,
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'done', 'dropped', 'dead', 'duplicate', 'gone')),
    priority smallint NOT NULL DEFAULT 5,
    not_before timestamptz NOT NULL DEFAULT now(),
    found_on text,
    hints jsonb NOT NULL DEFAULT '{}',
    redirects smallint NOT NULL DEFAULT 0,
    attempts smallint NOT NULL DEFAULT 0,
    reason text,
    duplicate_of uuid,
    status smallint,
    etag text,
    last_modified text,
    content_sha256 text,
    first_seen timestamptz NOT NULL DEFAULT now(),
    first_fetched timestamptz,
    last_fetched timestamptz
);
CREATE INDEX frontier_waiting ON copydesk.frontier (host, priority, not_before) WHERE state = 'waiting';
CREATE INDEX frontier_due ON copydesk.frontier (host, not_before) WHERE state = 'waiting';
COMMENT ON TABLE copydesk.frontier IS 'Every URL that the crawler has met, and when it is fetched next';
COMMENT ON COLUMN copydesk.frontier.url_id IS 'UUIDv5 of the canonical URL: the article id';
COMMENT ON COLUMN copydesk.frontier.url IS 'Canonical URL; of any length, so it is never indexed';
COMMENT ON COLUMN copydesk.frontier.host IS 'Host name, with its port where that is not the scheme''s own';
COMMENT ON COLUMN copydesk.frontier.source IS 'Source that named it first';
COMMENT ON COLUMN copydesk.frontier.state IS 'waiting: to be fetched at not_before; done: fetched, no visit planned; dropped, dead, duplicate, gone: over';
COMMENT ON COLUMN copydesk.frontier.priority IS 'Lower goes first within a host';
COMMENT ON COLUMN copydesk.frontier.not_before IS 'Earliest time of the next fetch';
COMMENT ON COLUMN copydesk.frontier.found_on IS 'URL of the feed, sitemap or page that named it';
COMMENT ON COLUMN copydesk.frontier.hints IS 'What that document said of it: title, published, language';
COMMENT ON COLUMN copydesk.frontier.redirects IS 'Redirects that led to it';
COMMENT ON COLUMN copydesk.frontier.attempts IS 'Failed attempts in a row';
COMMENT ON COLUMN copydesk.frontier.reason IS 'Why the last visit failed or the URL was dropped; a stable label';
COMMENT ON COLUMN copydesk.frontier.duplicate_of IS 'The URL that it redirects to';
COMMENT ON COLUMN copydesk.frontier.status IS 'HTTP status of the last answer';
COMMENT ON COLUMN copydesk.frontier.etag IS 'Entity tag of the last answer, sent back as If-None-Match';
COMMENT ON COLUMN copydesk.frontier.last_modified IS 'Last-Modified of the last answer, sent back as If-Modified-Since';
COMMENT ON COLUMN copydesk.frontier.content_sha256 IS 'Hex SHA-256 of the last published body; null until one was';
COMMENT ON COLUMN copydesk.frontier.first_seen IS 'When it was discovered';
COMMENT ON COLUMN copydesk.frontier.first_fetched IS 'When its first body was published';
COMMENT ON COLUMN copydesk.frontier.last_fetched IS 'When it last answered';

CREATE TABLE copydesk.hosts (
    host text PRIMARY KEY,
    ready_at timestamptz NOT NULL DEFAULT 'infinity',
    next_allowed timestamptz NOT NULL DEFAULT '-infinity',
    lease_owner text,
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    fence bigint NOT NULL DEFAULT 0
);
CREATE INDEX hosts_ready ON copydesk.hosts (ready_at) WHERE ready_at < 'infinity';
COMMENT ON TABLE copydesk.hosts IS 'Politeness: who may talk to a host, and when';
COMMENT ON COLUMN copydesk.hosts.host IS 'Host name, with its port where that is not the scheme''s own';
COMMENT ON COLUMN copydesk.hosts.ready_at IS 'When a crawler may claim URLs of it: never before the lease ends, a request is allowed and a URL is due';
COMMENT ON COLUMN copydesk.hosts.next_allowed IS 'Earliest time of the next request';
COMMENT ON COLUMN copydesk.hosts.lease_owner IS 'Crawler that holds the lease';
COMMENT ON COLUMN copydesk.hosts.lease_until IS 'End of the lease; a crawler that died is waited for no longer';
COMMENT ON COLUMN copydesk.hosts.fence IS 'Number of leases given so far; a holder with an older number writes nothing';

CREATE TABLE copydesk.robots (
    origin text PRIMARY KEY,
    verdict text NOT NULL CHECK (verdict IN ('rules', 'allow', 'unreachable')),
    body bytea NOT NULL DEFAULT '',
    fetched_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE copydesk.robots IS 'robots.txt of each origin (RFC 9309)';
COMMENT ON COLUMN copydesk.robots.origin IS 'Scheme, host and port';
COMMENT ON COLUMN copydesk.robots.verdict IS 'rules: the body decides; allow: there is none (4xx); unreachable: nothing is fetched';
COMMENT ON COLUMN copydesk.robots.body IS 'The first 500 KiB';
COMMENT ON COLUMN copydesk.robots.fetched_at IS 'When it was fetched';
COMMENT ON COLUMN copydesk.robots.expires_at IS 'When it is fetched again';

CREATE TABLE copydesk.source_polls (
    source text PRIMARY KEY,
    next_poll timestamptz NOT NULL DEFAULT now(),
    last_polled timestamptz NOT NULL DEFAULT '-infinity',
    lease_owner text,
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    failures integer NOT NULL DEFAULT 0,
    problem text
);
COMMENT ON TABLE copydesk.source_polls IS 'When each source is polled';
COMMENT ON COLUMN copydesk.source_polls.source IS 'Name of the source';
COMMENT ON COLUMN copydesk.source_polls.next_poll IS 'When it is polled next';
COMMENT ON COLUMN copydesk.source_polls.last_polled IS 'When it was last polled';
COMMENT ON COLUMN copydesk.source_polls.lease_owner IS 'Crawler that polls it now';
COMMENT ON COLUMN copydesk.source_polls.lease_until IS 'End of that lease';
COMMENT ON COLUMN copydesk.source_polls.failures IS 'Polls in a row that read no document; they lengthen the interval';
COMMENT ON COLUMN copydesk.source_polls.problem IS 'What was wrong at the last poll; a stable label';

CREATE TABLE copydesk.source_documents (
    source text NOT NULL,
    url_id uuid NOT NULL,
    url text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('feed', 'sitemap', 'home')),
    found_on text,
    etag text,
    last_modified text,
    content_sha256 text,
    last_fetched timestamptz,
    problem text,
    PRIMARY KEY (source, url_id)
);
COMMENT ON TABLE copydesk.source_documents IS 'Feeds, sitemaps and home pages that are polled for URLs';
COMMENT ON COLUMN copydesk.source_documents.source IS 'Name of the source';
COMMENT ON COLUMN copydesk.source_documents.url_id IS 'UUIDv5 of the URL';
COMMENT ON COLUMN copydesk.source_documents.url IS 'Where it lies';
COMMENT ON COLUMN copydesk.source_documents.kind IS 'feed, sitemap or home';
COMMENT ON COLUMN copydesk.source_documents.found_on IS 'Document that named it; null where the operator did';
COMMENT ON COLUMN copydesk.source_documents.etag IS 'Entity tag of the last answer';
COMMENT ON COLUMN copydesk.source_documents.last_modified IS 'Last-Modified of the last answer';
COMMENT ON COLUMN copydesk.source_documents.content_sha256 IS 'Hex SHA-256 of the last body read';
COMMENT ON COLUMN copydesk.source_documents.last_fetched IS 'When it last answered';
COMMENT ON COLUMN copydesk.source_documents.problem IS 'What was wrong at the last poll; a stable label';
