"""Committing what is finished: at once, but only so many times a second."""

import asyncio
from contextlib import suppress

from copydesk.runtime.availability import Availability
from copydesk.runtime.owned_partitions import OwnedPartitions
from copydesk.runtime.ports import BusUnavailableError, Consumer, PartitionLostError
from copydesk.telemetry import get_logger

COMMIT_SECONDS = 0.05
"""From one commit to the next at least; the first after a while of quiet waits for nothing."""
RETRY_SECONDS = 0.5

_log = get_logger(__name__)


class Finished:
    """What a bench has finished and its consumer is to commit. `some` is set while there may be any such."""

    def __init__(self) -> None:
        self.some = asyncio.Event()
        self.awaited = asyncio.Event()
        self._committed = asyncio.Event()
        self._committed.set()

    def add(self) -> None:
        self.some.set()
        self._committed.clear()

    def committed(self) -> None:
        """Note that what had been added when `some` was last cleared is committed, or need not be."""
        if not self.some.is_set():
            self._committed.set()

    async def until_committed(self) -> None:
        """Wait until nothing is left to be committed; that is then done without regard to the time between commits."""
        self.awaited.set()
        await self._committed.wait()
        self.awaited.clear()


class Commits:
    """The commits of one consumer, made beside its polls and one at a time, so that no position ever goes back.

    While the broker takes none it counts as away, and the stage starts nothing that would only be done again.
    `made` is set whenever one has come to its end.
    """

    def __init__(self, owned: OwnedPartitions, availability: Availability) -> None:
        self._owned = owned
        self._availability = availability
        self._under_way = asyncio.Lock()
        self.made = asyncio.Event()

    async def run(self, consumer: Consumer, finished: Finished) -> None:
        """Commit whenever something has been finished, until cancelled."""
        while True:
            await finished.some.wait()
            finished.some.clear()
            if await self.commit(consumer):
                finished.committed()
                await _until(finished.awaited, COMMIT_SECONDS)
            else:
                finished.some.set()
                await asyncio.sleep(RETRY_SECONDS)

    async def commit(self, consumer: Consumer) -> bool:
        """Commit all that can be, after the commit under way, if one is; False if it was refused."""
        async with self._under_way:
            through = await self._commit(consumer)
        self.made.set()
        return through

    async def _commit(self, consumer: Consumer) -> bool:
        if positions := self._owned.committable(consumer.assignment()):
            try:
                await consumer.commit(positions)
            except PartitionLostError as error:
                _log.info("commit refused, the records will be delivered to their new owner", cause=str(error))
                self._availability.mark_back(self)
                return False
            except BusUnavailableError as error:
                self._availability.mark_away(self, error)
                return False
            self._owned.committed(positions)
        self._availability.mark_back(self)
        return True


async def _until(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
