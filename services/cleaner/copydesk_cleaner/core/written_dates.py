"""Dates as people read them, in the languages of the CLDR: 4. Juli 2024, 12:30 Uhr; 2024年7月4日; ٤ يوليو ٢٠٢٤."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from itertools import pairwise

from babel import Locale, UnknownLocaleError

from copydesk_cleaner.core.calendars import era_year, gregorian_day, persian_month
from copydesk_cleaner.core.clock_times import time_after, time_before
from copydesk_cleaner.core.relative_times import month_number

_LONGEST = 400
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?:(?P<era>令和|平成|昭和|民國|民国)\s?(?P<short>\d{1,3})|(?P<year>\d{4}))"
    r"\s?(?P<mark>[-/.年년])\s?(?P<month>\d{1,2})\s?(?:(?P=mark)|[月월])\s?(?P<day>\d{1,2})(?!\d)\s?[日일]?"
)
_YEAR_LAST = re.compile(
    r"(?<![\d./-])(?P<first>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<second>\d{1,2})\s?(?P=mark)\s?(?P<year>\d{4}|\d{2}(?!\d|[.:]\d))(?!\d)"
)
_VIETNAMESE = re.compile(r"(?<!\d)(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})\s*(?:,|năm)?\s*(?P<year>\d{4})", re.I)
_TOKEN = re.compile(
    r"\d+|(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff])"
    r"[^\s\d,;:!?()\[\]/|«»\"“”–—-]*"
)
"""Numbers and words; marks over and beside letters belong to the word."""
_YEARLIKE = re.compile(r"\d{4}|\d[-/.]\s?\d{2}(?!\d)|['’-]\d{2}(?!\d)|\d\s?[年년]")
_FARTHEST = 14
_NEXT = 5
_YEARS = range(1300, 2701)


@dataclass(frozen=True)
class WrittenDate:
    """`value` has an offset only where one is printed; without a time of day (`timed`) it is midnight. `label` is what
    stands between the date before it, or the start of the text, and this one."""

    value: datetime
    timed: bool
    label: str


@dataclass(frozen=True)
class _Day:
    day: date
    start: int
    end: int
    words: int = 0
    """Between its parts."""
    short: bool = False
    """Whether the year has two digits."""


def written_dates(text: str, language: str | None) -> list[WrittenDate]:
    """The dates in the first 400 characters of a text, in order. `language` (BCP 47; its region decides whether
    03/04/2024 is in March or in April) settles what several languages read differently."""
    plain = _UNSEEN.sub("", text[:_LONGEST])
    if not _YEARLIKE.search(plain):
        return []
    days: list[_Day] = []
    for day in sorted(_days(plain, language), key=lambda one: (one.short, one.words, one.start, -one.end)):
        if not any((day.start < other.end and other.start < day.end) or _is_its_time(day, other) for other in days):
            days.append(day)
    found: list[WrittenDate] = []
    told = 0
    for day, follows in pairwise([*sorted(days, key=lambda one: one.start), _Day(date.min, len(plain), len(plain))]):
        found.append(_timed(plain[told : day.start], day, plain[day.end : follows.start], found))
        told = day.end
    return found


def _is_its_time(day: _Day, other: _Day) -> bool:
    """12.05.30 right after a day is a time of day."""
    return day.short and 0 <= day.start - other.end <= _NEXT


def _timed(before: str, day: _Day, after: str, earlier: list[WrittenDate]) -> WrittenDate:
    """A time between two dates belongs to the first."""
    clock = time_after(after)
    if clock is None and not (earlier and earlier[-1].timed):
        clock = time_before(before)
    moment = datetime.combine(day.day, clock.time, clock.zone) if clock else datetime.combine(day.day, time())
    return WrittenDate(moment, clock is not None, before)


def _days(text: str, language: str | None) -> Iterator[_Day]:
    for found in _YEAR_FIRST.finditer(text):
        year = era_year(found["era"], int(found["short"])) if found["era"] else int(found["year"])
        yield from _day(found, year or 0, int(found["month"]), int(found["day"]))
    for found in _YEAR_LAST.finditer(text):
        first, second = int(found["first"]), int(found["second"])
        month_first = second > 12 or (found["mark"] == "/" and first <= 12 and _month_first(language))
        year = int(found["year"]) if len(found["year"]) == 4 else 2000 + int(found["year"])
        if day := _possible(year, *((first, second) if month_first else (second, first))):
            yield _Day(day, found.start(), found.end(), short=len(found["year"]) == 2)
    for found in _VIETNAMESE.finditer(text):
        yield from _day(found, int(found["year"]), int(found["month"]), int(found["day"]))
    yield from _named_days(text, language)


def _day(found: re.Match[str], year: int, month: int, day: int) -> Iterator[_Day]:
    if found_day := _possible(year, month, day):
        yield _Day(found_day, found.start(), found.end())


def _possible(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return gregorian_day(year, month, day)
    except ValueError:
        return None


@cache
def _month_first(language: str | None) -> bool:
    try:
        pattern = Locale.parse((language or "").replace("_", "-"), sep="-").date_formats["short"].pattern
    except (ValueError, UnknownLocaleError, TypeError):
        return False
    return "d" in pattern and 0 <= pattern.lower().find("m") < pattern.find("d") < pattern.lower().find("y")


def _named_days(text: str, language: str | None) -> Iterator[_Day]:
    """Days whose month is a word: number, month and year in any order, with at most one word between two of them."""
    tokens = list(_TOKEN.finditer(text))
    if not any(token[0].isdigit() for token in tokens):
        return
    for at, token in enumerate(tokens):
        if token[0].isdigit() or len(token[0]) < (3 if token[0].isascii() else 2):
            continue
        month, last = _month(tokens, at, language)
        if month and (day := _around(tokens, at, last, month)):
            yield day


def _month(tokens: list[re.Match[str]], at: int, language: str | None) -> tuple[int | None, int]:
    """The month that the word names, alone or with the next one (كانون الثاني), and the place of its last word."""
    word = tokens[at][0].rstrip("'’`´.،")
    if at + 1 < len(tokens) and (pair := month_number(f"{word} {tokens[at + 1][0]}", language)):
        return pair, at + 1
    for name in (word, word.removeprefix("ב"), re.sub(r"^\w['’]", "", word), *word.split(".")[:1]):
        if number := month_number(name, language) or persian_month(name):
            return number, at
    return None, at


def _around(tokens: list[re.Match[str]], at: int, last: int, month: int) -> _Day | None:
    before, between = _number(tokens, at, -1), _number(tokens, last, 1)
    first = None if before is None else _number(tokens, before, -1)
    then = None if between is None else _number(tokens, between, 1)
    orders = ((before, between), (between, then), (between, before), (before, first))
    for day_at, year_at in orders:
        if day_at is None or year_at is None:
            continue
        day, year = tokens[day_at], tokens[year_at]
        found = _possible(_year(year), month, int(day[0])) if len(day[0]) <= 2 else None
        if found:
            places = (at, last, day_at, year_at)
            start, end = tokens[min(places)].start(), tokens[max(places)].end()
            return _Day(found, start, end, max(places) - min(places) - 2 - (last - at))
    return None


def _year(token: re.Match[str]) -> int:
    """Four digits, or two after an apostrophe or a hyphen (4-Jul-24)."""
    if len(token[0]) == 4:
        return int(token[0])
    marked = len(token[0]) == 2 and token.string[max(0, token.start() - 1) : token.start()] in ("'", "’", "-")
    return 2000 + int(token[0]) if marked else 0


def _number(tokens: list[re.Match[str]], at: int, step: int) -> int | None:
    """The place of the next number in one direction, at most one word on and near."""
    for place in (at + step, at + 2 * step):
        if not 0 <= place < len(tokens):
            return None
        if tokens[place][0].isdigit():
            near, far = sorted((tokens[at], tokens[place]), key=lambda token: token.start())
            return place if far.start() - near.end() <= _FARTHEST else None
    return None
