"""What PostgreSQL can hold: no NUL, no lone surrogate, no time outside its calendar."""

from datetime import UTC, datetime

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_INFINITE = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def storable_text(text: str) -> str:
    """NUL and lone surrogates become U+FFFD, one for one, so that code-point offsets stay true."""
    if "\0" in text:
        text = text.replace("\0", REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(REPLACEMENT if "\ud800" <= character <= "\udfff" else character for character in text)
    return text


def storable_time(time: datetime) -> datetime | None:
    """The time in UTC, or None where that lies outside the years 1 to 9999. A time without a zone is taken as UTC.

    The first and the last instant of them count as outside: asyncpg takes them for infinite, and reads those without
    a zone.
    """
    try:
        found = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        return None
    return None if found in _INFINITE else found
