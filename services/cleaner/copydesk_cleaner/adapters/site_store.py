"""Shares what is learned of sites over topics; best effort, apart from the stage, so it never holds up a page."""

import asyncio
from contextlib import suppress
from typing import Self
from uuid import uuid4

from copydesk.contracts import SITES_DRIFT, SITES_LEARNED, SiteDrift, SiteLearned, UndecodableError, decode
from copydesk.runtime.availability import UNAVAILABLE
from copydesk.runtime.claim_check import check_out
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.ports import DeliveredRecord
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.telemetry import get_logger
from copydesk_cleaner.core.site_memory import SiteMemory

CATCH_UP_SECONDS = 10.0
"""After so long pages are cleaned with what has been read so far."""
LINGER_SECONDS = 0.5
"""Lessons of one site that follow each other this closely are published as one."""
FLUSH_SECONDS = 1.0

_AGAIN_SECONDS = 4.0
_POLL_SECONDS = 1.0
_POLL_RECORDS = 500
_MOST_EVENTS = 1_000

_log = get_logger(__name__)


class SiteStore:
    """Follows sites.learned into a memory, and publishes what this process learns, while the context is open.

    It reads in a group of its own, from the beginning, and commits nothing; what it reads twice changes nothing. While
    the broker is away it keeps the newest record of each site and a bounded number of events, and tries again.
    """

    def __init__(self, context: ServiceContext, memory: SiteMemory) -> None:
        self._context = context
        self._memory = memory
        self._publisher = Publisher(context, "cleaner")
        self._lessons: dict[str, SiteLearned] = {}
        self._events: list[SiteDrift] = []
        self._something = asyncio.Event()
        self._caught_up = asyncio.Event()
        self._sending = False
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    def publish(self, message: SiteLearned | SiteDrift) -> None:
        """Send soon, without waiting; a newer record of a site replaces one that was not sent yet."""
        if isinstance(message, SiteLearned):
            self._lessons[message.site] = message
        elif len(self._events) < _MOST_EVENTS:
            self._events.append(message)
        self._something.set()

    def idle(self) -> bool:
        return not (self._lessons or self._events or self._sending)

    async def catch_up(self, stop: asyncio.Event) -> None:
        """Wait until what was published before has been read, but not for long, nor longer than `stop` lets us."""
        waiting = [asyncio.create_task(event.wait()) for event in (self._caught_up, stop)]
        await asyncio.wait(waiting, timeout=CATCH_UP_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()

    async def __aenter__(self) -> Self:
        self._tasks = (asyncio.create_task(self._follow()), asyncio.create_task(self._publish_now_and_then()))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                _log.error("sharing what is known of sites had broken off", error=repr(ended))
        with suppress(TimeoutError, *UNAVAILABLE):  # it will be learned again
            async with asyncio.timeout(FLUSH_SECONDS):
                await self._flush()

    async def _follow(self) -> None:
        while True:
            try:
                await self._context.bus.ensure_topics([SITES_LEARNED, SITES_DRIFT])
                await self._read()
            except UNAVAILABLE as error:
                _log.info("cannot read what is known of sites, trying again", cause=str(error))
                await self._context.clock.sleep(_AGAIN_SECONDS)

    async def _read(self) -> None:
        """Read from the beginning, then for ever."""
        bus, topic = self._context.bus, SITES_LEARNED.name
        ends = {partition: end for partition, end in (await bus.end_positions(topic)).items() if end}
        consumer = await bus.consumer(f"copydesk.cleaner.sites.{uuid4()}", [topic])
        try:
            while True:
                if not ends:
                    self._caught_up.set()
                for record in await consumer.poll(max_records=_POLL_RECORDS, timeout=_POLL_SECONDS):
                    await self._take_in(record)
                    if record.offset + 1 >= ends.get(record.partition, 0):
                        ends.pop(record.partition, None)
        finally:
            await consumer.close()

    async def _take_in(self, record: DeliveredRecord) -> None:
        try:
            value = await check_out(record.headers, record.value, self._context.blobs)
            message = decode(record.headers, value).message
        except UndecodableError as error:
            _log.warning("passing over an unreadable record", topic=SITES_LEARNED.name, error=str(error))
            return
        if isinstance(message, SiteLearned):
            self._memory.merge(message)

    async def _publish_now_and_then(self) -> None:
        while True:
            await self._something.wait()
            await self._context.clock.sleep(LINGER_SECONDS)
            try:
                await self._flush()
            except UNAVAILABLE as error:
                _log.info("cannot publish what was learned of sites, trying again", cause=str(error))
                await self._context.clock.sleep(_AGAIN_SECONDS)

    async def _flush(self) -> None:
        """Send all that waits; what could not be sent waits on, unless something newer has come."""
        self._something.clear()
        lessons, events = self._lessons, self._events
        self._lessons, self._events = {}, []
        outgoing = [(Outgoing(SITES_LEARNED, one), one.learned_at.isoformat()) for one in lessons.values()]
        outgoing += [(Outgoing(SITES_DRIFT, one), f"{one.at.isoformat()} {one.state}") for one in events]
        self._sending = bool(outgoing)
        try:
            await self._publisher.publish_roots(outgoing)
        except (asyncio.CancelledError, *UNAVAILABLE):
            self._lessons = lessons | self._lessons
            self._events = events + self._events
            self._something.set()
            raise
        finally:
            self._sending = False
