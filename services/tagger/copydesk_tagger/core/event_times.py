"""When the event of a text was, as far as its first sentences say: weekdays and days of months.

Names of months and weekdays are those of CLDR, in whatever inflection, read in the language of the text.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

_LEAP_YEAR = 2024
_ALIKE = str.maketrans({"\u200c": " ", "ʼ": "'", "’": "'"})
_STEM = 4
"""Names of fewer letters are not inflected by changing their last one."""

_ENDING = 3
"""Most letters that an inflection adds to a stem."""

_DIGIT = re.compile(r"\d")
_DAY = r"(?<!\d)(?P<day>[0-3]?\d)"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_IN_FIGURES = (
    re.compile(rf"(?:(?<!\d){_YEAR}\s*[年년]\s*)?(?<!\d)(?P<month>1?\d)\s*[月월]\s*(?P<day>[0-3]?\d)\s*[日号號일]"),
    re.compile(rf"(?<!\d){_YEAR}-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?!\d)"),
    re.compile(rf"{_DAY}\.\s?(?P<month>[01]?\d)\.\s?{_YEAR}"),
)
_UNSPACED_WEEKDAYS = {
    "zh": ("(?:星期|周|週|礼拜|禮拜)", ("一", "二", "三", "四", "五", "六", "[日天]"), ""),
    "ja": ("", "月火水木金土日", "曜"),
}
"""What is written before the sign of a day, the signs, and what is written after it."""


def event_times(text: str, language: str) -> Iterator[str]:
    """Keys such as `weekday:4` (Thursday, as in ISO 8601), `date:07-03` and, with a year, also `date:2024-07-03`."""
    folded = _folded(text)
    if _DIGIT.search(folded):
        for year, month, number in _dates(folded, language):
            yield f"date:{month:02d}-{number:02d}"
            if year:
                yield f"date:{year}-{month:02d}-{number:02d}"
                yield f"weekday:{date(year, month, number).isoweekday()}"
    names = _weekdays(language)
    if names is not None and any(stem in folded for stem in names.stems):
        yield from (f"weekday:{found.lastgroup[1:]}" for found in names.pattern.finditer(folded) if found.lastgroup)


def _dates(text: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Year (0 where it is not said), month and day."""
    named = _named_dates(language)
    for pattern in (*_IN_FIGURES, *named):
        for found in pattern.finditer(text):
            groups = found.groupdict()
            month = groups.get("month") or next(name[1:] for name, value in groups.items() if value and name[0] == "m")
            year, day = int(groups["year"] or 0), int(groups["day"])
            try:
                date(year or _LEAP_YEAR, int(month), day)
            except ValueError:
                continue
            yield year, int(month), day


@lru_cache(maxsize=64)
def _named_dates(language: str) -> tuple[re.Pattern[str], ...]:
    """Patterns for the day before the month's name (3 July 2024, 3 de julio de 2024) and after it (July 3, 2024)."""
    locale = _locale(language)
    if locale is None or locale.language in ("zh", "ja", "ko"):
        return ()
    months = _alternatives(
        (f"m{number}", name)
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in locale.months[context][width].items()
        if len(name) >= _STEM - 1
    )
    year = rf"(?:,?\s*(?:de\s+|del\s+|of\s+|سنة\s+|عام\s+)?{_YEAR})?"
    return (
        re.compile(rf"{_DAY}(?:\.|er|ste|de|st|nd|rd|th|º|-?[а-яіα-ω]{{1,3}})?\s*(?:de\s+|of\s+|d['’])?{months}{year}"),
        re.compile(rf"{months}\s+(?P<day>[0-3]?\d)(?!\d)(?:st|nd|rd|th)?{year}"),
    )


class _Names(NamedTuple):
    """A group for each number, and beginnings of which one stands in every text that matches."""

    pattern: re.Pattern[str]
    stems: tuple[str, ...]


@lru_cache(maxsize=64)
def _weekdays(language: str) -> _Names | None:
    locale = _locale(language)
    if locale is None:
        return None
    if locale.language in _UNSPACED_WEEKDAYS:
        before, signs, after = _UNSPACED_WEEKDAYS[locale.language]
        days = (f"(?P<w{number}>{before}{sign}{after})" for number, sign in enumerate(signs, start=1))
        return _Names(re.compile("|".join(days)), ("",))
    names = [
        (f"w{number + 1}", name)
        for context in ("format", "stand-alone")
        for number, whole in locale.days[context]["wide"].items()
        for name in (whole, whole.partition("-feira")[0])
    ]
    stems = {_stem(_folded(name).rstrip("."))[0] for _, name in names}
    return _Names(re.compile(_alternatives(names)), tuple(stems))


def _alternatives(names: Iterable[tuple[str, str]]) -> str:
    """A group for each number, in which the longest names come first; inflected forms count."""
    known = {_folded(name).rstrip("."): group for group, name in names}
    stems: dict[str, list[str]] = {}
    for name in sorted(known, key=lambda one: (-len(one), one)):
        stem, inflected = _stem(name)
        stems.setdefault(known[name], []).append(rf"{re.escape(stem)}[^\W\d_]{{0,{inflected}}}")
    groups = (f"(?P<{group}>{'|'.join(found)})" for group, found in sorted(stems.items(), key=_longest, reverse=True))
    return rf"(?<!\w)[בה]?(?:{'|'.join(groups)})(?!\w)"


def _stem(name: str) -> tuple[str, int]:
    """What no inflection changes, and how many letters may follow it."""
    return (name[:-1], _ENDING) if len(name) > _STEM else (name, _ENDING - 1)


def _folded(text: str) -> str:
    return text.casefold().translate(_ALIKE)


def _longest(item: tuple[str, list[str]]) -> int:
    return max(map(len, item[1]))


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
