-- The state of each row of the funnel, in one word.

CREATE OR REPLACE VIEW copydesk.v1_funnel AS
SELECT source, stage, outcome, reason, part_of IS NOT NULL AS split, count(*) AS urls,
       CASE WHEN outcome IN ('dropped', 'dead-lettered') THEN outcome
            WHEN outcome = 'discovered' THEN 'waiting'
            WHEN stage <> 'writer' THEN 'in-flight'
            WHEN reason = 'withdrawn' THEN 'withdrawn'
            ELSE 'stored' END AS state
FROM copydesk.funnel
GROUP BY source, stage, outcome, reason, part_of IS NOT NULL;
COMMENT ON COLUMN copydesk.v1_funnel.state IS 'waiting, in-flight, stored, withdrawn, dropped or dead-lettered: every URL is in exactly one';
COMMENT ON COLUMN copydesk.v1_funnel.reason IS 'Why it was dropped or dead-lettered; withdrawn for the passing of a withdrawal';
COMMENT ON COLUMN copydesk.funnel.reason IS 'Why it was dropped or dead-lettered; withdrawn for the passing of a withdrawal';
