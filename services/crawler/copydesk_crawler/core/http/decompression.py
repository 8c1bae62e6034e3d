"""Content codings undone in small steps, so that a bomb ends at the cap and not in memory or in processor time.

RFC 9110 section 8.4.1 (gzip, deflate), RFC 7932 (br), RFC 8878 (zstd).
"""

import io
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
import zstandard

STEP = 65_536
"""Bytes that go into a decoder, and come out of it, at a time."""

MAX_CODINGS = 2
_RATIO_COUNTS = 1024 * 1024
_MAX_RATIO = 250
"""How far a body of more than a megabyte may unfold; pages reach 30, lists of addresses 60."""

_MAX_MEMBERS = 1_000
"""Members of a gzip file; block-wise compressors write one for every 64 KiB."""
_ZSTD_WINDOW = 8 * 1024 * 1024
"""What RFC 8878, section 3.1.1.1.2, asks every decoder to support, and what we allow at most."""
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class UndecodableBodyError(ValueError):
    """A body that is not what its Content-Encoding says, or grows past the cap; `reason` is a stable label."""

    def __init__(self, reason: str, *, truncated: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.truncated = truncated


def never() -> bool:
    """For those who decode where something else ends what takes too long."""
    return False


def decode_body(
    raw: bytes,
    content_encoding: str,
    limit: int,
    *,
    keep_first: bool = False,
    expired: Callable[[], bool] = never,
) -> bytes:
    """Return the body with all codings undone, at most `limit` bytes.

    With `keep_first` a body that goes on past the limit, or breaks off, gives what came until then. `expired` is asked
    after every step whether enough time was spent.

    Raises `UndecodableBodyError` with `body-too-large`, `compression-ratio`, `unknown-encoding`,
    `too-many-encodings`, `bad-encoding`, `decoding-too-slow` or `truncated-body`.
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
        body = _collect(decoder(body), len(body), limit, keep_first, expired)
    return body[:limit] if keep_first else body


def gunzip(raw: bytes, limit: int) -> bytes:
    """Return what a gzip file holds, such as `sitemap.xml.gz`; raises as `decode_body` does."""
    return _collect(_gzip(raw), len(raw), limit)


def _collect(
    steps: Iterable[bytes], packed: int, limit: int, keep_first: bool = False, expired: Callable[[], bool] = never
) -> bytes:
    """An empty step is one that took in a piece and gave nothing yet."""
    believable = max(_RATIO_COUNTS, _MAX_RATIO * packed)
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in steps:
            pieces.append(piece)
            size += len(piece)
            if size > limit or size > believable or expired():
                break
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise UndecodableBodyError("bad-encoding") from error
    except UndecodableBodyError as error:
        if not (keep_first and error.truncated):
            raise
    else:
        if size <= min(limit, believable) and expired():
            raise UndecodableBodyError("decoding-too-slow")
    if size > limit and not keep_first:
        raise UndecodableBodyError("body-too-large")
    if size > believable and not keep_first:
        raise UndecodableBodyError("compression-ratio")
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _slices(raw: bytes) -> Iterator[bytes]:
    """Small pieces: what a decoder leaves of one is copied at every step."""
    for start in range(0, len(raw), STEP):
        yield raw[start : start + STEP]


def _inflate(raw: bytes, window_bits: int) -> Iterator[bytes]:
    """All members of a zlib or gzip stream; what follows the last one is ignored, as browsers do."""
    stream = zlib.decompressobj(window_bits)
    members, begun = 0, True
    for piece in _slices(raw):
        rest = piece
        while rest:
            try:
                step = stream.decompress(rest, STEP)
            except zlib.error:
                if members == 0:
                    raise
                return
            yield step
            begun = begun or bool(step)
            rest = stream.unconsumed_tail
            if stream.eof:
                members, begun = members + 1, False
                if members > _MAX_MEMBERS:
                    raise UndecodableBodyError("bad-encoding")
                rest = stream.unused_data
                stream = zlib.decompressobj(window_bits)
    while tail := stream.decompress(b"", STEP):
        yield tail
    if begun and not stream.eof:
        raise UndecodableBodyError("truncated-body", truncated=True)


def _gzip(raw: bytes) -> Iterator[bytes]:
    return _inflate(raw, zlib.MAX_WBITS | 16)


def _deflate(raw: bytes) -> Iterator[bytes]:
    """Zlib as the RFC says, or bare deflate as some servers send it; the header tells (RFC 1950, 2.2)."""
    is_zlib = len(raw) >= 2 and raw[0] & 0x0F == 8 and int.from_bytes(raw[:2], "big") % 31 == 0
    return _inflate(raw, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)


def _brotli(raw: bytes) -> Iterator[bytes]:
    """What follows the stream's end is ignored."""
    stream = brotli.Decompressor()
    for piece in _slices(raw):
        if stream.is_finished():
            return
        yield stream.process(piece, output_buffer_limit=STEP)
        while not stream.is_finished() and not stream.can_accept_more_data():
            yield stream.process(b"", output_buffer_limit=STEP)
    while not stream.is_finished():
        step = stream.process(b"", output_buffer_limit=STEP)
        if not step:
            raise UndecodableBodyError("truncated-body", truncated=True)
        yield step


def _zstd(raw: bytes) -> Iterator[bytes]:
    """Frames one after the other, pulled by the reader: pushed input may grow 30,000-fold in one call."""
    reader = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).stream_reader(
        io.BytesIO(raw), read_across_frames=True
    )
    while piece := reader.read(STEP):
        yield piece
    if not _ends_with_a_frame(raw):
        raise UndecodableBodyError("truncated-body", truncated=True)


def _ends_with_a_frame(raw: bytes) -> bool:
    """Whether the last zstd frame is whole, which the reader does not tell (RFC 8878, 3.1.1: frames, blocks)."""
    at, end = 0, len(raw)
    while at < end:
        if raw[at : at + 4] != _ZSTD_MAGIC:
            at += 8 + int.from_bytes(raw[at + 4 : at + 8], "little")
            continue
        header = zstandard.get_frame_parameters(raw[at : at + 18])
        at += zstandard.frame_header_size(raw[at : at + 18])
        last = False
        while not last and at < end:
            block = int.from_bytes(raw[at : at + 3], "little")
            last, kind, size = bool(block & 1), block >> 1 & 3, block >> 3
            at += 3 + (1 if kind == 1 else size)
        if not last:
            return False
        at += 4 if header.has_checksum else 0
    return at == end


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
ACCEPT_ENCODING = "gzip"
"""What every consumer can unpack, so that pages go on as they came; servers that send another coding are understood."""
