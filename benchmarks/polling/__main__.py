"""The delay from publication to poll: learned intervals against fixed ones, at the same number of requests.

    python -m benchmarks.polling [--sources N] [--seed N] [--variants] [--clock-change]

Made-up sources (volumes, rhythms and shares are the constants of `population.py`) are polled for four weeks, of which
the last two count. The learned policy is the crawler's own code. Every policy is scaled until its number of polls is
that of polling every source each 15 minutes, within one per cent.
"""

import argparse
import random
import time
from collections.abc import Sequence
from datetime import timedelta

from copydesk_crawler.core.timing.poll_interval import Limits, interval, scale
from copydesk_crawler.core.timing.publishing_rhythm import forecast
from rich.console import Console
from rich.table import Table

from benchmarks.polling.policies import (
    Variant,
    Warmed,
    by_density,
    by_volume,
    every,
    in_proportion,
    polls,
    warmed,
    without_minutes,
    without_weekdays,
)
from benchmarks.polling.population import MadeSource, made_sources
from benchmarks.polling.scores import CLASSES, Delays, Score, score
from copydesk.settings import CrawlerSettings

FIXED_SECONDS = 900.0
_TOLERANCE = 0.01
_ROUNDS = 5
_console = Console()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variants", action="store_true", help="also the policies that lost")
    parser.add_argument("--clock-change", action="store_true", help="clocks go forward when the warm-up ends")
    given = parser.parse_args()
    began = time.monotonic()
    sources = made_sources(given.sources, given.seed, given.clock_change)
    dice = random.Random(given.seed)
    fixed = score(sources, [every(FIXED_SECONDS, dice.uniform(0, FIXED_SECONDS)) for _ in sources])
    known = [warmed(source) for source in sources]
    rows = [("fixed 15 min", fixed)]
    for variant in variants(given.variants):
        rows.append((variant.name, at_equal_requests(known, variant, fixed)))
        _console.print(f"{variant.name}: {time.monotonic() - began:.0f} s", style="dim")
    show(sources, rows)
    share = by_itself(known) / fixed.polls
    _console.print(f"scaled as the crawler does it by itself: {share:.2f} of the polls of the fixed interval")
    _console.print(f"{time.monotonic() - began:.0f} s")


def variants(all_of_them: bool) -> list[Variant]:
    """The learned policy first."""
    settings = CrawlerSettings()
    limits = Limits(settings.min_poll_interval, settings.max_poll_interval)
    found = [Variant("learned", interval, limits)]
    if all_of_them:
        found += [
            Variant(f"at most {hours} h", interval, Limits(limits.least, timedelta(hours=hours))) for hours in (1, 6)
        ]
        found += [
            Variant("by density", by_density, limits),
            Variant("no minutes", without_minutes, limits),
            Variant("no weekdays", without_weekdays, limits),
            Variant("no hours: k/√rate", by_volume, limits),
            Variant("k/rate", in_proportion, limits),
        ]
    return found


def natural_scale(known: Sequence[Warmed]) -> float:
    """The scale that the crawler would work with."""
    mean = sum(forecast(each.rhythm).intensity for each in known) / len(known)
    return scale(timedelta(seconds=FIXED_SECONDS), mean)


def by_itself(known: Sequence[Warmed]) -> int:
    """Polls of the learned policy at the crawler's own scale."""
    k, (variant, *_) = natural_scale(known), variants(False)
    return sum(len(polls(each, variant, k)) for each in known)


def at_equal_requests(known: Sequence[Warmed], variant: Variant, fixed: Score) -> Score:
    """Scale until the polls are as many as those of the fixed interval."""
    k, sources = natural_scale(known), [each.source for each in known]
    for _ in range(_ROUNDS):
        found = score(sources, [polls(each, variant, k) for each in known])
        if abs(found.polls / fixed.polls - 1) <= _TOLERANCE:
            break
        k *= found.polls / fixed.polls
    return found


def show(sources: Sequence[MadeSource], rows: Sequence[tuple[str, Score]]) -> None:
    articles = rows[0][1].delays["all"].articles
    title = f"{len(sources)} sources, {articles:,} articles; minutes from publication to poll: p50 / p95 / mean"
    table = Table(title=title, title_justify="left")
    for heading in ("policy", "polls", *CLASSES):
        table.add_column(heading, justify="left" if heading == "policy" else "right", no_wrap=True)
    for name, each in rows:
        table.add_row(name, f"{each.polls:,}", *(_cell(each.delays.get(held)) for held in CLASSES))
    Console(width=150).print(table)


def _cell(delays: Delays | None) -> str:
    return f"{delays.p50:.1f} / {delays.p95:.1f} / {delays.mean:.1f}" if delays else "–"


if __name__ == "__main__":
    main()
