"""Content codings: undone where honest, stopped where not."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from copydesk_crawler.core.decompression import UndecodableBodyError, decode_body, gunzip
from hypothesis import given
from hypothesis import strategies as st

LIMIT = 2_000_000
PAGE = b"<html><body>" + "Die Brücke ist wieder offen. ".encode() * 2_000 + b"</body></html>"


def _raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


CODINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", _raw_deflate),
    ("br", lambda data: bytes(brotli.compress(data, quality=3))),
    ("zstd", zstandard.compress),
]


@pytest.mark.parametrize(("coding", "compress"), CODINGS)
def test_each_coding_is_undone(coding: str, compress: Callable[[bytes], bytes]) -> None:
    assert decode_body(compress(PAGE), coding.upper(), LIMIT) == PAGE
    assert decode_body(b"", coding, LIMIT) == b""


def test_stacked_members_and_identity() -> None:
    assert decode_body(gzip.compress(brotli.compress(PAGE)), "br, gzip", LIMIT) == PAGE
    assert decode_body(gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:]), "gzip", LIMIT) == PAGE
    assert decode_body(gzip.compress(PAGE) + b"\0\0junk", "gzip", LIMIT) == PAGE
    assert decode_body(PAGE, "identity", LIMIT) == PAGE
    assert gunzip(gzip.compress(PAGE), LIMIT) == PAGE


@pytest.mark.parametrize(("coding", "compress"), CODINGS)
def test_bombs_end_at_the_cap_and_not_in_memory(coding: str, compress: Callable[[bytes], bytes]) -> None:
    bomb = compress(bytes(16_000_000))
    tracemalloc.start()
    with pytest.raises(UndecodableBodyError, match="body-too-large"):
        decode_body(bomb, coding, LIMIT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * LIMIT


def test_stacked_bombs_end_at_the_cap() -> None:
    with pytest.raises(UndecodableBodyError, match="body-too-large"):
        decode_body(gzip.compress(gzip.compress(bytes(16_000_000))), "gzip, gzip", 20_000)


@pytest.mark.parametrize(
    ("raw", "coding", "reason"),
    [
        (PAGE, "gzip", "bad-encoding"),
        (PAGE, "br", "bad-encoding"),
        (PAGE, "zstd", "bad-encoding"),
        (gzip.compress(PAGE)[:-30], "gzip", "truncated-body"),
        (brotli.compress(PAGE)[:-5], "br", "truncated-body"),
        (PAGE, "compress", "unknown-encoding"),
        (PAGE, "gzip, gzip, gzip", "too-many-encodings"),
    ],
)
def test_broken_bodies_have_a_reason(raw: bytes, coding: str, reason: str) -> None:
    with pytest.raises(UndecodableBodyError) as caught:
        decode_body(raw, coding, LIMIT)
    assert caught.value.reason == reason
    assert caught.value.truncated is (reason == "truncated-body")


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "zstd", "br, gzip", "nonsense", ""]))
def test_any_bytes_give_a_body_or_a_reason(raw: bytes, coding: str) -> None:
    try:
        body = decode_body(raw, coding, LIMIT)
    except UndecodableBodyError:
        return
    assert len(body) <= LIMIT
