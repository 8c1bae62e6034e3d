"""Made-up sources and the times at which they publish."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""

WEEKS = 4
WARM_UP_WEEKS = 2
HISTORY = timedelta(days=7)

MEDIAN_PER_DAY, SPREAD = 25.0, 1.6
BURSTS_PER_DAY, BURST_HOURS, BURST_FACTOR = 0.3, 2.0, 5.0
ZONES = ((-8, 1), (-5, 3), (-3, 1), (0, 3), (1, 6), (2, 2), (3, 2), (5.5, 3), (8, 3), (9, 2))
"""Hours from UTC and weights."""

_DESK = (2, 1, 1, 1, 2, 5, 9, 11, 11, 11, 11, 10, 9, 10, 10, 10, 10, 9, 8, 7, 6, 5, 4, 3)
_AGENCY = (6, 5, 5, 5, 6, 7, 8, 10, 11, 11, 11, 11, 10, 10, 11, 11, 11, 10, 9, 9, 8, 8, 7, 7)
_EVENING = (3, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 7, 8, 10, 12, 14, 14, 12, 9, 7, 5)


@dataclass(frozen=True)
class MadeSource:
    """`times` are seconds since `START`, ascending; those before 0 are what its feed shows at the first poll."""

    kind: str
    per_day: float
    window: int
    times: Sequence[float]


def made_sources(count: int, seed: int, clock_change: bool = False) -> list[MadeSource]:
    """Seven in ten write all day long, two publish part of their articles on the half hour, one all at fixed times.

    With `clock_change` every source's clock goes forward by an hour when the warm-up ends.
    """
    return [_source(random.Random(f"{seed} {number}"), clock_change) for number in range(count)]


def _source(dice: random.Random, clock_change: bool) -> MadeSource:
    per_day = min(max(math.exp(dice.gauss(math.log(MEDIAN_PER_DAY), SPREAD)), 1.0), 1_000.0)
    kind = dice.choices(("desk", "half-hourly", "daily"), (7, 2, 1))[0]
    zone = dice.choices([hours for hours, _ in ZONES], [weight for _, weight in ZONES])[0]
    weekend = dice.uniform(0.2, 0.9)
    if kind == "daily":
        per_day = min(per_day, 30.0)
        times = _daily(dice, per_day, zone, weekend)
    else:
        times = _all_day(dice, per_day, zone, weekend)
    if kind == "half-hourly":
        times = [time - time % 1800 + dice.uniform(0, 60) if dice.random() < 0.7 else time for time in times]
    if clock_change:
        change = WARM_UP_WEEKS * 7 * 86_400
        times = [time if time < change else time - 3_600 for time in times]
    window = dice.choice((10, 20, 30, 50, 100))
    return MadeSource(kind, per_day, max(window, int(per_day / 8)), sorted(times))


def _local(time: float, zone: float) -> tuple[int, int]:
    """Weekday from Monday, and hour."""
    local = time + zone * 3600
    return int(local // 86_400) % 7, int(local % 86_400 // 3600)


def _all_day(dice: random.Random, per_day: float, zone: float, weekend: float) -> list[float]:
    """A Poisson process by hour and weekday, with bursts, by thinning."""
    shape = dice.choice((_DESK, _DESK, _AGENCY, _EVENING))
    mean = sum(shape) / 24
    begin, end = -HISTORY.total_seconds(), WEEKS * 7 * 86_400.0
    bursts = []
    time = begin
    while (time := time + dice.expovariate(BURSTS_PER_DAY / 86_400)) < end:
        bursts.append(time)
    most = per_day / 86_400 * max(shape) / mean * BURST_FACTOR
    times = []
    time, next_burst = begin, 0
    while (time := time + dice.expovariate(most)) < end:
        while next_burst < len(bursts) and bursts[next_burst] + BURST_HOURS * 3600 < time:
            next_burst += 1
        burst = next_burst < len(bursts) and bursts[next_burst] <= time
        day, hour = _local(time, zone)
        rate = per_day / 86_400 * shape[hour] / mean * (weekend if day >= 5 else 1.0) * (BURST_FACTOR if burst else 1.0)
        if dice.random() * most < rate:
            times.append(time)
    return times


def _daily(dice: random.Random, per_day: float, zone: float, weekend: float) -> list[float]:
    """Everything within two minutes of a fixed local time, at one to three times a day."""
    slots = [dice.randrange(5 * 12, 20 * 12) * 300 for _ in range(dice.randint(1, 3))]
    times = []
    for day in range(-int(HISTORY.days), WEEKS * 7):
        if day % 7 >= 5 and dice.random() > weekend:
            continue
        for slot in slots:
            articles = max(1, round(dice.gauss(per_day / len(slots), 1)))
            times += [day * 86_400 + slot - zone * 3600 + dice.uniform(0, 120) for _ in range(articles)]
    return times
