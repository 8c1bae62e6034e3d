-- name: made_revisions
-- Revisions of articles that messages made, for messages that come again; partitions before `$3` are not looked into.
SELECT message_id, article_id, revision, change, source, url, title, language, published, revision_sha256, stored_at,
       changed, words_added, words_removed, share_changed, told
FROM copydesk.revisions
WHERE article_id = ANY($1::uuid[]) AND message_id = ANY($2::text[]) AND stored_at >= $3;

-- name: stored_states
-- What is known of articles before they are written.
SELECT id, version, message_time, message_id, revision, revision_sha256, record_sha256, stored_at,
       withdrawn_at IS NOT NULL AS withdrawn, first_stored_at
FROM copydesk.articles
WHERE id = ANY($1::uuid[]);

-- name: seen_gone
-- When pages that nothing is stored of were last seen to be gone: their withdrawal overtook the article. Versions before
-- `$2`, and so older partitions, are not looked into. What was taken down says nothing of other articles of its page.
SELECT article_id, max(version) AS version, max(version) FILTER (WHERE change IS DISTINCT FROM 'taken-down') AS of_page
FROM copydesk.fetches
WHERE article_id = ANY($1::uuid[]) AND version >= $2 AND content_sha256 IS NULL
GROUP BY article_id;

-- name: stored_texts
-- What readers see of articles whose digest is another now, with what a change is judged by.
SELECT a.id, a.title, a.subtitle, CASE WHEN a.text_dropped_at IS NULL THEN a.text END AS text, a.authors, a.published,
       a.modified,
       ARRAY(SELECT DISTINCT n.name FROM copydesk.article_entities m
             CROSS JOIN LATERAL (VALUES (m.mention), (m.name)) AS n (name)
             WHERE m.article_id = a.id AND n.name IS NOT NULL) AS names,
       ARRAY(SELECT c.text FROM copydesk.cuts c WHERE c.article_id = a.id) AS cuts,
       'correction' = ANY(a.flags) AS notice
FROM copydesk.articles a
WHERE a.id = ANY($1::uuid[]);

-- name: lock_articles
-- Row locks in the order of ids, so that no two transactions wait for each other.
SELECT id FROM copydesk.articles WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE;

-- name: upsert_articles
-- Articles in the order of ids; the guard keeps a newer version whatever the caller believed. A changed signature
-- lets go of the original that the old one led to. Arrays come as literals, because unnest flattens arrays of arrays.
INSERT INTO copydesk.articles AS a (
    id, source, url, url_hash, canonical_url, title, subtitle, text, blocks, authors, agencies, dateline, published,
    modified, date_notes, section, page_keywords, images, language_hint, country, paywalled, parts, part_of, flags,
    method, confidence, cleaner_version, language, language_confidence, countries, keywords, minhash, duplicate_of,
    story_id, story_confidence, tagger_version, models, extra, content_sha256, record_sha256, revision_sha256, revision,
    fetched_at, version, message_id, message_time, watched, rights, text_dropped_at,
    first_stored_at, stored_at
)
SELECT
    n.id, n.source, n.url, sha256(convert_to(n.url, 'UTF8')), n.canonical_url, n.title, n.subtitle, n.text,
    n.blocks::jsonb, n.authors::text[], n.agencies::text[], n.dateline::jsonb, n.published, n.modified,
    n.date_notes::text[], n.section, n.page_keywords::text[], n.images::jsonb, n.language_hint, n.country, n.paywalled,
    n.parts::jsonb, n.part_of, n.flags::text[], n.method, n.confidence, n.cleaner_version, n.language,
    n.language_confidence, n.countries::text[], n.keywords::text[], n.minhash, nullif(n.duplicate_of, n.id), n.story_id,
    n.story_confidence, n.tagger_version, n.models::jsonb, n.extra::jsonb, n.content_sha256, n.record_sha256,
    n.revision_sha256, n.revision, n.fetched_at, n.version, n.message_id, n.message_time, n.watched::jsonb,
    n.rights::jsonb, CASE WHEN n.flags LIKE '%text-dropped%' THEN n.stored_at END, n.stored_at, n.stored_at
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::text[], $15::text[], $16::text[],
    $17::text[], $18::text[], $19::text[], $20::boolean[], $21::text[], $22::uuid[], $23::text[], $24::text[],
    $25::float8[], $26::text[], $27::text[], $28::float8[], $29::text[], $30::text[], $31::bytea[], $32::uuid[],
    $33::text[], $34::float8[], $35::text[], $36::text[], $37::text[], $38::text[], $39::bytea[], $40::bytea[],
    $41::integer[], $42::timestamptz[], $43::bigint[], $44::text[], $45::timestamptz[], $46::timestamptz[],
    $47::text[], $48::text[]
) AS n (
    id, source, url, canonical_url, title, subtitle, text, blocks, authors, agencies, dateline, published, modified,
    date_notes, section, page_keywords, images, language_hint, country, paywalled, parts, part_of, flags, method,
    confidence, cleaner_version, language, language_confidence, countries, keywords, minhash, duplicate_of, story_id,
    story_confidence, tagger_version, models, extra, content_sha256, record_sha256, revision_sha256, revision,
    fetched_at, version, message_id, message_time, stored_at, watched, rights
)
ON CONFLICT (id) DO UPDATE SET
    source = excluded.source,
    url = excluded.url,
    url_hash = excluded.url_hash,
    canonical_url = excluded.canonical_url,
    title = excluded.title,
    subtitle = excluded.subtitle,
    text = excluded.text,
    blocks = excluded.blocks,
    authors = excluded.authors,
    agencies = excluded.agencies,
    dateline = excluded.dateline,
    published = excluded.published,
    modified = excluded.modified,
    date_notes = excluded.date_notes,
    section = excluded.section,
    page_keywords = excluded.page_keywords,
    images = excluded.images,
    language_hint = excluded.language_hint,
    country = excluded.country,
    paywalled = excluded.paywalled,
    parts = excluded.parts,
    part_of = excluded.part_of,
    flags = excluded.flags,
    method = excluded.method,
    confidence = excluded.confidence,
    cleaner_version = excluded.cleaner_version,
    language = excluded.language,
    language_confidence = excluded.language_confidence,
    countries = excluded.countries,
    keywords = excluded.keywords,
    minhash = excluded.minhash,
    duplicate_of = CASE
        WHEN a.minhash IS NOT DISTINCT FROM excluded.minhash THEN coalesce(a.duplicate_of, excluded.duplicate_of)
        ELSE excluded.duplicate_of
    END,
    story_id = coalesce(excluded.story_id, a.story_id),
    story_confidence = coalesce(excluded.story_confidence, a.story_confidence),
    tagger_version = excluded.tagger_version,
    models = excluded.models,
    extra = excluded.extra,
    content_sha256 = excluded.content_sha256,
    record_sha256 = excluded.record_sha256,
    revision_sha256 = excluded.revision_sha256,
    revision = excluded.revision,
    fetched_at = excluded.fetched_at,
    version = excluded.version,
    message_id = excluded.message_id,
    message_time = excluded.message_time,
    watched = excluded.watched,
    rights = excluded.rights,
    withdrawn_at = NULL,
    stored_at = excluded.stored_at
WHERE (a.version, a.message_time) < (excluded.version, excluded.message_time);

-- name: withdraw_articles
-- Marks articles withdrawn, or only seen to be gone again; `withdrawn_at` stays that of the first sight.
UPDATE copydesk.articles AS a SET
    withdrawn_at = coalesce(a.withdrawn_at, n.fetched_at),
    fetched_at = n.fetched_at,
    version = n.version,
    message_id = n.message_id,
    message_time = n.message_time,
    revision = n.revision,
    stored_at = n.stored_at
FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::text[], $5::timestamptz[], $6::integer[],
            $7::timestamptz[]) AS n (id, fetched_at, version, message_id, message_time, revision, stored_at)
WHERE a.id = n.id AND (a.version, a.message_time) < (n.version, n.message_time);

-- name: insert_revisions
-- New revisions, each with the text that readers see and the message that made it.
INSERT INTO copydesk.revisions (
    article_id, revision, change, source, url, title, subtitle, text, authors, published, language, revision_sha256,
    content_sha256, version, message_id, stored_at, modified, changed, words_added, words_removed, share_changed, told
)
SELECT n.article_id, n.revision, n.change, n.source, n.url, n.title, n.subtitle, n.text, n.authors::text[], n.published,
       n.language, n.revision_sha256, n.content_sha256, n.version, n.message_id, n.stored_at, n.modified,
       n.changed::text[], n.words_added, n.words_removed, n.share_changed, n.told
FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::timestamptz[], $11::text[], $12::bytea[], $13::text[], $14::bigint[], $15::text[],
            $16::timestamptz[], $17::timestamptz[], $18::text[], $19::integer[], $20::integer[], $21::float8[],
            $22::boolean[])
    AS n (article_id, revision, change, source, url, title, subtitle, text, authors, published, language,
          revision_sha256, content_sha256, version, message_id, stored_at, modified, changed, words_added,
          words_removed, share_changed, told);

-- name: parts_of_pages
-- Articles that were split off pages, as the newest version of each article says.
SELECT part_of AS page, id AS part FROM copydesk.articles WHERE part_of = ANY($1::uuid[]) ORDER BY 1, 2;

-- name: withdrawals_of_pages
-- When pages were last seen to be gone. Versions before `$2`, and so older partitions, are not looked into.
SELECT DISTINCT ON (article_id) article_id AS page, version, fetched_at
FROM copydesk.fetches
WHERE article_id = ANY($1::uuid[]) AND version > $2 AND content_sha256 IS NULL AND change IS DISTINCT FROM 'taken-down'
ORDER BY article_id, version DESC;

-- name: insert_withdrawals
-- Revisions of articles that were just withdrawn; title and digest are those of the last text.
INSERT INTO copydesk.revisions (
    article_id, revision, change, source, url, title, language, published, revision_sha256, version, message_id,
    stored_at
)
SELECT id, revision, 'withdrawn', source, url, title, language, published, revision_sha256, version, message_id,
       stored_at
FROM copydesk.articles
WHERE id = ANY($1::uuid[])
RETURNING article_id, revision, change, source, url, title, language, published, revision_sha256, stored_at, changed,
          words_added, words_removed, share_changed, told;

-- name: insert_fetches
-- One row a fetch; a page tagged again belongs to the fetch it came from.
INSERT INTO copydesk.fetches (article_id, version, fetched_at, content_sha256, message_id, change)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
ON CONFLICT (article_id, version) DO NOTHING;

-- name: insert_entities
-- Entities not met before, in the order of ids.
INSERT INTO copydesk.entities (id, type, name, uri)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
ON CONFLICT (id) DO NOTHING;

-- name: insert_places
-- Places not met before, in the order of ids.
INSERT INTO copydesk.places (geonames, name, country, lat, lon)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::float8[], $5::float8[])
ON CONFLICT (geonames) DO NOTHING;

-- name: insert_stories
-- Stories not met before, in the order of ids.
INSERT INTO copydesk.stories (id, first_seen_at)
SELECT * FROM unnest($1::text[], $2::timestamptz[])
ON CONFLICT (id) DO NOTHING;

-- name: delete_article_entities
-- Makes room for the newer mentions of articles that were stored before.
DELETE FROM copydesk.article_entities WHERE article_id = ANY($1::uuid[]);

-- name: delete_article_places
-- Makes room for the newer places by article of articles that were stored before.
DELETE FROM copydesk.article_places WHERE article_id = ANY($1::uuid[]);

-- name: delete_article_topics
-- Makes room for the newer topics by article of articles that were stored before.
DELETE FROM copydesk.article_topics WHERE article_id = ANY($1::uuid[]);

-- name: delete_cuts
-- Makes room for the newer cuts of articles that were stored before.
DELETE FROM copydesk.cuts WHERE article_id = ANY($1::uuid[]);

-- name: delete_article_bands
-- Makes room for the newer bands of articles that were stored before.
DELETE FROM copydesk.article_bands AS b
USING copydesk.article_signatures s, unnest(s.bands) AS known (band)
WHERE s.article_id = ANY($1::uuid[]) AND b.band = known.band AND b.article_id = s.article_id;

-- name: delete_article_lasting_bands
-- Makes room for the newer ones, as above.
DELETE FROM copydesk.article_lasting_bands AS b
USING copydesk.article_signatures s, unnest(s.bands) AS known (band)
WHERE s.article_id = ANY($1::uuid[]) AND b.band = known.band AND b.article_id = s.article_id;

-- name: delete_article_signatures
-- Makes room for newer ones; the bands, which are found by them, go before.
DELETE FROM copydesk.article_signatures WHERE article_id = ANY($1::uuid[]);

-- name: shared_bands
-- Which bands of these articles more than one article has, found in one walk through each index, and how many entries
-- were met: `$2` of them where it was cut short, since a band may be one of very many articles. All bands are looked for
-- among those from day `$3` on, the first `$5` of each article among the lasting ones from day `$4` on, both up to `$6`.
WITH own AS MATERIALIZED (
    SELECT bands FROM copydesk.article_signatures WHERE article_id = ANY($1::uuid[])
), walk AS (
    (SELECT false AS lasting, band FROM copydesk.article_bands
     WHERE day >= $3::date AND day <= $6::date AND band = ANY(ARRAY(SELECT unnest(bands) FROM own)) LIMIT $2)
    UNION ALL
    (SELECT true, band FROM copydesk.article_lasting_bands
     WHERE day >= $4::date AND day <= $6::date AND band = ANY(ARRAY(SELECT unnest(bands[:$5]) FROM own)) LIMIT $2)
)
SELECT coalesce(sum(entries), 0) AS met,
       coalesce(array_agg(band) FILTER (WHERE entries > 1), '{}') AS bands
FROM (SELECT band, count(*) AS entries FROM walk GROUP BY lasting, band) AS counted;

-- name: find_copies
-- Articles that share one of the bands `$2` (all where it is null) with one of these, with their signatures; a band that
-- very many articles share says little, so no more than 100 of each are looked at. Days and places as in `shared_bands`.
WITH own AS MATERIALIZED (
    SELECT s.article_id AS id, known.band, known.place
    FROM copydesk.article_signatures s CROSS JOIN LATERAL unnest(s.bands) WITH ORDINALITY AS known (band, place)
    WHERE s.article_id = ANY($1::uuid[]) AND ($2::bigint[] IS NULL OR known.band IN (SELECT unnest($2)))
), wanted AS (
    SELECT own.id, o.article_id AS other
    FROM own
    CROSS JOIN LATERAL (
        SELECT article_id FROM copydesk.article_bands b
        WHERE b.band = own.band AND b.day >= $3::date AND b.day <= $6::date LIMIT 100
    ) AS o
    UNION
    SELECT own.id, o.article_id
    FROM own
    CROSS JOIN LATERAL (
        SELECT article_id FROM copydesk.article_lasting_bands b
        WHERE b.band = own.band AND b.day >= $4::date AND b.day <= $6::date LIMIT 100
    ) AS o
    WHERE own.place <= $5
)
SELECT w.id AS article, a.id, a.minhash, coalesce(a.published, a.first_stored_at) AS since, a.source, a.flags,
       a.agencies, s.keys, o.id AS original, coalesce(o.published, o.first_stored_at) AS original_since,
       o.source AS original_source, o.flags AS original_flags
FROM (SELECT id, other FROM wanted WHERE other <> id UNION SELECT id, id FROM wanted WHERE other <> id) AS w
JOIN copydesk.articles a ON a.id = w.other
LEFT JOIN copydesk.article_stories s ON s.article_id = a.id
LEFT JOIN copydesk.articles o ON o.id = a.duplicate_of
WHERE a.minhash IS NOT NULL;

-- name: mark_duplicates
-- Marks copies with their originals; rows that say so already stay untouched. An original found to be senior to what it
-- was marked with is no copy of its own copies.
UPDATE copydesk.articles AS a SET duplicate_of = n.original
FROM unnest($1::uuid[], $2::uuid[]) AS n (id, original)
WHERE a.id = n.id AND a.duplicate_of IS DISTINCT FROM n.original;

-- name: wait_briefly
-- For upkeep: whoever waits for a lock on a table keeps all that come later waiting, too.
SET LOCAL lock_timeout = '2s';

-- name: make_partitions
-- Partitions of the months up to `$1`.
SELECT copydesk.make_partitions($1);

-- name: forgotten_until
-- How far writers have come with `forget`.
SELECT done_until FROM copydesk.upkeep WHERE task = 'forget';

-- name: forget
-- Lets go of what the next 500 articles after `$1` and `$2` offered, those last stored before `$3`; answers where that
-- ended, and how many had anything left. One that is revised meanwhile keeps what it offers since then.
WITH old AS (
    SELECT id, stored_at FROM copydesk.articles
    WHERE (stored_at, id) > ($1::timestamptz, $2::uuid) AND stored_at < $3
    ORDER BY stored_at, id LIMIT 500
), signatures AS (
    DELETE FROM copydesk.article_signatures WHERE article_id IN (SELECT id FROM old) RETURNING article_id
), keys AS (
    DELETE FROM copydesk.story_keys AS k
    USING copydesk.article_stories s, unnest(s.probes) AS probe (key)
    WHERE s.article_id IN (SELECT id FROM old) AND k.key = copydesk.story_key(probe.key, s.at) AND k.at = s.at
      AND k.article_id = s.article_id
), probes AS (
    UPDATE copydesk.article_stories SET probes = '{}'
    WHERE article_id IN (SELECT id FROM old) AND probes <> '{}' RETURNING article_id
), met AS (
    SELECT article_id FROM signatures UNION SELECT article_id FROM probes
)
SELECT id, stored_at, (SELECT count(*) FROM met) AS articles FROM old ORDER BY stored_at DESC, id DESC LIMIT 1;

-- name: note_forgotten
-- How far that has come; it never goes back.
INSERT INTO copydesk.upkeep AS u (task, done_until) VALUES ('forget', $1)
ON CONFLICT (task) DO UPDATE SET done_until = greatest(u.done_until, excluded.done_until);

-- name: drop_bands
-- Lets go of bands by partitions, of all those before `$1` and of the lasting ones before `$2`.
SELECT copydesk.drop_band_partitions('article_bands', $1::date)
       + copydesk.drop_band_partitions('article_lasting_bands', $2::date);
