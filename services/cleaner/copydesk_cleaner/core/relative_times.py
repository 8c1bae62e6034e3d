"""Relative times ("50 minutes ago") in every language of the Unicode CLDR, found in running text.

Source: CLDR `dates/fields/*/relativeTime[@type="past"]`, as Babel ships it, in its long, short and narrow widths.
"""

import pickle
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from babel import localedata

_FIELDS = ("second", "minute", "hour", "day", "week", "month", "year")
_WIDTHS = ("", "-short", "-narrow")
_NUMBER = re.compile(r"\d{1,3}")
_PREFIX = 4
_OTHER_SPACE = re.compile(r"[^\S ]")
_SPELLED = (
    "just now", "a minute ago", "an hour ago", "a day ago", "vor einer Minute", "vor einer Stunde", "vor einem Tag",
    "il y a une minute", "il y a une heure", "il y a un jour", "hace un minuto", "hace una hora", "hace un día",
    "un minuto fa", "un'ora fa", "un giorno fa", "há uma hora", "há um minuto", "een minuut geleden",
    "een uur geleden", "een dag geleden", "минуту назад", "час назад", "день назад", "gerade eben", "zojuist",
)  # fmt: skip
"""CLDR always writes the number; sites also spell out "one"."""
_SIGNS = tuple("-+−–")
"""Narrow forms such as "-5 min" would also match ranges."""
_COLLOQUIAL = (
    "{0} mins ago", "{0} hrs ago", "{0} secs ago", "{0} menit lalu", "{0} jam lalu", "{0} hari lalu",
    "{0} ชั่วโมงที่แล้ว", "{0} วันที่แล้ว", "{0} uren geleden", "{0} ore fa", "{0} saat öncə", "{0} Std. her",
)  # fmt: skip
"""Forms in wide use that CLDR does not list."""


@dataclass(frozen=True)
class RelativeTime:
    """A relative time at `start:end` of the text it was found in."""

    start: int
    end: int


@dataclass(frozen=True)
class _Patterns:
    numbered: dict[str, tuple[tuple[str, str], ...]]
    """(before, after) of the number, by the first four characters after it (fewer where fewer follow)."""
    spelled: frozenset[str]


@cache
def _locales() -> tuple[tuple[str, ...], dict[str, dict[str, int]]]:
    """The past patterns of all locales, and their month names by language, read in one pass (a second, once)."""
    past: list[str] = []
    months: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for locale in localedata.locale_identifiers():
        data = _own_data(locale)
        fields = data.get("date_fields", {})
        for name in (field + width for field in _FIELDS for width in _WIDTHS):
            field = fields.get(name)
            if isinstance(field, dict):
                past.extend(pattern for pattern in field.get("past", {}).values() if isinstance(pattern, str))
        for month, number in _month_names(data.get("months", {})):
            months[locale.partition("_")[0]].setdefault(month, number)
    return tuple(past), dict(months)


def _own_data(locale: str) -> dict[str, Any]:
    """What a locale says itself, without what it inherits.

    Not by `localedata.load`: it would leave the bare data in Babel's cache, for everyone else in the process.
    """
    with Path(localedata.resolve_locale_filename(locale)).open("rb") as file:
        data: dict[str, Any] = pickle.load(file)  # noqa: S301 - a file of the installed package
    return data


def _month_names(contexts: Any) -> Iterator[tuple[str, int]]:
    for widths in contexts.values():
        for width, months in widths.items() if isinstance(widths, dict) else ():
            if width != "narrow" and isinstance(months, dict):
                named = ((number, name) for number, name in months.items() if isinstance(name, str))
                yield from ((name.casefold().rstrip("."), number) for number, name in named)


@cache
def _months_anywhere() -> dict[str, frozenset[int]]:
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for months in _locales()[1].values():
        for name, number in months.items():
            numbers[name].add(number)
    return {name: frozenset(found) for name, found in numbers.items()}


def is_month(word: str) -> bool:
    """Whether a word is the name of a month, whole or abbreviated, in any language of the CLDR."""
    return word.casefold().rstrip(".") in _months_anywhere()


def month_number(word: str, language: str | None) -> int | None:
    """The month (1…12) that a word names in the language, or in all languages that know it; None in doubt."""
    name = word.casefold().rstrip(".")
    own = _locales()[1].get((language or "").replace("_", "-").partition("-")[0].lower(), {}).get(name)
    numbers = _months_anywhere().get(name, frozenset())
    return own or (next(iter(numbers)) if len(numbers) == 1 else None)


@cache
def _patterns() -> _Patterns:
    numbered: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    spelled = {pattern.casefold() for pattern in _SPELLED}
    for pattern in map(_plain, (*_locales()[0], *_COLLOQUIAL)):
        before, number, after = pattern.partition("{0}")
        if not number:
            spelled.add(pattern)
        elif sum(map(str.isalpha, before + after)) > 1 and before[:1] not in _SIGNS:
            for spaced in {(before, after), (before.replace(" {0}", "{0}"), after.lstrip())}:
                numbered[spaced[1][:_PREFIX]].add(spaced)
    ordered = {
        first: tuple(sorted(pairs, key=lambda pair: -len(pair[0] + pair[1]))) for first, pairs in numbered.items()
    }
    return _Patterns(ordered, frozenset(spelled))


def _plain(text: str) -> str:
    """Case folded without changing the length, and every space a plain one: offsets stay those of the original."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    return _OTHER_SPACE.sub(" ", folded)


def find_relative_times(text: str) -> list[RelativeTime]:
    """Every relative time with a number in `text`, longest form first, without overlaps, in order."""
    plain = _plain(text)
    found: list[RelativeTime] = []
    for number in _NUMBER.finditer(plain):
        match = _around(plain, number.start(), number.end())
        if match and (not found or match.start >= found[-1].end):
            found.append(match)
    return found


def _around(plain: str, start: int, end: int) -> RelativeTime | None:
    patterns = _patterns().numbered
    best: RelativeTime | None = None
    ahead = plain[end : end + _PREFIX]
    for before, after in chain.from_iterable(patterns.get(ahead[:n], ()) for n in range(len(ahead), -1, -1)):
        if plain.startswith(after, end) and plain.endswith(before, 0, start):
            match = RelativeTime(start - len(before), end + len(after))
            bare_before = before and before[0].isalpha() and match.start > 0 and plain[match.start - 1].isalpha()
            if not bare_before and (best is None or match.end - match.start > best.end - best.start):
                best = match
    return best


def is_spelled_relative_time(text: str) -> bool:
    """Whether the whole text is a relative time without digits, such as the Arabic dual for two hours."""
    return _plain(text.strip()) in _patterns().spelled
