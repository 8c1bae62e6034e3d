"""How far a partition may be committed when messages finish out of order. Pure."""

from collections import deque


class Watermark:
    """Offsets of one partition, delivered in rising order and finished in any.

    Offsets may have gaps (compaction, transaction markers): what was never delivered is not waited for.
    """

    def __init__(self) -> None:
        self._pending: deque[int] = deque()
        self._done: set[int] = set()
        self._last: int | None = None
        self._next: int | None = None

    @property
    def unfinished(self) -> int:
        """How many have been delivered from the first unfinished one on."""
        return len(self._pending)

    @property
    def held_back(self) -> int:
        """How many are finished behind an unfinished one."""
        return len(self._done)

    def expects(self, offset: int) -> bool:
        """Whether the offset lies above all delivered so far; if not, the log was rewound."""
        return self._last is None or offset > self._last

    def delivered(self, offset: int) -> None:
        """Raises `ValueError` unless offsets rise; a log that was rewound needs a new watermark."""
        if not self.expects(offset):
            raise ValueError(f"offset {offset} was delivered after {self._last}")
        self._last = offset
        self._pending.append(offset)

    def done(self, offset: int) -> None:
        """The message reached its outcome, and the outcome is durable."""
        self._done.add(offset)
        while self._pending and self._pending[0] in self._done:
            first = self._pending.popleft()
            self._done.discard(first)
            self._next = first + 1

    def committable(self) -> int | None:
        """The next offset to read after a restart; None while not even the first message is done."""
        return self._next
