"""What differs between two texts of one article, and of what kind that is."""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from rapidfuzz import fuzz

from copydesk.contracts.words import counts, edits, joined, letters, words
from copydesk_writer.core.facts import facts_changed, names_of
from copydesk_writer.core.furniture import is_stamp, without_site

REWRITTEN = 0.5
"""From this share of changed words on it is another text, in which no single figure can be called corrected."""

_SAME_MOMENT = timedelta(minutes=1)
"""Times this close are one, told with more or fewer digits."""

_SAME_LINE = 0.5
"""Least share of common words of a line with the one that took its place."""

_MOST_LINES = 60
"""Of longer stretches only so many lines are matched with those that took their place."""

_BEGINNING = 200
"""Words of a line by which it is matched."""

LONGEST = 1_000_000
"""Characters of a text that are compared; what comes after them counts as news where it differs."""

_SAME_PERSON = 70.0
"""Likeness (0 to 100) from which on another byline is the same person's, spelt right."""


class Weight(StrEnum):
    """How much a difference means to readers."""

    NONE = "none"
    TOUCHED = "touched"
    UPDATED = "updated"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Reading:
    """What readers see of an article, with what helps to judge a change of it.

    `names` are those of its entities, `cuts` what was taken off its page, `notice` whether it carries a correction
    notice, `site` the source's name and host. `text` is null where it was not kept.
    """

    title: str | None
    subtitle: str | None
    text: str | None
    authors: Sequence[str]
    published: datetime | None
    modified: datetime | None
    names: Sequence[str] = ()
    cuts: Sequence[str] = ()
    notice: bool = False
    site: str = ""


@dataclass(frozen=True)
class Difference:
    """`changed` names fields of `Reading`; `share` is that of the words added and removed in those of both texts.

    Words are null where a text was not kept.
    """

    weight: Weight = Weight.NONE
    changed: tuple[str, ...] = ()
    words_added: int | None = 0
    words_removed: int | None = 0
    share: float | None = 0.0


SAME = Difference()
_FIELDS = ("title", "subtitle", "text", "authors", "published", "modified")


@dataclass(frozen=True)
class _Line:
    text: str

    @cached_property
    def words(self) -> list[str]:
        return words(self.text)

    @cached_property
    def letters(self) -> str:
        return joined(self.words)


_Stretch = tuple[list[_Line], list[_Line]]
"""Lines that only one text has, and those that only the other has in their place."""


def compare(before: Reading, after: Reading, longest: int = LONGEST) -> Difference:
    """What has become of an article whose digest is another now.

    The cost is about a second a million characters of text, and no more than that of `longest` of each.
    """
    if before.text is None or after.text is None:
        return _without_texts(before, after)
    changed = _changed(before, after)
    if not changed:
        return SAME
    rest_differs = before.text[longest:] != after.text[longest:]
    here, there = (replace(reading, text=(reading.text or "")[:longest]) for reading in (before, after))
    found = _compared(here, there, changed)
    if rest_differs and found.weight in (Weight.NONE, Weight.TOUCHED):
        return replace(found, weight=Weight.UPDATED)
    return found


def _compared(before: Reading, after: Reading, changed: tuple[str, ...]) -> Difference:
    here, there = _lines(before), _lines(after)
    stretches = list(_stretches(here, there))
    added = removed = 0
    for old, new in stretches:
        more, fewer = counts(_words(old), _words(new))
        added, removed = added + more, removed + fewer
    both = sum(len(line.words) for line in [*here, *there])
    share = round((added + removed) / both, 4) if both else 0.0
    return Difference(_weigh(before, after, stretches[1:], share), changed, added, removed, share)


def _without_texts(before: Reading, after: Reading) -> Difference:
    """Where nothing else differs, it is the text that nobody kept."""
    here, there = replace(before, text=""), replace(after, text="")
    changed = _changed(here, there) or ("text",)
    weight = (
        Weight.UPDATED
        if changed == ("text",)
        else _weigh(here, there, list(_stretches(_lines(here), _lines(there)))[1:], 0.0)
    )
    return Difference(weight, changed, None, None, None)


def _changed(before: Reading, after: Reading) -> tuple[str, ...]:
    return tuple(name for name in _FIELDS if _held(before, name) != _held(after, name))


def _held(reading: Reading, name: str) -> object:
    held = getattr(reading, name)
    return list(held) if name == "authors" else held


def _lines(reading: Reading) -> list[_Line]:
    lines = [reading.title or "", reading.subtitle or "", *(reading.text or "").split("\n")]
    return [_Line(line) for line in lines]


def _words(lines: Sequence[_Line]) -> list[str]:
    return [word for line in lines for word in line.words]


def _stretches(here: list[_Line], there: list[_Line]) -> Iterator[_Stretch]:
    """First of the headline, then of the subtitle, then of the text."""
    yield here[:1], there[:1]
    yield here[1:2], there[1:2]
    for edit in edits([line.text for line in here[2:]], [line.text for line in there[2:]]):
        yield here[2 + edit.start : 2 + edit.end], there[2 + edit.after_start : 2 + edit.after_end]


def _weigh(before: Reading, after: Reading, stretches: Sequence[_Stretch], share: float) -> Weight:
    if after.notice and not before.notice:
        return Weight.CORRECTED
    headline = _headline_changed(before, after)
    told = list(_told(before, after, stretches))
    if not (headline or told or _byline_changed(before, after) or _day_changed(before.published, after.published)):
        return Weight.TOUCHED
    if share >= REWRITTEN:
        return Weight.UPDATED
    if (headline and before.title) or _misspelt(before.authors, after.authors):
        return Weight.CORRECTED
    names = names_of([*before.names, *after.names])
    corrected = any(facts_changed(here, there, names) for pair in told for here, there in _matched(*pair))
    return Weight.CORRECTED if corrected else Weight.UPDATED


def _headline_changed(before: Reading, after: Reading) -> bool:
    here, there = (without_site(reading.title or "", reading.site) for reading in (before, after))
    return letters(here) != letters(there)


def _told(before: Reading, after: Reading, stretches: Sequence[_Stretch]) -> Iterator[_Stretch]:
    """The stretches without furniture, where more than typography differs."""
    gone = {letters(line) for cut in after.cuts for line in cut.split("\n")}
    come = {letters(line) for cut in before.cuts for line in cut.split("\n")}
    for here, there in stretches:
        old, new = _without_furniture(here, gone), _without_furniture(there, come)
        if joined(_words(old)) != joined(_words(new)):
            yield old, new


def _without_furniture(lines: Sequence[_Line], cut: AbstractSet[str]) -> list[_Line]:
    return [line for line in lines if not (is_stamp(line.text, line.words) or line.letters in cut)]


def _byline_changed(before: Reading, after: Reading) -> bool:
    return sorted(map(letters, before.authors)) != sorted(map(letters, after.authors))


def _misspelt(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether as many people are named, and one of them differently."""
    old, new = ({letters(name) for name in names} for names in (before, after))
    pairs = list(zip(sorted(old - new), sorted(new - old), strict=False))
    return len(old) == len(new) and bool(pairs) and all(fuzz.ratio(*pair) >= _SAME_PERSON for pair in pairs)


def _day_changed(before: datetime | None, after: datetime | None) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(after - before) >= _SAME_MOMENT


def _matched(old: Sequence[_Line], new: Sequence[_Line]) -> Iterator[tuple[list[str], list[str]]]:
    """The words of lines, with those of the lines that took their place."""
    left = [line.words for line in new[:_MOST_LINES]]
    beginnings = [Counter(there[:_BEGINNING]) for there in left]
    for line in old[:_MOST_LINES]:
        beginning = Counter(line.words[:_BEGINNING])
        scored = [(_alike(beginning, there), -number) for number, there in enumerate(beginnings)]
        score, number = max(scored, default=(0.0, 0))
        if score >= _SAME_LINE:
            del beginnings[-number]
            yield line.words, left.pop(-number)


def _alike(here: Counter[str], there: Counter[str]) -> float:
    both = here.total() + there.total()
    return 2 * (here & there).total() / both if both else 0.0
