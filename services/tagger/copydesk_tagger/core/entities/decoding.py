"""From scores of pieces to spans: the best sequence of tags that the BIO scheme (Ramshaw and Marcus 1995) allows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copydesk.contracts import EntityType

TAGS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
OUTSIDE = 0
TYPES: tuple[EntityType, ...] = ("PER", "ORG", "LOC")

CLITICS = frozenset("وبلفك")
"""Arabic letters that are written together with the name that they stand before, and are no part of it."""

_INSIDE = np.array([tag.startswith("I-") for tag in TAGS])
_FORBIDDEN = -1e4


@dataclass(frozen=True)
class Scored:
    """A stretch of text in pieces: `offsets` (n, 2) are code points in the stretch, `log_probs` (n, 7) follow `TAGS`.

    A piece that covers nothing but white space has equal offsets. `clitics` (n) says of pieces whether their first
    letter is a clitic, if a name begins with them.
    """

    offsets: NDArray[np.int32]
    log_probs: NDArray[np.float32]
    clitics: NDArray[np.bool_]


@dataclass(frozen=True)
class Span:
    """A mention in a stretch. `least` and `mean` are the lowest and the mean log-probability of its pieces' tags."""

    start: int
    end: int
    type: EntityType
    least: float
    mean: float
    pieces: int


def spans(scored: Scored, text: str) -> Iterator[Span]:
    """The mentions of a stretch, in order; `text` is the stretch."""
    tags = best_tags(scored.log_probs)
    first = None
    for place in range(len(tags) + 1):
        inside = place < len(tags) and tags[place] != OUTSIDE
        begins = inside and (tags[place] % 2 == 1)
        if first is not None and (not inside or begins):
            yield from _span(scored, text, tags, first, place)
            first = None
        if begins:
            first = place


def best_tags(log_probs: NDArray[np.float32]) -> NDArray[np.intp]:
    """The most probable allowed sequence. Mostly the best tag of each piece is one, which is seen at once."""
    if not len(log_probs):
        return np.empty(0, np.intp)
    greedy = log_probs.argmax(axis=1)
    before = np.concatenate(([OUTSIDE], greedy[:-1]))
    allowed = ~_INSIDE[greedy] | (before == greedy) | (before == greedy - 1)
    return greedy if allowed.all() else _viterbi(log_probs)


def _transitions() -> NDArray[np.float32]:
    scores = np.zeros((len(TAGS), len(TAGS)), np.float32)
    for tag in np.flatnonzero(_INSIDE):
        scores[:, tag] = _FORBIDDEN
        scores[tag - 1, tag] = scores[tag, tag] = 0
    return scores


_TRANSITIONS = _transitions()


def _viterbi(log_probs: NDArray[np.float32]) -> NDArray[np.intp]:
    score = log_probs[0] + np.where(_INSIDE, _FORBIDDEN, 0)
    back = np.empty((len(log_probs), len(TAGS)), np.intp)
    for place in range(1, len(log_probs)):
        ways = score[:, None] + _TRANSITIONS
        back[place] = ways.argmax(axis=0)
        score = ways.max(axis=0) + log_probs[place]
    tags = np.empty(len(log_probs), np.intp)
    tags[-1] = score.argmax()
    for place in range(len(log_probs) - 1, 0, -1):
        tags[place - 1] = back[place, tags[place]]
    return tags


def _span(scored: Scored, text: str, tags: NDArray[np.intp], first: int, last: int) -> Iterator[Span]:
    filled = [place for place in range(first, last) if scored.offsets[place, 0] < scored.offsets[place, 1]]
    if not filled:
        return
    values = scored.log_probs[filled, tags[filled]]
    start, end = int(scored.offsets[filled[0], 0]), int(scored.offsets[filled[-1], 1])
    if scored.clitics[filled[0]] and text[start] in CLITICS and end - start > 1:
        start += 1
    yield Span(
        start=start,
        end=end,
        type=TYPES[(int(tags[first]) - 1) // 2],
        least=float(values.min()),
        mean=float(values.mean()),
        pieces=len(filled),
    )
