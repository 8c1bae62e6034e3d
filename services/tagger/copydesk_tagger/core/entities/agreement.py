"""Mentions of one name in one document agree: on their type, and on being names at all."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copydesk.contracts import EntityType
from copydesk_tagger.core.scripts import UNSPACED, of_name

SURE = 0.9
"""A mention this sure speaks for the same name elsewhere in the document."""

_FOUND_AGAIN = 0.9
"""What the confidence is multiplied with where only another mention says that it is a name."""

_LEAST = 4
"""Letters of a name that is looked for elsewhere."""


class Mention(NamedTuple):
    """A span with what is thought of it."""

    start: int
    end: int
    type: EntityType
    confidence: float


def agreed(text: str, found: Sequence[Mention]) -> list[Mention]:
    """The mentions with one type a name, and mentions that the model saw in one place and missed in another."""
    by_name: dict[str, list[Mention]] = defaultdict(list)
    for one in found:
        by_name[text[one.start : one.end]].append(one)
    taken = sorted((one.start, one.end) for one in found)
    settled: list[Mention] = []
    missed: list[Mention] = []
    for name, mentions in by_name.items():
        alike = _one_type(mentions)
        settled += alike
        if text.count(name) > len(mentions):
            missed += _missed(text, name, max(alike, key=lambda one: one.confidence), taken)
    return sorted([*settled, *_apart(missed)])


def _one_type(mentions: Sequence[Mention]) -> list[Mention]:
    """The type for which most confidence speaks; who was of another mind is only as sure as the average."""
    votes: dict[EntityType, float] = defaultdict(float)
    for one in mentions:
        votes[one.type] += one.confidence
    kind = max(votes, key=lambda name: (votes[name], name))
    share = votes[kind] / len(mentions)
    return [one if one.type == kind else one._replace(type=kind, confidence=share) for one in mentions]


def _missed(text: str, name: str, best: Mention, taken: Sequence[tuple[int, int]]) -> list[Mention]:
    if best.confidence < SURE or len(name) < _LEAST or not name[:1].isupper() or of_name(name) in UNSPACED:
        return []
    places = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    free = [place for place in places if not any(start < place[1] and place[0] < end for start, end in taken)]
    return [Mention(start, end, best.type, best.confidence * _FOUND_AGAIN) for start, end in free]


def _apart(missed: Sequence[Mention]) -> Iterator[Mention]:
    """Where one name is part of another, the one that begins first, or else the longer one."""
    free = 0
    for one in sorted(missed, key=lambda one: (one.start, -one.end)):
        if one.start >= free:
            free = one.end
            yield one
