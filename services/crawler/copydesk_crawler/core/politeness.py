"""How long a host is left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_WAIT = timedelta(days=1)
DEFAULT_WAIT = timedelta(seconds=60)
_MIN_WAIT = timedelta(seconds=1)


def host_delay(configured: timedelta, crawl_delay: timedelta | None) -> timedelta:
    """The least time between two requests: the operator's, or more where robots.txt asks for more."""
    return max(configured, crawl_delay or timedelta(0))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header (RFC 9110, 10.2.3: seconds or a date), clamped to one second … one day.

    None when there is no header; nonsense and times gone by count as `DEFAULT_WAIT`.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return _clamped(timedelta(seconds=min(int(text[:10]), MAX_WAIT.total_seconds())))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return DEFAULT_WAIT
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        wait = moment - now
    except OverflowError:
        return MAX_WAIT
    return _clamped(wait) if wait > timedelta(0) else DEFAULT_WAIT


def _clamped(wait: timedelta) -> timedelta:
    return max(_MIN_WAIT, min(wait, MAX_WAIT))
