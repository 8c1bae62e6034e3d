"""The partitions that are ours, from assignment to revocation, and how far each may be committed. Pure."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from copydesk.runtime.ports import Partition
from copydesk.runtime.watermark import Watermark


@dataclass(eq=False)
class OwnedPartition:
    """A partition from its assignment until it is revoked.

    `committed` is the position from which it would be delivered again. `active` counts its deliveries in a handler's
    hands. When `closing`, nothing new is taken from it; when `lost`, results for it are worth nothing.
    """

    partition: Partition
    committed: int
    watermark: Watermark = field(default_factory=Watermark)
    active: int = 0
    closing: bool = False
    lost: bool = False

    @property
    def outstanding(self) -> int:
        """Deliveries that a crash would repeat. Gaps among offsets count as well, until the next commit."""
        return self.watermark.unfinished + (self.watermark.committable() or self.committed) - self.committed


class OwnedPartitions:
    """Those of one consumer. A partition comes in with its first record and goes out when it is revoked."""

    def __init__(self) -> None:
        self._owned: dict[Partition, OwnedPartition] = {}

    def take(self, partition: Partition, offset: int) -> OwnedPartition | None:
        """Note a delivery; None when the partition is being given up.

        An offset that does not rise means that the log was rewound: we start anew with the partition, and what is in
        hand of it counts no longer, as it is delivered again.
        """
        owned = self._owned.get(partition)
        if owned is not None and owned.closing:
            return None
        if owned is None or not owned.watermark.expects(offset):
            if owned is not None:
                owned.lost = True
            owned = self._owned[partition] = OwnedPartition(partition, offset)
        owned.watermark.delivered(offset)
        return owned

    @property
    def outstanding(self) -> int:
        """How many messages were delivered and are not committed, at most."""
        return sum(owned.outstanding for owned in self._owned.values())

    def held_up(self, limit: int) -> frozenset[Partition]:
        """Partitions of which so many messages are finished that wait for one that is not."""
        return frozenset(part for part, owned in self._owned.items() if owned.watermark.held_back >= limit)

    def committable(self, assigned: Set[Partition]) -> dict[Partition, int]:
        """Positions that may be committed and have not been."""
        found = {part: owned.watermark.committable() for part, owned in self._owned.items() if part in assigned}
        return {
            part: position
            for part, position in found.items()
            if position is not None and position != self._owned[part].committed
        }

    def committed(self, positions: Mapping[Partition, int]) -> None:
        """Note a commit. A partition that was lost and won back meanwhile is committed again, harmlessly."""
        for partition, position in positions.items():
            if owned := self._owned.get(partition):
                owned.committed = position

    def close(self, partitions: Iterable[Partition]) -> list[OwnedPartition]:
        """Take nothing new from these, and return those that we have."""
        closing = [self._owned[partition] for partition in partitions if partition in self._owned]
        for owned in closing:
            owned.closing = True
        return closing

    def forget(self, closed: Iterable[OwnedPartition]) -> None:
        for owned in closed:
            if self._owned.get(owned.partition) is owned:
                del self._owned[owned.partition]
