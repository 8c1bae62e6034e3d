"""How long to wait before a source is asked again.

A poll is worth its while when the articles to be expected have, together, waited long enough. At a steady rate λ they
have waited λt²/2 after a time t, so that the interval is k/√λ: the allocation that makes the sum of delays least at a
given number of polls, across sources as across the hours of one (Sia, Cho and Cho, "Efficient monitoring algorithm for
fast news alerts", IEEE TKDE 19(7), 2007). At an unsteady rate the same rule polls after a peak, not amid the calm
before it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk_crawler.core.timing.publishing_rhythm import Forecast

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Limits:
    """What an interval may be. `window` is how many articles the source's feed shows at a time, if known."""

    least: timedelta
    most: timedelta
    window: int | None = None


def scale(poll_interval: timedelta, mean_intensity: float) -> float:
    """The k (in root hours) with which all sources together are polled as if each were every `poll_interval`.

    `mean_intensity` is the mean of `Forecast.intensity` over the sources that share the budget.
    """
    return poll_interval / _HOUR * mean_intensity


def interval(forecast: Forecast, now: datetime, k: float, limits: Limits) -> timedelta:
    """The time from `now` to the next poll.

    Never so long that more than half of what the feed shows would have been replaced, as far as `least` allows.
    """
    enough = k * k / 2
    fill = limits.window / 2 if limits.window else float("inf")
    most = limits.most / _HOUR
    waited = come = elapsed = 0.0
    for length, rate in forecast.slots(now):
        # Within a slot the rate is steady, so both sums are solved for the moment at which they are reached.
        reached = _crossing(rate, come, enough - waited)
        filled = (fill - come) / rate if rate > 0 else float("inf")
        step = min(reached, filled, length)
        elapsed += step
        if step < length or elapsed >= most:
            break
        waited += come * length + rate * length * length / 2
        come += rate * length
    return max(limits.least, min(_HOUR * min(elapsed, most), limits.most))


def _crossing(rate: float, come: float, missing: float) -> float:
    """Hours until come·t + rate·t²/2 reaches `missing`."""
    if rate <= 0:
        return missing / come if come > 0 else float("inf")
    return float(((come * come + 2 * rate * missing) ** 0.5 - come) / rate)
