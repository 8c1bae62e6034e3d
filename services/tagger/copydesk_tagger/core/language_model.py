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
from copydesk_tagger.core.language_words import KnownWords
from copydesk_tagger.core.letter_sequences import BITS, Buckets

Scores = NDArray[np.float64]
CUED = (frozenset({"bs", "hr", "sr-Latn"}), frozenset({"id", "ms"}))
"""Languages that are told apart by `language_cues` too."""


class WeightTable:
    """`weights` has a row for each of `numbers`, a column for each of `labels`, and `scales` by column.

    `reads_cues` says that `language_cues` count as further sequences.
    """

    def __init__(
        self, labels: Sequence[str], numbers: Buckets, weights: NDArray[np.int8], scales: NDArray[np.float32]
    ) -> None:
        self.labels = tuple(labels)
        self._reads_cues = any(group.issuperset(labels) for group in CUED)
        self._row = np.zeros(1 << BITS, dtype=np.uint16)
        self._row[numbers] = np.arange(len(numbers), dtype=np.uint16) + 1
        self._weights = np.concatenate([np.zeros((1, len(self.labels)), dtype=np.int8), weights])
        self._scales = scales.astype(np.float64)

    def log_probabilities(self, tidy: str, found: Buckets) -> dict[str, float]:
        """By label, of a tidied text and its sequences. The longer the text, the surer, by the root of its length."""
        if self._reads_cues:
            found = np.concatenate([found, cues(tidy)])
        rows = self._row[found]
        sums = np.einsum("ij->j", self._weights.take(rows[rows > 0], axis=0), dtype=np.int32)
        logs = log_shares(sums * self._scales / np.sqrt(len(found) + 1))
        return dict(zip(self.labels, logs.tolist(), strict=True))


@dataclass(frozen=True)
class LanguageModel:
    """Tables by script (ISO 15924), those of languages that share a vocabulary, and the frequent words of each."""

    scripts: Mapping[str, WeightTable]
    close: Sequence[WeightTable]
    words: KnownWords


def log_shares(scores: Scores) -> Scores:
    """Scores less a constant, so that their exponentials add up to 1."""
    above = scores - scores.max()
    shares: Scores = above - np.log(np.exp(above).sum())
    return shares
