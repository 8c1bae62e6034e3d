"""Records of a WARC file, one after the other, in bounded memory; what is broken is named and passed over.

warcio parses each record; finding the next one after a damaged stretch is done here, since its iterator ends there.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

_CHUNK = 262_144
_HEADER_BYTES = 1_000_000
"""Room for WARC and HTTP headers on top of the body that a reader takes."""
_MAGIC = b"\x1f\x8b\x08"
_FIRST_LOOK = 2_000_000
_UNPARSABLE = (ArchiveLoadFailed, EOFError, OSError, ValueError, AttributeError, TypeError)
"""What warcio raises over bytes that are no record."""


@dataclass(frozen=True)
class WarcRecord:
    """One record; `block` is None where it is above the limit. `offset` and `end` are of the compressed file."""

    type: str
    headers: Any
    block: bytes | None
    offset: int
    end: int

    def header(self, name: str) -> str:
        return str(self.headers.get_header(name) or "")


@dataclass(frozen=True)
class BrokenRecord:
    """Bytes between two offsets that are no record."""

    problem: str
    offset: int
    end: int


def read_records(file: BinaryIO, limit: int, start: int = 0) -> Iterator[WarcRecord | BrokenRecord]:
    """All records from `start`, an offset at which one begins. `limit` is the largest body to be read, in bytes."""
    file.seek(start)
    head = file.read(_FIRST_LOOK)
    file.seek(start)
    if not head.startswith(_MAGIC[:2]):
        yield from _plain(file, limit, start)
    elif _one_member_for_all(head):
        # Its offsets are those of the content, at which reading cannot begin again.
        yield from _plain(cast("BinaryIO", gzip.GzipFile(fileobj=file)), limit, 0)
    else:
        yield from _Members(file, limit, start).records()


def is_one_member(file: BinaryIO) -> bool:
    """Whether all records of a file share one gzip member; then offsets are of its content."""
    file.seek(0)
    head = file.read(_FIRST_LOOK)
    return head.startswith(_MAGIC[:2]) and _one_member_for_all(head)


def _one_member_for_all(head: bytes) -> bool:
    """Whether the first gzip member goes on after its first record."""
    opened = zlib.decompressobj(wbits=31)
    try:
        content = opened.decompress(head, 4 * _FIRST_LOOK)
        records = ArchiveIterator(BytesIO(content), no_record_parse=True)
        next(records).raw_stream.read()
        return next(records, None) is not None
    except (zlib.error, StopIteration, *_UNPARSABLE):
        return False


class _Members:
    """A file in which each record is a gzip member; after damage the next member is looked for."""

    def __init__(self, file: BinaryIO, limit: int, start: int) -> None:
        self._file = file
        self._limit = limit + _HEADER_BYTES
        self._waiting = b""
        self._offset = start

    def records(self) -> Iterator[WarcRecord | BrokenRecord]:
        while self._fill():
            start = self._offset
            try:
                content = self._member()
            except (zlib.error, EOFError) as error:
                truncated = isinstance(error, EOFError)
                yield self._resume(start, "cut off at the end of the file" if truncated else f"damaged gzip: {error}")
                continue
            yield from self._parsed(content, start)

    def _parsed(self, content: bytes, start: int) -> Iterator[WarcRecord | BrokenRecord]:
        if not content.startswith(b"WARC/"):
            if content.strip():
                yield BrokenRecord("no WARC record", start, self._offset)
            return
        # What is cut off at the limit is one record, which says itself how long it is.
        found = _parse(content, start, self._offset, self._limit - _HEADER_BYTES // 2)
        yield from islice(found, 1) if len(content) >= self._limit else found

    def _member(self) -> bytes:
        """The content of the next member, of which no more is kept than the limit."""
        opened, content = zlib.decompressobj(wbits=31), bytearray()
        while not opened.eof:
            if not self._fill():
                raise EOFError
            piece = opened.decompress(self._waiting, _CHUNK)
            rest = opened.unused_data if opened.eof else opened.unconsumed_tail
            self._advance(len(self._waiting) - len(rest))
            content += piece[: max(0, self._limit - len(content))]
        return bytes(content)

    def _resume(self, start: int, problem: str) -> BrokenRecord:
        """Go to the next place after `start` where a member with a record begins, or to the end."""
        self._go_to(start + 1)
        while self._fill(len(_MAGIC)):
            at = self._waiting.find(_MAGIC)
            if at < 0:
                self._advance(max(1, len(self._waiting) - len(_MAGIC) + 1))
                continue
            self._advance(at)
            self._fill(4_096)
            if _begins_record(self._waiting):
                return BrokenRecord(problem, start, self._offset)
            self._advance(1)
        self._advance(len(self._waiting))
        return BrokenRecord(problem, start, self._offset)

    def _go_to(self, offset: int) -> None:
        self._file.seek(offset)
        self._waiting = b""
        self._offset = offset

    def _fill(self, least: int = 1) -> bool:
        while len(self._waiting) < least and (more := self._file.read(_CHUNK)):
            self._waiting += more
        return len(self._waiting) >= least

    def _advance(self, count: int) -> None:
        self._waiting = self._waiting[count:]
        self._offset += count


def _begins_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(data[:4_096], 16).startswith(b"WARC/")
    except zlib.error:
        return False


def _plain(file: BinaryIO, limit: int, start: int) -> Iterator[WarcRecord | BrokenRecord]:
    """An uncompressed file."""
    while True:
        file.seek(start)
        iterator = ArchiveIterator(file, no_record_parse=True)
        end = start
        try:
            for record in iterator:
                block = _block(record, limit + _HEADER_BYTES // 2)
                offset, end = iterator.get_record_offset(), iterator.offset
                yield _checked(record, block, offset, end)
        except _UNPARSABLE as error:
            file.seek(end)
            resumed = _next_record(file, end + 1)
            yield BrokenRecord(_said(error), end, resumed or end)
            if resumed is None:
                return
            start = resumed
        else:
            return


def _next_record(file: BinaryIO, offset: int) -> int | None:
    """Where the next line begins with a WARC version, from `offset` on."""
    file.seek(offset)
    window, base = b"", offset
    while more := file.read(_CHUNK):
        window += more
        at = window.find(b"\nWARC/")
        if at >= 0:
            return base + at + 1
        base += len(window) - 8 if len(window) > 8 else 0
        window = window[-8:]
    return None


def _parse(content: bytes, offset: int, end: int, limit: int) -> Iterator[WarcRecord | BrokenRecord]:
    try:
        for record in ArchiveIterator(BytesIO(content), no_record_parse=True):
            yield _checked(record, _block(record, limit), offset, end)
    except _UNPARSABLE as error:
        yield BrokenRecord(_said(error), offset, end)


def _block(record: Any, limit: int) -> bytes | None:
    if (record.length or 0) > limit:
        return None
    return bytes(record.raw_stream.read(limit + 1))


def _checked(record: Any, block: bytes | None, offset: int, end: int) -> WarcRecord | BrokenRecord:
    if block is not None and len(block) < (record.length or 0):
        return BrokenRecord(f"{len(block)} of {record.length} bytes", offset, end)
    return WarcRecord(record.rec_type or "", record.rec_headers, block, offset, end)


def _said(error: Exception) -> str:
    return str(error).strip() or type(error).__name__
