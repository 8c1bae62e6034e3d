"""Leases of hosts and what is known of their robots.txt, shared by many processes or kept by one that is alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from copydesk.runtime.ports import Clock
from copydesk.storage.frontier_rows import HostLease, RobotsVerdict, StoredRobots
from copydesk_crawler.adapters.patience import Patience

_LEAST_PAUSE, _MOST_PAUSE = 0.02, 1.0
"""Seconds between two questions for a host that somebody else holds."""


class HostLeases(Protocol):
    """What asking a host takes; `copydesk.storage.frontier.Frontier` does it for many processes."""

    async def claim_host(self, host: str) -> HostLease | timedelta: ...

    async def keep(self, lease: HostLease, delay: timedelta) -> bool: ...

    async def release(self, lease: HostLease, delay: timedelta | None = None) -> bool: ...

    async def load_robots(self, origin: str) -> StoredRobots | None: ...

    async def keep_robots(self, origin: str, keep: timedelta) -> None: ...

    async def save_robots(self, origin: str, verdict: RobotsVerdict, body: bytes, keep: timedelta) -> StoredRobots: ...


async def wait_for_host(
    hosts: HostLeases,
    host: str,
    clock: Clock,
    patiently: Patience,
    longest: timedelta,
    abandoned: Callable[[], bool] = lambda: False,
) -> HostLease | None:
    """Lease a host when its turn comes; None when that would take longer than `longest`, or the service ends."""
    started = clock.monotonic()
    while not abandoned():
        held = await patiently(lambda: hosts.claim_host(host))
        if isinstance(held, HostLease):
            return held
        if clock.monotonic() - started + held.total_seconds() > longest.total_seconds():
            return None
        await clock.sleep(min(max(held.total_seconds(), _LEAST_PAUSE), _MOST_PAUSE))
    return None


class LocalHostLeases:
    """Leases in memory; they never run out, since nobody but this process could be waiting for them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: set[str] = set()
        self._next_allowed: dict[str, float] = {}
        self._robots: dict[str, tuple[StoredRobots, float]] = {}

    async def claim_host(self, host: str) -> HostLease | timedelta:
        wait = self._next_allowed.get(host, 0.0) - self._clock.monotonic()
        if host in self._held:
            return timedelta(seconds=max(wait, 0.05))
        if wait > 0:
            return timedelta(seconds=wait)
        self._held.add(host)
        return HostLease(host, 0)

    async def keep(self, lease: HostLease, delay: timedelta) -> bool:
        self._next_allowed[lease.host] = self._clock.monotonic() + delay.total_seconds()
        return lease.host in self._held

    async def release(self, lease: HostLease, delay: timedelta | None = None) -> bool:
        held = lease.host in self._held
        self._held.discard(lease.host)
        if delay is not None:
            self._next_allowed[lease.host] = self._clock.monotonic() + delay.total_seconds()
        return held

    async def load_robots(self, origin: str) -> StoredRobots | None:
        stored, until = self._robots.get(origin, (None, 0.0))
        return replace(stored, fresh=until > self._clock.monotonic()) if stored else None

    async def keep_robots(self, origin: str, keep: timedelta) -> None:
        stored, _ = self._robots[origin]
        self._robots[origin] = (stored, self._clock.monotonic() + keep.total_seconds())

    async def save_robots(self, origin: str, verdict: RobotsVerdict, body: bytes, keep: timedelta) -> StoredRobots:
        stored = StoredRobots(verdict, body, self._clock.now())
        self._robots[origin] = (stored, self._clock.monotonic() + keep.total_seconds())
        return stored
