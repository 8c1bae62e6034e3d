"""Headers are read as strangers write them."""

import pytest
from copydesk_crawler.core.http.response_headers import ResponseHeaders
from hypothesis import given
from hypothesis import strategies as st


def headers(*pairs: tuple[str, str]) -> ResponseHeaders:
    return ResponseHeaders([(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs])


def test_names_have_no_case_and_the_first_value_counts() -> None:
    found = headers(("ETag", '"a"'), ("etag", '"b"'), ("Content-Encoding", "br"), ("content-encoding", "gzip"))
    assert found.get("etag") == '"a"'
    assert found.all("content-encoding") == "br, gzip"
    assert found.get("x-none") == found.all("x-none") == ""
    assert found.pairs[1] == ("etag", '"b"')


@pytest.mark.parametrize(
    ("value", "media_type", "charset"),
    [
        ("text/html", "text/html", None),
        ("Text/HTML; Charset=UTF-8", "text/html", "UTF-8"),
        ('text/html;charset="windows-1251"', "text/html", "windows-1251"),
        ("text/html; charset='euc-jp'; q=1", "text/html", "euc-jp"),
        ("text/html; version=2; charset=gb18030", "text/html", "gb18030"),
        ("text/html; charset=", "text/html", None),
        ("text/html; charset=\xfctf-8", "text/html", None),
        ("charset=utf-8", "charset=utf-8", None),
        ("", None, None),
        (";charset=big5", None, "big5"),
    ],
)
def test_type_and_charset(value: str, media_type: str | None, charset: str | None) -> None:
    found = headers(("Content-Type", value))
    assert (found.media_type(), found.charset()) == (media_type, charset)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("/caf\xc3\xa9?q=\xe6\x97\xa5", "/caf%C3%A9?q=%E6%97%A5"),
        ("/caf\xe9", "/caf%E9"),
        ("https://courier.example/a%20b", "https://courier.example/a%20b"),
    ],
)
def test_locations_keep_their_bytes(written: str, read: str) -> None:
    assert headers(("Location", written)).location() == read


@pytest.mark.parametrize(
    ("value", "length"), [("12", 12), ("-1", None), ("+1", None), ("\xb2", None), ("9" * 40, 10**18 - 1)]
)
def test_declared_length(value: str, length: int | None) -> None:
    assert headers(("Content-Length", value)).declared_length() == length


@given(st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=60)), max_size=8))
def test_any_bytes_are_headers(pairs: list[tuple[bytes, bytes]]) -> None:
    found = ResponseHeaders(pairs)
    assert len(found.pairs) == len(pairs)
    found.charset(), found.media_type(), found.location(), found.declared_length(), found.validator("etag")
