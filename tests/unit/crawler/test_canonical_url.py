"""One spelling per address, and none for what is no public web address."""

import pytest
from copydesk_crawler.core.canonical_url import MAX_URL_LENGTH, Address, Rejected, canonical_url
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("HTTP://Courier.Example:80/News/./a/../b", "http://courier.example/News/b"),
        ("https://courier.example:443", "https://courier.example/"),
        ("https://courier.example:8443/a", "https://courier.example:8443/a"),
        ("https://courier.example/%7Ejan/%e4%bd%a0?x=%2f", "https://courier.example/~jan/%E4%BD%A0?x=%2F"),
        ("https://courier.example/a%2e%2e/%2E%2E/b", "https://courier.example/b"),
        ("https://courier.example/50%/x y", "https://courier.example/50%25/x%20y"),
        ("https://Straßenblatt.example/grüße", "https://xn--straenblatt-y6a.example/gr%C3%BC%C3%9Fe"),
        ("https://新闻.example/首页", "https://xn--efvy88h.example/%E9%A6%96%E9%A1%B5"),
        ("https://courier.example./a", "https://courier.example/a"),
        ("https://courier.example/a#comments", "https://courier.example/a"),
        (
            "https://courier.example/a?b=2&utm_source=rss&a=1&fbclid=zz&UTM_medium=x",
            "https://courier.example/a?b=2&a=1",
        ),
        ("https://courier.example/a?gclid=1", "https://courier.example/a"),
        ("https://courier.example/a?&&x=1&", "https://courier.example/a?x=1"),
        (" \thttps://courier.example/a\n", "https://courier.example/a"),
        ("https:\\\\courier.example\\a?b=\\", "https://courier.example/a?b=%5C"),
        ("http://192.0.2.7/a", "http://192.0.2.7/a"),
        ("https://courier.example//a//b/", "https://courier.example//a//b/"),
    ],
)
def test_canonical_form(raw: str, canonical: str) -> None:
    address = canonical_url(raw)
    assert isinstance(address, Address)
    assert address.url == canonical


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("ftp://courier.example/a", "scheme-not-http"),
        ("javascript:alert(1)", "scheme-not-http"),
        ("file:///etc/passwd", "scheme-not-http"),
        ("mailto:desk@courier.example", "scheme-not-http"),
        ("/only/a/path", "scheme-not-http"),
        ("https://desk@courier.example/", "userinfo-in-url"),
        ("https://courier.example%40evil.example@x/", "userinfo-in-url"),
        ("http://[::1]/", "bracketed-host"),
        ("http://[::ffff:127.0.0.1]/", "bracketed-host"),
        ("http://[courier.example]/", "bracketed-host"),
        ("http://0x7f.1/", "numeric-host"),
        ("http://2130706433/", "numeric-host"),
        ("http://017700000001/", "numeric-host"),
        ("http://127.1/", "numeric-host"),
        ("http://0/", "numeric-host"),
        ("http://127.0.0.01/", "numeric-host"),
        ("http://127.0.0.0x1/", "numeric-host"),
        ("http://127．0．0．1/", "numeric-host"),
        ("http://127。0。0。1/", "numeric-host"),
        ("http://１２７.0.0.1/", "numeric-host"),
        ("http://%31%32%37.1/", "numeric-host"),
        ("http://courier.example:0/", "malformed-url"),
        ("http://courier.example:99999/", "malformed-url"),
        ("http:///a", "malformed-host"),
        ("http://a b.example/", "malformed-host"),
        ("http://courier..example/", "malformed-host"),
        ("https://courier.example/" + "a" * MAX_URL_LENGTH, "url-too-long"),
    ],
)
def test_rejected_with_a_reason(raw: str, reason: str) -> None:
    assert canonical_url(raw) == Rejected(reason)


def test_relative_links_resolve_against_their_page() -> None:
    address = canonical_url("../b?utm_campaign=x", "https://courier.example/news/a/")
    assert isinstance(address, Address)
    assert address.url == "https://courier.example/news/b"


def test_tracking_stays_where_the_address_is_configuration() -> None:
    address = canonical_url("https://courier.example/feed?utm_source=x", keep_tracking=True)
    assert isinstance(address, Address)
    assert address.url.endswith("?utm_source=x")


def test_http_and_https_of_one_host_share_politeness_and_not_robots() -> None:
    plain, secure = canonical_url("http://courier.example/"), canonical_url("https://courier.example/")
    assert isinstance(plain, Address)
    assert isinstance(secure, Address)
    assert plain.host == secure.host
    assert plain.origin != secure.origin


_PIECES = st.sampled_from(
    [
        "http://",
        "https://",
        "courier.example",
        "bücher.example",
        ":80",
        ":8080",
        "/",
        "//",
        "a",
        "%2e",
        "%2E%2e",
        "..",
        ".",
        "?",
        "&",
        "=",
        "utm_source=x",
        "b=ü",
        "#",
        "%",
        "%zz",
        "\\",
        "。",
        "@",
        "[",
        "]",
        "\udc80",
        "\x00",
        " ",
        "é",
        "+",
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=14).map("".join)))
def test_total_and_idempotent(raw: str) -> None:
    once = canonical_url(raw)
    if isinstance(once, Address):
        assert once.url.isascii()
        assert canonical_url(once.url) == once


@given(st.text(max_size=40), st.text(max_size=40))
def test_total_with_any_base(raw: str, base: str) -> None:
    assert isinstance(canonical_url(raw, base), (Address, Rejected))
