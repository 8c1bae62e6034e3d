"""When a source is polled and a page is fetched again. Jitter and times are passed in."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Protocol

MAX_POLL_INTERVAL = timedelta(days=1)
BELIEVED_FRESH = timedelta(hours=1)
"""Cache-Control of a feed is heeded up to here: many servers give every file the same lifetime of days."""

_NET_POLLS = 4
"""Where feeds serve, pages and sitemaps that list no news are read each so many `poll_interval`s."""

_REREAD = timedelta(days=1)
RETRY_DELAYS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
"""Waits before the second, third … attempt at a URL; after the last one it is given up."""


def poll_delay(interval: timedelta, failures: int) -> timedelta:
    """The time to a source's next poll: doubled with each failure in a row, up to a day."""
    return interval if failures == 0 else max(interval, min(interval * 2 ** min(failures, 16), MAX_POLL_INTERVAL))


class Held(Protocol):
    """A document as it was last read; `index_modified` is what the index that names it said of it then."""

    @property
    def kind(self) -> str: ...
    @property
    def ever_read(self) -> bool: ...
    @property
    def failures(self) -> int: ...
    @property
    def index_modified(self) -> datetime | None: ...
    @property
    def last_body(self) -> datetime | None: ...


def unchanged_since(held: Held, modified: datetime | None, now: datetime) -> bool:
    """Whether an index says of a sitemap that it is still as it was read; believed for a day.

    A mere date is believed only when it is past: the file may change again on the same day.
    """
    if held.kind != "sitemap" or modified is None or not held.ever_read or held.failures or held.last_body is None:
        return False
    exact = modified.time() != time(0) or now - modified > timedelta(days=2)
    return exact and modified == held.index_modified and now - held.last_body < _REREAD


def document_rest(
    kind: str, *, lists_news: bool, feeds_serve: bool, fresh_for: timedelta | None, poll_interval: timedelta
) -> timedelta:
    """How long a document that was read is left alone, though its source is polled.

    What is fresh would come from a cache. Pages and plain sitemaps are a net behind the feeds, if there are any.
    """
    net = kind in ("home", "section") or (kind == "sitemap" and not lists_news)
    polls = _NET_POLLS if feeds_serve and net else 0
    return max(poll_interval * polls, min(fresh_for or timedelta(0), BELIEVED_FRESH))


def broken_rest(failures: int, poll_interval: timedelta) -> timedelta:
    """How long a document is left alone that fails while others of its source are read.

    From the third failure in a row on it is asked ever more rarely, at least daily.
    """
    return poll_delay(poll_interval, failures - 2) if failures > 2 else timedelta(0)


def least_interval(
    learned: timedelta, poll_interval: timedelta, ttl: timedelta | None, fresh_for: timedelta | None
) -> timedelta:
    """The shortest time between two polls: the operator's, and what the feed itself says of its lifetime.

    A `ttl` is most often a template's (an hour, whatever the paper does): it takes away the right to ask more often
    than every `poll_interval`, no more. While the feed is fresh by its Cache-Control, asking again is useless.
    """
    polite = min(ttl, poll_interval) if ttl else timedelta(0)
    return max(min(learned, poll_interval), polite, min(fresh_for or timedelta(0), BELIEVED_FRESH))


def retry_delay(failed_attempts: int, jitter: float) -> timedelta | None:
    """The wait after so many failed attempts (from 1); None when there shall be no other. `jitter` lies in 0…1."""
    if failed_attempts > len(RETRY_DELAYS):
        return None
    return RETRY_DELAYS[failed_attempts - 1] * (1 + 0.2 * jitter)


def revisit_delay(ladder: Sequence[timedelta], age: timedelta) -> timedelta | None:
    """The time until a page of this age (since it was first fetched) is looked at again; None when it never is."""
    return next((rung - age for rung in sorted(ladder) if rung > age), None)
