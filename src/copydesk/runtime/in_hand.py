"""Messages between delivery and outcome: what the loop knows of each, and in which order they may start."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from copydesk.contracts import Message
from copydesk.runtime.claim_check import claimed_bytes
from copydesk.runtime.outcomes import DeadLettered, Received
from copydesk.runtime.owned_partitions import OwnedPartition
from copydesk.runtime.ports import DeliveredRecord
from copydesk.runtime.retry_records import History


@dataclass(eq=False)
class Delivery:
    """One record in hand. `decoded` is kept over retries in place."""

    record: DeliveredRecord
    owner: OwnedPartition
    history: History
    since: float
    decoded: Received[Message] | DeadLettered | None = None

    @property
    def attempt(self) -> int:
        return self.history.attempts + 1

    @property
    def size(self) -> int:
        """Bytes of memory that it may take, with the body it may have in blob storage."""
        return len(self.record.value) + claimed_bytes(self.record.headers)


class Lanes:
    """Hands out deliveries first in, first out, but never one whose key is still being handled. Pure.

    Records without a key have no order among themselves.
    """

    def __init__(self) -> None:
        self._waiting: deque[Delivery] = deque()
        self._returning: deque[Delivery] = deque()
        self._busy: Counter[bytes] = Counter()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._returning)

    def offer(self, delivery: Delivery) -> None:
        self._waiting.append(delivery)

    def take(self, limit: int) -> list[Delivery]:
        """Up to `limit` deliveries that may start together; a key may repeat among them, in its order."""
        taken = [self._returning.popleft() for _ in range(min(limit, len(self._returning)))]
        held: deque[Delivery] = deque()
        keys = {delivery.record.key for delivery in taken}
        while self._waiting and len(taken) < limit:
            delivery = self._waiting.popleft()
            key = delivery.record.key
            if key is not None and self._busy[key] and key not in keys:
                held.append(delivery)
                continue
            taken.append(delivery)
            if key is not None:
                keys.add(key)
                self._busy[key] += 1
        self._waiting.extendleft(reversed(held))
        return taken

    def come_back(self, delivery: Delivery) -> None:
        """Queue a taken delivery again, ahead of all others; its key stays busy."""
        self._returning.append(delivery)

    def release(self, delivery: Delivery) -> None:
        """The delivery is settled or abandoned: the next of its key may start."""
        key = delivery.record.key
        if key is not None:
            self._busy[key] -= 1
            if not self._busy[key]:
                del self._busy[key]

    def discard(self, unwanted: Callable[[Delivery], bool]) -> list[Delivery]:
        """Remove and return the deliveries that are queued and unwanted."""
        gone = [delivery for delivery in self._waiting if unwanted(delivery)]
        self._waiting = deque(delivery for delivery in self._waiting if not unwanted(delivery))
        for delivery in [delivery for delivery in self._returning if unwanted(delivery)]:
            self._returning.remove(delivery)
            self.release(delivery)
            gone.append(delivery)
        return gone
