"""Near-duplicates: which article tells first what others tell again.

Candidates share a band of the MinHash signature (Broder 1997; banding as in Leskovec, Rajaraman and Ullman, Mining of
Massive Datasets, chapter 3); the share of equal numbers then estimates the Jaccard similarity.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

SIMILARITY = 0.27
"""Least estimated Jaccard similarity of duplicates; measured on light, medium and heavy edits."""

_NUMBERS = 128


@dataclass(frozen=True)
class Copy:
    """An article with its signature (128 little-endian unsigned 32-bit numbers).

    `since` orders articles: published where that is known, else first stored. `original` is what it is now marked
    a duplicate of, and `original_since` that one's time.
    """

    id: UUID
    minhash: bytes
    since: datetime
    original: UUID | None = None
    original_since: datetime | None = None


def similarity(one: bytes, other: bytes) -> float:
    """Estimated Jaccard similarity of two signatures, 0 to 1."""
    numbers, others = memoryview(one).cast("I"), memoryview(other).cast("I")
    return sum(a == b for a, b in zip(numbers, others, strict=True)) / _NUMBERS


def originals(pairs: Iterable[tuple[Copy, Copy]]) -> dict[UUID, UUID]:
    """What is to be marked a duplicate of what, for pairs of articles that share a band.

    An earlier original takes the place of a later one, never the other way, so the order of arrival is indifferent.
    """
    marks: dict[UUID, UUID] = {}
    best: dict[UUID, tuple[datetime, UUID]] = {}
    for pair in pairs:
        earlier, later = sorted(pair, key=_seniority)
        if earlier.id == later.id or similarity(earlier.minhash, later.minhash) < SIMILARITY:
            continue
        if later.original and later.original_since:
            best.setdefault(later.id, (later.original_since, later.original))
        if later.id not in best or _seniority(earlier) < best[later.id]:
            best[later.id] = _seniority(earlier)
            marks[later.id] = earlier.id
    return marks


def _seniority(copy: Copy) -> tuple[datetime, UUID]:
    return (copy.since, copy.id)
