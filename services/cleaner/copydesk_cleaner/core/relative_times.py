"""Relative times ("50 minutes ago") in every language of the Unicode CLDR, found in running text.

Source: CLDR `dates/fields/*/relativeTime[@type="past"]`, as Babel ships it, in its long, short and narrow widths.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import chain

from copydesk_cleaner.core.lines import has_digit
from copydesk_cleaner.core.locale_data import month_names, past_patterns

_NUMBER = re.compile(r"\d\d*")
"""Not `\\d+`: `re` skips ahead to a class only where the pattern begins with one that is not repeated."""
_MOST_DIGITS = 3
_PREFIX = 3
_OTHER_SPACE = re.compile(r"[\t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""Every white space but the plain space, listed: a search for a category takes three times as long."""
_CLEAR_MAJORITY = 3
"""How many times as many languages must agree on a month as on the next best reading (`mai`, `jan`, `listopad`)."""
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
    numbered: dict[str, tuple[str, ...]]
    """What stands after the number, and all that may stand before it then."""
    lengths: dict[str, tuple[int, ...]]
    """How long that is, by its first characters (fewer where fewer follow): most numbers have no such neighbour."""
    closings: frozenset[str]
    """The last characters before a number that nothing need follow."""
    spelled: frozenset[str]
    longest_spelled: int


@cache
def _months_anywhere() -> dict[str, Counter[int]]:
    """For every month name, in how many languages it is which month."""
    numbers: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for months in month_names().values():
        for name, number in months.items():
            numbers[name][number] += 1
    return dict(numbers)


def is_month(word: str) -> bool:
    """Whether a word is the name of a month, whole or abbreviated, in any language of the CLDR."""
    return word.casefold().rstrip(".") in _months_anywhere()


def month_number(word: str, language: str | None) -> int | None:
    """The month (1…12) that a word names in the language, else in most of those that know it; None in doubt."""
    name = word.casefold().rstrip(".")
    own = month_names().get((language or "").replace("_", "-").partition("-")[0].lower(), {}).get(name)
    if own:
        return own
    return _agreed_months().get(name)


@cache
def _agreed_months() -> dict[str, int]:
    agreed: dict[str, int] = {}
    for name, numbers in _months_anywhere().items():
        (number, most), *others = numbers.most_common(2)
        if not others or most >= _CLEAR_MAJORITY * others[0][1]:
            agreed[name] = number
    return agreed


@cache
def _patterns() -> _Patterns:
    numbered: defaultdict[str, set[str]] = defaultdict(set)
    spelled = {pattern.casefold() for pattern in _SPELLED}
    for pattern in map(_plain, (*past_patterns(), *_COLLOQUIAL)):
        before, number, after = pattern.partition("{0}")
        if not number:
            spelled.add(pattern)
        elif sum(map(str.isalpha, before + after)) > 1 and before[:1] not in _SIGNS:
            numbered[after].add(before)
            numbered[after.lstrip()].add(before)
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for after in numbered:
        lengths[after[:_PREFIX]].add(len(after))
    del lengths[""]
    return _Patterns(
        numbered={after: tuple(sorted(befores)) for after, befores in numbered.items()},
        lengths={first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()},
        closings=frozenset(before[-_PREFIX:] for before in numbered[""]),
        spelled=frozenset(spelled),
        longest_spelled=max(map(len, spelled)),
    )


def _plain(text: str) -> str:
    """Case folded without changing the length, and every space a plain one: offsets stay those of the original."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = "\u0130".join(part.lower() for part in text.split("\u0130"))  # the one letter with a longer small form
    return _OTHER_SPACE.sub(" ", folded)


def find_relative_times(text: str) -> list[RelativeTime]:
    """Every relative time with a number in `text`, longest form first, without overlaps, in order."""
    if not has_digit(text):
        return []
    spans = (number.span() for number in _NUMBER.finditer(text))
    numbers = [(start, end) for start, end in spans if end - start <= _MOST_DIGITS and _may_count(text, start, end)]
    plain = _plain(text) if numbers else ""
    found: list[RelativeTime] = []
    for start, end in numbers:
        match = _around(plain, start, end)
        if match and (not found or match.start >= found[-1].end):
            found.append(match)
    return found


def _may_count(text: str, start: int, end: int) -> bool:
    """Whether the characters next to a number may be those of a time: so few are folded ten times as fast as a line."""
    patterns = _patterns()
    first = max(start - _PREFIX, 0)
    near = _plain(text[first : end + _PREFIX])
    ahead = near[end - first :]
    if ahead in patterns.lengths or ahead[:2] in patterns.lengths or ahead[:1] in patterns.lengths:
        return True
    return near[: start - first] in patterns.closings


def _around(plain: str, start: int, end: int) -> RelativeTime | None:
    patterns = _patterns()
    best: RelativeTime | None = None
    by_size = (patterns.lengths.get(plain[end : end + size], ()) for size in range(_PREFIX, 0, -1))
    for length in (*chain.from_iterable(by_size), 0):
        after = plain[end : end + length]  # shorter at the end of the text
        befores = patterns.numbered.get(after, ())
        for before in befores if plain.endswith(befores, 0, start) else ():
            match = RelativeTime(start - len(before), end + len(after))
            bare_before = before and before[0].isalpha() and match.start > 0 and plain[match.start - 1].isalpha()
            longer = best is None or match.end - match.start > best.end - best.start
            if longer and not bare_before and plain.endswith(before, 0, start):
                best = match
    return best


def is_spelled_relative_time(text: str) -> bool:
    """Whether the whole text is a relative time without digits, such as the Arabic dual for two hours."""
    bare, patterns = text.strip(), _patterns()
    return len(bare) <= patterns.longest_spelled and _plain(bare) in patterns.spelled
