"""Delays of articles under a policy."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.polling.population import WARM_UP_WEEKS, MadeSource

CLASSES = ("all", "under 5 a day", "5 to 50", "over 50", "daily", "half-hourly")
_WARM = WARM_UP_WEEKS * 7 * 86_400.0


@dataclass(frozen=True)
class Delays:
    """Minutes from publication to poll."""

    articles: int
    p50: float
    p95: float
    mean: float


@dataclass(frozen=True)
class Score:
    """The number of polls, and the delays by class of source."""

    polls: int
    delays: dict[str, Delays]


def score(sources: Sequence[MadeSource], polled: Sequence[Sequence[float]]) -> Score:
    """What the polls of each source after the warm-up came to; articles after its last poll are left out."""
    delays: dict[str, list[float]] = {}
    count = 0
    for source, times in zip(sources, polled, strict=True):
        count += len(times)
        classes = ("all", _volume(source), source.kind)
        for published in source.times[bisect_right(source.times, _WARM) :]:
            position = bisect_right(times, published)
            if position < len(times):
                for each in classes:
                    delays.setdefault(each, []).append((times[position] - published) / 60)
    return Score(count, {name: _summary(held) for name, held in delays.items()})


def _volume(source: MadeSource) -> str:
    return "under 5 a day" if source.per_day < 5 else "5 to 50" if source.per_day < 50 else "over 50"


def _summary(delays: list[float]) -> Delays:
    ordered = sorted(delays)
    size = len(ordered)
    return Delays(size, ordered[size // 2], ordered[int(size * 0.95)], sum(ordered) / size)
