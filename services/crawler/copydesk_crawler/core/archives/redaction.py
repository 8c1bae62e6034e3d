"""What stands in the place of a record that was taken out of an archive: of the same length, so that all others stay.

A gzip member may carry a comment of any length in its header (RFC 1952, 2.3), which readers pass over; a record that is
not compressed is filled up with spaces. Pure.
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


def empty_member(length: int, record_id: UUID, now: datetime, cause: str = "takedown") -> bytes:
    """A gzip member of exactly `length` bytes with a metadata record that says that one was removed, and by what.

    It names neither address nor content of what was there. Raises `TooShortError`.
    """
    record = _record(_said(cause), record_id, now)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(record) + packer.flush()
    trailer = struct.pack("<II", zlib.crc32(record), len(record))
    room = _room(length, len(_HEADER) + 1 + len(packed) + len(trailer))
    return _HEADER + b" " * room + b"\0" + packed + trailer


def empty_record(length: int, record_id: UUID, now: datetime, cause: str = "takedown") -> bytes:
    """As `empty_member`, for a file that is not compressed."""
    said = _said(cause)
    room = _room(length, len(_record(said, record_id, now)))
    # Every digit that the filling adds to its own length takes the place of a space; where a digit more would be one
    # too many, the space stands behind the length.
    while len(_record(said + b" " * room, record_id, now)) > length:
        room -= 1
    short = length - len(_record(said + b" " * room, record_id, now))
    return _record(said + b" " * room, record_id, now, spare=" " * short)


def _said(cause: str) -> bytes:
    return f"removed-by: {cause}\r\n".encode()


def _room(length: int, least: int) -> int:
    if length < least:
        raise TooShortError(f"a record of {length} bytes leaves no room for one that says it was removed")
    return length - least


def _record(said: bytes, record_id: UUID, now: datetime, spare: str = "") -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{record_id}>\r\nWARC-Date: {warc_date(now)}\r\n"
        f"Content-Type: application/warc-fields\r\nContent-Length: {len(said)}{spare}\r\n\r\n"
    ).encode()
    return head + said + b"\r\n\r\n"
