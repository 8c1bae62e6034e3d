-- name: save_sources
-- Adds sources and overwrites those that exist.
INSERT INTO copydesk.sources AS s
    (name, url, feeds, sitemaps, sections, language, country, enabled, ignore_robots, poll_every, retention, licence,
     display_rights, opt_outs)
SELECT n.name, n.url, n.feeds::text[], n.sitemaps::text[], n.sections::text[], n.language, n.country, n.enabled,
       n.ignore_robots, n.poll_every, n.retention, n.licence, n.display_rights, n.opt_outs::text[]
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[],
            $9::boolean[], $10::float8[], $11::integer[], $12::text[], $13::text[], $14::text[])
    AS n (name, url, feeds, sitemaps, sections, language, country, enabled, ignore_robots, poll_every, retention,
          licence, display_rights, opt_outs)
ON CONFLICT (name) DO UPDATE SET
    url = excluded.url,
    feeds = excluded.feeds,
    sitemaps = excluded.sitemaps,
    sections = excluded.sections,
    language = excluded.language,
    country = excluded.country,
    enabled = excluded.enabled,
    ignore_robots = excluded.ignore_robots,
    poll_every = excluded.poll_every,
    retention = excluded.retention,
    licence = excluded.licence,
    display_rights = excluded.display_rights,
    opt_outs = excluded.opt_outs;

-- name: load_sources
-- All sources, in the order of names.
SELECT name, url, feeds, sitemaps, sections, language, country, enabled, ignore_robots, poll_every, retention, licence,
       display_rights, opt_outs
FROM copydesk.sources
ORDER BY name;

-- name: floors
-- Before which time nothing of a source may be kept with its text.
SELECT name, text_floor AS floor FROM copydesk.sources WHERE text_floor IS NOT NULL;
