"""When and where a message is tried again. Pure: time and randomness come in as arguments.

Quick retries happen in place, hold the order of the key and hold back the partition's commit, so they end within
the smallest tier. Everything longer goes through the retry topics, one a tier of `RETRY_DELAYS`; the tier follows
from the age of the trouble: the first one longer than the message has been failing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from copydesk.contracts.topics import RETRY_DELAYS
from copydesk.runtime.outcomes import RetryClass

QUICK_TRIES = 3
"""Tries in place of a transient failure, after the first."""
FIRST_BACKOFF = timedelta(milliseconds=500)
BUSY_WAIT = timedelta(seconds=5)
"""How long to leave a busy host alone that named no time."""
GIVE_UP_AFTER = timedelta(days=3)

_TIERS = sorted(RETRY_DELAYS.items(), key=lambda tier: tier[1])
_SMALLEST = _TIERS[0][1]
if any(short[1] >= long[1] for short, long in pairwise(_TIERS)):
    raise ValueError("two retry tiers have the same delay")


@dataclass(frozen=True)
class InPlace:
    """Try again after `delay` without letting go of the message."""

    delay: timedelta


@dataclass(frozen=True)
class Later:
    """Send the record to the retry topic of `tier`, a key of `RETRY_DELAYS`."""

    tier: str


@dataclass(frozen=True)
class GiveUp:
    """Dead-letter it: it has failed for `age`."""

    age: timedelta


RetryDecision = InPlace | Later | GiveUp


def decide(
    kind: RetryClass, attempt: int, first_failed: datetime, now: datetime, after: timedelta | None, jitter: float
) -> RetryDecision:
    """Decide on a message whose `attempt` (from 1; busy answers not counted) has just failed.

    `jitter` is a random number in 0…1; it spreads quick retries over the upper half of their delay, and never
    shortens a delay that was asked for with `after`.
    """
    age = now - first_failed
    if age >= GIVE_UP_AFTER:
        return GiveUp(age)
    quick = _quick_delay(kind, attempt, after, jitter)
    if quick is not None and age + quick < _SMALLEST:
        return InPlace(quick)
    wanted = after or timedelta()
    if kind is not RetryClass.BUSY:
        wanted = max(wanted, age + timedelta(microseconds=1))
    return Later(_tier(wanted))


def _quick_delay(kind: RetryClass, attempt: int, after: timedelta | None, jitter: float) -> timedelta | None:
    if kind is RetryClass.BUSY:
        return (BUSY_WAIT if after is None else after) * (1 + jitter / 4)
    if kind is RetryClass.TRANSIENT and attempt <= QUICK_TRIES:
        backoff: timedelta = FIRST_BACKOFF * (4 ** (attempt - 1)) * (0.5 + jitter / 2)
        return max(backoff, after or timedelta())
    return None


def _tier(wanted: timedelta) -> str:
    """The smallest tier that is at least as long as wanted, or else the longest there is."""
    return next((name for name, delay in _TIERS if delay >= wanted), _TIERS[-1][0])
