"""What is wrong with a source as a whole: silence, unusual volumes, documents that broke, articles that were missed."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from copydesk_crawler.core.timing.publishing_rhythm import Forecast

IMPROBABLE = 0.001
"""Silence that is less probable than this under the learned rhythm is reported."""

LEAST_SILENCE = timedelta(hours=6)
LEAST_WATCHED_WEEKS = 1.0
POLLS_TO_BREAK = 3
LEAST_DAYS, LEAST_WEEKDAYS = 21, 3
KEPT_DAYS = 63
LEAST_RECALL, LEAST_LISTED = 0.95, 20

_DEVIATIONS = 4.0
_FACTOR = 2.0
_MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True)
class Problem:
    """`baseline` and `current` are the figures of `copydesk.contracts.SourceHealth`."""

    name: str
    baseline: float
    current: float
    detail: str | None = None


@dataclass(frozen=True)
class PolledState:
    """How a document fares: polls in a row that did not read it, and whether any ever did."""

    url: str
    failures: int
    ever_read: bool
    problem: str | None


@dataclass(frozen=True)
class Recall:
    """Articles that sitemaps listed in the last week: fetched, kept from us by robots.txt or opt-out, no pages at all.

    The rest was missed.
    """

    listed: int
    fetched: int
    forbidden: int
    absent: int

    @property
    def base(self) -> int:
        return self.listed - self.forbidden - self.absent

    @property
    def share(self) -> float | None:
        """Fetched out of what could be, 0 to 1; None where nothing is listed."""
        return self.fetched / self.base if self.base > 0 else None


def count_days(
    days: Mapping[str, int], times: Iterable[datetime], seen_from: datetime, now: datetime
) -> dict[str, int]:
    """Articles by UTC day (ISO 8601), for nine weeks; a day of which only a part was watched is left out."""
    kept = {day: count for day, count in days.items() if day > _day(now - timedelta(days=KEPT_DAYS))}
    day = seen_from.date() if _day(seen_from) in kept else seen_from.date() + timedelta(days=1)
    while day <= now.date():
        kept.setdefault(day.isoformat(), 0)
        day += timedelta(days=1)
    for time in times:
        if _day(time) in kept:
            kept[_day(time)] += 1
    return kept


def unusual_volume(days: Mapping[str, int], today: date) -> Problem | None:
    """Whether yesterday lies far from the same weekday of the weeks before.

    Robust: beyond four deviations of the median (from the MAD, at least those of a Poisson count) and by a factor of
    two. Nothing is said before three weeks were watched.
    """
    yesterday = today - timedelta(days=1)
    count = days.get(yesterday.isoformat())
    before = [days[day] for week in range(1, 9) if (day := (yesterday - timedelta(weeks=week)).isoformat()) in days]
    if count is None or len(before) < LEAST_WEEKDAYS or len(days) < LEAST_DAYS:
        return None
    usual = median(before)
    spread = _MAD_TO_SIGMA * median(abs(each - usual) for each in before)
    far = _DEVIATIONS * max(spread, math.sqrt(usual + 1))
    if count < usual - far and count < usual / _FACTOR:
        return Problem("volume-low", usual, count, yesterday.isoformat())
    if count > usual + far and count > usual * _FACTOR:
        return Problem("volume-high", usual, count, yesterday.isoformat())
    return None


def silence(found: Forecast, weeks: float, days: Mapping[str, int], newest: datetime, now: datetime) -> Problem | None:
    """Whether no article since `newest` is improbable. Where articles come in clusters, it takes longer to be so."""
    quiet = now - newest
    if weeks < LEAST_WATCHED_WEEKS or quiet < LEAST_SILENCE:
        return None
    before = [count for day, count in days.items() if day < _day(newest)]  # the silence itself is no cluster
    clusters = found.expected(newest, now) / _dispersion(before)
    if clusters < -math.log(IMPROBABLE):
        return None
    hour = timedelta(hours=1)
    usual = 24 / max(found.per_day, 0.01)
    return Problem("silent", round(usual, 2), round(quiet / hour, 1), f"newest article {newest.isoformat()}")


def broken(documents: Sequence[PolledState]) -> Problem | None:
    """The document that failed most often of those that used to be read."""
    failing = [each for each in documents if each.ever_read and each.failures >= POLLS_TO_BREAK]
    if not failing:
        return None
    worst = max(failing, key=lambda each: each.failures)
    return Problem("feed-broken", 0, worst.failures, f"{worst.url}: {worst.problem or 'failed'}")


def low_recall(recall: Recall) -> Problem | None:
    share = recall.share
    if share is None or recall.base < LEAST_LISTED or share >= LEAST_RECALL:
        return None
    return Problem(
        "recall-low", LEAST_RECALL, round(share, 3), f"{recall.base - recall.fetched} of {recall.base} missed"
    )


def unreachable(failures: int, problem: str | None) -> Problem | None:
    return Problem("unreachable", 0, failures, problem) if failures >= POLLS_TO_BREAK else None


def overflowing(overflows: int, window: int) -> Problem | None:
    """Whether poll after poll everything that a feed shows was new, so that entries were probably missed."""
    return Problem("feed-overflow", window, overflows) if overflows >= POLLS_TO_BREAK else None


def _dispersion(counts: Sequence[int]) -> float:
    """Variance by mean of the counts a day: 1 for a Poisson process, and at most 10."""
    if len(counts) < 2 or not any(counts):
        return 1.0
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
    return min(max(variance / mean, 1.0), 10.0)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
