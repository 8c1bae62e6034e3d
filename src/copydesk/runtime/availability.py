"""Waiting out a dependency that is away: the stage pauses, keeps what it has in hand and tries again for ever."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from copydesk.runtime.outcomes import DependencyUnavailableError
from copydesk.runtime.ports import BlobsUnavailableError, BusUnavailableError, Clock, UnknownTopicError
from copydesk.telemetry import Metrics, get_logger

T = TypeVar("T")
UNAVAILABLE = (DependencyUnavailableError, BusUnavailableError, BlobsUnavailableError, UnknownTopicError)
"""A topic that is not there is the operator's to create: no reason to lose a message, or to crash."""
FIRST_WAIT = 0.25
LONGEST_WAIT = 4.0
"""Seconds between two tries at most: a dependency that is back is used again within this."""

_log = get_logger(__name__)


class AbandonedError(Exception):
    """What was waiting for a dependency is no longer ours to do."""


class Availability:
    """Which dependencies of a stage are away. The stage starts nothing new while any is."""

    def __init__(self, stage: str, clock: Clock, metrics: Metrics) -> None:
        self._stage = stage
        self._clock = clock
        self._metrics = metrics
        self._away: dict[str, dict[object, str]] = {}
        self.opened = asyncio.Event()
        self.opened.set()

    def away(self) -> Mapping[str, str]:
        """Dependencies that are away, each with the last cause known."""
        return {name: next(reversed(causes.values())) for name, causes in self._away.items()}

    async def unless(self, stop: asyncio.Event, starting: Callable[[], Awaitable[T]]) -> T:
        """`until_available` for what itself waits for a broker, given up as soon as `stop` is set.

        Raises `AbandonedError` then.
        """
        work = asyncio.ensure_future(self.until_available(starting, stop.is_set))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise AbandonedError
            return work.result()
        finally:
            work.cancel()
            stopping.cancel()

    async def until_available(self, action: Callable[[], Awaitable[T]], abandoned: Callable[[], bool]) -> T:
        """Run `action` until it no longer fails for a dependency's sake.

        Raises `AbandonedError` when `abandoned` says so after a failure.
        """
        token = object()
        wait = FIRST_WAIT
        try:
            while True:
                try:
                    return await action()
                except UNAVAILABLE as error:
                    self.mark_away(token, error)
                if abandoned():
                    raise AbandonedError
                await self._clock.sleep(wait)
                if abandoned():
                    raise AbandonedError
                wait = min(2 * wait, LONGEST_WAIT)
        finally:
            self.mark_back(token)

    def mark_away(self, token: object, error: Exception) -> None:
        """Note that `token`'s work fails; it counts until `mark_back` with the same token."""
        name = _name(error)
        if name not in self._away:
            _log.warning("dependency away, pausing", stage=self._stage, dependency=name, cause=str(error))
            self._metrics.paused.labels(self._stage, name).set(1)
        self._away.setdefault(name, {})[token] = str(error) or type(error).__name__
        self.opened.clear()

    def mark_back(self, token: object) -> None:
        for name, causes in list(self._away.items()):
            if causes.pop(token, None) is not None and not causes:
                del self._away[name]
                self._metrics.paused.labels(self._stage, name).set(0)
                _log.info("dependency back", stage=self._stage, dependency=name)
        if not self._away:
            self.opened.set()


def _name(error: Exception) -> str:
    if isinstance(error, DependencyUnavailableError):
        return error.dependency
    return "blobs" if isinstance(error, BlobsUnavailableError) else "broker"
