"""What the runtime needs of a broker and of blob storage, in the runtime's own terms.

`copydesk.bus` implements the broker twice (Kafka and the embedded log), `copydesk.storage` the blobs; one contract
suite runs on every implementation.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from copydesk.contracts import Headers, Topic


class BusUnavailableError(ConnectionError):
    """The broker did not answer in time. Nothing is known of the records in hand: send them again when it is back."""


class RecordTooLargeError(ValueError):
    """The broker refuses a record of this size for ever; the text gives topic, size and limit."""


class UnknownTopicError(LookupError):
    """A topic that nobody has created; `Bus.ensure_topics` creates those of the registry."""


class PartitionLostError(RuntimeError):
    """A commit for a partition that now belongs to another member; its records will be redelivered there."""


class Partition(NamedTuple):
    """A partition of a topic; `topic` is without the operator's prefix."""

    topic: str
    number: int


class OutgoingRecord(NamedTuple):
    """Bytes to send. Records with the same key keep their order."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers


class DeliveredRecord(NamedTuple):
    """Bytes received, with their coordinates; `timestamp` is when the broker (or producer) dated them."""

    partition: Partition
    offset: int
    timestamp: datetime
    key: bytes | None
    value: bytes
    headers: Headers


RebalanceListener = Callable[[frozenset[Partition]], Awaitable[None]]
"""Called with the partitions concerned; `on_revoked` runs before they go and may still commit."""


class Producer(Protocol):
    """Sends records; returning means acknowledged by the broker (all in-sync replicas)."""

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        """Send and wait for every acknowledgement.

        Raises `BusUnavailableError` when the send deadline passes (some may have arrived) and
        `RecordTooLargeError` before anything of the batch is sent.
        """
        ...


class Consumer(Protocol):
    """One member of a consumer group. Offsets are committed only by `commit`."""

    async def poll(self, *, max_records: int, timeout: float) -> Sequence[DeliveredRecord]:
        """Up to `max_records` records, in order per partition; empty after `timeout` seconds without any.

        Records of a paused partition are not returned. Raises `BusUnavailableError` when the broker is away.
        """
        ...

    async def commit(self, positions: Mapping[Partition, int]) -> None:
        """Commit the next offset to read of each partition.

        Raises `PartitionLostError` when the group has moved on and `BusUnavailableError` when the broker is away.
        """
        ...

    def assignment(self) -> frozenset[Partition]: ...

    def pause(self, partitions: frozenset[Partition]) -> None: ...

    def resume(self, partitions: frozenset[Partition]) -> None: ...

    async def seek(self, partition: Partition, offset: int) -> None:
        """Read `partition` on from `offset`; offsets before the log's start mean its start."""
        ...

    async def lag(self) -> Mapping[Partition, int]:
        """Records after the committed position, for each assigned partition."""
        ...

    async def close(self) -> None:
        """Leave the group at once; commits nothing."""
        ...


class Bus(Protocol):
    """A broker connection. One per process; `close` waits for nothing but its own tasks."""

    async def ensure_topics(self, topics: Sequence[Topic]) -> None:
        """Create what is missing, as the registry says; existing topics are left as they are."""
        ...

    async def producer(self) -> Producer:
        """The process's producer, started (waiting with backoff for a broker that is down)."""
        ...

    async def consumer(
        self,
        group: str,
        topics: Sequence[str],
        *,
        on_assigned: RebalanceListener | None = None,
        on_revoked: RebalanceListener | None = None,
        from_beginning: bool = True,
    ) -> Consumer:
        """Join `group`; without a committed offset it starts at the beginning, or at the end if told so.

        Returns before partitions are assigned; the listeners run later, never before this has returned, and not on
        `close`. An exception of a listener is raised by the member's next `poll`. Raises `UnknownTopicError`.
        """
        ...

    async def end_positions(self, topic: str) -> Mapping[Partition, int]:
        """The next offset to be written, for each partition of a topic."""
        ...

    async def group_positions(self, group: str, topic: str) -> Mapping[Partition, int]:
        """The committed next offset of a group, 0 where it has none."""
        ...

    async def groups(self, topic: str) -> Mapping[str, Mapping[Partition, int]]:
        """Every group that has committed anything on a topic, ours or not, with the positions that it has committed."""
        ...

    async def check(self) -> None:
        """Raise `BusUnavailableError` unless the broker answers; used by readiness and the doctor."""
        ...

    async def close(self) -> None: ...


class BlobsUnavailableError(ConnectionError):
    """Blob storage did not answer; the reference may well be good."""


class BlobStore(Protocol):
    """Bodies too large for a record, addressed by their content."""

    async def put(self, body: bytes) -> str:
        """Store and return the hex SHA-256, which is the reference. Storing twice is harmless."""
        ...

    async def get(self, sha256: str) -> bytes:
        """Raises `KeyError` when there is no such body, `BlobsUnavailableError` when storage is away."""
        ...


class Clock(Protocol):
    """Time as the runtime sees it, so that tests can turn it."""

    def now(self) -> datetime:
        """The present in UTC, aware."""
        ...

    def monotonic(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...
