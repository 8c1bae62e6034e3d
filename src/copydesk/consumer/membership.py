"""One member of a consumer group that hands out records singly and commits those that are done."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence

from copydesk.runtime.ports import Bus, BusUnavailableError, Consumer, DeliveredRecord, Partition, PartitionLostError

_COMMIT_SECONDS = 1.0
_GRACE_SECONDS = 10.0
"""So long a rebalance waits for the record in hand, that it need not be done twice."""
_PAUSE_SECONDS = 0.5
_RECORDS_A_POLL = 200

_log = logging.getLogger(__name__)


class Membership:
    """Delivers at least once: a position is committed only after `done`, within a second, and on leaving.

    When partitions go to another member, what is done is committed first; records read ahead are dropped here and
    delivered there. While the broker is away it waits.
    """

    def __init__(self, bus: Bus, topics: Sequence[str], group: str, *, from_beginning: bool) -> None:
        self._bus = bus
        self._topics = topics
        self._group = group
        self._from_beginning = from_beginning
        self._consumer: Consumer | None = None
        self._ahead: deque[DeliveredRecord] = deque()
        self._in_hand: DeliveredRecord | None = None
        self._put_down = asyncio.Event()
        self._done: dict[Partition, int] = {}
        self._commit_at = 0.0
        self._away = False
        self._left = False

    async def take(self) -> DeliveredRecord | None:
        """The next record, however long it takes; None once the membership has ended.

        Raises `UnknownTopicError` when a topic does not exist.
        """
        consumer = await self._joined()
        while not self._left:
            await self._commit_when_due(consumer)
            if self._ahead:
                self._in_hand = self._ahead.popleft()
                self._put_down.clear()
                return self._in_hand
            records = await self._poll(consumer)
            self._ahead.extend(records)  # a rebalance during the poll puts another queue in its place
        return None

    def done(self) -> None:
        """The record in hand need not be delivered again."""
        if self._in_hand is not None:
            self._done[self._in_hand.partition] = self._in_hand.offset + 1
        self._in_hand = None
        self._put_down.set()

    async def leave(self) -> None:
        """Commit what is done and leave the group, so that others take over at once."""
        if self._left:
            return
        self._left = True
        self._put_down.set()
        if self._consumer is not None:
            await self._commit(self._consumer, self._done)
            await self._consumer.close()

    async def _joined(self) -> Consumer:
        if self._consumer is None:
            self._consumer = await self._bus.consumer(
                self._group, self._topics, on_revoked=self._revoked, from_beginning=self._from_beginning
            )
        return self._consumer

    async def _poll(self, consumer: Consumer) -> Sequence[DeliveredRecord]:
        try:
            records = await consumer.poll(max_records=_RECORDS_A_POLL, timeout=_COMMIT_SECONDS)
        except BusUnavailableError as error:
            if not self._away:
                _log.warning("%s waits for the broker: %s", self._group, error)
            self._away = True
            await asyncio.sleep(_PAUSE_SECONDS)
            return ()
        self._away = False
        if not records and not consumer.assignment():
            await asyncio.sleep(_PAUSE_SECONDS / 10)  # a closed bus answers at once, and would be asked for ever
        return records

    async def _commit_when_due(self, consumer: Consumer) -> None:
        now = asyncio.get_running_loop().time()
        if self._done and now >= self._commit_at:
            self._commit_at = now + _COMMIT_SECONDS
            held = consumer.assignment()
            self._done = {partition: position for partition, position in self._done.items() if partition in held}
            if await self._commit(consumer, self._done):
                self._done = {}

    async def _commit(self, consumer: Consumer, positions: Mapping[Partition, int]) -> bool:
        try:
            await consumer.commit(dict(positions))
        except (BusUnavailableError, PartitionLostError) as error:
            _log.warning("%s could not commit; some records may come again: %s", self._group, error)
            return False
        return True

    async def _revoked(self, partitions: frozenset[Partition]) -> None:
        self._ahead = deque(record for record in self._ahead if record.partition not in partitions)
        if self._in_hand is not None and self._in_hand.partition in partitions:
            await self._until_put_down()
        positions = {partition: self._done.pop(partition) for partition in partitions & self._done.keys()}
        if positions and self._consumer is not None:
            await self._commit(self._consumer, positions)

    async def _until_put_down(self) -> None:
        try:
            async with asyncio.timeout(_GRACE_SECONDS):
                await self._put_down.wait()
        except TimeoutError:
            self._in_hand = None  # its next reader marks it done, not we
