"""Memory of the crawler process with many URLs in the frontier against few; both crawl the same web meanwhile."""

import argparse
import asyncio

from rich.console import Console
from rich.table import Table

from benchmarks.crawler.ground import Ground, newsroom, prepared_ground
from benchmarks.crawler.processor_time import Group
from copydesk.testing.loopback_web import HostPlan, LoopbackWeb, WebPlan

_FEW = 1_000
_SAMPLES = 40
_SAMPLE_SECONDS = 0.5


async def memory(given: argparse.Namespace, console: Console) -> None:
    """The web has 100 hosts with a thousand pages; all URLs beyond those lead to pages that are not there."""
    plan = WebPlan(hosts=(HostPlan(pages=_FEW // 100, latency=0.2),) * 100, median_bytes=given.bytes)
    table = Table("URLs in the frontier", "process, MB", "with its workers, MB", title="the most held in 20 s")
    most = {}
    async with prepared_ground() as ground, LoopbackWeb(plan) as web:
        for urls in (_FEW, given.urls):
            await web.forget()
            most[urls] = await _most(ground, web, urls)
            table.add_row(f"{urls:,}", *(f"{value:.0f}" for value in most[urls]))
    console.print(table)
    console.print(f"{given.urls:,} / {_FEW:,} URLs: {most[given.urls][0] / most[_FEW][0]:.3f}")


async def _most(ground: Ground, web: LoopbackWeb, urls: int) -> tuple[float, float]:
    served = web.manifest.by_host()
    more = urls - len(web.manifest.pages)
    for number, (host, held) in enumerate(served.items()):
        held += [f"http://{host}/missing/{number}-{at}" for at in range(more // len(served))]
    async with newsroom(ground) as room:
        await room.discover(served)
        process = room.start_crawler("memory", http__host_delay="0")
        alone, all_of_it = 0.0, 0.0
        await room.crawled(web, 1, 60)
        for _ in range(_SAMPLES):
            alone = max(alone, Group([process.pid], alone=True).memory())
            all_of_it = max(all_of_it, Group([process.pid]).memory())
            await asyncio.sleep(_SAMPLE_SECONDS)
        return alone, all_of_it
