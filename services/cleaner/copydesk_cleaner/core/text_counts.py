"""Counts of kinds of characters in many short texts at once: one pass in numpy over all of them."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SPACE, STOP, COMMA, DIGIT, UPPER, LOWER, BAR, DENSE, QUOTE, DASH, COLON, QUESTION, CLOSER, UNSTOPPED = (
    1 << n for n in range(14)
)
_LISTED = {
    STOP: ".!?…。！？।؟",
    COMMA: ",;،、，؛",
    BAR: "|•·›»→/",
    QUOTE: "\"“„«‹'‘»",
    DASH: "-–—•*·",
    COLON: ":：",
    QUESTION: "?？؟",
    CLOSER: ".!?…。！？।؟\"”»’'：:",
}
_DENSE_RANGES = ((0x0E00, 0x0E80), (0x3040, 0x3100), (0x3400, 0xA000), (0xAC00, 0xD7B0))
"""Thai, kana, Han, Hangul."""
_UNSTOPPED_RANGES = ((0x0E00, 0x0F00), (0x1780, 0x1800))
"""Thai, Lao, Khmer: sentences end without a mark."""
_PLANE = 0x10000


@lru_cache(maxsize=1)
def _table() -> NDArray[np.uint16]:
    """The kinds of each character of the basic plane, as bits; the others have none."""
    kinds = np.zeros(_PLANE + 1, dtype=np.uint16)
    kinds[ord(" ")] = SPACE
    for kind, characters in _LISTED.items():
        for character in characters:
            kinds[ord(character)] |= kind
    for code in range(0x250 + 0x400):
        character = chr(code)
        kinds[code] |= DIGIT * character.isdigit() | UPPER * character.isupper() | LOWER * character.islower()
    for code in (*range(0x660, 0x66A), *range(0x6F0, 0x6FA), *range(0x966, 0x970), *range(0xFF10, 0xFF1A)):
        kinds[code] |= DIGIT
    for kind, ranges in ((DENSE, _DENSE_RANGES), (UNSTOPPED, _UNSTOPPED_RANGES)):
        for first, last in ranges:
            kinds[first:last] |= kind
    return kinds


class TextCounts:
    """The characters of `texts`, none of which is empty."""

    def __init__(self, texts: Sequence[str]) -> None:
        codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
        self.sizes = np.asarray([len(text) for text in texts], dtype=np.int64)
        self._starts = np.cumsum(self.sizes) - self.sizes
        self._kinds = _table()[np.minimum(codes, _PLANE)]

    def of(self, kind: int) -> NDArray[np.float32]:
        """How many characters of a kind each text has."""
        counted: NDArray[np.float32] = np.add.reduceat((self._kinds & kind) != 0, self._starts, dtype=np.float32)
        return counted

    def begins(self, kind: int) -> NDArray[np.float32]:
        """1 for texts whose first character is of a kind."""
        return self._are(self._starts, kind)

    def ends(self, kind: int) -> NDArray[np.float32]:
        """1 for texts whose last character is of a kind."""
        return self._are(self._starts + self.sizes - 1, kind)

    def _are(self, places: NDArray[np.int64], kind: int) -> NDArray[np.float32]:
        found: NDArray[np.float32] = ((self._kinds[places] & kind) != 0).astype(np.float32)
        return found
