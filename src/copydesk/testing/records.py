"""Sending and reading raw records in tests, on whichever bus."""

import asyncio
from collections.abc import Mapping, Sequence

from copydesk.contracts import Headers
from copydesk.runtime.ports import Bus, Consumer, DeliveredRecord, OutgoingRecord, Partition

PATIENCE_SECONDS = 30
"""How long something may take that is bound to happen; generous, as machines that run tests are busy."""


def record(topic: str, key: str, value: bytes = b"", headers: Headers = ()) -> OutgoingRecord:
    return OutgoingRecord(topic, key.encode(), value, headers)


def positions_after(records: Sequence[DeliveredRecord]) -> Mapping[Partition, int]:
    """What to commit when all of these are done."""
    return {item.partition: item.offset + 1 for item in records}


async def drain(consumer: Consumer, count: int, *, max_records: int = 1_000) -> list[DeliveredRecord]:
    """Exactly `count` records; fails when fewer come in time, or more."""
    records: list[DeliveredRecord] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(records) < count:
            records += await consumer.poll(max_records=max_records, timeout=1)
    assert len(records) == count, f"{len(records)} records came, {count} were sent"
    more = await consumer.poll(max_records=max_records, timeout=0.2)
    assert not more, f"{len(more)} more records came than the {count} that were sent"
    return records


class Reader:
    """A group member whose rebalances can be awaited, and which may commit when its partitions go."""

    def __init__(self) -> None:
        self.read: list[DeliveredRecord] = []
        self.revoked: list[frozenset[Partition]] = []
        self.assigned: list[frozenset[Partition]] = []
        self.commits_on_revoke = False
        self.consumer: Consumer

    @classmethod
    async def join(cls, bus: Bus, group: str, topic: str, *, commits_on_revoke: bool = False) -> "Reader":
        reader = cls()
        reader.commits_on_revoke = commits_on_revoke
        reader.consumer = await bus.consumer(
            group, [topic], on_assigned=reader._on_assigned, on_revoked=reader._on_revoked
        )
        return reader

    async def poll(self, *, max_records: int = 1_000, timeout: float = 0.2) -> Sequence[DeliveredRecord]:
        records = await self.consumer.poll(max_records=max_records, timeout=timeout)
        self.read += records
        return records

    async def commit(self) -> None:
        await self.consumer.commit(
            {part: offset for part, offset in positions_after(self.read).items() if part in self.consumer.assignment()}
        )

    async def _on_assigned(self, partitions: frozenset[Partition]) -> None:
        self.assigned.append(partitions)

    async def _on_revoked(self, partitions: frozenset[Partition]) -> None:
        self.revoked.append(partitions)
        if self.commits_on_revoke:
            await self.commit()


async def until_shared_out(readers: Sequence[Reader], partitions: int) -> None:
    """Wait until the readers, each having something, own all partitions of their topic exactly once."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            owned = [reader.consumer.assignment() for reader in readers]
            if all(owned) and len(frozenset().union(*owned)) == sum(map(len, owned)) == partitions:
                return
            for reader in readers:
                await reader.poll(timeout=0.05)
