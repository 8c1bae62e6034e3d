"""A member of a consumer group on Kafka. Nothing is committed but what the caller names."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, ConsumerStoppedError, IllegalStateError, KafkaError

from copydesk.bus.kafka.cluster import Cluster
from copydesk.bus.kafka.connection import answering, client_options, until_it_answers
from copydesk.runtime.ports import (
    BusUnavailableError,
    DeliveredRecord,
    Partition,
    PartitionLostError,
    RebalanceListener,
)
from copydesk.settings import KafkaSettings

_FETCH_BYTES = 16 * 1024 * 1024
_FETCH_BYTES_PER_PARTITION = 2 * 1024 * 1024
_REBALANCE_TIMEOUT_MS = 30_000
"""How long a member may take in `on_revoked`; requests wait longer, as joining a group takes that long."""
_REQUEST_TIMEOUT_MS = 40_000
_MAX_POLL_INTERVAL_MS = 24 * 3600 * 1000
"""A stage whose loop is stuck is found by its liveness check, not by taking its partitions away."""
_CLOSE_SECONDS = 2
_SILENCE_SECONDS = 3.0
"""After so long without a record the broker is asked whether it is there: aiokafka waits for it without a word."""


class _Client(AIOKafkaConsumer):  # type: ignore[misc]  # the library is untyped
    async def disconnect(self) -> None:
        """Cut the connections, so that a `stop` that waits for a silent broker comes to its end."""
        await self._client.close()


_PATIENCE = 3
"""Polls that fail one after the other before the member starts over."""

Connect = Callable[[ConsumerRebalanceListener], Awaitable[Any]]
"""Makes a started client, subscribed with the listener given."""


def new_client(settings: KafkaSettings, client_id: str, group: str) -> Any:
    """A consumer client; memory is bounded by the fetch sizes, and records come as bytes, decoded by nobody here.

    `auto_offset_reset` stays at earliest even for groups that start at the end, so that a position lost to retention
    repeats records rather than skips them; the consumer itself seeks to the end where that is wanted.
    """
    return _Client(
        **client_options(settings, client_id),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=round(settings.session_timeout.total_seconds() * 1000),
        heartbeat_interval_ms=round(settings.session_timeout.total_seconds() * 1000 / 5),
        rebalance_timeout_ms=_REBALANCE_TIMEOUT_MS,
        request_timeout_ms=_REQUEST_TIMEOUT_MS,
        max_poll_interval_ms=_MAX_POLL_INTERVAL_MS,
        fetch_max_bytes=_FETCH_BYTES,
        max_partition_fetch_bytes=_FETCH_BYTES_PER_PARTITION,
    )


class KafkaConsumer(ConsumerRebalanceListener):  # type: ignore[misc]  # the library is untyped
    """Bridges aiokafka's consumer to the runtime's port.

    Rebalances are eager (aiokafka has no cooperative protocol): all partitions are revoked, then all are assigned
    anew, and pauses and positions start afresh from what is committed.
    """

    def __init__(
        self,
        connect: Connect,
        cluster: Cluster,
        group: str,
        *,
        deadline: float,
        on_assigned: RebalanceListener | None,
        on_revoked: RebalanceListener | None,
        from_beginning: bool,
    ) -> None:
        self._connect = connect
        self._client: Any = None
        self._failures = 0
        self._cluster = cluster
        self._group = group
        self._deadline = deadline
        self._on_assigned = on_assigned
        self._on_revoked = on_revoked
        self._from_beginning = from_beginning
        self._assigned: frozenset[Partition] = frozenset()
        self._starts: dict[Partition, int] = {}
        self._settled = asyncio.Event()
        self._failure: BaseException | None = None
        self._heard = asyncio.get_running_loop().time()
        self._asking: asyncio.Task[None] | None = None
        self._away = ""
        self._stopping: asyncio.Task[None] | None = None

    @property
    def closed(self) -> bool:
        return self._stopping is not None

    async def join(self) -> None:
        """Become a member; partitions come later."""
        self._client = await self._connect(self)

    async def poll(self, *, max_records: int, timeout: float) -> Sequence[DeliveredRecord]:
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        await self._notice_silence(timeout)
        if self._client is None:
            async with answering(f"joining {self._group} again"):
                await self.join()
        fetched: dict[TopicPartition, list[Any]] = {}
        try:
            # During a rebalance `getmany` waits for its end, however long: hence a time limit of our own.
            with suppress(TimeoutError, ConsumerStoppedError):
                async with asyncio.timeout(timeout):
                    fetched = await self._client.getmany(timeout_ms=round(timeout * 1000), max_records=max_records)
        except KafkaError as error:
            await self._start_over_when_stuck()
            raise BusUnavailableError(f"Kafka failed while {self._group} was reading: {error!r}") from error
        self._failures = 0
        least: Mapping[Partition, int] = {}
        if fetched:
            self._heard = asyncio.get_running_loop().time()
            if not self._settled.is_set():
                # They are of an assignment that the application has not been told of yet, and may have been fetched
                # before its start at the end was known.
                await self._settled.wait()
                least = self._starts
        return [
            self._delivered(ours, record)
            for partition, records in fetched.items()
            for ours in [self._cluster.ours(partition)]
            if ours in self._assigned
            for record in records
            if record.offset >= least.get(ours, 0)
        ]

    async def _notice_silence(self, timeout: float) -> None:
        """Raise `BusUnavailableError` if the broker was silent and does not answer, until it answers again."""
        clock = asyncio.get_running_loop().time
        if self._asking is None and not self.closed and (self._away or clock() - self._heard > _SILENCE_SECONDS):
            self._asking = asyncio.create_task(self._cluster.check())
        if self._asking is not None:
            await asyncio.wait([self._asking], timeout=timeout if self._away else 0)
            if self._asking.done():
                self._away = str(self._asking.exception() or "")
                self._asking = None
                self._heard = clock()
        if self._away:
            raise BusUnavailableError(self._away)

    async def commit(self, positions: Mapping[Partition, int]) -> None:
        if not positions:
            return
        if not positions.keys() <= self._assigned:
            raise self._lost(positions)
        try:
            async with answering(f"committing for {self._group}", self._deadline):
                await self._commit({self._cluster.theirs(part): offset for part, offset in positions.items()})
        except PartitionLostError as error:
            raise self._lost(positions) from error

    async def _commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        try:
            await self._client.commit(offsets)
        except (CommitFailedError, IllegalStateError) as error:
            raise PartitionLostError(str(error)) from error

    def _lost(self, positions: Mapping[Partition, int]) -> PartitionLostError:
        names = ", ".join(f"{topic}[{number}]" for topic, number in sorted(positions))
        return PartitionLostError(
            f"{names}: group {self._group} has been rebalanced since; the records are delivered again to their owner"
        )

    def assignment(self) -> frozenset[Partition]:
        return self._assigned

    def pause(self, partitions: frozenset[Partition]) -> None:
        if held := [self._cluster.theirs(partition) for partition in partitions & self._held()]:
            self._client.pause(*held)

    def resume(self, partitions: frozenset[Partition]) -> None:
        if held := [self._cluster.theirs(partition) for partition in partitions & self._held()]:
            self._client.resume(*held)

    async def seek(self, partition: Partition, offset: int) -> None:
        first = (await self._cluster.first_positions([partition]))[partition]
        if partition not in self._held():
            raise PartitionLostError(f"cannot seek {partition.topic}[{partition.number}]: it is not assigned to us")
        self._client.seek(self._cluster.theirs(partition), max(offset, first))

    async def lag(self) -> Mapping[Partition, int]:
        partitions = self._assigned
        if not partitions:
            return {}
        ends = await self._cluster.end_positions(partitions)
        firsts = await self._cluster.first_positions(partitions)
        committed = self._starts | dict(await self._cluster.committed(self._group, partitions))
        return {part: ends[part] - max(committed.get(part, 0), firsts[part]) for part in partitions}

    async def close(self) -> None:
        self._assigned = frozenset()
        self._settled.set()
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if self._stopping is None:
            self._stopping = asyncio.create_task(_leave(self._client))
        await asyncio.wait([self._stopping])

    async def _start_over_when_stuck(self) -> None:
        """Leave, to join as a new member: aiokafka's coordination repeats an error that it did not expect for ever."""
        self._failures += 1
        if self._failures < _PATIENCE:
            return
        client, self._client = self._client, None
        lost, self._assigned = self._assigned, frozenset()
        self._failures = 0
        await _leave(client)
        if self._on_revoked is not None and lost:
            await self._tell(self._on_revoked(lost))

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self._settled.clear()
        partitions = frozenset(map(self._cluster.ours, revoked))
        if self._on_revoked is not None and partitions:
            await self._tell(self._on_revoked(partitions))
        self._assigned = frozenset()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        partitions = frozenset(map(self._cluster.ours, assigned))
        if not self._from_beginning and partitions:
            await until_it_answers(lambda: self._start_at_the_end(partitions))
        self._assigned = partitions
        if self._on_assigned is not None and partitions:
            await self._tell(self._on_assigned(partitions))
        self._settled.set()

    async def _start_at_the_end(self, partitions: frozenset[Partition]) -> None:
        new = partitions - (await self._cluster.committed(self._group, partitions)).keys()
        self._starts = dict(await self._cluster.end_positions(new)) if new else {}
        for partition in new & self._held():
            self._client.seek(self._cluster.theirs(partition), self._starts[partition])

    async def _tell(self, listener: Awaitable[None]) -> None:
        """Keep a listener's exception for the next poll; aiokafka would log it and go on."""
        (outcome,) = await asyncio.gather(listener, return_exceptions=True)
        if isinstance(outcome, BaseException):
            self._failure = outcome

    def _held(self) -> frozenset[Partition]:
        """What aiokafka holds, which during a rebalance is ahead of what the application was told."""
        return frozenset(map(self._cluster.ours, self._client.assignment() if self._client else ()))

    def _delivered(self, partition: Partition, record: Any) -> DeliveredRecord:
        return DeliveredRecord(
            partition=partition,
            offset=record.offset,
            timestamp=datetime.fromtimestamp(record.timestamp / 1000, UTC),
            key=record.key,
            value=record.value or b"",
            headers=tuple(record.headers),
        )


async def _leave(client: Any) -> None:
    """Stop a client within a few seconds, also one whose broker or whose own coordination is out of order."""
    if client is None:
        return
    stopping = asyncio.create_task(client.stop())
    await asyncio.wait([stopping], timeout=_CLOSE_SECONDS)
    if not stopping.done() or stopping.cancelled() or stopping.exception():
        await client.disconnect()
        stopping.cancel()
        await asyncio.wait([stopping], timeout=_CLOSE_SECONDS)
