"""When a source is polled and a page is fetched again. Jitter and times are passed in."""

from collections.abc import Sequence
from datetime import timedelta

MAX_POLL_INTERVAL = timedelta(days=1)
RETRY_DELAYS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
"""Waits before the second, third … attempt at a URL; after the last one it is given up."""


def poll_delay(interval: timedelta, failures: int) -> timedelta:
    """The time to a source's next poll: doubled with each failure in a row, up to a day."""
    return interval if failures == 0 else max(interval, min(interval * 2 ** min(failures, 16), MAX_POLL_INTERVAL))


def retry_delay(failed_attempts: int, jitter: float) -> timedelta | None:
    """The wait after so many failed attempts (from 1); None when there shall be no other. `jitter` lies in 0…1."""
    if failed_attempts > len(RETRY_DELAYS):
        return None
    return RETRY_DELAYS[failed_attempts - 1] * (1 + 0.2 * jitter)


def revisit_delay(ladder: Sequence[timedelta], age: timedelta) -> timedelta | None:
    """The time until a page of this age (since it was first fetched) is looked at again; None when it never is."""
    return next((rung - age for rung in sorted(ladder) if rung > age), None)
