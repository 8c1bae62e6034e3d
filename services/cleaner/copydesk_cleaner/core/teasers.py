"""Lists of links to other articles: headlines or first sentences with relative times, at the tail or in a box.

A relative time inside a sentence is no evidence. What counts is structure: times that stand alone or are glued to the
next dateline, at least two of them (or one with a list head or a dateline), and a body before them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from copydesk_cleaner.core.readings import Reading

_FARTHEST = 5
"""Pieces from one time to the next within one list."""
_LEAST_BODY = 200
"""Bytes of UTF-8, so that a language with dense characters needs fewer of them."""
_RESUMED_BODY = 2
_LEAST_DATED = 2
_OPENING = 3
"""Pieces within which the body's own dateline stands."""


@dataclass(frozen=True)
class TeaserBox:
    """Pieces `first` up to, not including, `last`; `rule` says what gave them away."""

    first: int
    last: int
    rule: str


def find_teaser_boxes(readings: Sequence[Reading], body: int) -> list[TeaserBox]:
    """Every list of teasers after `body`, the index of the first paragraph."""
    boxes = [box for run in _runs(readings, body) if (box := _timed_box(readings, run, body))]
    covered = boxes[0].first if boxes else len(readings)
    tail = _dateline_tail(readings, body, covered) or _headed_tail(readings, body, covered)
    return [*([tail] if tail else []), *boxes]


def _runs(readings: Sequence[Reading], body: int) -> list[list[int]]:
    marks = [index for index in range(body + 1, len(readings)) if _marks(readings[index])]
    runs: list[list[int]] = []
    for mark in marks:
        if runs and mark - runs[-1][-1] <= _FARTHEST:
            runs[-1].append(mark)
        else:
            runs.append([mark])
    return runs


def _marks(reading: Reading) -> bool:
    return reading.time or reading.timed or reading.date_line


def _timed_box(readings: Sequence[Reading], run: list[int], body: int) -> TeaserBox | None:
    first, last = run[0], run[-1]
    if all(readings[mark].date_line and not readings[mark].time for mark in run) and not _dated_headlines(
        readings, run
    ):
        return None
    size = min((b - a - 1 for a, b in pairwise(run) if not readings[b].timed), default=1)
    if readings[first].timed:
        size = 0
    time_last = _times_close_items(readings, run, size)
    start = max(first - size, body + 1) if time_last else first
    start = _with_heads(readings, start, body)
    if len(run) == 1 and not _lone_time_is_teaser(readings, start, first, last):
        return None
    if not _enough_body(readings[body:start]) or _reads_like_a_live_blog(readings, start, run):
        return None
    end = last + 1 if time_last else min(last + 1 + max(size, 1), len(readings))
    resumed = sum(reading.sentence and reading.dateline is None for reading in readings[end:])
    return TeaserBox(start, end if resumed >= _RESUMED_BODY else len(readings), "list with relative times")


def _enough_body(readings: Sequence[Reading]) -> bool:
    return sum(len(reading.text.encode()) for reading in readings if reading.sentence) >= _LEAST_BODY


def _reads_like_a_live_blog(readings: Sequence[Reading], start: int, run: list[int]) -> bool:
    """Whether whole paragraphs stand between the times, and neither a list head, datelines nor glue say otherwise."""
    head = readings[start].furniture
    items = [readings[index] for index in range(start, min(run[-1] + 2, len(readings))) if index not in run]
    prose = [item for item in items if item.sentence and item.dateline is None]
    glued = any(one.piece.end == two.piece.start for one, two in pairwise(readings[start : run[-1] + 1]))
    return not glued and not (head and (head.lead or head.weak)) and len(prose) > len(items) / 2


def _dated_headlines(readings: Sequence[Reading], run: list[int]) -> bool:
    """Absolute times make a list only of headlines: with paragraphs between them they are a live blog."""
    items = [readings[index] for index in range(run[0], min(run[-1] + 2, len(readings))) if index not in run]
    return len(run) >= _LEAST_DATED and bool(items) and not any(item.sentence for item in items)


def _times_close_items(readings: Sequence[Reading], run: list[int], size: int) -> bool:
    """Whether each time follows its item (else it precedes it)."""
    if size == 0 or run[-1] >= len(readings) - 1:
        return True
    before = readings[run[0] - 1]
    return not before.sentence or before.dateline is not None


def _with_heads(readings: Sequence[Reading], start: int, body: int) -> int:
    """Move the start up over the first item's dateline or headline and the list's head."""
    for back in (1, 2):
        if start - back > body and readings[start - back].dateline and not readings[start].dateline:
            start -= back
            break
    for _ in range(2):
        above = readings[start - 1]
        head = above.furniture is not None and (above.furniture.lead or above.furniture.weak)
        if start - 1 <= body or above.sentence or above.list_item or not (above.title_like or head):
            break
        start -= 1
    return start


def _lone_time_is_teaser(readings: Sequence[Reading], start: int, first: int, last: int) -> bool:
    if last < len(readings) - 1:
        return False
    head = readings[start].furniture
    item = readings[start:first]
    return (
        (head is not None and head.lead)
        or any(reading.dateline for reading in item)
        or (bool(item) and not any(reading.sentence for reading in item))
    )


def _dateline_tail(readings: Sequence[Reading], body: int, end: int) -> TeaserBox | None:
    """First sentences of other agency stories after the body: a story has one dateline, so a second is a boundary."""
    first = next((index for index in range(body, min(body + _OPENING, end)) if readings[index].agency_dateline), end)
    second = next((index for index in range(first + 1, end) if readings[index].agency_dateline), None)
    if second is None:
        return None
    start = _with_heads(readings, second, body)
    return TeaserBox(start, end, "second dateline") if _enough_body(readings[body:start]) else None


def _headed_tail(readings: Sequence[Reading], body: int, end: int) -> TeaserBox | None:
    """A head such as "Read also" with nothing but headlines after it, to the end."""
    for index in range(body + 1, end - 1):
        furniture = readings[index].furniture
        if furniture and furniture.lead and not any(_is_prose(reading) for reading in readings[index + 1 : end]):
            return TeaserBox(index, end, f"{furniture.rule}, then headlines")
    return None


def _is_prose(reading: Reading) -> bool:
    return reading.sentence and not (reading.furniture or reading.dateline) and len(reading.text) > 40
