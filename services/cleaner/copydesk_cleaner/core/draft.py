"""One article being cleaned: its pieces, and what has been decided of each so far. The first decision stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from copydesk.contracts import CutReason
from copydesk_cleaner.core.datelines import DatelineMatch
from copydesk_cleaner.core.readings import Reading

_LEFT_OUT = 60
"""Quotes and spaces that a key leaves out at most."""


@dataclass(frozen=True)
class Verdict:
    """Why a piece goes."""

    reason: CutReason
    rule: str


@dataclass(frozen=True)
class PageKnowledge:
    """What the page's markup says beside the pieces; keys are those of `same_text`. Empty for plain text.

    `marked_up` is true where the pieces come from markup, which has already left most furniture out.
    """

    titles: frozenset[str] = frozenset()
    captions: frozenset[str] = frozenset()
    marked_up: bool = False
    authors: frozenset[str] = frozenset()

    @cached_property
    def longest_caption(self) -> int:
        """Characters above which no piece is a known caption, so that nobody needs its key; 0 where none is known."""
        return max(map(len, self.captions), default=-_LEFT_OUT) + _LEFT_OUT


@dataclass
class Draft:
    """`title` and `dateline_at` are indices into `readings`; `credits` are offsets in the text of a piece."""

    readings: Sequence[Reading]
    page: PageKnowledge = PageKnowledge()
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    title: int | None = None
    authors: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    dateline: DatelineMatch | None = None
    dateline_at: int | None = None
    credits: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def cut(self, index: int, reason: CutReason, rule: str) -> None:
        self.verdicts.setdefault(index, Verdict(reason, rule))

    def is_kept(self, index: int) -> bool:
        return index not in self.verdicts

    def kept(self) -> Iterator[int]:
        """The indices of what stands, in order."""
        return (index for index in range(len(self.readings)) if index not in self.verdicts)

    def body(self) -> int:
        """The index of the first paragraph that stands; the number of pieces where there is none."""
        first = next((index for index in self.kept() if self.is_paragraph(index)), None)
        return len(self.readings) if first is None else first

    def is_known_caption(self, index: int) -> bool:
        """Whether the markup calls the same text a caption."""
        reading = self.readings[index]
        return len(reading.text) <= self.page.longest_caption and reading.key in self.page.captions

    def is_paragraph(self, index: int) -> bool:
        """Whether the piece reads as running text of an article."""
        reading = self.readings[index]
        return reading.sentence and not (reading.caption or reading.furniture or reading.photo_credit)
