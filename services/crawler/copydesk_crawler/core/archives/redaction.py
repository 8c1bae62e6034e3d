"""What stands in the place of a record that was taken out of an archive: of the same length, so that all others stay.

A gzip member may carry a comment of any length in its header (RFC 1952, 2.3), which readers pass over. Pure.
"""

import struct
import zlib
from datetime import datetime
from uuid import UUID

from copydesk_crawler.core.archives.warc_records import warc_date

_HEADER = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"
"""Deflate, with a comment, without a time, from nowhere in particular."""


class TooShortError(ValueError):
    """The record is smaller than what would stand in its place."""


def empty_member(length: int, record_id: UUID, now: datetime) -> bytes:
    """A gzip member of exactly `length` bytes with a metadata record that says that one was removed.

    It names neither address nor content of what was there. Raises `TooShortError`.
    """
    said = b"removed-by: takedown\r\n"
    head = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{record_id}>\r\nWARC-Date: {warc_date(now)}\r\n"
        f"Content-Type: application/warc-fields\r\nContent-Length: {len(said)}\r\n\r\n"
    ).encode()
    record = head + said + b"\r\n\r\n"
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(record) + packer.flush()
    trailer = struct.pack("<II", zlib.crc32(record), len(record))
    room = length - len(_HEADER) - 1 - len(packed) - len(trailer)
    if room < 0:
        raise TooShortError(f"a record of {length} bytes leaves no room for one that says it was removed")
    return _HEADER + b" " * room + b"\0" + packed + trailer
