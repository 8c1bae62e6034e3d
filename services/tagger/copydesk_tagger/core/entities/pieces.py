"""Cuts text into word pieces: the likeliest sequence of pieces of a unigram vocabulary (Kudo 2018).

As in SentencePiece, the text is first brought to NFKC, and a piece that begins a word begins with ▁ (U+2581). Pieces do
not cross white space or a mark of punctuation. The vocabulary lies in a trie that is mapped into memory, since in a
dictionary it would take a hundred megabytes.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

META = "▁"
UNKNOWN = 3
"""The id of whatever no piece covers."""

_PENALTY = 10.0
"""By so much is an unknown character less likely than the least likely piece."""

_KEPT = 30_000
"""Words whose pieces are remembered."""

Cut = tuple[tuple[int, int], ...]
"""Ids of the pieces of a word with their lengths in code points."""


class Trie(Protocol):
    """What is needed of `marisa_trie.Trie`: the pieces that a text begins with, by number."""

    def iter_prefixes_with_ids(self, text: str, /) -> Iterable[tuple[str, int]]: ...


class Pieces(NamedTuple):
    """Ids of a text's pieces, and where they stand (n, 2), in code points; a ▁ alone stands nowhere: equal offsets."""

    ids: list[int]
    offsets: NDArray[np.int32]


class Vocabulary:
    """`ids` and `scores` (log-probabilities) by the trie's numbers."""

    def __init__(self, trie: Trie, ids: NDArray[np.int32], scores: NDArray[np.float32]) -> None:
        self._trie = trie
        self._ids = ids
        self._scores = scores
        self._unknown = float(scores.min()) - _PENALTY
        self._meta = next(int(ids[number]) for piece, number in trie.iter_prefixes_with_ids(META) if piece == META)
        self._cut = lru_cache(maxsize=_KEPT)(self._cut_word)

    def cut(self, text: str) -> Pieces:
        """The pieces of a stretch; a ▁ alone at its very head stands on the first letter, as SentencePiece has it."""
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        for match in _TOKEN.finditer(text):
            spaced = match.end(1) > match.start(1) or match.start() == 0
            start, end = match.span(2)
            if start < end:
                if spaced:
                    ids.append(self._meta)
                    offsets.append((start, start + (start == 0)))
                word, at = match[2], start
            else:
                start, end = match.span(3)
                word, at = (META + match[3], start - 1) if spaced else (match[3], start)
            folded = word if word.isascii() else unicodedata.normalize("NFKC", word)
            plain = len(folded) == len(word)
            for piece, length in self._cut(folded):
                ids.append(piece)
                offsets.append((max(at, start), max(at + length, start + (start == 0))) if plain else (start, end))
                at += length
        return Pieces(ids, np.array(offsets, np.int32).reshape(-1, 2))

    def _cut_word(self, word: str) -> Cut:
        size = len(word)
        best = [0.0] + [-sys.float_info.max] * size
        back = [(UNKNOWN, 0)] * (size + 1)
        for start in range(size):
            alone = False
            for piece, number in self._trie.iter_prefixes_with_ids(word[start:]):
                end = start + len(piece)
                alone = alone or len(piece) == 1
                score = best[start] + float(self._scores[number])
                if score > best[end]:
                    best[end], back[end] = score, (int(self._ids[number]), start)
            if not alone and best[start] + self._unknown > best[start + 1]:
                best[start + 1], back[start + 1] = best[start] + self._unknown, (UNKNOWN, start)
        return tuple(reversed(list(_followed(back, size))))


def _followed(back: Sequence[tuple[int, int]], end: int) -> Iterator[tuple[int, int]]:
    while end > 0:
        piece, start = back[end]
        yield piece, end - start
        end = start


def _marks() -> str:
    """A class of all marks of punctuation and symbols but ▁."""
    listed = [code for code in range(0x20000) if unicodedata.category(chr(code))[0] in "PS" and chr(code) != META]
    ranges: list[list[int]] = []
    for code in listed:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in ranges)


_MARKS = _marks()
_TOKEN = re.compile(rf"(\s*)(?:([{_MARKS}])|([^\s{_MARKS}]+))")
