"""Which addresses the crawler may connect to.

Explicit networks from the IANA special-purpose registries (RFC 6890 and its successors), because the standard
library's `is_global` lets special addresses through. Checked at connect time, on the address that is then used.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
PUBLIC_PORTS = frozenset({80, 443})

_BLOCKED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(cidr), label)
    for cidr, label in (
        ("0.0.0.0/8", "this-network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade-nat"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol-assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "anycast-sink"),
        ("192.52.193.0/24", "amt-relay"),
        ("192.88.99.0/24", "6to4-relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "anycast-sink"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        # Instance metadata of cloud providers that lies outside the ranges above.
        ("168.63.129.16/32", "cloud-metadata"),
        ("::1/128", "loopback"),
        ("::/96", "ipv4-compatible"),
        ("::ffff:0:0/96", "ipv4-mapped"),
        ("::ffff:0:0:0/96", "ipv4-translated"),
        ("64:ff9b::/96", "nat64"),
        ("64:ff9b:1::/48", "nat64"),
        ("100::/64", "discard"),
        ("100:0:0:1::/64", "discard"),
        ("2001::/32", "teredo"),
        ("2001::/23", "protocol-assignments"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "anycast-sink"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment-routing"),
        ("fc00::/7", "unique-local"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")


class AddressGuard:
    """Decides on resolved addresses. `allow_networks` may be reached although they are private, on any port."""

    def __init__(self, allow_networks: Iterable[Network] = ()) -> None:
        self._allowed = tuple(allow_networks)

    def refusal(self, addresses: Sequence[str], port: int) -> str | None:
        """Return why a host with these addresses is not connected to, None if it may be.

        One bad address condemns all: a name that mixes public and private answers is an attack or a mistake.
        """
        if not addresses:
            return "no-address"
        asked = [ip_address(address.partition("%")[0]) for address in addresses]
        open_to_all = [address for address in asked if not self._is_allowed(address)]
        for address in open_to_all:
            if label := special_purpose(address):
                return f"address-{label}"
        return "port-not-allowed" if open_to_all and port not in PUBLIC_PORTS else None

    def _is_allowed(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._allowed if network.version == address.version)


def special_purpose(address: IPv4Address | IPv6Address) -> str | None:
    """Name the special-purpose network of an address, None for ordinary public ones."""
    for network, label in _BLOCKED:
        if address.version == network.version and address in network:
            return label
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return "reserved"
    return None
