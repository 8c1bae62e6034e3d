"""What became of a text on its way: how much of the original a copy kept, and how much it added."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from copydesk.contracts.agencies import Agency
from copydesk_writer.core.duplicates import plain

MOST_WORDS = 6_000
"""Words of a text that are compared: the time goes with the square of them, and news is shorter."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


@dataclass(frozen=True)
class Overlap:
    """A copy beside its original, in words; `common` counts those of both, in the same order.

    In scripts that put no space between words a character stands for a word.
    """

    words: int
    original_words: int
    common: int
    same_title: bool

    @property
    def kept(self) -> float:
        """Share of the original's words that the copy has, 0 to 1."""
        return self.common / self.original_words if self.original_words else 0.0

    @property
    def added(self) -> float:
        """Share of the copy's words that the original has not, 0 to 1."""
        return 1 - self.common / self.words if self.words else 0.0


def overlap(title: str | None, text: str, original_title: str | None, original_text: str) -> Overlap:
    """Compare the first `MOST_WORDS` words of two texts, and all of their headlines; case and punctuation aside."""
    own, original = words(text), words(original_text)
    same_title = words(title or "") == words(original_title or "")
    return Overlap(len(own), len(original), common_words(own, original), same_title)


def words(text: str) -> list[str]:
    """The first `MOST_WORDS` words, without case."""
    return [found[0].casefold() for found, _ in zip(_WORD.finditer(text), range(MOST_WORDS), strict=False)]


def common_words(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence, by bits of one large number (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for place, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << place
    everywhere = (1 << len(one)) - 1
    unmatched = everywhere
    for word in other:
        matches = unmatched & places.get(word, 0)
        unmatched = (unmatched + matches | unmatched - matches) & everywhere
    return len(one) - unmatched.bit_count()


def is_own(source: str, credited: Iterable[str], table: Mapping[str, Agency]) -> bool:
    """Whether a source is itself one of the agencies credited, by any name that it goes by."""
    return plain(source) in agency_names(credited, table)


def agency_names(credited: Iterable[str], table: Mapping[str, Agency]) -> frozenset[str]:
    """Every name of the agencies that codes (or names that are in no table) stand for, as `plain` writes them."""
    names: set[str] = set()
    for code in credited:
        names.add(plain(code))
        if agency := table.get(code):
            names |= {plain(agency.name), *map(plain, agency.forms)}
    return frozenset(names)
