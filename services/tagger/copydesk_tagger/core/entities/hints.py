"""What lists of names say of words, as a hint to the network: parts of people's names and names of places.

The lists are sorted 32-bit checksums of folded words: one strange word in ten thousand is taken for a listed one,
and they need a hundredth of the memory of a dictionary.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from copydesk_tagger.core.entities.decoding import CLITICS
from copydesk_tagger.core.scripts import CASED, UNSPACED, of_letter

HINTS = 4
"""A person's name part, a place, and the same for words that may be forms of one (short ones in Han and kana)."""

LONGEST_UNSPACED = 4
_SURE_UNSPACED = 3
_LEAST_STEM = 4
_WORD = re.compile(r"[^\W\d_]+")
_ARTICLE = "ال"
Known = tuple[int, int, int]
"""Where in a word a hint begins and ends, and which one it is."""


def fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def checksum(word: str) -> int:
    """Of a folded word."""
    return crc32(word.encode("utf-8", "replace"))


class NameLists:
    """Sorted checksums of parts of people's names, and of words that are names of places."""

    def __init__(self, people: NDArray[np.uint32], places: NDArray[np.uint32]) -> None:
        self._lists = (people, places)

    def hints(self, text: str, offsets: NDArray[np.int32]) -> NDArray[np.float32]:
        """For pieces of a text (n, 2) what the lists say of the words that they belong to (n, `HINTS`)."""
        words = [(match.start(), match[0]) for match in _WORD.finditer(text)]
        known = self._known({word for _, word in words})
        marks = np.zeros((len(text) + 1, HINTS), np.float32)
        for at, word in words:
            for start, end, hint in known.get(word, ()):
                marks[at + start : at + end, hint] = 1
        return marks[np.minimum(offsets[:, 0], len(text))]

    def _known(self, words: Collection[str]) -> dict[str, list[Known]]:
        """Of those of the words that the lists have; all at once: one by one would take ten times as long."""
        known: dict[str, list[Known]] = defaultdict(list)
        forms = [(word, *form) for word in words for form in _forms(word)]
        sums = np.array([checksum(form) for *_, form, _ in forms], np.uint32)
        for kind, listed in enumerate(self._lists):
            for place in np.flatnonzero(_among(sums, listed)).tolist():
                word, start, end, _, sure = forms[place]
                known[word].append((start, end, kind if sure else kind + len(self._lists)))
        return known


def _among(sums: NDArray[np.uint32], listed: NDArray[np.uint32]) -> NDArray[np.bool_]:
    if not len(listed):
        return np.zeros(len(sums), bool)
    found: NDArray[np.bool_] = listed[np.minimum(np.searchsorted(listed, sums), len(listed) - 1)] == sums
    return found


def _forms(word: str) -> Iterator[tuple[int, int, str, bool]]:
    """Where in a word a form of it stands, the form, and whether it is the word itself (or, unspaced, long enough)."""
    script = of_letter(word[0])
    if script in UNSPACED:
        yield from _pieces(fold(word))
    elif not (word.islower() and script in CASED):
        folded = fold(word)
        yield 0, len(word), folded, True
        if len(folded) > _LEAST_STEM:
            for form in _arabic_forms(folded) if script == "Arab" else (folded[:-1], folded[:-2]):
                yield 0, len(word), form, False


def _arabic_forms(word: str) -> Sequence[str]:
    bare = word[1:] if word[0] in CLITICS else word
    return [form for form in (bare, bare.removeprefix(_ARTICLE)) if form != word]


def _pieces(run: str) -> Iterator[tuple[int, int, str, bool]]:
    for first in range(len(run)):
        for size in range(2, min(LONGEST_UNSPACED, len(run) - first) + 1):
            yield first, first + size, run[first : first + size], size >= _SURE_UNSPACED
