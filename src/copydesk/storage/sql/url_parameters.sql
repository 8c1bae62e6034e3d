-- name: load_parameters
-- Parameters that are worth a rule: those that enough pages dropped, and those that any page kept.
SELECT site, parameter, kept, dropped FROM copydesk.url_parameters WHERE kept > 0 OR dropped >= $1;

-- name: count_parameters
-- Adds what pages said; sorted, as crawlers do it side by side.
INSERT INTO copydesk.url_parameters AS p (site, parameter, kept, dropped)
SELECT n.site, n.parameter, n.kept, n.dropped
FROM unnest($1::text[], $2::text[], $3::integer[], $4::integer[]) AS n (site, parameter, kept, dropped)
ORDER BY n.site, n.parameter
ON CONFLICT (site, parameter) DO UPDATE SET kept = p.kept + excluded.kept, dropped = p.dropped + excluded.dropped;
