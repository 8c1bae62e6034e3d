"""The embedded bus: the broker's contract kept by one process and one SQLite file.

For a laptop, the demo and fast tests. What needs several processes needs Kafka, and is refused by name.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from copydesk.bus.embedded_consumer import EmbeddedConsumer
from copydesk.bus.groups import Group
from copydesk.bus.journal import Journal
from copydesk.bus.limits import ENVELOPE_BYTES, refuse_oversize
from copydesk.contracts import Topic
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.ports import (
    BusUnavailableError,
    Clock,
    Consumer,
    OutgoingRecord,
    Partition,
    Producer,
    RebalanceListener,
)

SWEEP_EVERY = timedelta(minutes=1)


class LogInUseError(RuntimeError):
    """Another process, or another bus of this one, writes to the same embedded log."""


class _EmbeddedProducer:
    def __init__(self, journal: Journal, limit: int) -> None:
        self._journal = journal
        self._limit = limit

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        refuse_oversize(records, self._limit)
        if records:
            await self._journal.append(records)


class EmbeddedBus:
    """A durable log with partitions, offsets and consumer groups, for one process.

    What `send` acknowledged and `commit` returned from survives `kill -9`. A power cut may take the newest records
    back, together with the positions committed after them, but never leaves a damaged file. `max_record_bytes` is the
    limit that `KafkaSettings` sets for Kafka, so that both refuse the same records. A key's partition is the one that
    Kafka's clients choose. Retention and compaction run every minute, or when `sweep` is called.

    With `read_only` a second process may look at a log while the first one runs: every consumer sees all partitions
    of its topics, nothing is ever written, and positions cannot be committed. The file must exist already. With
    `commits` as well, positions can be: for groups of its own, each read by one process at a time.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock | None = None,
        max_record_bytes: int = 900_000,
        read_only: bool = False,
        commits: bool = False,
    ) -> None:
        self._path = path
        self._read_only = read_only
        self._commits = commits or not read_only
        self._group_locks: dict[str, FileLock] = {}
        self._limit = max_record_bytes + ENVELOPE_BYTES
        self._lock = None if read_only else _lock(path, f"the embedded log {path}")
        if read_only and not path.exists():
            raise FileNotFoundError(
                f"there is no embedded log at {path}: start `copydesk run` first, or check COPYDESK_DATA_DIR"
            )
        self._journal = Journal(
            path,
            read_only=read_only,
            commits=self._commits,
            now=(clock or SystemClock()).now,
            on_append=self._wake,
        )
        self._groups: dict[str, Group] = {}
        self._consumers: list[EmbeddedConsumer] = []
        self._sweeping: asyncio.Task[None] | None = None

    async def ensure_topics(self, topics: Sequence[Topic]) -> None:
        await self._ready()
        if self._read_only:
            for topic in topics:
                self._journal.partitions(topic.name)
        else:
            await self._journal.create(topics)

    async def producer(self) -> Producer:
        if self._read_only:
            raise PermissionError("the embedded log was opened read-only: nothing can be sent")
        await self._ready()
        return _EmbeddedProducer(self._journal, self._limit)

    async def consumer(
        self,
        group: str,
        topics: Sequence[str],
        *,
        on_assigned: RebalanceListener | None = None,
        on_revoked: RebalanceListener | None = None,
        from_beginning: bool = True,
    ) -> Consumer:
        await self._ready()
        partitions = {topic: self._journal.partitions(topic) for topic in topics}
        if self._read_only and self._commits and group not in self._group_locks:
            digest = sha256(group.encode()).hexdigest()[:16]
            self._group_locks[group] = _lock(Path(f"{self._path}.{digest}"), f"group {group} of the log {self._path}")
        joined = self._groups.setdefault(group, Group({}))
        consumer = EmbeddedConsumer(
            self._journal,
            joined,
            group,
            topics,
            on_assigned=on_assigned,
            on_revoked=on_revoked,
            from_beginning=from_beginning,
            read_only=self._read_only,
            commits=self._commits,
        )
        self._consumers = [*(other for other in self._consumers if not other.closed), consumer]
        joined.join(consumer, partitions)
        return consumer

    async def end_positions(self, topic: str) -> Mapping[Partition, int]:
        await self._ready()
        stored = self._journal.catalogue.partitions
        return {partition: stored[partition].next for partition in self._journal.partitions(topic)}

    async def group_positions(self, group: str, topic: str) -> Mapping[Partition, int]:
        await self._ready()
        positions = self._journal.catalogue.positions
        return {partition: positions.get((group, partition), 0) for partition in self._journal.partitions(topic)}

    async def groups(self, topic: str) -> Mapping[str, Mapping[Partition, int]]:
        await self._ready()
        numbered = set(self._journal.partitions(topic))
        found: dict[str, dict[Partition, int]] = {}
        for (group, partition), position in self._journal.catalogue.positions.items():
            if partition in numbered:
                found.setdefault(group, {})[partition] = position
        return found

    async def check(self) -> None:
        await self._journal.check()

    async def sweep(self) -> None:
        """Delete what retention and compaction no longer keep."""
        await self._journal.sweep()

    async def close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeping
        for consumer in self._consumers:
            await consumer.close()
        for group in self._groups.values():
            await group.close()
        await self._journal.close()
        for lock in (self._lock, *self._group_locks.values()):
            if lock is not None:
                lock.release()

    async def _ready(self) -> None:
        await self._journal.ready()
        if self._read_only:
            await self._journal.refresh()
        elif self._sweeping is None:
            self._sweeping = asyncio.create_task(self._sweep_now_and_then())

    async def _sweep_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY.total_seconds())
            with suppress(BusUnavailableError):  # a full disk is reported by those who send
                await self._journal.sweep()

    def _wake(self, topics: frozenset[str]) -> None:
        for consumer in self._consumers:
            consumer.wake(topics)


def _lock(path: Path, what: str) -> FileLock:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{path}.lock", thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise LogInUseError(
            f"{what} is in use by another Copydesk process. One process at a time may have it: "
            f"stop the other one, or set COPYDESK_KAFKA__BOOTSTRAP_SERVERS so that several processes share Kafka"
        ) from error
    return lock
