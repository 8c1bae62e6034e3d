"""What lists of names say of words, as a hint to the network: parts of people's names and names of places.

The lists are sorted 32-bit checksums of folded words: one strange word in ten thousand is taken for a listed one,
and they need a hundredth of the memory of a dictionary.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from copydesk_tagger.core.entities.decoding import CLITICS
from copydesk_tagger.core.scripts import UNSPACED, of_letter

HINTS = 4
"""A person's name part, a place, and the same for words that may be forms of one (short ones in Han and kana)."""

LONGEST_UNSPACED = 4
_SURE_UNSPACED = 3
_LEAST_STEM = 4
_WORD = re.compile(r"[^\W\d_]+")
_ARTICLE = "ال"
_CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
"""Scripts in which a word in small letters is no name."""


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
        marks = np.zeros((len(text) + 1, HINTS), np.float32)
        words = list(_looked_up(text))
        sums = np.array([checksum(form) for _, _, form, _ in words], np.uint32)
        for kind, listed in enumerate(self._lists):
            for (start, end, _, sure), known in zip(words, _known(sums, listed), strict=True):
                if known:
                    marks[start:end, kind if sure else kind + len(self._lists)] = 1
        return marks[np.minimum(offsets[:, 0], len(text))]


def _known(sums: NDArray[np.uint32], listed: NDArray[np.uint32]) -> list[bool]:
    places = np.minimum(np.searchsorted(listed, sums), max(0, len(listed) - 1))
    return (listed[places] == sums).tolist() if len(listed) else [False] * len(sums)


def _looked_up(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Where a word stands, a form of it, and whether the form is the word itself (or, unspaced, long enough)."""
    for match in _WORD.finditer(text):
        start, end = match.span()
        script = of_letter(text[start])
        if script in UNSPACED:
            yield from _pieces(fold(match[0]), start)
            continue
        if match[0].islower() and script in _CASED:
            continue
        word = fold(match[0])
        yield start, end, word, True
        if len(word) > _LEAST_STEM:
            for form in _arabic_forms(word) if script == "Arab" else (word[:-1], word[:-2]):
                yield start, end, form, False


def _arabic_forms(word: str) -> Sequence[str]:
    bare = word[1:] if word[0] in CLITICS else word
    return [form for form in (bare, bare.removeprefix(_ARTICLE)) if form != word]


def _pieces(run: str, start: int) -> Iterator[tuple[int, int, str, bool]]:
    for first in range(len(run)):
        for size in range(2, min(LONGEST_UNSPACED, len(run) - first) + 1):
            yield start + first, start + first + size, run[first : first + size], size >= _SURE_UNSPACED
