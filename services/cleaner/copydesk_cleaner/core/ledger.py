"""The cut ledger of a text: which stretch of the input was kept, which was cut and why, to the last character."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copydesk.contracts import Cut, CutReason


@dataclass(frozen=True)
class Removal:
    """A stretch `start:end` of the source that goes, and why."""

    start: int
    end: int
    reason: CutReason
    rule: str


@dataclass(frozen=True)
class Span:
    """A stretch of the source. `fate` is `kept`, `cut`, or `space` (white space that no paragraph owns)."""

    start: int
    text: str
    fate: str


def merge_removals(removals: Iterable[Removal], source: str) -> list[Removal]:
    """In order, with neighbours of one reason and rule made one when only white space lies between them."""
    merged: list[Removal] = []
    for removal in sorted(removals, key=lambda one: one.start):
        last = merged[-1] if merged else None
        if (
            last
            and (last.reason, last.rule) == (removal.reason, removal.rule)
            and not source[last.end : removal.start].strip()
        ):
            merged[-1] = Removal(last.start, removal.end, removal.reason, removal.rule)
        else:
            merged.append(removal)
    return merged


def as_cuts(removals: Sequence[Removal], source: str) -> list[Cut]:
    """The ledger's lines; `where` is the code-point offset in the source."""
    return [
        Cut(text=source[removal.start : removal.end], reason=removal.reason, rule=removal.rule, where=removal.start)
        for removal in removals
    ]


def tile(source: str, cuts: Iterable[Cut]) -> list[Span]:
    """The source as spans that follow each other without gap or overlap.

    Raises `ValueError` where a cut is not what stands in the source at its place, or overlaps another.
    """
    spans: list[Span] = []
    position = 0
    for cut in sorted(cuts, key=lambda one: -1 if one.where is None else one.where):
        where = -1 if cut.where is None else cut.where
        if where < position or source[where : where + len(cut.text)] != cut.text:
            raise ValueError(f"cut {cut.text[:40]!r} ({cut.rule}) is not at offset {cut.where} of the source")
        spans.extend(_uncut(source, position, where))
        spans.append(Span(where, cut.text, "cut"))
        position = where + len(cut.text)
    spans.extend(_uncut(source, position, len(source)))
    return spans


def _uncut(source: str, start: int, end: int) -> list[Span]:
    text = source[start:end]
    return [Span(start, text, "kept" if text.strip() else "space")] if text else []


def reassemble(spans: Iterable[Span]) -> str:
    """The source again, character for character."""
    return "".join(span.text for span in spans)


def kept_characters(spans: Iterable[Span]) -> str:
    """What was kept, without white space: equal to the article's text without white space."""
    return "".join("".join(span.text.split()) for span in spans if span.fate == "kept")
