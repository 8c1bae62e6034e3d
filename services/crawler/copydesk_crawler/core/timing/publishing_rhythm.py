"""When a source publishes: counts by hour of the week, learned from the times of its articles, and what they foretell.

Hours are UTC. A source lives by its local time, which no field of it tells for sure; when the clocks change, its
profile is an hour off until newer counts outweigh the older ones. Smoothing over neighbouring hours makes that cheap.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import Struct, field

WEEK_HOURS = 168
SLOT = timedelta(minutes=5)
HALF_LIFE = timedelta(weeks=3)
"""After this a count weighs half."""

LONGEST_MEMORY = timedelta(days=28)
"""Older articles teach nothing: a feed that lists evergreens would look busy."""

GENERAL_PER_DAY = 20.0
"""Articles a day of a source of which nothing is known."""

_SLOTS = 12
_HOUR = 3_600.0
_WEEK = WEEK_HOURS * _HOUR
_MONDAY = 72
"""The epoch began on a Thursday."""

_GENERAL_WEEKS = 0.03
_BELIEF = 2.0
_PHASE_BELIEF = 6.0


class Rhythm(Struct, frozen=True, kw_only=True):
    """What was seen of a source up to `until`; the counts are of articles, halved every three weeks.

    `hours` counts by hour of the week from Monday 00:00 UTC, `minutes` by five minutes of the hour. `weeks` is the time
    that was watched, decayed like the counts.
    """

    until: datetime
    hours: list[float] = field(default_factory=lambda: [0.0] * WEEK_HOURS)
    minutes: list[float] = field(default_factory=lambda: [0.0] * _SLOTS)
    weeks: float = 0.0


@dataclass(frozen=True)
class Forecast:
    """The rate at which articles are to be expected: `hours` in articles an hour, from Monday 00:00 UTC.

    `minutes` are factors by five minutes of the hour: many publish on the hour, by the clock.
    """

    hours: Sequence[float]
    minutes: Sequence[float]

    @property
    def per_day(self) -> float:
        return sum(self.hours) / 7

    @property
    def intensity(self) -> float:
        """The mean of the root of the rate (articles an hour): the share of all polls that the source is due."""
        return sum(map(math.sqrt, self.hours)) / WEEK_HOURS

    def slots(self, start: datetime) -> Iterator[tuple[float, float]]:
        """Slices of time from `start` on, without end: hours that each lasts, and articles an hour in it."""
        moment = start.timestamp()
        slot = SLOT.total_seconds()
        position = (moment + _MONDAY * _HOUR) % _WEEK
        length = slot - position % slot
        while True:
            hour = int(position // _HOUR) % WEEK_HOURS
            minute = int(position % _HOUR // slot)
            yield length / _HOUR, self.hours[hour] * self.minutes[minute]
            position += length
            length = slot

    def expected(self, start: datetime, end: datetime) -> float:
        """Articles expected between two times, at the learned profile alone."""
        whole, seconds = divmod(max((end - start).total_seconds(), 0.0), _WEEK)
        total = whole * sum(self.hours)
        position = (start.timestamp() + _MONDAY * _HOUR) % _WEEK
        while seconds > 0:
            length = min(_HOUR - position % _HOUR, seconds)
            total += self.hours[int(position // _HOUR) % WEEK_HOURS] * length / _HOUR
            position += length
            seconds -= length
        return total


def begin(seen_from: datetime) -> Rhythm:
    """A source of which nothing was seen before `seen_from`."""
    return Rhythm(until=seen_from)


def learn(rhythm: Rhythm, times: Iterable[datetime], now: datetime, seen_from: datetime | None = None) -> Rhythm:
    """Add the articles that came since `rhythm.until`; with `seen_from`, nothing is known of the time before it.

    Times after `now` count as now; what is older than four weeks is left out.
    """
    watched = max(rhythm.until, seen_from) if seen_from else rhythm.until
    keep = _decay((now - rhythm.until).total_seconds())
    hours = [count * keep for count in rhythm.hours]
    minutes = [count * keep for count in rhythm.minutes]
    for time in times:
        age = max((now - time).total_seconds(), 0.0)
        if age > LONGEST_MEMORY.total_seconds():
            continue
        weight = _decay(age)
        position = (now.timestamp() - age + _MONDAY * _HOUR) % _WEEK
        hours[int(position // _HOUR) % WEEK_HOURS] += weight
        minutes[int(position % _HOUR // SLOT.total_seconds()) % _SLOTS] += weight
    return Rhythm(
        until=max(now, rhythm.until),
        hours=hours,
        minutes=minutes,
        weeks=rhythm.weeks * keep + _watched(now - watched) / _WEEK,
    )


def forecast(rhythm: Rhythm) -> Forecast:
    """The rates that the counts speak for.

    Each level is drawn towards the one above it, as strongly as if a few articles had come at the rate of that one: a
    source's mean towards the general mean, its hours of the day towards its mean, its hours of the week towards hour of
    day times weekday.
    """
    total = sum(rhythm.hours)
    mean = _mean(rhythm, total)
    days = 7 * rhythm.weeks
    by_hour = [sum(rhythm.hours[hour::24]) for hour in range(24)]
    daily = [(count + _BELIEF) / (days + _BELIEF / mean) for count in _smooth(by_hour, 0.2)]
    usual = sum(daily) * rhythm.weeks
    weekdays = [
        (sum(rhythm.hours[24 * day : 24 * day + 24]) + _BELIEF) / (usual + _BELIEF) if usual else 1.0
        for day in range(7)
    ]
    hours = []
    for index, count in enumerate(_smooth(rhythm.hours, 0.15)):
        prior = daily[index % 24] * weekdays[index // 24]
        hours.append((count + _BELIEF) / (rhythm.weeks + _BELIEF / prior))
    slots = [(count + _PHASE_BELIEF) / (total / _SLOTS + _PHASE_BELIEF) for count in rhythm.minutes]
    return Forecast(hours, slots)


def _mean(rhythm: Rhythm, total: float) -> float:
    """Articles an hour."""
    general = GENERAL_PER_DAY * 7 * _GENERAL_WEEKS
    return (total + general) / (rhythm.weeks + _GENERAL_WEEKS) / WEEK_HOURS


def _decay(seconds: float) -> float:
    return 2 ** (-max(seconds, 0.0) / HALF_LIFE.total_seconds())


def _watched(elapsed: timedelta) -> float:
    """Seconds that a time up to now weighs, decayed."""
    return (1 - _decay(elapsed.total_seconds())) * HALF_LIFE.total_seconds() / math.log(2)


def _smooth(counts: Sequence[float], share: float) -> list[float]:
    """Each bin gives `share` of its count to either neighbour, round the clock."""
    size = len(counts)
    return [
        (1 - 2 * share) * count + share * (counts[index - 1] + counts[(index + 1) % size])
        for index, count in enumerate(counts)
    ]
