"""What lists of names say of words, as a hint to the network: parts of people's names and names of places.

The lists are sorted 32-bit checksums of folded words: one strange word in ten thousand is taken for a listed one,
and they need a hundredth of the memory of a dictionary.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
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
_KEPT = 30_000
"""Words of which it is remembered what the lists say."""

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
        self._known = lru_cache(maxsize=_KEPT)(self._looked_up)

    def hints(self, text: str, offsets: NDArray[np.int32]) -> NDArray[np.float32]:
        """For pieces of a text (n, 2) what the lists say of the words that they belong to (n, `HINTS`)."""
        marks = np.zeros((len(text) + 1, HINTS), np.float32)
        for match in _WORD.finditer(text):
            at = match.start()
            for start, end, hint in self._known(match[0]):
                marks[at + start : at + end, hint] = 1
        return marks[np.minimum(offsets[:, 0], len(text))]

    def _looked_up(self, word: str) -> tuple[Known, ...]:
        forms = list(_forms(word))
        if not forms:
            return ()
        sums = np.array([checksum(form) for _, _, form, _ in forms], np.uint32)
        return tuple(
            (start, end, kind if sure else kind + len(self._lists))
            for kind, listed in enumerate(self._lists)
            for (start, end, _, sure), known in zip(forms, _among(sums, listed), strict=True)
            if known
        )


def _among(sums: NDArray[np.uint32], listed: NDArray[np.uint32]) -> list[bool]:
    places = np.minimum(np.searchsorted(listed, sums), max(0, len(listed) - 1))
    return (listed[places] == sums).tolist() if len(listed) else [False] * len(sums)


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
