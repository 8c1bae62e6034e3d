"""Labels: what a search is narrowed by, indexed beside the words of an article.

The full-text index looks words and labels up together and skips what either lacks, so a common word in one source, or
in one week, costs no more than what is found. Labels begin with `@`, as no word does.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

_LONGEST = 200
"""Characters of a name; an entry of the index ends at 2 kB."""

_STEP = 3
_LEVELS = 8
"""Hours since 1970 in groups of 8^0, 8^1 … 8^7 (240 years): any span is a few whole groups."""


def label(kind: str, name: str) -> str:
    """Names are compared without regard to case and spacing."""
    return f"@{kind}:{' '.join(name.casefold().split())[:_LONGEST]}"


def labels(kind: str, names: Iterable[str | None]) -> set[str]:
    return {label(kind, name) for name in names if name}


def time_labels(at: datetime) -> set[str]:
    """The groups of hours that a point in time is in."""
    hour = _hour(at)
    return {_span(level, hour >> (_STEP * level)) for level in range(_LEVELS)}


def language_labels(tag: str) -> set[str]:
    """A language with its regions: `pt` and `pt-BR` of the latter."""
    return labels("language", {tag, tag.partition("-")[0]})


def spans(since: datetime, until: datetime) -> list[str]:
    """Labels of which every hour between two times, theirs included, has exactly one; at most 14 of each size."""
    return list(_cover(_hour(since), _hour(until)))


def _cover(first: int, last: int) -> Iterator[str]:
    group = 1 << _STEP
    for level in range(_LEVELS):
        if level == _LEVELS - 1:
            yield from (_span(level, number) for number in range(first, last + 1))
            return
        while first <= last and first % group:
            yield _span(level, first)
            first += 1
        while first <= last and (last + 1) % group:
            yield _span(level, last)
            last -= 1
        if first > last:
            return
        first, last = first >> _STEP, last >> _STEP


def _span(level: int, number: int) -> str:
    return f"@t{level}:{number}"


def _hour(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() // 3600)
