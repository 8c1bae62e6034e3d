-- Subscriptions to hubs, and sections as documents.

ALTER TABLE copydesk.source_documents
    DROP CONSTRAINT source_documents_kind_check,
    ADD CONSTRAINT source_documents_kind_check CHECK (kind IN ('feed', 'sitemap', 'home', 'section')),
    ADD COLUMN moved_to text,
    ADD COLUMN last_body timestamptz;
COMMENT ON COLUMN copydesk.source_documents.kind IS 'feed, sitemap, home or section';
COMMENT ON COLUMN copydesk.source_documents.moved_to IS 'Where permanent redirects lead; asked in its stead as long as it answers';
COMMENT ON COLUMN copydesk.source_documents.last_body IS 'When a whole body last came; a server that says 304 for ever is asked without validators';

CREATE TABLE copydesk.websub_subscriptions (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    feed text NOT NULL,
    topic text NOT NULL,
    hub text NOT NULL,
    secret text NOT NULL,
    state text NOT NULL DEFAULT 'wanted' CHECK (state IN ('wanted', 'asked', 'active', 'denied', 'leaving')),
    next_attempt timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,
    failures integer NOT NULL DEFAULT 0,
    problem text,
    created timestamptz NOT NULL DEFAULT now(),
    last_delivery timestamptz,
    deliveries bigint NOT NULL DEFAULT 0,
    forged bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX websub_subscriptions_topic
    ON copydesk.websub_subscriptions (source, md5(feed), md5(topic), md5(hub)) WHERE state <> 'leaving';
CREATE INDEX websub_subscriptions_due ON copydesk.websub_subscriptions (next_attempt);
COMMENT ON TABLE copydesk.websub_subscriptions IS 'Subscriptions of feeds at their hubs (W3C WebSub)';
COMMENT ON COLUMN copydesk.websub_subscriptions.id IS 'Random; the last part of the callback URL, by which hubs name it';
COMMENT ON COLUMN copydesk.websub_subscriptions.source IS 'Name of the source';
COMMENT ON COLUMN copydesk.websub_subscriptions.feed IS 'URL of the feed that names the hub';
COMMENT ON COLUMN copydesk.websub_subscriptions.topic IS 'Address of the feed as the hub knows it: its self link';
COMMENT ON COLUMN copydesk.websub_subscriptions.hub IS 'Address of the hub';
COMMENT ON COLUMN copydesk.websub_subscriptions.secret IS 'Key of the signatures of deliveries';
COMMENT ON COLUMN copydesk.websub_subscriptions.state IS 'wanted: to be asked for; asked: the hub has yet to verify; active; denied by the hub; leaving: to be given up';
COMMENT ON COLUMN copydesk.websub_subscriptions.next_attempt IS 'When the hub is asked next: anew, for renewal, or to end it';
COMMENT ON COLUMN copydesk.websub_subscriptions.lease_until IS 'Until when the hub delivers; null before it verified';
COMMENT ON COLUMN copydesk.websub_subscriptions.failures IS 'Requests in a row that came to nothing; they lengthen the pause';
COMMENT ON COLUMN copydesk.websub_subscriptions.problem IS 'What was wrong at the last request; a stable label, or the reason that the hub gave';
COMMENT ON COLUMN copydesk.websub_subscriptions.created IS 'When the feed first named the hub';
COMMENT ON COLUMN copydesk.websub_subscriptions.last_delivery IS 'When the hub last delivered with a good signature';
COMMENT ON COLUMN copydesk.websub_subscriptions.deliveries IS 'Deliveries with a good signature';
COMMENT ON COLUMN copydesk.websub_subscriptions.forged IS 'Deliveries that were ignored for their signature';
