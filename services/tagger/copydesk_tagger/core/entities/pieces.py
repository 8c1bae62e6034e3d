"""Cuts text into word pieces: the likeliest sequence of pieces of a unigram vocabulary (Kudo 2018).

SentencePiece finds the pieces. What comes before is done here, so that offsets stay those of the text: it is brought to
NFKC, and ▁ (U+2581) stands before every word, for the white space. No piece crosses white space or a mark of
punctuation, since the vocabulary has none that does.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

META = "▁"
UNKNOWN = 3
"""The id of whatever no piece covers."""

Places = NDArray[np.int32]


class Segmenter(Protocol):
    """What is needed of `sentencepiece.SentencePieceProcessor`; it joins neighbouring unknown letters to one piece."""

    def encode_as_ids(self, text: str, /) -> list[int]: ...

    def encode_as_pieces(self, text: str, /) -> list[str]: ...


class Pieces(NamedTuple):
    """Ids of a text's pieces, and where they stand (n, 2), in code points; a ▁ alone stands nowhere: equal offsets."""

    ids: list[int]
    offsets: NDArray[np.int32]


class Vocabulary:
    """`pieces` by id."""

    def __init__(self, segmenter: Segmenter, pieces: Sequence[str]) -> None:
        self._segmenter = segmenter
        self._lengths: Places = np.fromiter(map(len, pieces), np.int32, len(pieces))
        self._lengths[UNKNOWN] = 1
        self._letters: Places = self._lengths - np.fromiter((one.startswith(META) for one in pieces), bool, len(pieces))

    def cut(self, text: str) -> Pieces:
        """The pieces of a text."""
        plain = _plain(text)
        ids = self._segmenter.encode_as_ids(plain.text)
        if UNKNOWN in ids:
            ids = list(_letter_by_letter(ids, self._segmenter.encode_as_pieces(plain.text)))
        numbers = np.fromiter(ids, np.int32, len(ids))
        ends = self._lengths[numbers].cumsum(dtype=np.int32)
        return Pieces(ids, plain.offsets(ends - self._letters[numbers], ends))


def _letter_by_letter(ids: Sequence[int], pieces: Sequence[str]) -> Iterator[int]:
    """A piece for each letter of the unknown ones."""
    for number, piece in zip(ids, pieces, strict=True):
        yield from repeat(number, len(piece) if number == UNKNOWN else 1)


class _Plain(NamedTuple):
    """A text with ▁ before its words. Where its letters are not simply those of the original behind one more ▁, where
    each begins there, and where the one before it ends."""

    text: str
    begins: Places | None = None
    ends: Places | None = None

    def offsets(self, starts: Places, stops: Places) -> Places:
        """In the original, of what stands between `starts` and `stops` here."""
        offsets = np.empty((len(starts), 2), np.int32)
        if self.begins is None or self.ends is None:
            np.subtract(starts, 1, out=offsets[:, 0])
            np.subtract(stops, 1, out=offsets[:, 1])
        else:
            offsets[:, 0] = begins = self.begins[starts]
            offsets[:, 1] = np.where(starts == stops, begins, self.ends[stops])
        return offsets


def _plain(text: str) -> _Plain:
    if not unicodedata.is_normalized("NFKC", text):
        text = text.translate(_ALIKE)
    if _is_plain(text):
        return _Plain(META + text.replace(" ", META))
    parts: list[str] = []
    begins: list[int] = []
    ends = [0]
    for match in _TOKEN.finditer(text):
        start, end = match.span(2)
        if match.start() == 0 or match.start() < start:
            parts.append(META)
            begins.append(start - 1)
            ends.append(start)
        folded = unicodedata.normalize("NFKC", match[2]).replace(" ", META)
        parts.append(folded)
        if len(folded) == end - start:
            begins += range(start, end)
            ends += range(start + 1, end + 1)
        else:
            begins += [start] * len(folded)
            ends += [end] * len(folded)
    return _Plain("".join(parts), np.array([*begins, len(text)], np.int32), np.array(ends, np.int32))


def _is_plain(text: str) -> bool:
    """Whether it has single spaces between its words, no other white space, and is in NFKC."""
    single = text != "" and " ".join(text.split()) == text
    return single and _WIDTHLESS.search(text) is None and unicodedata.is_normalized("NFKC", text)


class _Alike(dict[int, int]):
    """By letter the one that NFKC has for it, the letter itself where that is none or several."""

    def __missing__(self, letter: int) -> int:
        folded = unicodedata.normalize("NFKC", chr(letter))
        self[letter] = ord(folded) if len(folded) == 1 else letter
        return self[letter]


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


_ALIKE = _Alike()
_MARKS = _marks()
_WIDTHLESS = re.compile(rf"[\u200b-\u200f\ufeff{META}]")
SPACE = rf"\s\u200b-\u200f\ufeff{META}"
"""White space, as a regular expression's set holds it, what has no width among it: the vocabulary was made of texts
where that is a space, too."""

_TOKEN = re.compile(rf"([{SPACE}]*)([{_MARKS}]|[^{SPACE}{_MARKS}]+)")
