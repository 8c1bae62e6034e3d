-- Sections of a source, and an interval that the operator fixes.

ALTER TABLE copydesk.sources
    ADD COLUMN sections text[] NOT NULL DEFAULT '{}',
    ADD COLUMN poll_every double precision CHECK (poll_every > 0);
COMMENT ON COLUMN copydesk.sources.sections IS 'Pages whose article links are followed, beside the home page';
COMMENT ON COLUMN copydesk.sources.poll_every IS 'Seconds between two polls where the operator fixes them; learned otherwise';
