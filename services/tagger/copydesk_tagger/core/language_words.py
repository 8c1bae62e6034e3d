"""Whether a text is in the language that it fits best, or in a relative of it that no table knows.

Of a text in a known language nearly all words are in a list of its frequent ones; of one in an unlisted language that
is taken for its nearest relative, about two thirds at most. Names say nothing, so words in capitals do not count.
"""

import math
import re
import zlib
from collections.abc import Mapping

import numpy as np

from copydesk_tagger.core.letter_sequences import BITS, Buckets, spaced

_OF_RELATIVES = 0.62
"""The share of a language's known words that texts in an unlisted relative have, at its best."""

_SUREST = 0.93
"""No language is taken to have more of its words listed than this, for texts about unusual things."""

_PARTS = re.compile(r"[^\s']+")


def words_in(text: str) -> Buckets:
    """Numbers of the words, apart at apostrophes, that do not begin with a capital."""
    parts = _PARTS.findall(spaced(text))
    return np.array([_number(part) for part in parts if not part[0].isupper()], dtype=np.int32)


def _number(word: str) -> int:
    return (zlib.crc32(word.lower().encode()) * 2654435761 >> 12) & ((1 << BITS) - 1)


class KnownWords:
    """Sorted numbers of frequent words by language, and the share of a text's words that are usually among them."""

    def __init__(self, words: Mapping[str, Buckets], usual: Mapping[str, float]) -> None:
        self._words = words
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
