"""Names and addresses by which an attacker would have a crawler connect to what is private."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_PUBLIC = "93.184.216.34"


@dataclass(frozen=True)
class HostileAddress:
    """A host and what it resolves to (None: whatever the system makes of it); `expected` is the guard's label."""

    name: str
    host: str
    answers: tuple[str, ...] | None
    expected: str


def _resolving(name: str, expected: str, *answers: str) -> HostileAddress:
    return HostileAddress(name, "courier.example", answers, f"refused {expected}")


def _spelled(host: str, expected: str = "address-loopback") -> HostileAddress:
    return HostileAddress(f"spelled {host}", host, None, f"refused {expected}")


HOSTILE_ADDRESSES = (
    _resolving("loopback", "address-loopback", "127.0.0.1"),
    _resolving("loopback, last of its network", "address-loopback", "127.255.255.254"),
    _resolving("this host", "address-this-network", "0.0.0.0"),  # noqa: S104 - connected to, not bound
    _resolving("RFC 1918, 10/8", "address-private", "10.0.0.1"),
    _resolving("RFC 1918, 172.16/12", "address-private", "172.31.255.1"),
    _resolving("RFC 1918, 192.168/16", "address-private", "192.168.1.1"),
    _resolving("link-local", "address-link-local", "169.254.7.7"),
    _resolving("cloud metadata", "address-link-local", "169.254.169.254"),
    _resolving("cloud metadata in CGNAT", "address-carrier-grade-nat", "100.100.100.200"),
    _resolving("cloud metadata, public range", "address-cloud-metadata", "168.63.129.16"),
    _resolving("cloud metadata, IPv6", "address-unique-local", "fd00:ec2::254"),
    _resolving("carrier-grade NAT", "address-carrier-grade-nat", "100.64.0.1"),
    _resolving("multicast", "address-multicast", "224.0.0.1"),
    _resolving("broadcast", "address-reserved", "255.255.255.255"),
    _resolving("benchmarking", "address-benchmarking", "198.18.0.1"),
    _resolving("IPv6 loopback", "address-loopback", "::1"),
    _resolving("IPv6 unspecified", "address-ipv4-compatible", "::"),
    _resolving("IPv4-mapped", "address-ipv4-mapped", "::ffff:127.0.0.1"),
    _resolving("IPv4-compatible", "address-ipv4-compatible", "::127.0.0.1"),
    _resolving("IPv4-translated", "address-ipv4-translated", "::ffff:0:127.0.0.1"),
    _resolving("NAT64", "address-nat64", "64:ff9b::7f00:1"),
    _resolving("NAT64, local prefix", "address-nat64", "64:ff9b:1::7f00:1"),
    _resolving("6to4", "address-6to4", "2002:7f00:1::1"),
    _resolving("Teredo", "address-teredo", "2001:0:7f00:1::1"),
    _resolving("unique local", "address-unique-local", "fc00::1"),
    _resolving("site-local", "address-site-local", "fec0::1"),
    _resolving("IPv6 link-local", "address-link-local", "fe80::1%lo"),
    _resolving("IPv6 multicast", "address-multicast", "ff02::1"),
    _resolving("public, then private", "address-private", _PUBLIC, "10.0.0.1"),
    _resolving("private, then public", "address-loopback", "::1", "2606:4700::1111"),
    _resolving("no address", "no-address"),
    _resolving("public, unlisted port", "port-not-allowed", _PUBLIC),
    _spelled("127.0.0.1"),
    _spelled("127.1"),
    _spelled("0x7f.1"),
    _spelled("0x7f000001"),
    _spelled("2130706433"),
    _spelled("017700000001"),
    _spelled("0177.0.0.1"),
    _spelled("0", "address-this-network"),
    _spelled("localhost"),
    _spelled("[::1]"),
    _spelled("[::ffff:7f00:1]", "address-ipv4-mapped"),
)

REJECTED_URLS = {
    "http://127.1/": "numeric-host",
    "http://0x7f.1/": "numeric-host",
    "http://2130706433/": "numeric-host",
    "http://017700000001/": "numeric-host",
    "http://0/": "numeric-host",
    "http://127\u30020\u30020\u30021/": "numeric-host",
    "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/": "numeric-host",
    "http://\u2460\u2461\u2466.0.0.1/": "numeric-host",
    "http://%31%32%37.1/": "numeric-host",
    "http://[::1]/": "bracketed-host",
    "http://[::ffff:127.0.0.1]:80/": "bracketed-host",
    "http://good.example@127.0.0.1/": "userinfo-in-url",
    "http://good.example:80@127.0.0.1:6379/": "userinfo-in-url",
    "file:///etc/passwd": "scheme-not-http",
    "gopher://127.0.0.1:6379/_FLUSHALL": "scheme-not-http",
    "ftp://127.0.0.1/": "scheme-not-http",
    "javascript:alert(1)": "scheme-not-http",
    "data:text/html,x": "scheme-not-http",
    "http:///path": "malformed-host",
    "http://a.example:0/": "malformed-url",
    "http://a.example:99999/": "malformed-url",
    "http://a.example:6x/": "malformed-url",
}
"""Addresses that are turned away before anybody looks them up, with the reason."""


@dataclass
class SocketWatch:
    """Addresses that this process began to connect or send to."""

    addresses: list[Any] = field(default_factory=list)


_watching: list[SocketWatch] = []


def _heed(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        for watch in _watching:
            watch.addresses.append(arguments[1])


@contextmanager
def watching_sockets() -> Iterator[SocketWatch]:
    """Sees what the interpreter itself reports (PEP 578), before a packet is sent and whether it arrives or not."""
    watch = SocketWatch()
    _hook_once()
    _watching.append(watch)
    try:
        yield watch
    finally:
        _watching.remove(watch)


_hooked: list[bool] = []


def _hook_once() -> None:
    """An audit hook stays for the life of the process."""
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_heed)
