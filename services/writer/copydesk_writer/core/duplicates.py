"""Near-duplicates: which article is a copy of which.

Candidates share a band of the MinHash signature (Broder 1997; banding as in Leskovec, Rajaraman and Ullman, Mining of
Massive Datasets, chapter 3); the share of equal numbers then estimates the Jaccard similarity. Articles of one template
(weather, results, share prices) are as similar as a copy that somebody rewrote, but what they say differs: so below
certainty the figures, names and places of the shorter article have to be in the other.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

SIMILARITY = 0.22
"""Least estimated Jaccard similarity of duplicates; measured on light, medium and heavy edits."""

CERTAIN = 0.6
"""From this similarity on nothing else is asked."""

FIGURES_SHARED, LEAST_FIGURES = 0.6, 3
FACTS_SHARED, LEAST_FACTS = 0.5, 4
"""Least share of the figures, and of all facts, of the one that has fewer; fewer than the least tell nothing."""

MEMORY = timedelta(days=120)
"""Copies of articles filed longer ago are not found, nor do stories grow by them."""

LASTING_BANDS = 8
"""By so many of its bands an article is found for all of that time, by all of them for a week or two: of copies with
half of their numbers in common 8 find two in three and 42 nearly all, of those with three in four 99 of 100."""

_NUMBERS = 128
_SYNDICATED = "syndicated"

Seniority = tuple[int, datetime, UUID]
"""Standing, time and id: of two copies the lower is the original."""


@dataclass(frozen=True)
class Copy:
    """An article with its signature (128 little-endian unsigned 32-bit numbers).

    `since` orders articles: published where that is known, else first stored; `standing` (see there) goes before it.
    `facts` are keys of `StoryKeys`. `original` is what it is now marked a duplicate of.
    """

    id: UUID
    minhash: bytes
    since: datetime
    standing: int = 1
    facts: frozenset[str] = frozenset()
    original: Seniority | None = None

    @property
    def seniority(self) -> Seniority:
        return (self.standing, self.since, self.id)


def bands_since(today: date) -> date:
    """The first day of whose articles all bands are looked at: the Monday of last week."""
    return today - timedelta(days=today.weekday() + 7)


def standing(source: str, flags: Sequence[str], agencies: AbstractSet[str]) -> int:
    """0 for an agency's own article, whenever it was seen; 2 for one that says it was published elsewhere first; or 1.

    `agencies` are codes or names that any of the copies credits, as `plain` writes them.
    """
    if plain(source) in agencies:
        return 0
    return 2 if _SYNDICATED in flags else 1


def plain(name: str) -> str:
    """A name without case, spaces and punctuation."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def similarity(one: bytes, other: bytes) -> float:
    """Estimated Jaccard similarity of two signatures, 0 to 1."""
    numbers, others = memoryview(one).cast("I"), memoryview(other).cast("I")
    return sum(a == b for a, b in zip(numbers, others, strict=True)) / _NUMBERS


def are_copies(one: Copy, other: Copy) -> bool:
    """Whether one tells again what the other told."""
    alike = similarity(one.minhash, other.minhash)
    return alike >= CERTAIN or (alike >= SIMILARITY and agree(one.facts, other.facts))


def agree(facts: AbstractSet[str], others: AbstractSet[str]) -> bool:
    """Whether what two articles say does not speak against their being copies."""
    figures, other_figures = ({key for key in some if key.startswith("number:")} for some in (facts, others))
    return _contained(facts, others, LEAST_FACTS, FACTS_SHARED) and _contained(
        figures, other_figures, LEAST_FIGURES, FIGURES_SHARED
    )


def _contained(some: AbstractSet[str], others: AbstractSet[str], least: int, share: float) -> bool:
    fewer = min(len(some), len(others))
    return fewer < least or len(some & others) >= share * fewer


def originals(pairs: Iterable[tuple[Copy, Copy]]) -> dict[UUID, UUID]:
    """What is to be marked a duplicate of what, for pairs of articles that share a band.

    A senior original takes the place of a junior one, never the other way, so the order of arrival is indifferent.
    """
    marks: dict[UUID, UUID] = {}
    best: dict[UUID, Seniority] = {}
    for pair in pairs:
        senior, junior = sorted(pair, key=lambda copy: copy.seniority)
        if senior.id == junior.id or not are_copies(senior, junior):
            continue
        if junior.original:
            best.setdefault(junior.id, junior.original)
        if junior.id not in best or senior.seniority < best[junior.id]:
            best[junior.id] = senior.seniority
            marks[junior.id] = senior.id
    return marks
