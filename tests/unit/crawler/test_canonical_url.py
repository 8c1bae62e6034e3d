"""One spelling per address, and none for what is no public web address."""

import pytest
from copydesk_crawler.core.urls.canonical_url import MAX_URL_LENGTH, Address, Rejected, canonical_url
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


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("/b", "https://courier.example:8443/b"),
        ("/../b/./c", "https://courier.example:8443/b/c"),
        ("//agency.example/b", "https://agency.example/b"),
        ("b;", "https://courier.example:8443/news/b"),
        ("/b;", "https://courier.example:8443/b"),
        ("?page=2", "https://courier.example:8443/news/a?page=2"),
        ("", "https://courier.example:8443/news/a?x=1"),
        ("\\b", "https://courier.example:8443/b"),
        ("http:b", "http-elsewhere"),
        ("HTTPS://Agency.example", "https://agency.example/"),
    ],
)
def test_links_of_every_kind_resolve(link: str, canonical: str) -> None:
    address = canonical_url(link, "https://Courier.example:8443/news/a?x=1#top")
    assert (address.url if isinstance(address, Address) else "http-elsewhere") == canonical


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


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("/a;jsessionid=1A2B3C.node1", "/a"),
        ("/a;JSESSIONID=1A2B/b?x=1", "/a/b?x=1"),
        ("/a;v=2;jsessionid=0;w=3", "/a;v=2;w=3"),
        ("/a/;jsessionid=1", "/a/"),
        ("/b/..;jsessionid=1/a", "/a"),
        ("/(S(lit3py55t21z5v55vlm25s55))/a.aspx", "/a.aspx"),
        ("/a/(A(abcdefgh12)F(abcdefgh12)S(abcdefgh12))/", "/a/"),
        ("/(S(lit3py55t21z5v55vlm25s55))", "/"),
        ("/a?PHPSESSID=0123456789abcdef&id=3", "/a?id=3"),
        ("/a?jsessionid=x", "/a"),
        ("/a?ASPSESSIONIDQQ=x&b=1", "/a?b=1"),
        ("/t.php?t=4&sid=0123456789abcdef0123456789abcdef", "/t.php?t=4"),
        ("/t.php?s=0123456789ABCDEF0123456789ABCDEF&t=4", "/t.php?t=4"),
        ("/a?session=5k2fjq0h3lp9ourn1ivm4d7tbe", "/a"),
        ("/a?fbclid=x&GCLID=y&mtm_campaign=z&itm_medium=w&__hssc=1", "/a"),
        ("/a?utm%5Fsource=x&b=1", "/a?b=1"),
    ],
)
def test_sessions_and_marks_are_no_part_of_an_address(raw: str, canonical: str) -> None:
    address = canonical_url("https://courier.example" + raw)
    assert isinstance(address, Address)
    assert address.url == "https://courier.example" + canonical


@pytest.mark.parametrize(
    "path",
    [
        "/story;v=2",
        "/(draft)/a",
        "/a(b)",
        "/show?sid=481516",
        "/show?sid=5f8a1c2b9d3e4f5a6b7c8d9e",
        "/show?sid=0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e",
        "/show?s=harbour+bridge",
        "/show?session=parliament-2026",
        "/show?sid=abcdefabcdefabcdefabcdefabcdefab",
        "/show?ref=12",
        "/show?source=agency&from=3",
        "/show?utm=1",
    ],
)
def test_what_may_name_a_story_stays(path: str) -> None:
    address = canonical_url("https://courier.example" + path)
    assert isinstance(address, Address)
    assert address.url == "https://courier.example" + path


def test_contested_marks_stay_where_a_site_means_something_by_them() -> None:
    address = canonical_url("https://courier.example/a?cmpid=5&fbclid=1", kept=frozenset({"cmpid", "fbclid"}))
    assert isinstance(address, Address)
    assert address.url == "https://courier.example/a?cmpid=5"


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("https://www.google.com/amp/s/courier.example/a/story", "https://courier.example/a/story"),
        ("https://www.google.co.uk/amp/courier.example/a?id=4", "http://courier.example/a?id=4"),
        ("https://google.com.br/amp/s/amp.courier.example/a", "https://amp.courier.example/a"),
        (
            "https://courier-example.cdn.ampproject.org/c/s/courier.example/a?usqp=x&id=4",
            "https://courier.example/a?id=4",
        ),
        ("https://courier-example.cdn.ampproject.org/v/s/Courier.Example/a?amp_js_v=0.1", "https://courier.example/a"),
        ("https://cdn.ampproject.org/c/courier.example/a/", "http://courier.example/a/"),
        ("https://courier-example.bing-amp.com/c/s/courier.example/a", "https://courier.example/a"),
        ("https://www.google.com/amp/s/www.google.com/amp/s/courier.example/a", "https://courier.example/a"),
        ("https://www.google.com/amp/s/courier.example:443/%7Ea", "https://courier.example/~a"),
        ("https://www.google.com/amp/", "https://www.google.com/amp/"),
        ("https://www.google.com/search?q=/amp/s/x.example/a", "https://www.google.com/search?q=/amp/s/x.example/a"),
        ("https://cdn.ampproject.org/v0.js", "https://cdn.ampproject.org/v0.js"),
        ("https://notgoogle.com/amp/s/courier.example/a", "https://notgoogle.com/amp/s/courier.example/a"),
    ],
)
def test_cached_pages_are_named_by_their_publisher(raw: str, canonical: str) -> None:
    address = canonical_url(raw)
    assert isinstance(address, Address)
    assert address.url == canonical


def test_what_an_amp_cache_names_is_checked_like_any_address() -> None:
    assert canonical_url("https://www.google.com/amp/s/2130706433.0/a") == Rejected("numeric-host")
    assert canonical_url("https://www.google.com/amp/s/desk@courier.example/a") == Rejected("userinfo-in-url")


def test_an_absolute_link_needs_no_sound_base() -> None:
    address = canonical_url("https://courier.example/a", "http://[::1/")
    assert isinstance(address, Address)


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
        ";jsessionid=1",
        ";",
        "(S(abcdefgh12))",
        "sid=0123456789abcdef0123456789abcdef",
        "https://www.google.com/amp/s/",
        "https://x.cdn.ampproject.org/c/",
        "/s/",
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
