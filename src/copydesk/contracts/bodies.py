"""Bodies of pages: carried as their servers packed them, unpacked by whoever reads them."""

import zlib

from copydesk.contracts.envelope import UndecodableError
from copydesk.contracts.messages import BodyCoding

MAX_CONTENT_BYTES = 100_000_000
"""More than any crawler fetches; a record that unpacks to more was not written by one."""

_GZIP = zlib.MAX_WBITS | 16
_TRAILER = 8


def content_of(body: bytes, coding: BodyCoding | None) -> bytes:
    """The bytes of `PageFetched.body`. Raises `UndecodableError` for a body that is not what its coding says."""
    if coding is None:
        return body
    member = zlib.decompressobj(_GZIP)
    try:
        content = member.decompress(body, MAX_CONTENT_BYTES)
    except zlib.error as error:
        raise UndecodableError(f"the body is not gzip: {error}") from error
    if not member.eof or member.unused_data:
        raise UndecodableError(f"the body is not one gzip member of at most {MAX_CONTENT_BYTES} bytes")
    return content


def is_member_of(payload: bytes, content: bytes) -> bool:
    """Whether `payload` is one gzip member of `content`, told by checksum and length at its end (RFC 1952, 2.3.1)."""
    check, size = payload[-_TRAILER:-4], payload[-4:]
    return (
        payload.startswith(b"\x1f\x8b")
        and len(payload) >= 2 * _TRAILER
        and int.from_bytes(size, "little") == len(content) & 0xFFFFFFFF
        and int.from_bytes(check, "little") == zlib.crc32(content)
    )
