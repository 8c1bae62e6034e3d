"""Polls sources: feeds, sitemaps and home pages become frontier rows."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from functools import partial

from copydesk.contracts import Source
from copydesk.runtime.availability import AbandonedError
from copydesk.storage.frontier_rows import Priority
from copydesk.storage.polls import DueSource, PolledDocument, PollSchedule
from copydesk.telemetry import get_logger
from copydesk_crawler.adapters.activity import rest
from copydesk_crawler.adapters.document_reader import DocumentReader, Reading
from copydesk_crawler.adapters.poll import Poll
from copydesk_crawler.adapters.source_reports import SourceReports
from copydesk_crawler.adapters.tools import Tools
from copydesk_crawler.adapters.websub import WebSub
from copydesk_crawler.core.discovery.discovered import Entry
from copydesk_crawler.core.discovery.source_documents import page_links, wanted
from copydesk_crawler.core.timing.schedule import broken_rest, document_rest
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.urls.url_shapes import MAX_KNOWN

SOURCES_AT_ONCE = 8
_REST_SECONDS = 0.5
_GRACE_SECONDS = 6.0

_log = get_logger(__name__)


class SourcePoller:
    """Polls what is due; in a single round, each source exactly once."""

    def __init__(self, tools: Tools, schedule: PollSchedule, reader: DocumentReader, websub: WebSub | None) -> None:
        self._tools = tools
        self._schedule = schedule
        self._reader = reader
        self._settings = tools.context.settings.crawler
        self._reports = SourceReports(tools, schedule, websub)
        self._websub = websub
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
        left = list(self._hands)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

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
            poll = await self._walk(source)
            await self._reports.conclude(due, poll)
        except AbandonedError:
            await self._give_back(source)
        except asyncio.CancelledError:
            await self._give_back(source)
            raise
        except Exception:  # noqa: BLE001 - like a stage loop: one source must not stop the others
            _log.exception("poll failed", source=source.name)
            with contextlib.suppress(AbandonedError):
                await self._reports.fail(due, "internal-error")

    async def _give_back(self, source: Source) -> None:
        """So that the next crawler need not wait for the lease to end; if the database is away, it has to."""
        with contextlib.suppress(ConnectionError):
            await self._schedule.release(source.name)

    async def _walk(self, source: Source) -> Poll:
        known = await self._tools.patiently(lambda: self._schedule.documents(source.name))
        now = None if self._round else self._tools.context.clock.now()
        poll = Poll(source, {document.id: document for document in known}, now)
        while poll.waiting:
            if self._tools.abandoned():
                raise AbandonedError
            await self._tools.patiently(lambda: self._schedule.keep(source.name))
            await self._read(poll, poll.waiting.pop(0))
        home = poll.home
        if home is not None and home.findings is not None:
            await self._discover(poll, home, page_links(home.findings, alone=poll.home_alone), Priority.LISTED)
        await self._rest(poll)
        _log.info("polled", source=source.name, documents=len(poll.readings), urls=poll.found, problem=poll.problem)
        return poll

    async def _read(self, poll: Poll, document: PolledDocument) -> None:
        """Read one document; it counts as read only when its URLs are in the frontier."""
        known = await self._known_articles(poll, document)
        reading = await self._reader.read(document, ignore_robots=poll.ignores_robots(document), known=known)
        reading = poll.take(reading, first=not document.ever_read)
        found = reading.findings
        if found is not None and document.kind != "home":
            floor = self._tools.context.clock.now() - timedelta(days=self._settings.sitemap_days)
            entries = wanted(found, listed=document.found_on is None or document.kind == "feed", floor=floor)
            priority = Priority.FRESH if found.lists_news else Priority.LISTED
            named = await self._discover(poll, reading, entries, priority)
            poll.found += named if document.kind != "section" else 0
        await self._tools.patiently(
            lambda: self._schedule.save_document(poll.source.name, reading.document, reading.problem)
        )
        websub = self._websub
        if websub is not None:
            await self._tools.patiently(lambda: websub.note(poll.source.name, reading))

    async def _known_articles(self, poll: Poll, document: PolledDocument) -> list[str]:
        """Examples of the source's articles, for pages that have to be told by the looks of their links."""
        address = canonical_url(document.url)
        if document.kind not in ("home", "section") or poll.examples or not isinstance(address, Address):
            return poll.examples
        return await self._tools.patiently(
            lambda: self._schedule.known_articles(poll.source.name, [address.host], MAX_KNOWN)
        )

    async def _discover(self, poll: Poll, reading: Reading, entries: tuple[Entry, ...], priority: Priority) -> int:
        found = await self._tools.intake.take(poll.source.name, entries, reading.base, priority)
        poll.note(reading, found.urls)
        return len(found.urls)

    async def _rest(self, poll: Poll) -> None:
        """Leave documents alone for a time that need not be read at every poll."""
        for reading in poll.readings:
            pause = self._pause(poll, reading)
            if pause:
                rest_document = self._schedule.rest_document
                await self._tools.patiently(partial(rest_document, poll.source.name, reading.document, pause))

    def _pause(self, poll: Poll, reading: Reading) -> timedelta:
        document, base = reading.document, self._settings.poll_interval
        if poll.failed:
            return timedelta(0)  # the source's own next poll comes later by then
        if reading.problem:
            return broken_rest(document.failures, base)
        return document_rest(
            document.kind,
            lists_news=reading.findings is None or reading.findings.lists_news,
            feeds_serve=poll.feeds_serve,
            fresh_for=None if poll.source.poll_every else reading.fresh_for,
            poll_interval=base,
        )
