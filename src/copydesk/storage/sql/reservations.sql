-- name: load_reservations
-- What is known of an origin's reservations and is still fresh.
SELECT body, fetched_at FROM copydesk.reservations WHERE origin = $1 AND expires_at > now();

-- name: save_reservations
-- Remembers an answer for a time.
INSERT INTO copydesk.reservations AS r (origin, body, fetched_at, expires_at)
VALUES ($1, $2, now(), now() + $3::interval)
ON CONFLICT (origin) DO UPDATE SET
    body = excluded.body, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
RETURNING body, fetched_at;

-- name: postpone_reservations
-- The host gave no answer: what was known stays in force until it is asked again.
INSERT INTO copydesk.reservations AS r (origin, fetched_at, expires_at)
VALUES ($1, now(), now() + $2::interval)
ON CONFLICT (origin) DO UPDATE SET expires_at = excluded.expires_at
RETURNING body, fetched_at;
