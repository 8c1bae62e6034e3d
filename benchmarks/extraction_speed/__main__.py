"""Pages a second of the cleaner beside trafilatura, metadata included, on the same pages in the same run on one core.

    python -m benchmarks.extraction_speed [--data DIR] [--sets fundus_news,wcxb_article] [--pages 200] [--rounds 5]
                                          [--cleaners "copydesk,trafilatura,trafilatura fast"] [--out FILE]

The process keeps to one processor and counts its CPU seconds. Pages are in memory; all cleaners take bytes and decode
them. Rounds are interleaved, A B C A B C …: in each, every cleaner has the same pages, which none had before, for both
sides keep caches that a second look at a page would fill. So ratios hold while the machine's speed drifts. Then come
the milliseconds of the cleaner's stages, and a worker's memory after 200 pages.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil
from htmldate.meta import reset_caches

from benchmarks.extraction.arguments import checked
from benchmarks.extraction.cleaners import BASELINE, CLEANERS, OURS
from benchmarks.extraction.pages import DATA, Page, load
from benchmarks.extraction_speed.stages import stage_times

_CLEANERS = [OURS, BASELINE, "trafilatura fast"]
_WORKED = 200
"""Pages after which a worker's memory is read."""


class StoredPage(Page):
    """A page whose bytes are in memory."""

    def body(self) -> bytes:
        return _bodies[self.file]


_bodies: dict[Path, bytes] = {}


def main() -> None:
    given = _arguments()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    pages = [page for name in given.sets for page in load(given.data, name, given.pages)]
    with ProcessPoolExecutor(1) as pool:
        resident = pool.submit(_resident, pages).result()
    stored = [StoredPage(page.file, page.gold) for page in pages]
    _bodies.update({page.file: Page.body(page) for page in stored})
    print(f"{len(stored)} pages, {sum(map(len, _bodies.values())) / 1e6:.0f} MB; {given.rounds} rounds", flush=True)
    speeds = _rounds(stored, given.cleaners, given.rounds)
    _print_speeds(speeds)
    stages = stage_times(stored)
    print(f"pages that went to the vote of extractors: {stages.pop('voted'):.1%}")
    for stage, milliseconds in stages.items():
        print(f"  {stage:10} {milliseconds:6.2f} ms a page")
    print(f"worker after {_WORKED} pages: {resident / 1e6:.0f} MB resident")
    if given.out:
        record = {"pages": len(stored), "pages_a_second": {cleaner: _median(each) for cleaner, each in speeds.items()}}
        record |= {"stages_ms": stages, "worker_bytes": resident}
        given.out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="default: $COPYDESK_EXTRACTION_DATA")
    parser.add_argument("--sets", type=lambda names: names.split(","), default=["fundus_news", "wcxb_article"])
    parser.add_argument("--pages", type=int, default=200, help="at most so many a set, spread over it")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cleaners", type=lambda names: names.split(","), default=_CLEANERS, help=", ".join(CLEANERS))
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    return checked(parser)


def _resident(pages: Sequence[Page]) -> int:
    """Bytes resident in this process, which is to be a fresh one, after our cleaner had `_WORKED` pages."""
    for number in range(_WORKED):
        CLEANERS[OURS](pages[number % len(pages)])
    return int(psutil.Process().memory_info().rss)


def _rounds(pages: Sequence[Page], cleaners: Sequence[str], count: int) -> dict[str, list[float]]:
    """Pages a CPU second, round by round. What is loaded with a first page is loaded before."""
    speeds: dict[str, list[float]] = {cleaner: [] for cleaner in cleaners}
    for cleaner in cleaners:
        CLEANERS[cleaner](pages[0])
    for at in range(count):
        unseen = pages[1 + at :: count]
        for cleaner in cleaners:
            reset_caches()  # of dates, which trafilatura shares between its modes
            started = time.process_time()
            for page in unseen:
                CLEANERS[cleaner](page)
            speeds[cleaner].append(len(unseen) / (time.process_time() - started))
            print(f"{cleaner}: {speeds[cleaner][-1]:.1f} pages/s", file=sys.stderr)
    return speeds


def _print_speeds(speeds: Mapping[str, Sequence[float]]) -> None:
    print("| cleaner | pages/s | lowest | highest | ms a page | ratio to it of copydesk | lowest | highest |")
    print("|---|---|---|---|---|---|---|---|")
    ours = speeds.get(OURS)
    for cleaner, each in speeds.items():
        cells = [f"{_median(each):.1f}", f"{min(each):.1f}", f"{max(each):.1f}", f"{1000 / _median(each):.1f}"]
        if ours:
            ratios = [mine / theirs for mine, theirs in zip(ours, each, strict=True)]
            cells += [f"{_median(ratios):.2f}", f"{min(ratios):.2f}", f"{max(ratios):.2f}"]
        print(f"| {cleaner} | {' | '.join(cells)} |", flush=True)


def _median(figures: Sequence[float]) -> float:
    return statistics.median(figures)


if __name__ == "__main__":
    main()
