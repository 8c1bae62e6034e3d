"""From the moment an article stands in a feed to its record on pages.fetched, once for real."""

import argparse
import random
import time
from datetime import timedelta

from rich.console import Console

from benchmarks.crawler.ground import Newsroom, StalledError, newsroom, prepared_ground
from copydesk.bus import KafkaBus
from copydesk.contracts import PAGES_FETCHED, PageFetched, decode
from copydesk.testing.loopback_web import HostPlan, LoopbackWeb, WebPlan

_FEEDS = 20
_PER_MINUTE = 4
_LEAD_SECONDS = 20.0
"""In which everything starts before the first article comes out."""

_POLL_SECONDS = 5
_PATIENCE_SECONDS = 60.0


async def real_delay(given: argparse.Namespace, console: Console) -> None:
    plan = WebPlan(tuple(_host(at, 60 * given.minutes) for at in range(_FEEDS)), median_bytes=given.bytes)
    async with prepared_ground() as ground, newsroom(ground) as room, LoopbackWeb(plan) as web:
        await room.add_sources(web.manifest.sources())
        room.start_crawler(
            "delay",
            http__host_delay="0.2",
            crawler__poll_interval=str(_POLL_SECONDS),
            crawler__min_poll_interval="2",
            crawler__max_poll_interval="10",
        )
        delays = await _delays(room, web, given.minutes)
        polls = sum(hit.kind == "feed.xml" for hit in await web.hits())
    seconds = sorted(delay.total_seconds() for delay in delays.values())
    console.print(
        f"{len(seconds)} articles of {_FEEDS} feeds in {given.minutes:g} minutes, polled every {_POLL_SECONDS} s or as "
        f"learned ({polls} requests for feeds): publication to pages.fetched p50 {_share(seconds, 0.5):.2f} s, "
        f"p95 {_share(seconds, 0.95):.2f} s, most {seconds[-1]:.2f} s"
    )


def _host(number: int, seconds: float) -> HostPlan:
    chance = random.Random(number)
    count = max(1, round(_PER_MINUTE * seconds / 60))
    return HostPlan(
        pages=count, publishing=tuple(sorted(_LEAD_SECONDS + seconds * chance.random() for _ in range(count)))
    )


async def _delays(room: Newsroom, web: LoopbackWeb, minutes: float) -> dict[str, timedelta]:
    """By URL, when its first record came."""
    wanted = web.manifest.pages
    found: dict[str, timedelta] = {}
    ends = time.monotonic() + _LEAD_SECONDS + 60 * minutes + _PATIENCE_SECONDS
    bus = KafkaBus(room.kafka)
    try:
        await bus.ensure_topics([PAGES_FETCHED])
        consumer = await bus.consumer("benchmark", [PAGES_FETCHED.name])
        while len(found) < len(wanted):
            if time.monotonic() > ends:
                raise StalledError(f"{len(found)} of {len(wanted)} articles came\n{room.log_tails()}")
            for record in await consumer.poll(max_records=500, timeout=1):
                message = decode(record.headers, record.value).message
                if isinstance(message, PageFetched) and message.url in wanted:
                    found.setdefault(message.url, record.timestamp - wanted[message.url].published)
        await consumer.close()
    finally:
        await bus.close()
    return found


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
