"""`copydesk sources check`: what each source offers, asked as politely as the crawler asks, without a database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from copydesk.contracts import Source
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.ports import Clock
from copydesk.settings import Settings
from copydesk_crawler.adapters.document_reader import DocumentReader, Reading, named
from copydesk_crawler.adapters.document_workers import document_workers
from copydesk_crawler.adapters.fetcher import Fetcher
from copydesk_crawler.adapters.host_leases import LocalHostLeases
from copydesk_crawler.adapters.poll import Poll
from copydesk_crawler.adapters.robots_cache import RobotsCache
from copydesk_crawler.core.discovery.discovered import Findings
from copydesk_crawler.core.discovery.source_check import DocumentCheck, articles_a_day, assess
from copydesk_crawler.core.discovery.source_documents import guessed_feeds, guessed_sitemaps, page_links

SOURCES_AT_ONCE = 8
"""Sources asked side by side; each host is asked by one of them at a time."""


@dataclass(frozen=True)
class SourceCheck:
    """One source. `entries` counts the addresses that it lists now, `newest` is the youngest date among them.

    `articles_a_day` is None where dates are missing. `notes` are worth a look, `problems` have to be solved.
    """

    name: str
    url: str
    feeds: list[str]
    sitemaps: list[str]
    entries: int
    newest: str | None
    problems: list[str]
    sections: list[str] = field(default_factory=list)
    hubs: list[str] = field(default_factory=list)
    articles_a_day: float | None = None
    notes: list[str] = field(default_factory=list)
    documents: list[DocumentCheck] = field(default_factory=list)


async def check(sources: Sequence[Source], settings: Settings) -> AsyncIterator[SourceCheck]:
    """Ask the sources side by side; the answers come in their order."""
    clock = SystemClock()
    hosts = LocalHostLeases(clock)
    fetcher = Fetcher(settings.http, clock)
    workers = document_workers(settings.worker)
    robots = RobotsCache(hosts, fetcher, settings.http.user_agent, clock, settings.http.host_delay)
    reader = DocumentReader(hosts, robots, fetcher, workers, settings.http, clock)
    room = asyncio.Semaphore(SOURCES_AT_ONCE)

    async def ask(source: Source) -> SourceCheck:
        async with room:
            return await _check(source, reader, clock)

    asked = [asyncio.create_task(ask(source)) for source in sources]
    owners: dict[str, str] = {}
    try:
        for each in asked:
            found = await each
            for feed in found.feeds:
                owner = owners.setdefault(feed, found.name)
                if owner != found.name:
                    found.notes.append(f"{feed}: {owner} has the same feed: keep one of the two sources")
            yield found
    finally:
        for each in asked:
            each.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await workers.close()
        await fetcher.close()


async def _check(source: Source, reader: DocumentReader, clock: Clock) -> SourceCheck:
    poll = Poll(source)
    while poll.waiting:
        document = poll.waiting.pop(0)
        poll.take(await reader.read(document, ignore_robots=poll.ignores_robots(document), known=_known(poll)))
    listed = [each.findings for each in poll.readings if each.findings and each.document.kind in ("feed", "sitemap")]
    entries = sum(len(findings.entries) for findings in listed)
    pages = [each.findings for each in poll.readings if each.findings and each.document.kind in ("home", "section")]
    links = {entry.url for findings in pages for entry in page_links(findings, alone=True)} if not entries else set()
    documents = [_document(each) for each in poll.readings]
    found = listed if entries else pages
    verdict = assess(source.url, documents, found, clock.now())
    if not entries:
        verdict.notes += await _guesses(source, poll, reader)
    newest = max((findings.newest for findings in listed if findings.newest), default=None)
    return SourceCheck(
        name=source.name,
        url=source.url,
        feeds=_urls(poll, "feed"),
        sitemaps=_urls(poll, "sitemap"),
        sections=_urls(poll, "section"),
        hubs=sorted({hub for each in poll.readings for hub in (each.hubs or ())[:1]}),
        entries=entries or len(links),
        newest=newest.isoformat() if newest else None,
        articles_a_day=articles_a_day(listed, clock.now()),
        problems=verdict.problems,
        notes=verdict.notes,
        documents=documents,
    )


async def _guesses(source: Source, poll: Poll, reader: DocumentReader) -> list[str]:
    """Documents that lie where such documents lie by custom, for the operator to name."""
    asked = {each.document.url for each in poll.readings}
    notes: list[str] = []
    for guess in (*guessed_feeds(source.url), *guessed_sitemaps(source.url)):
        if guess.url in asked or any(note.startswith("found ") and guess.kind in note for note in notes):
            continue
        reading = await reader.read(named(guess, source.url), ignore_robots=False)
        if reading.findings and not reading.problem and (reading.findings.entries or reading.findings.documents):
            notes.append(f"found a {guess.kind} at {reading.base}: put it into the source's entry")
    return notes


def _known(poll: Poll) -> list[str]:
    """Articles that feeds and sitemaps have named so far."""
    lists = [each.findings.entries for each in poll.readings if each.findings and each.document.kind != "home"]
    return [entry.url for entries in lists for entry in entries[:100]]


def _urls(poll: Poll, kind: str) -> list[str]:
    return [each.document.url for each in poll.readings if each.document.kind == kind]


def _document(reading: Reading) -> DocumentCheck:
    document, findings = reading.document, reading.findings or Findings()
    return DocumentCheck(
        url=document.url,
        kind=document.kind,
        status=reading.problem or "read",
        named=document.found_on is None,
        entries=len(findings.entries),
        dated=sum(entry.published is not None for entry in findings.entries),
        newest=findings.newest,
        moved_to=document.moved_to,
        hub=next(iter(reading.hubs or ()), None),
    )
