"""What is refused as no text, and what is not."""

import pytest
from copydesk_cleaner.adapters.binary_bodies import binary_kind

from copydesk.testing.hostile_pages import HostilePage, hostile_pages

PAGE = "<!DOCTYPE html><title>Caf\u00e9</title><p>Une page.</p>"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("pdf", "PDF"),
        ("pdf behind junk", "PDF"),
        ("zip", "ZIP"),
        ("gzip", "gzip"),
        ("gzip bomb", "gzip"),
        ("jpeg", "JPEG"),
        ("executable", "ELF"),
        ("random bytes", "binary"),
    ],
)
def test_files_that_are_no_text_are_named(name: str, kind: str) -> None:
    [page] = hostile_pages(name)
    assert binary_kind(page.body) == kind


@pytest.mark.parametrize(
    "body",
    [
        b"",
        PAGE.encode("utf-16"),
        b"\xef\xbb\xbf" + PAGE.encode(),
        b" \r\n" + PAGE.encode() + b"\0" * 5_000,
        "\u6e21\u8239\u304c\u518d\u958b".encode("iso-2022-jp") * 50,
        "\u041f\u0430\u0440\u043e\u043c".encode("koi8-r") * 50,
        b"BMW and ID3 and GIF89a are words in a text." * 10,
        b"How to write a PDF: the file begins with %PDF- and the version, for instance 1.7." * 3,
        b"One stray \x03 control character in some hundred characters of text is no reason." * 3,
    ],
)
def test_text_in_any_encoding_is_not_refused(body: bytes) -> None:
    assert binary_kind(body) is None


def test_every_hostile_page_is_told_from_the_files() -> None:
    def is_refused(page: HostilePage) -> bool:
        return binary_kind(page.body) is not None

    small = ("nuls", "surrogates", "references", "wrong charset", "mojibake", "cut multibyte", "unclosed tags")
    assert not any(map(is_refused, hostile_pages(*small)))
