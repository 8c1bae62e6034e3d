"""Policies of polling, and what each makes of a made-up source. The learned one is the crawler's own."""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from copydesk_crawler.core.timing.poll_interval import Limits, interval
from copydesk_crawler.core.timing.publishing_rhythm import Forecast, Rhythm, begin, forecast, learn

from benchmarks.polling.population import START, WARM_UP_WEEKS, WEEKS, MadeSource

Policy = Callable[[Forecast, datetime, float, Limits], timedelta]
"""The time to the next poll, of a forecast, the present, the scale and the limits."""

WARM, END = WARM_UP_WEEKS * 7 * 86_400.0, WEEKS * 7 * 86_400.0
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Variant:
    """A policy under limits."""

    name: str
    policy: Policy
    limits: Limits


def by_density(found: Forecast, now: datetime, k: float, limits: Limits) -> timedelta:
    """Polls spread with a density of √rate/k, hour by hour: the same allocation, without waiting for a peak's end."""
    gone = elapsed = 0.0
    for length, rate in found.slots(now):
        density = math.sqrt(rate) / k
        if gone + density * length >= 1:
            elapsed += (1 - gone) / density
            break
        gone += density * length
        elapsed += length
        if elapsed >= limits.most / _HOUR:
            break
    return _within(_HOUR * elapsed, limits)


def by_volume(found: Forecast, now: datetime, k: float, limits: Limits) -> timedelta:
    """k/√rate of the source as a whole, the same at every hour."""
    return _within(_HOUR * k / math.sqrt(found.per_day / 24), limits)


def in_proportion(found: Forecast, now: datetime, k: float, limits: Limits) -> timedelta:
    """As many polls as articles: k/rate."""
    return _within(_HOUR * k * k / (found.per_day / 24), limits)


def without_minutes(found: Forecast, now: datetime, k: float, limits: Limits) -> timedelta:
    return interval(replace(found, minutes=[1.0] * 12), now, k, limits)


def without_weekdays(found: Forecast, now: datetime, k: float, limits: Limits) -> timedelta:
    days = [sum(found.hours[hour::24]) / 7 for hour in range(24)] * 7
    return interval(replace(found, hours=days), now, k, limits)


def _within(wait: timedelta, limits: Limits) -> timedelta:
    return max(limits.least, min(wait, limits.most))


@dataclass(frozen=True)
class Warmed:
    """A source with what the crawler knows of it when the warm-up ends."""

    source: MadeSource
    rhythm: Rhythm


def warmed(source: MadeSource) -> Warmed:
    """Learn from the feed of the first poll, then hour by hour: entries are dated, polls in between add nothing."""
    position = bisect_right(source.times, 0.0)
    shown = source.times[max(0, position - source.window) : position]
    rhythm = learn(begin(_at(shown[0] if shown else 0.0)), [_at(time) for time in shown[1:]], START)
    for hour in range(1, WARM_UP_WEEKS * 168 + 1):
        seen = bisect_right(source.times, hour * 3600)
        rhythm = learn(rhythm, [_at(one) for one in source.times[position:seen]], _at(hour * 3600))
        position = seen
    return Warmed(source, rhythm)


def polls(known: Warmed, variant: Variant, k: float) -> list[float]:
    """The times of all polls after the warm-up, in seconds since the start."""
    source, rhythm = known.source, known.rhythm
    limits = replace(variant.limits, window=source.window)
    found = forecast(rhythm)
    time = WARM
    position, hour = bisect_right(source.times, time), int(time // 3600)
    times: list[float] = []
    while True:
        time += variant.policy(found, _at(time), k, limits).total_seconds()
        if time >= END:
            return times
        times.append(time)
        seen = bisect_right(source.times, time)
        rhythm = learn(rhythm, [_at(one) for one in source.times[position:seen]], _at(time))
        if int(time // 3600) != hour:  # one hour changes next to nothing
            found, hour = forecast(rhythm), int(time // 3600)
        position = seen


def every(seconds: float, offset: float) -> Sequence[float]:
    """Polls at a fixed interval after the warm-up."""
    return [WARM + offset + seconds * number for number in range(int((END - WARM - offset) // seconds) + 1)]


def _at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)
