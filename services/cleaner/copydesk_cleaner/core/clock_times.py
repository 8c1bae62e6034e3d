"""Times of day as pages print them beside a date: 13:05, 1.05 pm, 午後1時5分, 13h05; with the zone where given."""

import re
from dataclasses import dataclass
from datetime import time, timedelta, timezone
from functools import cache

from copydesk_cleaner.core.locale_data import day_halves

_HALVES = {
    "am": 0, "pm": 12, "a.m": 0, "p.m": 12, "a. m": 0, "p. m": 12, "凌晨": 0, "午夜": 0, "清晨": 0,
    "中午": 12, "早上": 0, "晚上": 12, "下午": 12, "上午": 0, "오전": 0, "오후": 12, "午前": 0, "午後": 12,
    "น": 0,
}  # fmt: skip
"""Marks that CLDR lacks, or gives to several meanings."""
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "sast": 2, "msk": 3, "мск": 3, "eat": 3, "pkt": 5, "wib": 7, "sgt": 8, "hkt": 8,
    "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "est": -5, "edt": -4, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "brt": -3, "art": -3,
}  # fmt: skip
"""Abbreviations of one meaning in the news, in hours; IST, BST and CST have several."""
_FARTHEST = 14
_GAP = 16


@dataclass(frozen=True)
class ClockTime:
    """`zone` is null where none is printed."""

    time: time
    zone: timezone | None


@cache
def _pattern() -> re.Pattern[str]:
    marks = sorted(
        {*_HALVES, *(mark.rstrip(".") for mark in day_halves() if len(mark) > 1 or not mark.isascii())},
        key=len,
        reverse=True,
    )
    half = "|".join(re.escape(mark).replace(r"\ ", r"\s?") for mark in marks)
    zone = "|".join(sorted(_ZONES, key=len, reverse=True))
    return re.compile(
        rf"(?:(?<!\w)(?P<before>{half})\.?\s*)?(?<![\d.:/-])(?P<hour>\d{{1,2}})"
        r"(?:\s?[:.hH時时点點시ч]\s?(?P<minute>\d{2}|\d(?=\s?[分분]))(?!\d)(?:[:.分](?P<second>\d{2})(?!\d))?|(?P<whole>[時时点點시]))?"
        rf"\s*[분分]?\s*(?:(?P<after>{half})\.?(?!\w))?"
        rf"(?:\s*(?:Uhr|Hrs?|uur|horas?|น\.)?\s*\(?(?P<zone>(?:{zone})(?!\w))?(?P<offset>[+\u2212-]\d{{1,2}}(?::?\d{{2}})?)?)?",
        re.IGNORECASE,
    )


def time_after(text: str) -> ClockTime | None:
    """The time of day near the start of what follows a date."""
    return next((clock for found in _pattern().finditer(text[:60]) if (clock := _read(found, len(text[:_GAP])))), None)


def time_before(text: str) -> ClockTime | None:
    """The time of day near the end of what precedes a date."""
    tail = text[-30:]
    times = [
        clock for found in _pattern().finditer(tail) if found.end() >= len(tail) - _GAP and (clock := _read(found))
    ]
    return times[-1] if times else None


def _read(found: re.Match[str], farthest: int = 60) -> ClockTime | None:
    half = _half(found["before"] or found["after"])
    if found.start() > farthest or not (found["minute"] or found["whole"] or half is not None):
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0)
    if half is not None and 1 <= hour <= 12:
        hour = hour % 12 + half
    if hour > 23 or minute > 59 or second > 59:
        return None
    return ClockTime(time(hour, minute, second), _zone(found["zone"], found["offset"]))


def _half(mark: str | None) -> int | None:
    if not mark:
        return None
    name = " ".join(mark.casefold().split())
    if name in _HALVES:
        return _HALVES[name]
    return next((day_halves()[printed] for printed in (name, name + ".") if printed in day_halves()), None)


def _zone(name: str | None, offset: str | None) -> timezone | None:
    if not name and not (offset and len(offset) >= len("+0200")):
        return None
    hours = float(_ZONES[name.casefold()]) if name else 0.0
    if offset:
        digits = re.sub(r"\D", "", offset)
        shift = int(digits[:-2]) + int(digits[-2:]) / 60 if len(digits) > 2 else int(digits)
        hours += shift if offset[0] == "+" else -shift
    return timezone(timedelta(hours=hours)) if abs(hours) <= _FARTHEST else None
