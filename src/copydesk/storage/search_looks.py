"""Where to look for the newest hits: in spans of time, each before the last, as long as those lead to expect."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

_FIRST_LOOK = timedelta(hours=6)
_LEAST_GROWTH, _MOST_GROWTH = 4, 512
_FINE = timedelta(days=62)
"""Spans up to here are named by labels in the index; longer ones are whole months, as the table is made of."""


@dataclass(frozen=True)
class Span:
    """From `since`, up to and without `until`."""

    since: datetime
    until: datetime

    def fine(self) -> bool:
        return self.until - self.since <= _FINE


class Hit(NamedTuple):
    """An article that the index knows; without `rank` it has the words, but not as its own language reads them."""

    id: UUID
    at: datetime
    configuration: str
    rank: float | None


@dataclass
class Hits:
    """What was found, the newest first; `read` counts the articles that the index alone could not decide on."""

    found: list[Hit] = field(default_factory=list)
    read: int = 0

    def ranked(self) -> list[tuple[float, Hit]]:
        """Those that match, best first, of equals the newer."""
        matching = [(hit.rank, hit) for hit in self.found if hit.rank is not None]
        matching.sort(key=lambda one: one[1].id)
        return sorted(matching, key=lambda one: (one[0], one[1].at), reverse=True)


def looks(hits: Hits, since: datetime, until: datetime, enough: int, most_read: int) -> Iterator[Span]:
    """Spans from `until` back to `since`, until `hits`, to which the caller adds, are `enough`.

    None is much longer than it takes to find those that are missing, or to have read `most_read`.
    """
    length, done = _FIRST_LOOK, until
    while done > since and len(hits.found) < enough:
        start = _start(until, length, since)
        yield Span(start, done)
        done = start
        growths = [1.5 * most / seen for most, seen in ((enough, len(hits.found)), (most_read, hits.read)) if seen]
        growth = min(max(min(growths, default=_MOST_GROWTH), _LEAST_GROWTH), _MOST_GROWTH)
        whole = until - since
        length = whole if length > whole / growth else length * growth


def _start(until: datetime, length: timedelta, since: datetime) -> datetime:
    if until - since <= length:
        return since
    start = until - length
    if length > _FINE:
        start = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return max(start, since)
