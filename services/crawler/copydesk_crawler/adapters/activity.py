"""What the loops of one crawler know of each other: whether anything is in hand, and the loop's pulse."""

import asyncio
from collections.abc import Collection
from typing import Any

from copydesk.runtime.ports import Clock

REST_SECONDS = 0.25
STALLED_SECONDS = 60.0
STUCK_SECONDS = 75.0


class Activity:
    """Counts what may have made URLs due; a look at the frontier is worth only as much as nothing came after it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ticked = clock.monotonic()
        self._moved = clock.monotonic()
        self._quiet_at: int | None = None
        self.count = 0

    def tick(self) -> None:
        self._ticked = self._clock.monotonic()

    def alive(self) -> bool:
        return self._clock.monotonic() - self._ticked < STALLED_SECONDS

    def happened(self) -> None:
        """Something was added to the frontier or came on in it; a host that asks us to wait is no such thing."""
        self.count += 1
        self._moved = self._clock.monotonic()

    def note_frontier(self, seen: int, *, quiet: bool) -> None:
        """What a look at the frontier showed that began when `count` was `seen`.

        When for long nothing came on, what is due waits for hosts that never have time, and so does not count.
        """
        stuck = self._clock.monotonic() - self._moved > STUCK_SECONDS
        self._quiet_at = seen if quiet or stuck else None

    def frontier_quiet(self) -> bool:
        """Whether nothing was due soon at the last look and nothing happened since."""
        return self._quiet_at == self.count


async def rest(stop: asyncio.Event, hands: Collection[asyncio.Task[Any]], seconds: float = REST_SECONDS) -> None:
    """Wait until a hand is free, `stop` is set or the time is over."""
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait([stopped, *hands], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
