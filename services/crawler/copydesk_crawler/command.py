"""`copydesk sources check`: what each source offers, asked as politely as the crawler asks, without a database."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from copydesk.contracts import Source
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.workers import WorkerPool
from copydesk.settings import Settings
from copydesk_crawler.adapters.document_reader import DocumentReader
from copydesk_crawler.adapters.fetcher import Fetcher
from copydesk_crawler.adapters.host_leases import LocalHostLeases
from copydesk_crawler.adapters.poll import Poll
from copydesk_crawler.adapters.robots_cache import RobotsCache

_SILENT = timedelta(days=30)


@dataclass(frozen=True)
class SourceCheck:
    """One source. `entries` counts the addresses that it lists now, `newest` is the youngest date among them."""

    name: str
    url: str
    feeds: list[str]
    sitemaps: list[str]
    entries: int
    newest: str | None
    problems: list[str]


async def check(sources: Sequence[Source], settings: Settings) -> AsyncIterator[SourceCheck]:
    """Ask the sources one after the other."""
    clock = SystemClock()
    hosts = LocalHostLeases(clock)
    fetcher = Fetcher(settings.http, clock)
    workers = WorkerPool(settings.worker)
    robots = RobotsCache(hosts, fetcher, settings.http.user_agent, clock)
    reader = DocumentReader(hosts, robots, fetcher, workers, settings.http, clock)
    try:
        for source in sources:
            yield await _check(source, reader, clock)
    finally:
        await workers.close()
        await fetcher.close()


async def _check(source: Source, reader: DocumentReader, clock: SystemClock) -> SourceCheck:
    poll = Poll(source)
    while poll.waiting:
        document = poll.waiting.pop(0)
        reading = await reader.read(document, ignore_robots=poll.ignores_robots(document))
        poll.take(reading)
        if document.kind != "home" and reading.findings is not None:
            poll.found += len(reading.findings.entries)
    home = poll.home_links
    newest = max(
        (each.findings.newest for each in poll.readings if each.findings and each.findings.newest), default=None
    )
    problems = [f"{reading.document.url}: {reading.problem}" for reading in poll.readings if reading.problem]
    entries = poll.found + (len(home.findings.entries) if home and home.findings else 0)
    if not entries:
        problems.append("no entries: name a feed or a sitemap of this source")
    if newest and clock.now() - newest > _SILENT:
        problems.append(f"silent: the newest entry is of {newest:%Y-%m-%d}")
    return SourceCheck(
        name=source.name,
        url=source.url,
        feeds=[each.document.url for each in poll.readings if each.document.kind == "feed"],
        sitemaps=[each.document.url for each in poll.readings if each.document.kind == "sitemap"],
        entries=entries,
        newest=newest.isoformat() if newest else None,
        problems=problems,
    )
