"""The whole line on two cores: crawler, cleaner, tagger and writer as they ship, with Kafka and Postgres.

    python -m benchmarks.pipeline [--data DIR] [--sets NAMES] [--words MOST] [--warm-up PAGES] [--tagging-workers N]
    python -m benchmarks.pipeline --buses [--articles N] [--rounds N]

The first form serves stored pages from loopback and has each service in a process of its own crawl, clean, tag and
file them. It prints articles a second and CPU milliseconds an article by process, beside the promise of a million
articles in six hours on two cores, to which all processes keep. Models load during the warm-up, whose pages are other
sites' than those that count. Last comes what the line takes while it waits. On a busy machine the CPU milliseconds
tell more than the rate, though those that pass with waiting grow with it.

The second form compares the embedded log with Kafka over made-up pages, from pages.fetched on.
"""

import argparse
import asyncio
from pathlib import Path

from rich.console import Console

from benchmarks.extraction.pages import DATA
from benchmarks.pipeline.buses import compare_buses
from benchmarks.pipeline.whole_line import whole_line
from copydesk.settings import TelemetrySettings
from copydesk.telemetry import configure_logging

_SETS = "fundus_news,fundus_hist,andy,wcxb_article"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="default: $COPYDESK_EXTRACTION_DATA")
    parser.add_argument("--sets", type=lambda names: names.split(","), default=_SETS.split(","))
    parser.add_argument("--words", type=int, default=800, help="pages with a longer text are left out")
    parser.add_argument("--warm-up", type=int, default=150, help="pages before the clock starts")
    parser.add_argument("--tagging-workers", type=int, default=2, help="COPYDESK_WORKER__PROCESSES of the tagger")
    parser.add_argument("--buses", action="store_true", help="compare the embedded log with Kafka instead")
    parser.add_argument("--articles", type=int, default=1_000, help="for --buses")
    parser.add_argument("--rounds", type=int, default=3, help="for --buses")
    given = parser.parse_args()
    configure_logging(TelemetrySettings(log_level="ERROR"))
    if given.buses:
        asyncio.run(compare_buses(given.articles, given.rounds))
    elif not (given.data / "gold").is_dir():
        parser.error(f"{given.data} has no folder gold: name the folder of stored pages by --data")
    else:
        asyncio.run(whole_line(given, Console()))


if __name__ == "__main__":
    main()
