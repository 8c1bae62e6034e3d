-- name: want
-- Takes note of the subscription that a feed offers now; one that was given up and is offered again starts anew.
INSERT INTO copydesk.websub_subscriptions AS s (id, source, feed, topic, hub, secret)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (source, md5(feed), md5(topic), md5(hub)) WHERE state <> 'leaving' DO NOTHING;

-- name: leave_others
-- Gives up what a feed offered before and no longer does; what no hub knows of needs no farewell.
WITH unknown AS (
    DELETE FROM copydesk.websub_subscriptions
    WHERE source = $1 AND feed = $2 AND (topic, hub) IS DISTINCT FROM ($3::text, $4::text)
      AND (state = 'denied' OR (state = 'wanted' AND failures = 0))
)
UPDATE copydesk.websub_subscriptions SET state = 'leaving', next_attempt = now(), failures = 0
WHERE source = $1 AND feed = $2 AND (topic, hub) IS DISTINCT FROM ($3::text, $4::text)
  AND (state IN ('asked', 'active') OR (state = 'wanted' AND failures > 0));

-- name: leave_unpolled
-- Gives up what belongs to sources that are no longer polled, and to feeds that were not for a week.
UPDATE copydesk.websub_subscriptions AS w SET state = 'leaving', next_attempt = now(), failures = 0
WHERE w.state <> 'leaving'
  AND (
      NOT EXISTS (SELECT FROM copydesk.sources AS s WHERE s.name = w.source AND s.enabled)
      OR w.created < now() - interval '7 days' AND NOT EXISTS (
          SELECT FROM copydesk.source_documents AS d
          WHERE d.source = w.source AND d.url = w.feed AND d.last_fetched > now() - interval '7 days'
      )
  );

-- name: claim
-- Takes subscriptions whose hub is to be asked; nobody else asks it before the time `$2` is over.
UPDATE copydesk.websub_subscriptions AS w SET next_attempt = now() + $2::interval
FROM (
    SELECT id FROM copydesk.websub_subscriptions WHERE next_attempt <= now()
    ORDER BY next_attempt LIMIT $1 FOR UPDATE SKIP LOCKED
) AS due
WHERE w.id = due.id
RETURNING w.id, w.source, w.feed, w.topic, w.hub, w.secret, w.state, w.failures;

-- name: expect
-- Counts the attempt before the hub is asked, since it may verify before it answers; in the time `$2` it is not asked
-- again.
UPDATE copydesk.websub_subscriptions
SET state = CASE WHEN state IN ('wanted', 'denied') THEN 'asked' ELSE state END,
    next_attempt = now() + $2::interval, failures = failures + 1, problem = 'not-verified'
WHERE id = $1;

-- name: failed
-- The hub could not be asked, or did not want to be.
UPDATE copydesk.websub_subscriptions SET next_attempt = now() + $2::interval, problem = $3 WHERE id = $1;

-- name: load
-- One subscription, by the name in its callback.
SELECT id, source, feed, topic, hub, secret, state, failures FROM copydesk.websub_subscriptions WHERE id = $1;

-- name: verified
-- The hub delivers from now on.
UPDATE copydesk.websub_subscriptions
SET state = 'active', lease_until = now() + $2::interval, next_attempt = now() + $3::interval, failures = 0, problem = NULL
WHERE id = $1 AND state IN ('asked', 'active');

-- name: denied
-- The hub refuses, or no longer delivers.
UPDATE copydesk.websub_subscriptions
SET state = 'denied', lease_until = NULL, next_attempt = now() + $2::interval, problem = $3
WHERE id = $1 AND state <> 'leaving';

-- name: remove
-- It is over.
DELETE FROM copydesk.websub_subscriptions WHERE id = $1;

-- name: delivered
-- Counts a delivery.
UPDATE copydesk.websub_subscriptions SET
    deliveries = deliveries + CASE WHEN $2 THEN 1 ELSE 0 END,
    forged = forged + CASE WHEN $2 THEN 0 ELSE 1 END,
    last_delivery = CASE WHEN $2 THEN now() ELSE last_delivery END
WHERE id = $1;

-- name: delivering
-- Whether a hub holds a lease of this source and has proved of late that it uses it.
SELECT EXISTS (
    SELECT FROM copydesk.websub_subscriptions
    WHERE source = $1 AND state = 'active' AND lease_until > now() AND last_delivery > now() - interval '2 days'
);

-- name: poll_now
-- A hub says that there is something new without saying what.
UPDATE copydesk.source_polls SET next_poll = least(next_poll, now()) WHERE source = $1;
