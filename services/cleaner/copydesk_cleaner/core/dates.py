"""Dates as markup prints them: ISO 8601, RFC 5322, digits without separators, seconds since 1970.

A date that cannot be is null, and the reason is kept.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
_DAY_ONLY = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}$|\d{8}$")
_FRACTION = re.compile(r"(\.\d{1,6})\d*")
_OFFSET = re.compile(r"\s*([+-]\d{2}):?(\d{2})$")
_ZONE_NAME = re.compile(r"(?<=\d)\s*(?:\[[\w/+-]+\]|\(\w+\))$")
_NAMED_OFFSET = re.compile(r"(?:GMT|UTC)(?=[+-]\d)")
_DIGITS = re.compile(r"\d{8}|\d{10}|\d{12,14}|\d{16}")
_LOOSE = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:(?:\s*T\s*|,?\s+)(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_LONGEST = 60


@dataclass(frozen=True)
class FoundDate:
    """`note` says what was assumed; with `value` None it says why the printed date was refused."""

    value: datetime | None
    note: str | None = None


def read_date(printed: str, latest: datetime | None) -> FoundDate | None:
    """Read a date that a machine wrote; None where the text is no date at all.

    Without an offset UTC is assumed, a day alone is its midnight in UTC; both are noted. `latest` is the time of the
    fetch: what lies more than two days after it is refused (embargo slips and broken clocks).
    """
    text = printed.strip()
    try:
        moment = _parse(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return FoundDate(None, f"{text[:40]!r} is no valid date") if re.search(r"\d{4}", text) else None
    note = None
    if moment.tzinfo is None:
        note = "day only, midnight UTC assumed" if _DAY_ONLY.fullmatch(text) else "no offset given, UTC assumed"
    return plausible_date(moment, note, latest)


def plausible_date(moment: datetime, note: str | None, latest: datetime | None) -> FoundDate:
    """The moment (in UTC if it has no offset) with its note; or the refusal of one before the web or after `latest`."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if aware.year < _EARLIEST.year:
        return FoundDate(None, f"{aware.year} is before the web")
    if aware.year > 2200 or (latest is not None and aware > latest + _AHEAD):
        return FoundDate(None, f"{aware.date().isoformat()} lies in the future")
    return FoundDate(aware, note)


def _parse(text: str) -> datetime:
    if len(text) > _LONGEST:
        raise ValueError("too long for a date")
    if _DIGITS.fullmatch(text):
        return _from_digits(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        text = _ZONE_NAME.sub("", text)
    iso = _OFFSET.sub(r"\1:\2", _FRACTION.sub(r"\1", text.replace("Z", "+00:00").replace("z", "+00:00")))
    try:
        return datetime.fromisoformat(iso.replace(" +", "+"))
    except ValueError:
        loose = _LOOSE.fullmatch(text)
    return _from_loose(loose) if loose else parsedate_to_datetime(_NAMED_OFFSET.sub("", text))


def _from_digits(text: str) -> datetime:
    """Ten digits are seconds since 1970 (2001 to 2286), thirteen milliseconds, sixteen microseconds."""
    if len(text) in (10, 13, 16):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    stamp = text.ljust(14, "0")
    return datetime.fromisoformat(f"{stamp[:8]}T{stamp[8:14]}")


def _from_loose(found: re.Match[str]) -> datetime:
    year, _, month, day, clock, zone = found.groups()
    hours = f"T{clock.zfill(5) if len(clock) < 6 else clock.zfill(8)}" if clock else ""
    offset = "" if not zone else "+00:00" if zone[0] not in "+-" else zone
    return datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}{hours}{offset if hours else ''}")


def first_date(candidates: Iterable[str], latest: datetime | None) -> FoundDate:
    """The first candidate that is a possible date; else None with the first refusal, if there was one."""
    refused: FoundDate | None = None
    for candidate in candidates:
        found = read_date(candidate, latest)
        if found and found.value is not None:
            return found
        refused = refused or found
    return refused or FoundDate(None)
