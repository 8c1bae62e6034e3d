"""Connections to checked addresses only: what was checked is what is connected to, whatever DNS says next."""

import asyncio
import ssl
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import httpcore

from copydesk_crawler.adapters.connection import Connection, NotConnectedError
from copydesk_crawler.adapters.dns_cache import DnsCache
from copydesk_crawler.core.http.address_guard import AddressGuard

_MAX_ADDRESSES = 4
"""Addresses tried before a host counts as unreachable."""


class AddressBlockedError(Exception):
    """A host whose addresses may not be connected to; no packet was sent. `reason` is the guard's label."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host}: {reason}")
        self.reason = reason


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves, lets the guard decide on all addresses, and connects to one of those very addresses.

    TLS still names and verifies the host, since only the TCP connection sees the address.
    """

    def __init__(self, guard: AddressGuard, names: DnsCache) -> None:
        self._guard = guard
        self._names = names

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """`timeout` bounds lookup and all attempts together. Raises `AddressBlockedError`, `NotConnectedError`."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + timeout if timeout is not None else None
        try:
            async with asyncio.timeout_at(ends):
                addresses = await self._names(host, port)
        except (OSError, UnicodeError, TimeoutError) as error:
            raise NotConnectedError("dns-failed", f"{host} does not resolve: {error!r}") from error
        # Asked at every connection, remembered answers included: what is allowed is no property of the name.
        reason = self._guard.refusal(addresses, port)
        if reason:
            raise AddressBlockedError(host, reason)
        failure: OSError | None = None
        tried = _in_turn(addresses)[:_MAX_ADDRESSES]
        for left, address in zip(range(len(tried), 0, -1), tried, strict=True):
            share = (ends - loop.time()) / left if ends is not None else None
            try:
                return await Connection.open(address, port, share)
            except OSError as error:
                failure = error
        self._names.forget(host)
        raise NotConnectedError("connect-failed", f"{host} cannot be reached: {failure!r}") from failure

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise AddressBlockedError(path, "unix-socket")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _in_turn(addresses: Sequence[str]) -> list[str]:
    """IPv6 and IPv4 in turn, beginning with the preferred one, so that a family that is down costs one attempt."""
    families: dict[bool, list[str]] = {}
    for address in addresses:
        families.setdefault(":" in address, []).append(address)
    return [address for address in chain.from_iterable(zip_longest(*families.values())) if address]


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """The certificates to believe: those of `ca_file` alone, or the system's and certifi's."""
    if ca_file is None:
        return httpcore.default_ssl_context()
    return ssl.create_default_context(cafile=str(ca_file))
