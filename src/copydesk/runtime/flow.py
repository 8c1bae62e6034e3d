"""One consumer and what it feeds: poll, take in, hold back, give partitions up."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk.contracts import Lane
from copydesk.runtime.availability import AbandonedError, Availability
from copydesk.runtime.commits import Commits
from copydesk.runtime.in_hand import Delivery
from copydesk.runtime.owned_partitions import OwnedPartitions
from copydesk.runtime.ports import (
    BusUnavailableError,
    Consumer,
    DeliveredRecord,
    Partition,
    PartitionLostError,
)
from copydesk.runtime.retry_records import fresh_history, read_history
from copydesk.runtime.service import ServiceContext
from copydesk.runtime.workbench import Workbench
from copydesk.telemetry import get_logger

POLL_SECONDS = 0.5
BUSY_POLL_SECONDS = 0.1
"""While something is in hand: a poll of paused partitions must not outlast the want of room for long."""
POLL_RECORDS = 250
"""At most so many at once, so that one poll of large records does not fill the memory."""
MOST_OUTSTANDING = 1_000
"""Messages that a crash repeats at most: in hand, or finished and not committed. More only for larger batches."""
MOST_HELD_UP = MOST_OUTSTANDING // 2
"""Messages of one partition that may be finished behind one that is being retried; then the others are read on."""
LAG_SECONDS = 5.0
QUIET_LAG_SECONDS = 0.5
ROOM_SECONDS = 1.0
"""How long a full bench keeps the consumer from polling; then it polls with its partitions paused."""
STOP_SECONDS = 7.0
LAST_COMMIT_SECONDS = 1.0
REVOKE_SECONDS = 5.0
SOON = timedelta(minutes=1)
"""A retry that is due within this keeps the stage from being idle."""

_log = get_logger(__name__)


@dataclass(frozen=True)
class Subscription:
    """What a stage reads. On `retries` topics the headers tell of earlier tries and when the next is due.

    Elsewhere those headers mean nothing: anyone may write to a public topic.
    """

    stage: str
    group: str
    topics: tuple[str, ...]
    lane: Lane = Lane.LIVE
    retries: bool = False


class Flow:
    """The records of a subscription on their way to a workbench, as a member of a consumer group.

    A retry that is not due yet is held back together with its partition.
    """

    def __init__(
        self, subscription: Subscription, bench: Workbench, availability: Availability, context: ServiceContext
    ) -> None:
        self._subscription = subscription
        self._bench = bench
        self._availability = availability
        self._bus = context.bus
        self._clock = context.clock
        self._metrics = context.metrics
        self._consumer: Consumer | None = None
        self._owned = OwnedPartitions()
        self._commits = Commits(self._owned, availability)
        self._held: dict[Partition, datetime] = {}
        self._rewinds: dict[Partition, int] = {}
        self._paused: frozenset[Partition] = frozenset()
        self._ticked: float | None = None
        self._measured = float("-inf")
        self._caught_up = False

    @property
    def joined(self) -> bool:
        return self._consumer is not None

    def idle(self) -> bool:
        """Whether everything there is has been handled and committed, except retries that are not due soon."""
        return self._caught_up and self._bench.count == 0

    def since_tick(self) -> float:
        """Seconds since the loop last turned; 0 before it first does."""
        return 0.0 if self._ticked is None else self._clock.monotonic() - self._ticked

    async def run(self, stop: asyncio.Event) -> None:
        try:
            consumer = await self._availability.unless(stop, self._join)
        except AbandonedError:
            return
        self._consumer = consumer
        beside = [
            asyncio.create_task(self._bench.run()),
            asyncio.create_task(self._commits.run(consumer, self._bench.finished)),
        ]
        try:
            while not stop.is_set() and not any(task.done() for task in beside):
                await self._turn(consumer)
            for task in beside:
                if task.done():
                    task.result()
            await self._bench.drain(STOP_SECONDS)
            await self._commit_within(consumer, LAST_COMMIT_SECONDS)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)
            await consumer.close()

    async def _join(self) -> Consumer:
        return await self._bus.consumer(self._subscription.group, self._subscription.topics, on_revoked=self._revoked)

    async def _turn(self, consumer: Consumer) -> None:
        self._ticked = self._clock.monotonic()
        if self._room <= 0:
            await self._wait_for_room()
        self._pause(consumer)
        records = await self._poll(consumer) if await self._rewind(consumer) else ()
        if records:
            self._caught_up = False
        await self._take_in(consumer, records)
        await self._measure_in_time(consumer)

    @property
    def _room(self) -> int:
        """How many more messages may be taken on."""
        return min(self._bench.room, max(MOST_OUTSTANDING, self._bench.most) - self._owned.outstanding)

    async def _wait_for_room(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(ROOM_SECONDS):
                await self._bench.roomy.wait()
                while self._room <= 0:
                    self._commits.made.clear()
                    await self._commits.made.wait()

    def _pause(self, consumer: Consumer) -> None:
        """Read on only where there is room, every dependency is there, and nothing holds the partition up."""
        assigned = consumer.assignment()
        now = self._clock.now()
        self._held = {partition: due for partition, due in self._held.items() if due > now and partition in assigned}
        everything = self._room <= 0 or bool(self._availability.away())
        waiting = frozenset(self._held) | (self._owned.held_up(MOST_HELD_UP) & assigned)
        wanted = assigned if everything else waiting
        if wanted:
            consumer.pause(wanted)
        if freed := (self._paused - wanted) & assigned:
            consumer.resume(freed)
        self._paused = wanted

    async def _poll(self, consumer: Consumer) -> Sequence[DeliveredRecord]:
        most = max(1, min(self._room, POLL_RECORDS))
        busy = self._bench.count or self._committable(consumer)
        try:
            records = await consumer.poll(max_records=most, timeout=BUSY_POLL_SECONDS if busy else POLL_SECONDS)
        except BusUnavailableError as error:
            self._caught_up = False
            self._availability.mark_away(self, error)
            await asyncio.sleep(POLL_SECONDS)
            return ()
        self._availability.mark_back(self)
        return records

    async def _take_in(self, consumer: Consumer, records: Sequence[DeliveredRecord]) -> None:
        assigned = consumer.assignment()
        for record in records:
            partition = record.partition
            if partition not in assigned or partition in self._rewinds:
                continue
            history = read_history(record) if self._subscription.retries else fresh_history(record)
            if history.due is not None and history.due > self._clock.now():
                self._held[partition] = history.due
                self._rewinds[partition] = record.offset
            elif owner := self._owned.take(partition, record.offset):
                self._bench.offer(Delivery(record, owner, history, self._clock.monotonic()))
        await self._rewind(consumer)

    async def _rewind(self, consumer: Consumer) -> bool:
        """Go back to the retries that are held, so that they come again when they are due; False if it must wait."""
        for partition, offset in list(self._rewinds.items()):
            try:
                await consumer.seek(partition, offset)
            except PartitionLostError as error:
                _log.info("held retry is left to its new owner", cause=str(error))
            except BusUnavailableError as error:
                self._availability.mark_away(self, error)
                await asyncio.sleep(POLL_SECONDS)
                return False
            self._rewinds.pop(partition, None)
        return True

    def _committable(self, consumer: Consumer) -> dict[Partition, int]:
        return self._owned.committable(consumer.assignment())

    async def _commit_within(self, consumer: Consumer, seconds: float) -> None:
        with suppress(TimeoutError):  # uncommitted work is delivered again, as after any crash
            async with asyncio.timeout(seconds):
                await self._commits.commit(consumer)

    async def _measure_in_time(self, consumer: Consumer) -> None:
        moment = asyncio.get_running_loop().time()
        quiet = self._bench.count == 0 and not self._committable(consumer)
        if moment - self._measured < (QUIET_LAG_SECONDS if quiet and not self._caught_up else LAG_SECONDS):
            return
        self._measured = moment
        try:
            lag = await consumer.lag()
        except BusUnavailableError as error:
            self._availability.mark_away(self, error)
            return
        for topic in self._subscription.topics:
            behind = sum(messages for partition, messages in lag.items() if partition.topic == topic)
            self._metrics.lag.labels(self._subscription.stage, topic, self._subscription.lane).set(behind)
        soon = self._clock.now() + SOON
        waiting = any(messages and self._held.get(partition, soon) <= soon for partition, messages in lag.items())
        self._caught_up = quiet and bool(lag) and not waiting

    async def _revoked(self, partitions: frozenset[Partition]) -> None:
        """Finish what has started, commit it, forget the rest: the next owner gets it again."""
        closing = self._owned.close(partitions)
        await self._bench.let_go(closing, REVOKE_SECONDS)
        if self._consumer is not None:
            await self._commit_within(self._consumer, REVOKE_SECONDS)
        self._owned.forget(closing)
        for partition in partitions:
            self._held.pop(partition, None)
            self._rewinds.pop(partition, None)
