"""Names that an earlier annotator found, as witnesses for and against places."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from copydesk.contracts import Entity

_LONGER = 2
"""Letters by which a span may exceed a name of the gazetteer and still be that name: an ending, a clitic."""


class Beneath(Enum):
    """The name of which some letters are part."""

    NOTHING = auto()
    PLACE = auto()
    LONGER_PLACE = auto()
    """A place whose name is longer than the letters: `Gulf of Mexico`."""
    PERSON = auto()
    BODY = auto()
    """An organisation whose name is longer than the letters: `Bank of Japan`."""
    BODY_ITSELF = auto()


@dataclass(frozen=True)
class NameSpans:
    """`spans` in the order of the text. `complete` tells that whoever found them knows the language.

    Without it, silence about a name says nothing.
    """

    spans: tuple[Entity, ...] = ()
    complete: bool = False

    def beneath(self, start: int, end: int) -> Beneath:
        place = bisect_right(self.spans, start, key=lambda span: span.start)
        near = [span for span in self.spans[max(0, place - 1) : place + 1] if span.start < end and start < span.end]
        if not near:
            return Beneath.NOTHING
        span = near[0]
        beyond = span.text[end - span.start : end - span.start + 1]
        whole = (span.end - span.start) - (end - start) <= _LONGER or (start == span.start and beyond in (",", "("))
        if span.type == "PER":
            return Beneath.PERSON
        if span.type == "ORG":
            return Beneath.BODY_ITSELF if whole else Beneath.BODY
        return Beneath.PLACE if whole else Beneath.LONGER_PLACE


def name_spans(entities: Iterable[Entity], *, complete: bool) -> NameSpans:
    return NameSpans(tuple(sorted(entities, key=lambda entity: entity.start)), complete)
