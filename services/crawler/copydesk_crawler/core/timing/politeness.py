"""How long a host is left alone."""

from datetime import datetime, timedelta

from copydesk_crawler.core.http.http_dates import http_date

MAX_WAIT = timedelta(days=1)
DEFAULT_WAIT = timedelta(seconds=60)
_MIN_WAIT = timedelta(seconds=1)

_BRISK_SECONDS = 0.5
"""A server that answers within this is asked as often as the operator says."""

_MAX_STRETCH = 20.0
_NEWEST_WEIGHT = 0.3

BREAKER_FAILURES = 5
"""Requests in a row without a working server after which its host rests: the circuit breaker is open."""

_BREAKER_REST = timedelta(minutes=1)
_MAX_BREAKER_REST = timedelta(hours=1)


def host_delay(configured: timedelta, crawl_delay: timedelta | None, latency: float | None = None) -> timedelta:
    """The least time between two requests: the operator's, or more where robots.txt asks for more.

    The operator's grows in proportion to `latency` (seconds) on a server slower than half a second, so that a server
    in trouble is asked less.
    """
    stretch = min(max((latency or 0.0) / _BRISK_SECONDS, 1.0), _MAX_STRETCH)
    return max(configured * stretch, crawl_delay or timedelta(0))


def smoothed_latency(known: float | None, observed: float) -> float:
    """An exponentially weighted mean of seconds, so that one slow answer is not yet a slow server."""
    return observed if known is None else known + _NEWEST_WEIGHT * (observed - known)


def breaker_rest(failures: int, jitter: float) -> timedelta:
    """How long a host rests after so many failures in a row: none up to the fifth, then twice as long each time.

    At most an hour; the one request after each rest is the probe that closes the breaker. `jitter` lies in 0…1.
    """
    over = failures - BREAKER_FAILURES
    if over < 0:
        return timedelta(0)
    rest: timedelta = min(_BREAKER_REST * 2 ** min(over, 16), _MAX_BREAKER_REST)
    return rest * (1 + 0.2 * jitter)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header (RFC 9110, 10.2.3: seconds or a date), clamped to one second … one day.

    None when there is no header; nonsense and times gone by count as `DEFAULT_WAIT`.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return _clamped(timedelta(seconds=min(int(text[:10]), MAX_WAIT.total_seconds())))
    moment = http_date(text)
    if moment is None:
        return DEFAULT_WAIT
    try:
        wait = moment - now
    except OverflowError:
        return MAX_WAIT
    return _clamped(wait) if wait > timedelta(0) else DEFAULT_WAIT


def _clamped(wait: timedelta) -> timedelta:
    return max(_MIN_WAIT, min(wait, MAX_WAIT))
