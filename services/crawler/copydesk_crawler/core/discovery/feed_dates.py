"""Dates as feeds write them: RFC 822, RFC 3339, and what people make of them in their own language."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import dateparser

MAX_UNREADABLE = 3
"""Dates of one document that nobody could read, after which only the standard forms are tried."""

_NUMBER = re.compile(r"\d{10}(?:\d{3})?")
_RFC_822 = re.compile(
    r"(?:[A-Za-z]{2,9}\.?,?\s*)?(\d{1,2}[\s-][A-Z][a-z]{2,8}[\s-](?:(?:19|20|21)\d\d|\d\d)\s+\d{1,2}[:.]\d\d(?:[:.]\d\d)?)"
    r"\s*(?:(?:GMT|UTC|UT|Z)?\s*([+-]\d\d:?\d\d)|GMT|UTC|UT|Z)?"
)
_ZONE_NAME = re.compile(r"\s*\[?([A-Z][A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?)\]?$")
_MIDNIGHT = re.compile(r"\b24:00(?::00)?\b")
_LEAP_SECOND = re.compile(r":60\b")
_CLOCK_DOTS = re.compile(r"\b(\d\d)\.(\d\d)\.(\d\d)\b(?!\.?\d)")
_BUDDHIST_YEARS = 543
_MAX_LENGTH = 80


def feed_dates(language: str | None = None) -> Callable[[object], datetime | None]:
    """A reader of one document's dates, which answers with aware times, or None for what is no date.

    Times without a zone are taken as UTC. `language` (BCP 47) settles which number is the day. Guessing costs
    milliseconds for each language tried, so the reader gives up on a document whose dates it cannot read.
    """
    unreadable = 0

    def read(value: object) -> datetime | None:
        nonlocal unreadable
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if not any(char.isdigit() for char in text) or len(text) > _MAX_LENGTH:
            return None
        moment = standard_date(text)
        if moment is None and unreadable < MAX_UNREADABLE:
            moment = _guessed(text, language)
            unreadable += moment is None
        return plausible(moment)

    return read


def standard_date(text: str) -> datetime | None:
    """RFC 3339 and its relatives, RFC 822 with its usual slips, and seconds or milliseconds since 1970."""
    if _NUMBER.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    zone = _ZONE_NAME.search(text)
    if zone:
        moment = standard_date(text[: zone.start()])
        return moment and _in_zone(moment, zone[1])
    late = _MIDNIGHT.search(text)
    if late:
        moment = standard_date(_MIDNIGHT.sub("00:00:00", text))
        return moment and moment + timedelta(days=1)
    text = _LEAP_SECOND.sub(":59", text)
    try:
        return _aware(datetime.fromisoformat(text))
    except ValueError:
        pass
    match = _RFC_822.fullmatch(text)
    if match is None:
        return None
    day, _, clock = match[1].rpartition(" ")
    offset = (match[2] or "+0000").replace(":", "")
    try:
        return _aware(parsedate_to_datetime(f"{day.replace('-', ' ')} {clock.replace('.', ':')} {offset}"))
    except ValueError:
        return None


def plausible(moment: datetime | None) -> datetime | None:
    """The time, unless no page can be of it."""
    return moment if moment is not None and 1990 <= moment.year <= 2100 else None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _in_zone(moment: datetime, name: str) -> datetime | None:
    try:
        return moment.replace(tzinfo=ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return None


def _guessed(text: str, language: str | None) -> datetime | None:
    text = _CLOCK_DOTS.sub(r"\1:\2:\3", text)
    spoken = (language or "").lower().replace("_", "-").partition("-")[0]
    for languages in ([spoken], ["en"], None) if spoken.isalpha() else (None,):
        try:
            moment = dateparser.parse(
                text,
                languages=languages,
                settings={
                    "TIMEZONE": "UTC",
                    "RETURN_AS_TIMEZONE_AWARE": True,
                    "PARSERS": ["absolute-time"],
                    "REQUIRE_PARTS": ["day", "month", "year"],
                },
            )
        except (ValueError, OverflowError, RecursionError, AttributeError, TypeError):
            moment = None  # unknown languages, and texts that the library stumbles over
        if moment is not None:
            return _common_era(moment)
    return None


def _common_era(moment: datetime) -> datetime:
    """Thai dates count from the Buddha's death."""
    if moment.year <= 2400:
        return moment
    try:
        return moment.replace(year=moment.year - _BUDDHIST_YEARS)
    except ValueError:
        return moment
