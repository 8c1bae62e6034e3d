"""What a score is worth: the share of mentions with that score that are right, by language (Platt 1999)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from copydesk.contracts import EntityType
from copydesk_tagger.core.entities.decoding import Span

_SLACK = 1e-6

OTHER = "*"
"""Stands for languages without figures of their own."""


@dataclass(frozen=True)
class Calibration:
    """A logistic model of being right. `thresholds` say by language how sure a mention must be to be told.

    `languages` are added to its score, `slopes` to the weight of the mean: in some languages the network's own
    probabilities say more than in others.
    """

    least: float
    mean: float
    types: Mapping[str, float]
    languages: Mapping[str, float]
    slopes: Mapping[str, float]
    thresholds: Mapping[str, float]
    pieces: float
    bias: float

    def confidence(self, span: Span, language: str) -> float:
        """0…1."""
        least, mean, pieces, kind = features(span)
        score = (
            self.bias
            + self.least * least
            + (self.mean + self.slopes.get(language, 0.0)) * mean
            + self.pieces * pieces
            + self.types[kind]
            + self.languages.get(language, self.languages.get(OTHER, 0.0))
        )
        return 1 / (1 + math.exp(-score))

    def threshold(self, language: str) -> float:
        return self.thresholds.get(language, self.thresholds[OTHER])


def features(span: Span) -> tuple[float, float, float, EntityType]:
    """What the calibration is fitted on: logits of the least and the mean probability, log of pieces, type."""
    return _logit(span.least), _logit(span.mean), math.log(span.pieces), span.type


def _logit(log_probability: float) -> float:
    probability = min(max(math.exp(log_probability), _SLACK), 1 - _SLACK)
    return math.log(probability / (1 - probability))
