"""Three crawlers on one frontier, judged by the servers' own log."""

import argparse
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.crawler.ground import Newsroom, newsroom, prepared_ground
from copydesk.testing.loopback_web import Audit, HostPlan, LoopbackWeb, WebPlan, audit

HOST_DELAY = 0.2
CRAWLERS = 3
_PATIENCE_SECONDS = 400.0
_PLAIN = HostPlan(pages=60, forbidden=3, latency=0.03)
_CRAWL_DELAY = HostPlan(pages=25, forbidden=3, latency=0.03, crawl_delay=1)
_BUSY = HostPlan(pages=40, forbidden=3, latency=0.03, busy_every=10, retry_after=2)
_SLOW = HostPlan(pages=25, forbidden=3, latency=0.4, drip=0.4)


async def politeness(given: argparse.Namespace, console: Console) -> None:
    hosts = (_PLAIN, _CRAWL_DELAY, _PLAIN, _BUSY, _SLOW) * (given.hosts // 5)
    async with prepared_ground() as ground, LoopbackWeb(WebPlan(hosts, median_bytes=given.bytes)) as web:
        async with newsroom(ground) as room:
            await _crawl(room, web)
            states = await _forbidden_states(room, web)
        _report(audit(web.plan, await web.hits(), HOST_DELAY), states, console)


async def _crawl(room: Newsroom, web: LoopbackWeb) -> None:
    urls = web.manifest.by_host()
    for url in web.manifest.forbidden:
        host = url.split("/")[2]
        urls[host].insert(len(urls[host]) // 2, url)
    await room.discover(urls)
    for number in range(CRAWLERS):
        room.start_crawler(f"crawler-{number}", http__host_delay=str(HOST_DELAY))
    await room.crawled(web, len(web.manifest.pages), _PATIENCE_SECONDS)


async def _forbidden_states(room: Newsroom, web: LoopbackWeb) -> Sequence[str]:
    rows = await room.pool.fetch(
        "SELECT state || ' ' || coalesce(reason, '') AS state FROM copydesk.frontier WHERE url = ANY($1::text[])",
        list(web.manifest.forbidden),
    )
    return [row["state"] for row in rows]


def _report(found: Audit, forbidden: Sequence[str], console: Console) -> None:
    table = Table(
        "violation", "count", title=f"{CRAWLERS} crawlers, {found.requests} requests, in the servers' own log"
    )
    table.add_row("two requests of a host at once", str(found.overlaps))
    table.add_row(f"less than {HOST_DELAY} s, or the Crawl-delay, in between", str(found.short_gaps))
    table.add_row("before Retry-After was over", str(found.before_retry_after))
    table.add_row("disallowed by robots.txt", str(found.disallowed))
    table.add_row("all", str(found.violations))
    console.print(table)
    console.print(f"shortest rest: {found.shortest_gap:.3f} of what is owed")
    dropped = sum(state == "dropped robots-disallowed" for state in forbidden)
    console.print(f"disallowed URLs in the frontier that were dropped for it: {dropped} of {len(forbidden)}")
    total = sum(found.shares.values())
    shares = ", ".join(
        f"{agent.rpartition('/')[2].rstrip(')')} {count / total:.1%}" for agent, count in sorted(found.shares.items())
    )
    console.print(f"page requests by crawler: {shares}")
