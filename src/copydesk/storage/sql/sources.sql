-- name: save_sources
-- Adds sources and overwrites those that exist.
INSERT INTO copydesk.sources AS s
    (name, url, feeds, sitemaps, language, country, enabled, ignore_robots)
SELECT n.name, n.url, n.feeds::text[], n.sitemaps::text[], n.language, n.country, n.enabled, n.ignore_robots
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::boolean[])
    AS n (name, url, feeds, sitemaps, language, country, enabled, ignore_robots)
ON CONFLICT (name) DO UPDATE SET
    url = excluded.url,
    feeds = excluded.feeds,
    sitemaps = excluded.sitemaps,
    language = excluded.language,
    country = excluded.country,
    enabled = excluded.enabled,
    ignore_robots = excluded.ignore_robots;

-- name: load_sources
-- All sources, in the order of names.
SELECT name, url, feeds, sitemaps, language, country, enabled, ignore_robots
FROM copydesk.sources
ORDER BY name;
