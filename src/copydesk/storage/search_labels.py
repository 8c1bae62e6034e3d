"""Labels: what a search is narrowed by, indexed beside the words of an article.

The full-text index looks words and labels up together and skips what either lacks, so a common word in one source, or
in one week, costs no more than what is found. Labels begin with `@`, as no word does.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

_LONGEST = 200
"""Characters of a name; an entry of the index ends at 2 kB."""

_STEP = 3
_LEVELS = 8
_MOST_SPANS = 16
"""Hours since 1970 in groups of 8^0, 8^1 … 8^7 (240 years): any span is a few groups."""


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
    """Labels of which every hour between two times, theirs included, has exactly one: 16 groups of one size at most,
    which may reach beyond both by less than a group.
    """
    first, last, level = _hour(since), _hour(until), 0
    while last - first >= _MOST_SPANS and level < _LEVELS - 1:
        first, last, level = first >> _STEP, last >> _STEP, level + 1
    return [_span(level, number) for number in range(first, last + 1)]


def _span(level: int, number: int) -> str:
    return f"@t{level}:{number}"


def _hour(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() // 3600)
