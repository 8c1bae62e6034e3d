"""A clock that tests turn by hand."""

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2030, 1, 1, 12, tzinfo=UTC)


class ManualClock:
    """`runtime.ports.Clock` whose time moves only by `advance`; sleepers wake when their moment has come."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed = timedelta()
        self._sleepers: list[tuple[timedelta, asyncio.Future[None]]] = []

    @property
    def sleepers(self) -> int:
        """How many tasks sleep on this clock now."""
        return sum(not waiting.done() for _, waiting in self._sleepers)

    def now(self) -> datetime:
        return self._start + self._elapsed

    def monotonic(self) -> float:
        return self._elapsed.total_seconds()

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiting = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._elapsed + timedelta(seconds=seconds), waiting))
        await waiting

    def advance(self, by: timedelta) -> None:
        """Move time forward by `by` and wake whoever slept until then."""
        self._elapsed += by
        for moment, waiting in self._sleepers:
            if moment <= self._elapsed and not waiting.done():
                waiting.set_result(None)
        self._sleepers = [(moment, waiting) for moment, waiting in self._sleepers if not waiting.done()]
