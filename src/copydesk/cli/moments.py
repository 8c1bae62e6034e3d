"""Points in time as options name them."""

from datetime import UTC, datetime, timedelta

from copydesk.cli.output import UsageError

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_moment(option: str, text: str | None) -> datetime | None:
    """A point in time from an ISO 8601 date or time (UTC where no offset is given) or an age such as `24h` or `7d`.

    Raises `UsageError` naming the option.
    """
    if text is None:
        return None
    try:
        if text[:-1].isdecimal() and text[-1] in _UNITS:
            return datetime.now(UTC) - timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{option} {text!r}: expected 2026-03-09, 2026-03-09T08:00Z, or an age: 24h") from error
