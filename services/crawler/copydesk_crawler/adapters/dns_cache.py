"""Names resolved once for a while, by one lookup at a time for each name."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from cachetools import TTLCache

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives all addresses of a host name, in order of preference. Raises `OSError` or `UnicodeError`."""

_MAX_NAMES = 10_000
_FAILURE_SECONDS = 5.0
_LOOKUPS = 16
"""Lookups side by side; one that hangs holds its thread until the system gives it up."""


class SystemResolver:
    """The system's resolver, in threads of its own: lookups that hang must not keep others waiting for a thread."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="dns")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port)
        return list(dict.fromkeys(found))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(address[0]) for *_, address in found]


class DnsCache:
    """A resolver that remembers answers for `keep`, and failures for a few seconds.

    It remembers what was said, not whether it is allowed: who connects asks the guard each time. Addresses that nobody
    answered at are to be forgotten by `forget`, since the name may have moved.
    """

    def __init__(self, resolver: Resolver, keep: timedelta, monotonic: Callable[[], float]) -> None:
        seconds = keep.total_seconds()
        self._resolver = resolver
        self._known: TTLCache[str, Sequence[str]] = TTLCache(_MAX_NAMES, seconds, monotonic)
        self._failed: TTLCache[str, str] = TTLCache(_MAX_NAMES, min(seconds, _FAILURE_SECONDS), monotonic)
        self._asking: dict[str, asyncio.Task[Sequence[str]]] = {}

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        known = self._known.get(host)
        if known is not None:
            return known
        failure = self._failed.get(host)
        if failure is not None:
            raise OSError(f"{failure} (asked a moment ago)")
        asking = self._asking.get(host)
        if asking is None:
            asking = self._asking[host] = asyncio.create_task(self._ask(host, port))
        # Shielded: whoever asked first may run out of time, the others still want the answer.
        return await asyncio.shield(asking)

    def forget(self, host: str) -> None:
        """Ask again next time."""
        self._known.pop(host, None)

    async def _ask(self, host: str, port: int) -> Sequence[str]:
        try:
            found = await self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            self._failed[host] = str(error)
            raise
        else:
            if found:
                self._known[host] = tuple(found)
            return found
        finally:
            del self._asking[host]
