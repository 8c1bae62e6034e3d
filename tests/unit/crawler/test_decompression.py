"""Content codings: undone where honest, stopped where not."""

import gzip
import random
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from copydesk_crawler.core.http.decompression import UndecodableBodyError, decode_body, gunzip
from hypothesis import given
from hypothesis import strategies as st

LIMIT = 2_000_000
PAGE = b"<html><body>" + "Die Brücke ist wieder offen. ".encode() * 2_000 + b"</body></html>"


NOISE = random.Random(1).randbytes(300_000)
"""Hardly compressible, so that it comes in many blocks."""


def _zstd_stream(data: bytes) -> bytes:
    """As a server sends a page piece by piece: no declared size, a checksum, many blocks."""
    stream = zstandard.ZstdCompressor(write_checksum=True, write_content_size=False).compressobj()
    pieces = [
        stream.compress(data[at : at + 5_000]) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        for at in range(0, len(data), 5_000)
    ]
    return b"".join(pieces) + stream.flush()


def _raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


ZSTD_STREAM = _zstd_stream(PAGE)
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
    with pytest.raises(UndecodableBodyError, match=r"body-too-large|compression-ratio"):
        decode_body(bomb, coding, LIMIT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * LIMIT


@pytest.mark.parametrize(("coding", "compress"), CODINGS)
def test_bodies_in_many_pieces(coding: str, compress: Callable[[bytes], bytes]) -> None:
    assert decode_body(compress(NOISE), coding, LIMIT) == NOISE
    assert decode_body(compress(PAGE * 15), coding, LIMIT) == PAGE * 15


def test_zstd_streams_frames_and_skippable_frames() -> None:
    skippable = b"\x5a\x2a\x4d\x18\x04\0\0\0skip"
    assert decode_body(ZSTD_STREAM, "zstd", LIMIT) == PAGE
    assert decode_body(_zstd_stream(NOISE) + skippable + zstandard.compress(PAGE), "zstd", LIMIT) == NOISE + PAGE


@pytest.mark.parametrize(("coding", "compress"), CODINGS)
def test_the_first_bytes_are_had_of_bombs_and_of_what_breaks_off(
    coding: str, compress: Callable[[bytes], bytes]
) -> None:
    assert decode_body(compress(bytes(16_000_000)), coding, 70_000, keep_first=True) == bytes(70_000)
    first = decode_body(compress(NOISE)[:200_000], coding, LIMIT, keep_first=True)
    assert NOISE.startswith(first)
    assert len(first) > 100_000 or coding == "br"


@pytest.mark.parametrize(("coding", "compress"), CODINGS)
def test_decoding_ends_when_its_time_is_over(coding: str, compress: Callable[[bytes], bytes]) -> None:
    asked = 0

    def expired() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    with pytest.raises(UndecodableBodyError, match="decoding-too-slow"):
        decode_body(compress(bytes(900_000)), coding, LIMIT, expired=expired)
    assert asked <= 5


def test_what_unfolds_beyond_belief_is_a_bomb_long_before_the_cap() -> None:
    with pytest.raises(UndecodableBodyError, match="compression-ratio"):
        decode_body(gzip.compress(bytes(16_000_000)), "gzip", 100_000_000)
    assert decode_body(gzip.compress(bytes(1_000_000)), "gzip", LIMIT) == bytes(1_000_000)
    assert decode_body(gzip.compress(NOISE[:500] * 3_500), "gzip", LIMIT) == NOISE[:500] * 3_500


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
        (zlib.compress(PAGE)[:-9], "deflate", "truncated-body"),
        (zstandard.compress(PAGE)[:-9], "zstd", "truncated-body"),
        (ZSTD_STREAM[:-3], "zstd", "truncated-body"),
        (ZSTD_STREAM + zstandard.compress(PAGE)[:-9], "zstd", "truncated-body"),
        (gzip.compress(PAGE) + gzip.compress(NOISE)[:-9], "gzip", "truncated-body"),
        (gzip.compress(b"") * 50_000, "gzip", "bad-encoding"),
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
