"""The deliveries in hand and the tasks that work on them: bounded, in order per key, produced before done."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from copydesk.runtime.availability import AbandonedError, Availability
from copydesk.runtime.commits import Finished
from copydesk.runtime.handling import Handling, Postponed, Settlement
from copydesk.runtime.in_hand import Delivery, Lanes
from copydesk.runtime.outcomes import DeadLettered, Outcome
from copydesk.runtime.owned_partitions import OwnedPartition
from copydesk.runtime.ports import Clock, RecordTooLargeError
from copydesk.telemetry import Metrics, get_logger

MAX_BYTES_IN_HAND = 64_000_000

_log = get_logger(__name__)


@dataclass(frozen=True)
class Capacity:
    """How many tasks work side by side, and how many messages each takes at once.

    A batch that is not full waits for more after the one before: for as long as that took, up to `linger`. So a
    message that comes alone waits for nothing, and where many come they share what a batch costs.
    """

    tasks: int
    batch: int = 1
    linger: timedelta = timedelta()

    @property
    def messages(self) -> int:
        """The most that may be in hand before the partitions are paused."""
        return 2 * self.tasks * self.batch


class Workbench:
    """Takes deliveries, hands them to the stage's handler and marks their offsets done once the outcome is durable.

    `after` is a bench that goes first: as long as deliveries wait there to be started, none is started here.
    `nothing_waits` is set while none waits here; `finished` is what may be committed. Whoever takes batches starts one
    only when the one before is committed, so that a crash repeats the messages of one batch and no more.
    """

    def __init__(
        self,
        stage: str,
        capacity: Capacity,
        handling: Handling,
        availability: Availability,
        clock: Clock,
        metrics: Metrics,
        after: "Workbench | None" = None,
    ) -> None:
        self._stage = stage
        self._capacity = capacity
        self._handling = handling
        self._availability = availability
        self._clock = clock
        self._metrics = metrics
        self._after = after
        self._lanes = Lanes()
        self._resting: dict[Delivery, asyncio.Task[None]] = {}
        self._stopping = False
        self._work = asyncio.Event()
        self._progress = asyncio.Event()
        self.roomy = asyncio.Event()
        self.roomy.set()
        self.nothing_waits = asyncio.Event()
        self.nothing_waits.set()
        self.finished = Finished()
        self._lingers_until = 0.0
        self._in_hand: set[Delivery] = set()
        self._bytes = 0

    @property
    def count(self) -> int:
        """How many deliveries are in hand: queued, at work, or resting before a retry."""
        return len(self._in_hand)

    @property
    def most(self) -> int:
        """How many deliveries may be in hand at once."""
        return self._capacity.messages

    @property
    def room(self) -> int:
        """How many more deliveries may be taken in; 0 while there is too much in hand, by number or by bytes."""
        return 0 if self._bytes >= MAX_BYTES_IN_HAND else max(0, self._capacity.messages - self.count)

    def offer(self, delivery: Delivery) -> None:
        self._in_hand.add(delivery)
        self._bytes += delivery.size
        self._metrics.in_hand.labels(self._stage).inc()
        self._lanes.offer(delivery)
        self.nothing_waits.clear()
        if not self.room:
            self.roomy.clear()
        self._work.set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(self._capacity.tasks):
                    tasks.create_task(self._serve())
        finally:
            for resting in self._resting.values():
                resting.cancel()

    async def drain(self, seconds: float) -> None:
        """Finish what is in hand, except what waits for a dependency or for a retry."""
        self._stopping = True
        self._work.set()
        await self._until(lambda: self.count <= len(self._resting), seconds)

    async def let_go(self, owners: Sequence[OwnedPartition], seconds: float) -> None:
        """Finish what has started of these partitions, forget the rest; afterwards they are lost."""
        for delivery in self._lanes.discard(lambda delivery: delivery.owner in owners):
            self._forget(delivery)
        self._look_who_waits()
        for delivery in [delivery for delivery in self._resting if delivery.owner in owners]:
            self._finish(delivery)
        await self._until(lambda: not any(owner.active for owner in owners), seconds)
        for owner in owners:
            owner.lost = True

    async def _until(self, reached: Callable[[], bool], seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not reached() and not self._availability.away():
                    self._progress.clear()
                    await self._progress.wait()
        except TimeoutError:
            _log.warning("work in hand abandoned, it will be delivered again", stage=self._stage, messages=self.count)

    async def _serve(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            if self._capacity.batch > 1:
                await self.finished.until_committed()
            batch = await self._next()
            started = clock()
            for delivery in batch:
                delivery.owner.active += 1
            try:
                await self._process(batch)
            except AbandonedError:
                for delivery in batch:
                    self._finish(delivery)
            finally:
                for delivery in batch:
                    delivery.owner.active -= 1
                self._lingers_until = clock() + min(clock() - started, self._capacity.linger.total_seconds())
                self._progress.set()

    async def _next(self) -> list[Delivery]:
        while True:
            await self._availability.opened.wait()
            if self._after is not None and len(self._lanes):
                await self._after.nothing_waits.wait()
            lingers = self._lingers_until - asyncio.get_running_loop().time()
            if lingers > 0 and 0 < len(self._lanes) < self._capacity.batch and not self._stopping:
                await asyncio.sleep(lingers)
            batch = self._lanes.take(self._capacity.batch)
            self._look_who_waits()
            if batch:
                return batch
            self._work.clear()
            await self._work.wait()

    async def _process(self, batch: list[Delivery]) -> None:
        def abandoned() -> bool:
            return self._stopping or all(delivery.owner.lost for delivery in batch)

        outcomes = await self._availability.until_available(partial(self._handling.judge, batch), abandoned)
        settled: list[tuple[Delivery, Settlement]] = []
        for delivery, outcome in zip(batch, outcomes, strict=True):
            settlement = await self._settle(delivery, outcome, abandoned)
            if isinstance(settlement, Postponed):
                self._postpone(delivery, settlement)
            else:
                settled.append((delivery, settlement))
        await self._produce(settled, abandoned)

    async def _settle(
        self, delivery: Delivery, outcome: Outcome, abandoned: Callable[[], bool]
    ) -> Settlement | Postponed:
        return await self._availability.until_available(partial(self._handling.settle, delivery, outcome), abandoned)

    async def _produce(self, settled: list[tuple[Delivery, Settlement]], abandoned: Callable[[], bool]) -> None:
        for delivery, _ in settled:
            if delivery.owner.lost:
                self._finish(delivery)
        ours = [(delivery, settlement) for delivery, settlement in settled if not delivery.owner.lost]
        records = [record for _, settlement in ours for record in settlement.records]
        send = partial(self._handling.publisher.send, records)
        try:
            await self._availability.until_available(send, abandoned)
        except RecordTooLargeError as error:
            await self._produce_apart(ours, error, abandoned)
            return
        for delivery, settlement in ours:
            self._done(delivery, settlement)

    async def _produce_apart(
        self, settled: list[tuple[Delivery, Settlement]], error: RecordTooLargeError, abandoned: Callable[[], bool]
    ) -> None:
        """Find the delivery whose output no broker takes, and bury it alone."""
        if len(settled) > 1:
            for one in settled:
                await self._produce([one], abandoned)
            return
        delivery, refused = settled[0]
        if refused.outcome == "dead-lettered":
            letter_only = Settlement(refused.records[:1], refused.outcome, refused.reason)
            await self._produce([(delivery, letter_only)], abandoned)
            return
        outcome = DeadLettered("record too large", str(error))
        buried = await self._availability.until_available(partial(self._handling.bury, delivery, outcome), abandoned)
        await self._produce([(delivery, buried)], abandoned)

    def _done(self, delivery: Delivery, settlement: Settlement) -> None:
        delivery.owner.watermark.done(delivery.record.offset)
        self.finished.add()
        self._metrics.outcomes.labels(self._stage, settlement.outcome, settlement.reason).inc()
        self._metrics.handling.labels(self._stage).observe(self._clock.monotonic() - delivery.since)
        if settlement.retry_kind:
            self._metrics.retries.labels(self._stage, settlement.retry_kind).inc()
        _log.debug(
            "outcome",
            stage=self._stage,
            outcome=settlement.outcome,
            reason=settlement.reason,
            topic=delivery.record.partition.topic,
            partition=delivery.record.partition.number,
            offset=delivery.record.offset,
            attempt=delivery.attempt,
        )
        self._finish(delivery)

    def _postpone(self, delivery: Delivery, postponed: Postponed) -> None:
        delivery.history = postponed.history
        self._metrics.retries.labels(self._stage, postponed.kind).inc()
        self._resting[delivery] = asyncio.create_task(self._rest(delivery, postponed.delay))
        self._progress.set()

    async def _rest(self, delivery: Delivery, delay: timedelta) -> None:
        await self._clock.sleep(delay.total_seconds())
        del self._resting[delivery]
        if delivery.owner.lost or delivery.owner.closing:
            self._finish(delivery)
            return
        self._lanes.come_back(delivery)
        self.nothing_waits.clear()
        self._work.set()

    def _look_who_waits(self) -> None:
        if not len(self._lanes):
            self.nothing_waits.set()

    def _finish(self, delivery: Delivery) -> None:
        """Out of our hands: its key is free. Harmless when it already was."""
        if delivery not in self._in_hand:
            return
        if resting := self._resting.pop(delivery, None):
            resting.cancel()
        self._lanes.release(delivery)
        self._forget(delivery)

    def _forget(self, delivery: Delivery) -> None:
        self._in_hand.remove(delivery)
        self._bytes -= delivery.size
        self._metrics.in_hand.labels(self._stage).dec()
        if self.count <= self._capacity.messages // 2 and self._bytes < MAX_BYTES_IN_HAND:
            self.roomy.set()
        self._work.set()
        self._progress.set()
