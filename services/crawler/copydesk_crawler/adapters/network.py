"""Connections to checked addresses only: what was checked is what is connected to, whatever DNS says next."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore

from copydesk_crawler.core.address_guard import AddressGuard

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives all addresses of a host name, as `resolve` does."""

_MAX_ADDRESSES = 4
"""Addresses tried before a host counts as unreachable."""


class AddressBlockedError(Exception):
    """A host whose addresses may not be connected to; no packet was sent. `reason` is the guard's label."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host}: {reason}")
        self.reason = reason


async def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses that the system's resolver knows, in its order of preference. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves, lets the guard decide on all addresses, and connects to one of those very addresses.

    TLS still names and verifies the host, since only the TCP connection sees the address.
    """

    def __init__(self, guard: AddressGuard, resolver: Resolver = resolve) -> None:
        self._guard = guard
        self._resolver = resolver
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            addresses = await self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} does not resolve: {error}") from error
        reason = self._guard.refusal(addresses, port)
        if reason:
            raise AddressBlockedError(host, reason)
        failure: Exception | None = None
        for address in addresses[:_MAX_ADDRESSES]:
            try:
                return await self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise httpcore.ConnectError(f"{host} cannot be reached: {failure}") from failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise AddressBlockedError(path, "unix-socket")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
