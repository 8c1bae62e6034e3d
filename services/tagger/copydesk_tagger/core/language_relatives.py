"""Words that give away languages without a table: the frequent ones that their known relatives hardly write.

A sentence in a known language has such a word of one certain relative by chance, a text of two hundred words two; one
in the relative has one in every five words. The same holds of words with letters that the known language never writes.
So they are counted against what the text's length makes usual.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copydesk_tagger.core.letter_sequences import Buckets

_OF_A_WORD = 5.0
"""The logarithm of how much likelier a word of a relative's list is in it than in a known language."""

_EXPECTED = 0.2
"""What each further word of a text takes off: as it would be in the relative, but is not of its list."""

_TOLD, _LEAD = 3, 2
"""Words from which on a relative is told as itself, and how many more than of any other."""


@dataclass(frozen=True)
class Sighting:
    """`odds` is the logarithm of the odds for the likeliest relative, 0 or more; `tag` is it, if it is clear which."""

    odds: float
    tag: str | None = None


class RelativeWords:
    """Sorted `numbers` of words, as `language_words` makes them, and for each in `owners` whose it is.

    `owners` index `tags`. The first `told` of these have lists that are good enough to be told by.
    """

    def __init__(self, tags: Sequence[str], told: int, numbers: Buckets, owners: NDArray[np.uint16]) -> None:
        self._tags = tuple(tags)
        self._told = told
        self._numbers = numbers
        self._owners = owners

    def sighting(self, found: Buckets, alien: int) -> Sighting:
        """Of a text with these words; `alien` of them have letters that its likeliest known language does not write."""
        words = np.unique(found)
        begins = np.searchsorted(self._numbers, words, "left")
        ends = np.searchsorted(self._numbers, words, "right")
        met = [self._owners[begin:end] for begin, end in zip(begins, ends, strict=True) if end > begin]
        if not met:
            return Sighting(max(0.0, _OF_A_WORD * alien - _EXPECTED * len(found)))
        times = np.bincount(np.concatenate(met), minlength=2)
        best = int(times.argmax())
        most, second = int(times[best]), int(np.partition(times, -2)[-2])
        clear = best < self._told and most >= _TOLD and most >= second + _LEAD
        odds = _OF_A_WORD * (most + alien) - _EXPECTED * len(found)
        return Sighting(max(0.0, odds), self._tags[best] if clear else None)
