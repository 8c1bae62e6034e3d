-- How far the upkeep of writers has come, so that what was missed while none ran is made up for.

CREATE TABLE copydesk.upkeep (
    task text PRIMARY KEY,
    done_until timestamptz NOT NULL
);
COMMENT ON TABLE copydesk.upkeep IS 'How far writers have come with what they do every hour';
COMMENT ON COLUMN copydesk.upkeep.task IS 'What: `forget` lets go of what old articles are found by as copies and in stories';
COMMENT ON COLUMN copydesk.upkeep.done_until IS 'Articles last stored before this time are done with';
