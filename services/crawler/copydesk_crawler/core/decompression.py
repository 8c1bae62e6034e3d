"""Content codings undone in small steps, so that a bomb ends at the cap and not in memory.

RFC 9110 section 8.4.1 (gzip, deflate), RFC 7932 (br), RFC 8878 (zstd).
"""

import io
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
import zstandard

STEP = 65_536
MAX_CODINGS = 2
_ZSTD_WINDOW = 8 * 1024 * 1024
"""What RFC 8878, section 3.1.1.1.2, asks every decoder to support, and what we allow at most."""


class UndecodableBodyError(ValueError):
    """A body that is not what its Content-Encoding says, or grows past the cap; `reason` is a stable label."""

    def __init__(self, reason: str, *, truncated: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.truncated = truncated


def decode_body(raw: bytes, content_encoding: str, limit: int) -> bytes:
    """Return the body with all codings undone, at most `limit` bytes.

    Raises `UndecodableBodyError` with `body-too-large`, `unknown-encoding`, `too-many-encodings`, `bad-encoding` or
    `truncated-body`.
    """
    codings = [coding.strip().lower() for coding in content_encoding.split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if not raw:
        return b""
    if len(codings) > MAX_CODINGS:
        raise UndecodableBodyError("too-many-encodings")
    body = raw
    for coding in reversed(codings):
        decoder = _DECODERS.get(coding)
        if decoder is None:
            raise UndecodableBodyError("unknown-encoding")
        body = _collect(decoder(body), limit)
    return body


def gunzip(raw: bytes, limit: int) -> bytes:
    """Return what a gzip file holds, such as `sitemap.xml.gz`; raises as `decode_body` does."""
    return _collect(_gzip(raw), limit)


def _collect(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    try:
        for chunk in chunks:
            body += chunk
            if len(body) > limit:
                raise UndecodableBodyError("body-too-large")
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise UndecodableBodyError("bad-encoding") from error
    return bytes(body)


def _inflate(raw: bytes, window_bits: int) -> Iterator[bytes]:
    """All members of a zlib or gzip stream; what follows the last one is ignored, as browsers do."""
    rest, first = raw, True
    while rest:
        stream = zlib.decompressobj(window_bits)
        try:
            yield stream.decompress(rest, STEP)
        except zlib.error:
            if first:
                raise
            return
        while stream.unconsumed_tail and not stream.eof:
            yield stream.decompress(stream.unconsumed_tail, STEP)
        while not stream.eof and (tail := stream.decompress(b"", STEP)):
            yield tail
        if first and not stream.eof:
            raise UndecodableBodyError("truncated-body", truncated=True)
        rest, first = stream.unused_data, False


def _gzip(raw: bytes) -> Iterator[bytes]:
    return _inflate(raw, zlib.MAX_WBITS | 16)


def _deflate(raw: bytes) -> Iterator[bytes]:
    """Zlib as the RFC says, or bare deflate as some servers send it; the header tells (RFC 1950, 2.2)."""
    is_zlib = len(raw) >= 2 and raw[0] & 0x0F == 8 and int.from_bytes(raw[:2], "big") % 31 == 0
    return _inflate(raw, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)


def _brotli(raw: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    chunk = stream.process(raw, output_buffer_limit=STEP)
    yield chunk
    while not stream.is_finished():
        chunk = stream.process(b"", output_buffer_limit=STEP)
        if not chunk and stream.can_accept_more_data():
            raise UndecodableBodyError("truncated-body", truncated=True)
        yield chunk


def _zstd(raw: bytes) -> Iterator[bytes]:
    """Frames one after the other, pulled by the reader: pushed input may grow 30,000-fold in one call."""
    reader = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).stream_reader(
        io.BytesIO(raw), read_across_frames=True
    )
    while chunk := reader.read(STEP):
        yield chunk


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
ACCEPT_ENCODING = "gzip, deflate, br, zstd"
