"""WebSub (W3C Recommendation, 2018): what a subscriber decides. No I/O; times and randomness are passed in."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha1, sha256, sha384, sha512
from typing import Literal

LEASE = timedelta(days=10)
"""Asked of hubs, which may grant another."""

MIN_LEASE = timedelta(minutes=5)
MAX_LEASE = timedelta(days=30)
VERIFICATION_PATIENCE = timedelta(minutes=30)
"""How long a hub may take from accepting a request to verifying it; then it is asked again."""

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
DENIAL_PAUSE = timedelta(days=7)
MAX_FAREWELLS = 3
"""Attempts to end a subscription, which ends by itself when its lease does."""

_RENEWED_AT = 0.7
_HASHES = {"sha1": sha1, "sha256": sha256, "sha384": sha384, "sha512": sha512}
_MAX_CHALLENGE = 4_096

Mode = Literal["subscribe", "unsubscribe"]
State = Literal["wanted", "asked", "active", "denied", "leaving"]


@dataclass(frozen=True)
class Wanted:
    """A topic at its hub."""

    topic: str
    hub: str


@dataclass(frozen=True)
class Confirmed:
    """A verification of intent to be answered with `challenge`; `lease` is None when a subscription ends."""

    challenge: str
    lease: timedelta | None


@dataclass(frozen=True)
class Denied:
    """The hub refuses; `reason` is its own word."""

    reason: str


def wanted(hubs: tuple[str, ...], self_url: str | None, url: str) -> Wanted | None:
    """The subscription that a feed at `url` offers: its first hub, by the address that the hub knows (section 4)."""
    return Wanted(topic=self_url or url, hub=hubs[0]) if hubs else None


def request_fields(mode: Mode, topic: str, callback: str, secret: str) -> dict[str, str]:
    """The form to POST to the hub (section 5.1)."""
    fields = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback}
    if mode == "subscribe":
        fields |= {"hub.lease_seconds": str(int(LEASE.total_seconds())), "hub.secret": secret}
    return fields


def intent(state: State, topic: str, query: Mapping[str, str]) -> Confirmed | Denied | None:
    """What a hub's GET at the callback of a subscription means (section 5.3); None for what we never asked for."""
    mode = query.get("hub.mode", "")
    if query.get("hub.topic") != topic:
        return None
    if mode == "denied":
        return Denied(query.get("hub.reason", "")[:200] or "denied")
    challenge = query.get("hub.challenge", "")
    if not challenge or len(challenge) > _MAX_CHALLENGE:
        return None
    if mode == "subscribe" and state in ("asked", "active"):
        return Confirmed(challenge, granted_lease(query.get("hub.lease_seconds")))
    if mode == "unsubscribe" and state == "leaving":
        return Confirmed(challenge, None)
    return None


def granted_lease(seconds: str | None) -> timedelta:
    """The hub's lease within reason; what it does not name is what we asked for."""
    if seconds is None or not (seconds.isascii() and seconds.isdigit()):
        return LEASE
    return min(max(timedelta(seconds=int(seconds[:9])), MIN_LEASE), MAX_LEASE)


def renewal(lease: timedelta, jitter: float) -> timedelta:
    """When to ask again, counted from the verification: well before the lease ends, never all at once.

    `jitter` is a random number from 0 to 1.
    """
    return lease * (_RENEWED_AT + 0.1 * jitter)


def pause(failures: int, jitter: float) -> timedelta:
    """How long to wait after so many failures in a row: doubling from a minute to a day."""
    steps = min(max(failures, 1) - 1, 16)
    longest: timedelta = min(FIRST_PAUSE * 2**steps, LONGEST_PAUSE)
    return longest * (0.75 + 0.5 * jitter)


def signed(body: bytes, secret: str, signature: str | None) -> bool:
    """Whether `X-Hub-Signature` (section 7.1: `method=hex`) is that of the body under our secret."""
    method, _, digest = (signature or "").strip().partition("=")
    maker = _HASHES.get(method.strip().lower())
    if maker is None:
        return False
    expected = hmac.new(secret.encode(), body, maker).hexdigest()
    return hmac.compare_digest(expected.encode(), digest.strip().lower().encode())
