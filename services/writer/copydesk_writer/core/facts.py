"""Figures and names that took the place of others: what makes a change a correction."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz import fuzz

from copydesk.contracts.words import Edit, edits, is_figure, words

_SHORT = 8
"""Most words in which a figure or name can be said to stand in the place of another."""

_RESPELT = 60.0
"""Likeness (0 to 100) from which on a word is another spelling of a name."""

_LEAST_NAME = 3


@cache
def wording() -> dict[str, Any]:
    """The tables of `wording.toml`."""
    return tomllib.loads(files(__package__).joinpath("wording.toml").read_text("utf-8"))


Name = tuple[str, ...]


def names_of(spelt: Iterable[str]) -> frozenset[Name]:
    """Names as the words that they consist of."""
    return frozenset(tuple(words(name)) for name in spelt) - {()}


def facts_changed(before: Sequence[str], after: Sequence[str], names: AbstractSet[Name]) -> bool:
    """Whether between two versions of a line a figure took the place of another, or a name that of another.

    `names` are those in either text.
    """
    named, named_now = _spans(before, names), _spans(after, names)
    for edit in edits(before, after):
        here, there = before[edit.start : edit.end], after[edit.after_start : edit.after_end]
        if not (0 < len(here) <= _SHORT and 0 < len(there) <= _SHORT):
            continue
        touched = [span for span in named if span[0] < edit.end and edit.start < span[1]]
        put = [span for span in named_now if span[0] < edit.after_end and edit.after_start < span[1]]
        if (
            _figure_replaced(here, there)
            or (touched and put)
            or any(_respelt(span, before, edit, there) for span in touched)
        ):
            return True
    return False


def _figure_replaced(here: Sequence[str], there: Sequence[str]) -> bool:
    numbers, others = ([word for word in some if _is_number(word)] for some in (here, there))
    return bool(numbers and others) and numbers != others


def _spans(line: Sequence[str], names: AbstractSet[Name]) -> list[tuple[int, int]]:
    """Where the names stand in a line."""
    begun: dict[str, list[Name]] = {}
    for name in names:
        begun.setdefault(name[0], []).append(name)
    return [
        (start, start + len(name))
        for start, word in enumerate(line)
        for name in begun.get(word, ())
        if tuple(line[start : start + len(name)]) == name
    ]


def _respelt(span: tuple[int, int], before: Sequence[str], edit: Edit, there: Sequence[str]) -> bool:
    """Whether a part of a name was replaced by as many words, or a word of it by one that is spelt much like it."""
    start, end = span
    if start <= edit.start and edit.end <= end and end - start > len(there) == edit.end - edit.start:
        return True
    replaced = before[max(start, edit.start) : min(end, edit.end)]
    return any(len(word) >= _LEAST_NAME and fuzz.ratio(word, other) >= _RESPELT for word in replaced for other in there)


def _is_number(word: str) -> bool:
    return is_figure(word) or _number().fullmatch(word) is not None


@cache
def _number() -> re.Pattern[str]:
    numbers = wording()["numbers"]
    multiples, written = (
        "|".join(sorted({w for one in numbers[kind] for w in words(one)})) for kind in ("multiples", "words")
    )
    return re.compile(rf"[{numbers['characters']}]|(?:{multiples})\w{{0,4}}|{written}")
