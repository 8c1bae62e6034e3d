"""Bytes into text, as browsers do it."""

import pytest
from copydesk_cleaner.adapters.decoding import decode_page
from hypothesis import given
from hypothesis import strategies as st

RUSSIAN = "Мост через овраг открыли в четверг, и первыми прошли школьники."


@pytest.mark.parametrize(
    ("body", "label", "encoding"),
    [
        (RUSSIAN.encode("cp1251"), "windows-1251", "windows-1251"),
        (RUSSIAN.encode("koi8-r"), "KOI8-R", "koi8-r"),
        (RUSSIAN.encode(), None, "utf-8"),
        (RUSSIAN.encode("utf-8-sig"), "windows-1251", "utf-8"),
        (RUSSIAN.encode(), "windows-1251", "utf-8"),
        (RUSSIAN.encode("utf-16-le"), "utf-16", "utf-16le"),
        (b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251"), None, "windows-1251"),
        (b'<meta charset="windows-1251">' + RUSSIAN.encode(), None, "utf-8"),
        (b'<?xml version="1.0" encoding="koi8-r"?>' + RUSSIAN.encode("koi8-r"), None, "koi8-r"),
        ((RUSSIAN * 8).encode("cp1251"), None, "windows-1251"),
    ],
)
def test_order_of_evidence(body: bytes, label: str | None, encoding: str) -> None:
    decoded = decode_page(body, label)
    assert decoded.encoding == encoding
    assert decoded.text.replace("\ufeff", "").endswith(RUSSIAN)
    assert not decoded.replaced


@pytest.mark.parametrize("label", ["zlib_codec", "idna", "utf-7", "rot13", "bogus", "", "\u212aoi8", "utf-8\n\n"])
def test_labels_outside_the_standard_count_as_absent(label: str) -> None:
    assert decode_page(RUSSIAN.encode(), label).text == RUSSIAN


def test_chinese_and_japanese_legacy_encodings() -> None:
    assert decode_page("老城区图书馆".encode("gb18030"), "gb2312").text == "老城区图书馆"
    assert decode_page("時計台".encode("shift_jis"), "Shift_JIS").text == "時計台"


def test_a_page_in_escapes_is_decoded_as_it_says() -> None:
    body = b'<meta charset="iso-2022-jp">' + "時計台".encode("iso-2022-jp")
    assert decode_page(body, None).text.endswith("時計台")
    assert decode_page(b'<meta charset="iso-2022-jp">plain', None).encoding == "utf-8"


def test_broken_bytes_are_replaced_and_said() -> None:
    decoded = decode_page(b"caf\xe9 \xff\xfe", "utf-8")
    assert decoded.replaced
    assert decoded.text.startswith("caf\ufffd")


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=12)))
def test_never_raises(body: bytes, label: str | None) -> None:
    assert isinstance(decode_page(body, label).text, str)
