"""No private address is ever connected to, whatever it is written as."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from copydesk_crawler.core.http.address_guard import AddressGuard, special_purpose
from hypothesis import given
from hypothesis import strategies as st

PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:93.184.216.34",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_special_addresses_are_refused(address: str) -> None:
    reason = AddressGuard().refusal([address], 443)
    assert reason is not None
    assert reason.startswith("address-")


@pytest.mark.parametrize(
    "address", [PUBLIC, "1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_public_addresses_on_web_ports_only(address: str) -> None:
    guard = AddressGuard()
    assert guard.refusal([address], 80) is None
    assert guard.refusal([address], 443) is None
    assert guard.refusal([address], 8080) == "port-not-allowed"
    assert guard.refusal([address], 22) == "port-not-allowed"


def test_one_private_address_among_public_ones_condemns_the_host() -> None:
    assert AddressGuard().refusal([PUBLIC, "10.0.0.1"], 443) == "address-private"
    assert AddressGuard().refusal(["2606:4700::1111", "::1"], 443) == "address-loopback"


def test_a_host_without_addresses_is_refused() -> None:
    assert AddressGuard().refusal([], 443) == "no-address"


def test_allowed_networks_are_reached_on_any_port_and_open_nothing_else() -> None:
    guard = AddressGuard([IPv4Network("127.0.0.0/8"), IPv6Network("fd12::/16")])
    assert guard.refusal(["127.0.0.1"], 8000) is None
    assert guard.refusal(["fd12::5"], 9999) is None
    assert guard.refusal(["10.0.0.1"], 80) == "address-private"
    assert guard.refusal(["::ffff:127.0.0.1"], 80) == "address-ipv4-mapped"
    assert guard.refusal(["127.0.0.1", "169.254.169.254"], 80) == "address-link-local"


@given(st.integers(0, 2**32 - 1))
def test_whatever_python_calls_private_is_special(number: int) -> None:
    address = IPv4Address(number)
    if not address.is_global or address.is_multicast:
        assert special_purpose(address)


@given(st.integers(0, 2**32 - 1), st.sampled_from(["::", "::ffff:0:0", "64:ff9b::", "::ffff:0:0:0"]))
def test_no_ipv4_address_hides_inside_an_ipv6_one(number: int, prefix: str) -> None:
    assert special_purpose(IPv6Address(int(IPv6Address(prefix)) + number))


@given(st.integers(0, 2**128 - 1))
def test_only_global_unicast_passes(number: int) -> None:
    address = IPv6Address(number)
    if special_purpose(address) is None:
        assert address in IPv6Network("2000::/3")
        assert address.is_global
