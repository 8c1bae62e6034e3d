"""Weights of letter sequences, learned from texts: how well a text fits each of some languages of one script.

A table is a multinomial logistic regression over those of the sequences of `letter_sequences` that tell most;
`training/language` makes it. Languages that share a vocabulary have a table of their own beside, made of nothing but
their differences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copydesk_tagger.core.language_cues import cues
from copydesk_tagger.core.language_relatives import RelativeWords
from copydesk_tagger.core.language_words import KnownWords
from copydesk_tagger.core.letter_sequences import BITS, Buckets

Scores = NDArray[np.float64]
CUED = (frozenset({"bs", "hr", "sr-Latn"}), frozenset({"id", "ms"}))
"""Languages that are told apart by `language_cues` too."""

_WORD_BITS, _IN_WORD = 6, 63


class WeightTable:
    """`weights` has a row for each of `numbers`, a column for each of `labels`, and `scales` by column.

    `reads_cues` says that `language_cues` count as further sequences.
    """

    def __init__(
        self, labels: Sequence[str], numbers: Buckets, weights: NDArray[np.int8], scales: NDArray[np.float32]
    ) -> None:
        self.labels = tuple(labels)
        self._reads_cues = any(group.issuperset(labels) for group in CUED)
        self._rows = _Rows(numbers)
        self._weights = weights
        self._scales = scales.astype(np.float64)

    def log_probabilities(self, tidy: str, found: Buckets) -> dict[str, float]:
        """By label, of a tidied text and its sequences. The longer the text, the surer, by the root of its length."""
        if self._reads_cues:
            found = np.concatenate([found, cues(tidy)])
        sums = np.einsum("ij->j", self._weights.take(self._rows.of(found), axis=0), dtype=np.int32)
        logs = log_shares(sums * self._scales / np.sqrt(len(found) + 1))
        return dict(zip(self.labels, logs.tolist(), strict=True))


class _Rows:
    """At which place in an ascending list a number stands, in a fifth of a megabyte a list.

    A bit for each number there may be, and how many are listed before each word of 64 bits (Jacobson 1989).
    """

    def __init__(self, numbers: Buckets) -> None:
        listed = np.zeros(1 << BITS, dtype=bool)
        listed[numbers] = True
        self._listed = np.packbits(listed, bitorder="little").view("<u8")
        self._before = np.cumsum(np.bitwise_count(self._listed), dtype=np.int32) - np.bitwise_count(self._listed)

    def of(self, found: Buckets) -> NDArray[np.int32]:
        """The places of those that are listed, in the order in which they were found."""
        words = found >> _WORD_BITS
        bits = (found & _IN_WORD).astype(np.uint64)
        held = self._listed.take(words)
        listed = (held >> bits & np.uint64(1)).astype(bool)
        words, below = words[listed], held[listed] & ((np.uint64(1) << bits[listed]) - np.uint64(1))
        places: NDArray[np.int32] = self._before.take(words) + np.bitwise_count(below)
        return places


@dataclass(frozen=True)
class LanguageModel:
    """Tables by script (ISO 15924), those of languages that share a vocabulary, and frequent words.

    `words` are those of the known languages, `relatives` those of others.
    """

    scripts: Mapping[str, WeightTable]
    close: Sequence[WeightTable]
    words: KnownWords
    relatives: RelativeWords


def log_shares(scores: Scores) -> Scores:
    """Scores less a constant, so that their exponentials add up to 1."""
    above = scores - scores.max()
    shares: Scores = above - np.log(np.exp(above).sum())
    return shares
