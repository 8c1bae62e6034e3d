"""The crawler beside raw httpx and Scrapy, and what it costs and promises, on a loopback web of real size.

    python -m benchmarks.crawler [--hosts N] [--pages N] [--rounds N] [--concurrency N] [--latency MS]
                                 [--feeds] [--scrapy PYTHON]
    python -m benchmarks.crawler --memory | --politeness | --real-delay

The first form prints pages a second, from the first page request to the last as the servers count them, and ratios
with their least and most over the rounds. Our crawler is the process that ships, with Kafka and Postgres on the same
machine; the peers get the list of URLs and keep nothing. `--feeds` adds a run in which it finds the URLs itself.
`--memory` compares the process with 100,000 URLs in the frontier to one with 1,000. `--politeness` runs three crawlers
on one frontier and counts violations in the servers' logs. `--real-delay` measures from publication in a feed to the
record on pages.fetched.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console

from benchmarks.crawler.delay import real_delay
from benchmarks.crawler.ground import StalledError
from benchmarks.crawler.memory import memory
from benchmarks.crawler.politeness import politeness
from benchmarks.crawler.speed import speed
from copydesk.settings import TelemetrySettings
from copydesk.telemetry import configure_logging


def main() -> None:
    given = _arguments()
    configure_logging(TelemetrySettings(log_level="ERROR"))
    measure = {"memory": memory, "politeness": politeness, "real-delay": real_delay, None: speed}[given.measure]
    try:
        asyncio.run(measure(given, Console()))
    except StalledError as error:
        sys.exit(f"stalled: {error}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--pages", type=int, default=50, help="a host")
    parser.add_argument("--bytes", type=int, default=100_000, help="median size of a page")
    parser.add_argument("--rounds", type=int, default=5, help="after one that only warms up")
    parser.add_argument("--concurrency", type=int, default=16, help="hosts side by side")
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds before a server answers")
    parser.add_argument("--feeds", action="store_true", help="also with the URLs to be found in feeds")
    parser.add_argument("--scrapy", type=Path, default=Path(sys.executable), help="a python that has Scrapy")
    parser.add_argument("--urls", type=int, default=100_000, help="in the frontier, for --memory")
    parser.add_argument("--minutes", type=float, default=3.0, help="of publishing, for --real-delay")
    modes = parser.add_mutually_exclusive_group()
    for mode in ("memory", "politeness", "real-delay"):
        modes.add_argument(f"--{mode}", dest="measure", action="store_const", const=mode)
    return parser.parse_args()


if __name__ == "__main__":
    main()
