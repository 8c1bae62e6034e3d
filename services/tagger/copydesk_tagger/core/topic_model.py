"""How sure one may be of a topic: evidence from terms and from a vector of the text, weighed by what was learned."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, log1p

import numpy as np
from numpy.typing import NDArray

from copydesk_tagger.core.topic_scheme import TopicScheme
from copydesk_tagger.core.topic_terms import Found

Floats = NDArray[np.float32]

EVIDENCE = 4
"""Numbers that `of_tops` gives for each top level."""

SHORT, LONG = 300, 1000
"""Letters of an item and of an article."""

NARROWER = 6
"""Numbers that `of_narrower` gives."""


@dataclass(frozen=True)
class TopWeights:
    """A logistic regression that all top levels share but for their `bias`; `weights` are of what `columns` gives."""

    weights: Floats
    bias: Floats

    def towards(self, other: "TopWeights", share: float) -> "TopWeights":
        """The mean with `other`, which counts for `share` of it."""
        weights, bias = (
            self.weights + share * (other.weights - self.weights),
            self.bias + share * (other.bias - self.bias),
        )
        return TopWeights(weights, bias)

    def probabilities(self, columns: Floats) -> Floats:
        result: Floats = 1 / (1 + np.exp(-np.clip(columns @ self.weights + self.bias, -30, 30)))
        return result


@dataclass(frozen=True)
class TopicModel:
    """`both` is for an item of a few sentences with terms and a vector, `both_long` for an article, of which a
    vector says less and terms say more; the others are for where one is lacking.

    `output` is (dimensions of the vectors + 1, tops), its last row what every text has; `narrower` weighs what speaks
    for a topic below the tops.
    """

    tops: tuple[str, ...]
    output: Floats
    both: TopWeights
    both_long: TopWeights
    terms_alone: TopWeights
    vector_alone: TopWeights
    narrower: Floats
    narrower_bias: float

    def of_tops(self, evidence: Floats | None, vector: Floats | None, length: float) -> dict[str, float]:
        """Probabilities by code; nothing is known, so nothing returned, where there is neither evidence nor vector.

        `length` is what `how_long` gives.
        """
        if evidence is None and vector is None:
            return {}
        weights = self.both.towards(self.both_long, length)
        if evidence is None:
            weights, evidence = self.vector_alone, np.zeros((len(self.tops), EVIDENCE), np.float32)
        scores = np.zeros(len(self.tops), np.float32)
        if vector is None:
            weights = self.terms_alone
        else:
            scores = vector @ self.output[:-1] + self.output[-1]
        return dict(zip(self.tops, weights.probabilities(columns(evidence, scores)).tolist(), strict=True))

    def of_narrower(self, evidence: Floats) -> float:
        return float(1 / (1 + exp(-(float(self.narrower @ evidence) + self.narrower_bias))))


def how_long(letters: int) -> float:
    """From 0 for a short item to 1 for an article."""
    return min(max((letters - SHORT) / (LONG - SHORT), 0.0), 1.0)


def columns(evidence: Floats, scores: Floats) -> Floats:
    """(…, tops, `EVIDENCE` + 2): the terms' evidence, the vector's score, and how far that is from the best one."""
    behind = scores - scores.max(axis=-1, keepdims=True)
    return np.concatenate((evidence, scores[..., None], behind[..., None]), axis=-1)


def strength(found: Found) -> float:
    """A term counts once, its repetitions by their logarithm, and a term of the head twice."""
    return sum(1 + log(times) for times in found.times.values()) + found.in_head


def of_tops(found: Mapping[str, Found], tops: tuple[str, ...], scheme: TopicScheme) -> Floats:
    """(tops, `EVIDENCE`): how strong the terms below each are, on a log scale and as shares of all and of the best."""
    strengths = dict.fromkeys(tops, 0.0)
    for code, one in found.items():
        strengths[scheme.top(code)] += strength(one)
    values = np.array([strengths[top] for top in tops], np.float32)
    shares = values / max(float(values.sum()), 1e-9)
    numbers = (np.log1p(values), shares, shares / max(float(shares.max()), 1e-9), np.sqrt(shares))
    return np.stack(numbers, axis=1).astype(np.float32)


def of_narrower(code: str, found: Mapping[str, Found], probability: float, scheme: TopicScheme) -> Floats:
    """(`NARROWER`,): the terms of a topic and below it, how they compare with those of its siblings, and its parent's
    probability."""
    below = [one for other, one in found.items() if other == code or code in scheme.above(other)]
    own = sum(map(strength, below))
    parent = scheme.broader[code]
    beside: dict[str, float] = {}
    for other, one in found.items():
        line = [other, *scheme.above(other)]
        if parent in line[1:]:
            sibling = line[line.index(parent) - 1]
            beside[sibling] = beside.get(sibling, 0.0) + strength(one)
    distinct = sum(len(one.times) for one in below)
    in_head = sum(one.in_head for one in below)
    share = own / max(sum(beside.values()), 1e-9)
    best = own / max(max(beside.values(), default=0.0), 1e-9)
    clipped = min(max(probability, 1e-4), 1 - 1e-4)
    numbers = (log1p(own), log1p(distinct), log1p(in_head), share, best, log(clipped / (1 - clipped)))
    return np.array(numbers, np.float32)
