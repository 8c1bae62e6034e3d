-- name: columns
-- What consumers may read: the columns of the v1 views, with the comments on both.
SELECT c.relname AS view, obj_description(c.oid, 'pg_class') AS about, a.attname AS "column",
       format_type(a.atttypid, a.atttypmod) AS type, col_description(c.oid, a.attnum) AS holds
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'copydesk'::regnamespace AND c.relkind = 'v' AND c.relname LIKE 'v1\_%'
ORDER BY c.relname, a.attnum;
