"""Dates of publication as pages print them in markup. A date that cannot be is null, and the reason is kept."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
_DAY_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}$")
_FRACTION = re.compile(r"(\.\d{1,6})\d*")
_OFFSET = re.compile(r"\s*([+-]\d{2}):?(\d{2})$")


@dataclass(frozen=True)
class FoundDate:
    """`note` says what was assumed; with `value` None it says why the printed date was refused."""

    value: datetime | None
    note: str | None = None


def read_date(printed: str, latest: datetime | None) -> FoundDate | None:
    """Read an ISO 8601 or RFC 5322 date; None where the text is no date at all.

    Without an offset UTC is assumed, a day alone is its midnight in UTC; both are noted. `latest` is the time of the
    fetch: what lies more than two days after it is refused (embargo slips and broken clocks).
    """
    text = printed.strip()
    try:
        moment = _parse(text)
    except (ValueError, OverflowError, TypeError):
        return FoundDate(None, f"{text[:40]!r} is no valid date") if re.search(r"\d{4}", text) else None
    note = None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
        note = "day only, midnight UTC assumed" if _DAY_ONLY.fullmatch(text) else "no offset given, UTC assumed"
    return _plausible(moment, note, latest)


def _plausible(moment: datetime, note: str | None, latest: datetime | None) -> FoundDate:
    if moment.year < _EARLIEST.year:
        return FoundDate(None, f"{moment.year} is before the web")
    if moment.year > 2200 or (latest is not None and moment > latest + _AHEAD):
        return FoundDate(None, f"{moment.date().isoformat()} lies in the future")
    return FoundDate(moment, note)


def _parse(text: str) -> datetime:
    iso = _OFFSET.sub(r"\1:\2", _FRACTION.sub(r"\1", text.replace("Z", "+00:00").replace("z", "+00:00")))
    try:
        return datetime.fromisoformat(iso.replace(" +", "+"))
    except ValueError:
        return parsedate_to_datetime(text)


def first_date(candidates: Iterable[str], latest: datetime | None) -> FoundDate:
    """The first candidate that is a possible date; else None with the first refusal, if there was one."""
    refused: FoundDate | None = None
    for candidate in candidates:
        found = read_date(candidate, latest)
        if found and found.value is not None:
            return found
        refused = refused or found
    return refused or FoundDate(None)
