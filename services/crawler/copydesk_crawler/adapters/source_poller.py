"""Polls sources: feeds, sitemaps and home pages become frontier rows."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from copydesk.contracts import Source
from copydesk.runtime.availability import AbandonedError
from copydesk.storage.polls import DueSource, PolledDocument, PollSchedule
from copydesk.telemetry import get_logger
from copydesk_crawler.adapters.activity import rest
from copydesk_crawler.adapters.discovery import NEWS_PRIORITY, ORDINARY_PRIORITY, discover
from copydesk_crawler.adapters.document_reader import DocumentReader, Reading, named
from copydesk_crawler.adapters.visitor import Tools
from copydesk_crawler.core.discovered import Document, Entry
from copydesk_crawler.core.schedule import poll_delay
from copydesk_crawler.core.source_documents import MAX_DOCUMENTS, chosen_children, roots, wanted

SOURCES_AT_ONCE = 8
_REST_SECONDS = 0.5
_GRACE_SECONDS = 6.0

_log = get_logger(__name__)


@dataclass
class Poll:
    """One poll of one source, as it goes."""

    source: Source
    known: dict[str, PolledDocument]
    waiting: list[PolledDocument]
    polled: list[Reading] = field(default_factory=list)
    links: list[tuple[str, tuple[Entry, ...]]] = field(default_factory=list)
    entries: int = 0

    def add(self, document: Document, found_on: str | None) -> None:
        """Queue a document once, with what is remembered of it, as long as there are not too many."""
        new = named(document, found_on)
        queued = {held.id for held in (*self.waiting, *(reading.document for reading in self.polled))}
        if new.id not in queued and len(queued) < MAX_DOCUMENTS:
            self.waiting.append(self.known.get(new.id, new))

    @property
    def problem(self) -> str | None:
        return next((reading.problem for reading in self.polled if reading.problem), None)

    @property
    def failed(self) -> bool:
        """Whether not one document could be read."""
        return all(reading.problem for reading in self.polled)


class SourcePoller:
    """Polls what is due; in a single round, each source exactly once."""

    def __init__(self, tools: Tools, schedule: PollSchedule, reader: DocumentReader) -> None:
        self._tools = tools
        self._schedule = schedule
        self._reader = reader
        self._settings = tools.context.settings.crawler
        self._hands: set[asyncio.Task[None]] = set()
        self._round: datetime | None = None
        self._round_over = False

    def busy(self) -> bool:
        """Whether a poll is in hand, or, in a single round, still to come."""
        return bool(self._hands) or (self._tools.context.once and not self._round_over)

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set; polls in hand have a few seconds to end, the others are repeated later."""
        try:
            if self._tools.context.once:
                self._round = await self._tools.patiently(self._schedule.begin_round)
            while not stop.is_set():
                await self._turn(stop)
        except AbandonedError:
            pass
        if self._hands:
            await asyncio.wait(self._hands, timeout=_GRACE_SECONDS)
        for task in self._hands:
            task.cancel()

    async def _turn(self, stop: asyncio.Event) -> None:
        free = SOURCES_AT_ONCE - len(self._hands)
        due = await self._tools.patiently(lambda: self._schedule.claim(free, self._round)) if free else []
        for each in due:
            task = asyncio.create_task(self._poll(each))
            self._hands.add(task)
            task.add_done_callback(self._hands.discard)
        if due:
            return
        began = self._round
        if began is not None and not self._hands:
            self._round_over = not await self._tools.patiently(lambda: self._schedule.round_open(began))
        await rest(stop, self._hands, _REST_SECONDS)

    async def _poll(self, due: DueSource) -> None:
        source = due.source
        try:
            problem, failed = await self._walk(source)
        except AbandonedError:
            return
        except Exception:  # noqa: BLE001 - like a stage loop: one source must not stop the others
            _log.exception("poll failed", source=source.name)
            problem, failed = "internal-error", True
        failures = due.failures + 1 if failed else 0
        again = poll_delay(self._settings.poll_interval, failures)
        try:
            await self._tools.patiently(lambda: self._schedule.finish(source.name, again, failures, problem))
        except AbandonedError:
            return

    async def _walk(self, source: Source) -> tuple[str | None, bool]:
        known = await self._tools.patiently(lambda: self._schedule.documents(source.name))
        poll = Poll(source, {document.id: document for document in known}, [])
        for document in roots(source):
            poll.add(document, None)
        while poll.waiting and not self._tools.abandoned():
            await self._read(poll, poll.waiting.pop(0))
        if poll.entries == 0:
            for base, entries in poll.links:
                await self._discover(poll, entries, base, ORDINARY_PRIORITY)
        _log.info("polled", source=source.name, documents=len(poll.polled), new=poll.entries, problem=poll.problem)
        return poll.problem, poll.failed

    async def _read(self, poll: Poll, document: PolledDocument) -> None:
        configured = document.found_on is None and document.kind != "home"
        reading = await self._reader.read(document, ignore_robots=poll.source.ignore_robots and configured)
        poll.polled.append(reading)
        if document.kind == "home" and not poll.source.sitemaps:
            for url in reading.robots_sitemaps:
                poll.add(Document(url, "sitemap"), document.url)
        await self._take(poll, document, reading)
        await self._tools.patiently(
            lambda: self._schedule.save_document(poll.source.name, reading.document, reading.problem)
        )

    async def _take(self, poll: Poll, document: PolledDocument, reading: Reading) -> None:
        """Queue what the document names; nothing new means that what it named last time still stands."""
        found = reading.findings
        if found is None:
            for held in poll.known.values():
                if held.found_on == document.url:
                    poll.add(Document(held.url, held.kind), document.url)
            return
        for child in chosen_children(found.documents):
            poll.add(child, document.url)
        if document.kind == "home":
            poll.links.append((reading.base, found.entries))
            return
        floor = self._tools.context.clock.now() - timedelta(days=self._settings.sitemap_days)
        entries = wanted(found, listed=document.found_on is None or document.kind == "feed", floor=floor)
        priority = NEWS_PRIORITY if found.lists_news else ORDINARY_PRIORITY
        await self._discover(poll, entries, reading.base, priority)

    async def _discover(self, poll: Poll, entries: tuple[Entry, ...], base: str, priority: int) -> None:
        found = discover(entries, poll.source.name, base, self._tools.context.clock.now(), priority=priority)
        poll.entries += len(found.urls)
        new = await self._tools.patiently(lambda: found.store(self._tools.frontier))
        if new:
            self._tools.activity.happened()
