-- Opt-outs of whole origins (TDM Reservation Protocol).

CREATE TABLE copydesk.reservations (
    origin text PRIMARY KEY,
    body bytea NOT NULL DEFAULT '',
    fetched_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE copydesk.reservations IS '/.well-known/tdmrep.json of each origin (TDM Reservation Protocol)';
COMMENT ON COLUMN copydesk.reservations.origin IS 'Scheme, host and port';
COMMENT ON COLUMN copydesk.reservations.body IS 'The file as it came, at most 500 KiB; empty where there is none';
COMMENT ON COLUMN copydesk.reservations.fetched_at IS 'When the host last gave an answer, be it that there is no such file';
COMMENT ON COLUMN copydesk.reservations.expires_at IS 'When it is asked for again';
