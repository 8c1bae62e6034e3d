-- What hangs on an article, put together in one place for all who read articles whole.

CREATE FUNCTION copydesk.hung_on(article uuid)
RETURNS TABLE (entities jsonb, places jsonb, topics jsonb, cuts jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'start', m.start_offset, 'end', m.end_offset, 'text', m.mention, 'type', e.type, 'uri', e.uri,
            'confidence', m.confidence, 'method', m.method, 'name', m.name, 'salience', m.salience)
            ORDER BY m.ordinal), '[]')
     FROM copydesk.article_entities m JOIN copydesk.entities e ON e.id = m.entity_id
     WHERE m.article_id = $1),
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'geonames', p.geonames, 'name', p.name, 'country', p.country, 'lat', p.lat, 'lon', p.lon,
            'salience', m.salience, 'confidence', m.confidence, 'method', m.method) ORDER BY m.ordinal), '[]')
     FROM copydesk.article_places m JOIN copydesk.places p ON p.geonames = m.geonames
     WHERE m.article_id = $1),
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'code', t.code, 'label', t.label, 'confidence', t.confidence, 'method', t.method) ORDER BY t.ordinal), '[]')
     FROM copydesk.article_topics t
     WHERE t.article_id = $1),
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'text', c.text, 'reason', c.reason, 'rule', c.rule, 'where', c.input_offset) ORDER BY c.ordinal), '[]')
     FROM copydesk.cuts c
     WHERE c.article_id = $1)
$$;
COMMENT ON FUNCTION copydesk.hung_on IS 'Entities, places, topics and cuts of an article, as its message has them';

COMMENT ON COLUMN copydesk.funnel.at IS 'When the outcome was first reached; the same outcome again, as of a replay, leaves it';
