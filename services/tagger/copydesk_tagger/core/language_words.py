"""Whether a text is in the language that it fits best, or in a relative of it that no table knows.

Of a text in a known language nearly all words are in a list of its frequent ones; of one in an unlisted language that
is taken for its nearest relative, about two thirds at most. Names say nothing, so words in capitals do not count.
"""

import math
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from copydesk_tagger.core.letter_sequences import BITS, Buckets, spaced

_OF_RELATIVES = 0.62
"""The share of a language's known words that texts in an unlisted relative have, at its best."""

_SUREST = 0.93
"""No language is taken to have more of its words listed than this, for texts about unusual things."""

_PARTS = re.compile(r"[^\s']+")


def small_words(text: str) -> list[str]:
    """The words, apart at apostrophes, that do not begin with a capital; in small letters."""
    return [part.lower() for part in _PARTS.findall(spaced(text)) if not part[0].isupper()]


def numbers_of(words: Iterable[str]) -> Buckets:
    return np.array([_number(word) for word in words], dtype=np.int32)


def _number(word: str) -> int:
    return (zlib.crc32(word.encode()) * 2654435761 >> 12) & ((1 << BITS) - 1)


class KnownWords:
    """By language: sorted numbers of frequent words, the share of a text's words usually among them, and letters."""

    def __init__(
        self, words: Mapping[str, Buckets], usual: Mapping[str, float], letters: Mapping[str, frozenset[str]]
    ) -> None:
        self._words = words
        self._letters = letters
        self._usual = {tag: min(share, _SUREST) for tag, share in usual.items()}

    def unknown(self, tag: str, found: Buckets) -> float | None:
        """Logarithm of the odds that a text of these words is in an unlisted relative of `tag`; None without a list."""
        listed = self._words.get(tag)
        if listed is None:
            return None
        at = np.minimum(np.searchsorted(listed, found), len(listed) - 1)
        known = int(np.count_nonzero(listed[at] == found))
        share = self._usual[tag]
        missing = math.log((1 - share * _OF_RELATIVES) / (1 - share))
        return (len(found) - known) * missing + known * math.log(_OF_RELATIVES)

    def alien(self, tag: str, words: Sequence[str]) -> int:
        """How many words have a letter that language `tag` does not write; 0 if its letters are not known."""
        known = self._letters.get(tag)
        alien = {letter for letter in set("".join(words)) - known if letter.isalpha()} if known else set()
        return sum(1 for word in words if not alien.isdisjoint(word)) if alien else 0
