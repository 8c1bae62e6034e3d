"""A member of a consumer group that reads the embedded log."""

import asyncio
from collections.abc import Mapping, Sequence

from copydesk.bus.groups import Group
from copydesk.bus.journal import Journal
from copydesk.bus.log import Slice
from copydesk.runtime.ports import (
    DeliveredRecord,
    Partition,
    PartitionLostError,
    RebalanceListener,
)

_REFRESH_SECONDS = 0.2


async def _ignore(_: frozenset[Partition]) -> None:
    return


class EmbeddedConsumer:
    """Reads what its group assigns to it; sleeps until an append, a resume, a seek or a rebalance wakes it."""

    def __init__(
        self,
        journal: Journal,
        group: Group,
        group_name: str,
        topics: Sequence[str],
        *,
        on_assigned: RebalanceListener | None,
        on_revoked: RebalanceListener | None,
        from_beginning: bool,
        read_only: bool,
        commits: bool,
    ) -> None:
        self.topics = frozenset(topics)
        self._journal = journal
        self._group = group
        self._group_name = group_name
        self._on_assigned = on_assigned or _ignore
        self._on_revoked = on_revoked or _ignore
        self._from_beginning = from_beginning
        self._read_only = read_only
        self._commits = commits
        self._positions: dict[Partition, int] = {}
        self._starts: dict[Partition, int] = {}
        self._paused: set[Partition] = set()
        self._wake = asyncio.Event()
        self._failure: BaseException | None = None
        self.closed = False

    async def poll(self, *, max_records: int, timeout: float) -> Sequence[DeliveredRecord]:
        clock = asyncio.get_running_loop().time
        deadline = clock() + timeout
        while True:
            self._wake.clear()
            if self._failure is not None:
                failure, self._failure = self._failure, None
                raise failure
            slices = self._slices(max_records)
            records = await self._fetch(slices)
            remaining = deadline - clock()
            if records or remaining <= 0 or self.closed:
                return records
            if not slices:
                await self._wait(remaining)

    async def _wait(self, seconds: float) -> None:
        """Until something wakes us; a read-only log has nobody to do so and looks at the file instead."""
        try:
            async with asyncio.timeout(min(seconds, _REFRESH_SECONDS) if self._read_only else seconds):
                await self._wake.wait()
        except TimeoutError:
            if self._read_only:
                await self._journal.refresh()

    async def _fetch(self, slices: Sequence[Slice]) -> list[DeliveredRecord]:
        if not slices:
            return []
        fetched: list[DeliveredRecord] = []
        for part, stretch in zip(slices, await self._journal.read(slices), strict=True):
            moved = self._positions.get(part.partition) != part.start
            if moved or part.partition in self._paused:
                continue
            fetched += stretch.records
            # To the back of the queue, so that the next poll serves the other partitions first.
            del self._positions[part.partition]
            self._positions[part.partition] = stretch.position
        return fetched

    def _slices(self, max_records: int) -> list[Slice]:
        stored = self._journal.catalogue.partitions
        waiting = [
            (partition, position)
            for partition, position in self._positions.items()
            if partition not in self._paused and position < stored[partition].next
        ]
        slices = []
        left = max_records
        for index, (partition, position) in enumerate(waiting):
            share = min(-(-left // (len(waiting) - index)), stored[partition].next - position)
            if share == 0:
                break
            slices.append(Slice(partition, stored[partition], position, stored[partition].next, share))
            left -= share
        return slices

    async def commit(self, positions: Mapping[Partition, int]) -> None:
        if not self._commits:
            raise PermissionError("the embedded log was opened read-only: nothing can be committed")
        for partition in positions:
            if not self._group.owns(self, partition):
                raise PartitionLostError(
                    f"{partition.topic}[{partition.number}] now belongs to another member of {self._group_name}; "
                    f"its records are delivered again there"
                )
        if positions:
            await self._journal.commit(self._group_name, positions)

    def assignment(self) -> frozenset[Partition]:
        return frozenset(self._positions)

    def pause(self, partitions: frozenset[Partition]) -> None:
        self._paused |= partitions & self.assignment()

    def resume(self, partitions: frozenset[Partition]) -> None:
        self._paused -= partitions
        self._wake.set()

    async def seek(self, partition: Partition, offset: int) -> None:
        if partition not in self._positions:
            raise PartitionLostError(f"cannot seek {partition.topic}[{partition.number}]: it is not assigned to us")
        self._positions[partition] = max(offset, self._journal.catalogue.partitions[partition].first)
        self._wake.set()

    async def lag(self) -> Mapping[Partition, int]:
        catalogue = self._journal.catalogue
        return {
            partition: catalogue.partitions[partition].next
            - max(
                catalogue.positions.get((self._group_name, partition), self._starts[partition]),
                catalogue.partitions[partition].first,
            )
            for partition in self._positions
        }

    async def close(self) -> None:
        self.closed = True
        self._group.leave(self)
        self.lose(self.assignment())
        self._wake.set()

    def wake(self, topics: frozenset[str]) -> None:
        """Say that something was appended to `topics`."""
        if topics & self.topics:
            self._wake.set()

    async def revoking(self, partitions: frozenset[Partition]) -> None:
        await self._on_revoked(partitions)

    def lose(self, partitions: frozenset[Partition]) -> None:
        for partition in partitions:
            self._positions.pop(partition, None)
            self._starts.pop(partition, None)
        self._paused -= partitions

    def gain(self, partitions: frozenset[Partition]) -> None:
        catalogue = self._journal.catalogue
        for partition in sorted(partitions):
            stored = catalogue.partitions[partition]
            start = stored.first if self._from_beginning else stored.next
            self._starts[partition] = start
            self._positions[partition] = max(
                catalogue.positions.get((self._group_name, partition), start), stored.first
            )
        self._wake.set()

    async def assigned(self, partitions: frozenset[Partition]) -> None:
        await self._on_assigned(partitions)

    def fail(self, error: BaseException) -> None:
        self._failure = error
        self._wake.set()
