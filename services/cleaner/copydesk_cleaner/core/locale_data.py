"""What the Unicode CLDR, as Babel ships it, says of time in all its languages: read once a process, in one pass."""

import pickle
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel import localedata

_FIELDS = ("second", "minute", "hour", "day", "week", "month", "year")
_WIDTHS = ("", "-short", "-narrow")


@dataclass(frozen=True)
class _Locales:
    past: tuple[str, ...]
    months: dict[str, dict[str, int]]
    halves: dict[str, int]


def past_patterns() -> tuple[str, ...]:
    """The patterns of `dates/fields/*/relativeTime[@type="past"]` in their long, short and narrow widths."""
    return _locales().past


def month_names() -> dict[str, dict[str, int]]:
    """By language (`de`), the casefolded names of its months without closing dot, whole or short, and their numbers."""
    return _locales().months


def day_halves() -> dict[str, int]:
    """Casefolded marks of the half of the day in any language: 0 before noon, 12 after."""
    return _locales().halves


@cache
def _locales() -> _Locales:
    past: list[str] = []
    months: defaultdict[str, dict[str, int]] = defaultdict(dict)
    halves: defaultdict[str, set[int]] = defaultdict(set)
    for locale in localedata.locale_identifiers():
        data = _own_data(locale)
        fields = data.get("date_fields", {})
        for name in (field + width for field in _FIELDS for width in _WIDTHS):
            field = fields.get(name)
            if isinstance(field, dict):
                past.extend(pattern for pattern in field.get("past", {}).values() if isinstance(pattern, str))
        for month, number in _named(data.get("months", {}), range(1, 13)):
            months[locale.partition("_")[0]].setdefault(month.rstrip("."), number)
        for mark, half in _named(data.get("day_periods", {}), ("am", "pm")):
            halves[mark].add(12 if half == "pm" else 0)
    sure = {mark: next(iter(found)) for mark, found in halves.items() if len(found) == 1}
    return _Locales(tuple(past), dict(months), sure)


def _own_data(locale: str) -> dict[str, Any]:
    """What a locale says itself, without what it inherits.

    Not by `localedata.load`: it would leave the bare data in Babel's cache, for everyone else in the process.
    """
    with Path(localedata.resolve_locale_filename(locale)).open("rb") as file:
        data: dict[str, Any] = pickle.load(file)  # noqa: S301 - a file of the installed package
    return data


def _named(contexts: Any, keys: Any) -> Iterator[tuple[str, Any]]:
    """(casefolded name, key) in every context and every width but the narrow one."""
    for widths in contexts.values():
        for width, names in widths.items() if isinstance(widths, dict) else ():
            if width != "narrow" and isinstance(names, dict):
                yield from ((names[key].casefold(), key) for key in keys if isinstance(names.get(key), str))
