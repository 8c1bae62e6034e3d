"""Takes an article's records out of an archive: each is overwritten where it lies, and leaves the index."""

import json
import os
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from uuid import uuid4

import msgspec
import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import ObjectStore

from copydesk.storage.archives import (
    OPEN_SUFFIX,
    ArchiveFile,
    ArchiveFolder,
    ArchiveUnavailableError,
    object_store,
)
from copydesk_crawler.adapters.archive_file import INDEX_SUFFIX
from copydesk_crawler.adapters.warc_reader import BrokenRecord, WarcRecord, read_records
from copydesk_crawler.core.archives.archive_index import url_key
from copydesk_crawler.core.archives.redaction import TooShortError, empty_member
from copydesk_crawler.core.archives.warc_records import PAGE_HEADER

_READ_LIMIT = 64_000_000
_CONTENT = ("response", "revisit", "resource", "conversion")


@dataclass(frozen=True)
class Redaction:
    """What was done: `records` taken out of `files`, and what could not be, each with its file and reason."""

    records: int
    files: int
    problems: tuple[str, ...] = ()


class _PageOf(msgspec.Struct):
    id: str


@dataclass(frozen=True)
class _Wanted:
    ids: frozenset[str]
    keys: frozenset[str]

    def includes(self, record: WarcRecord) -> bool:
        if record.type not in _CONTENT:
            return False
        if url_key(record.header("WARC-Target-URI")) in self.keys:
            return True
        try:
            return msgspec.json.decode(record.header(PAGE_HEADER) or "{}", type=_PageOf).id in self.ids
        except msgspec.DecodeError:
            return False


def redact(url: str, ids: Collection[str], addresses: Collection[str], now: datetime) -> Redaction:
    """Take every record of the articles out of the archive at `url`, a folder or `s3://bucket/prefix`.

    Records are found by the indexes, and where a file has none by reading it. Readers of a file in a folder, its
    writer among them, are not disturbed: no other byte of it changes. In a bucket the file is replaced as a whole.
    Raises `ArchiveUnavailableError`.
    """
    archive = _Place(url)
    wanted = _Wanted(frozenset(ids), frozenset(url_key(address) for address in addresses))
    records = files = 0
    problems: list[str] = []
    for file in archive.files():
        try:
            count = archive.redact(file, wanted, now)
        except (ArchiveUnavailableError, TooShortError, BaseError, OSError) as error:
            problems.append(f"{file.name}: {error}")
            continue
        records += count
        files += count > 0
    return Redaction(records, files, tuple(problems))


class _Place:
    def __init__(self, url: str) -> None:
        self._url = url
        self._remote = url.startswith("s3://")
        self._folder = Path(url.removeprefix("file://")).expanduser()
        self._store: ObjectStore = object_store(url)
        self._archive = ArchiveFolder(url, self._store)

    def files(self) -> list[ArchiveFile]:
        return self._archive.files()

    def redact(self, file: ArchiveFile, wanted: _Wanted, now: datetime) -> int:
        """Returns how many records were taken out."""
        index = f"{file.name}{INDEX_SUFFIX}"
        lines = None if file.name.endswith(OPEN_SUFFIX) else self._lines(index)
        if lines is not None and not any(_place(line, wanted) for line in lines):
            return 0
        with self._local(file.name) as path:
            places = list(_members(path, wanted, lines))
            _overwrite(path, places, now)
            if places and self._remote:
                obstore.put(self._store, file.name, path)
        if lines is not None:
            self._write(index, [line for line in lines if not _place(line, wanted)])
        return len(places)

    def _lines(self, name: str) -> list[str] | None:
        try:
            return bytes(obstore.get(self._store, name).bytes()).decode().splitlines(keepends=True)
        except (NotFoundError, FileNotFoundError):
            return None

    def _write(self, name: str, lines: list[str]) -> None:
        obstore.put(self._store, name, "".join(lines).encode())

    @contextmanager
    def _local(self, name: str) -> Iterator[Path]:
        """The file itself, or a copy of one in a bucket."""
        if not self._remote:
            yield self._folder / name
            return
        with TemporaryDirectory(prefix="copydesk-archive-") as folder:
            path = Path(folder) / "file"
            with path.open("wb") as copy:
                for piece in obstore.get(self._store, name).stream():
                    copy.write(piece)
            yield path


def _place(line: str, wanted: _Wanted) -> tuple[int, int] | None:
    """Offset and length of the record that an index line tells of, if it is wanted."""
    key, _, rest = line.partition(" ")
    if key not in wanted.keys:
        return None
    fields = json.loads(rest.partition(" ")[2])
    return int(fields["offset"]), int(fields["length"])


def _members(path: Path, wanted: _Wanted, lines: list[str] | None) -> Iterator[tuple[int, int]]:
    """Offset and length of the members to be overwritten; one that was overwritten before is none of them.

    Raises `ArchiveUnavailableError` for a record that shares its member with others.
    """
    with path.open("rb") as file:
        records = read_records(file, _READ_LIMIT) if lines is None else _indexed(file, wanted, lines)
        found: list[tuple[int, int, str]] = []
        shared = False
        last = -1
        for record in records:
            if isinstance(record, WarcRecord):
                shared = shared or record.offset == last
                last = record.offset
                if wanted.includes(record):
                    found.append((record.offset, record.end - record.offset, record.header("WARC-Target-URI")))
        for offset, length, address in found:
            if shared or not _is_member(file, offset, length):
                raise ArchiveUnavailableError(
                    f"the record of {address} is no gzip member of its own and cannot be taken out alone: delete the "
                    f"file, or write it anew without that record"
                )
            yield offset, length


def _indexed(file: BinaryIO, wanted: _Wanted, lines: list[str]) -> Iterator[WarcRecord | BrokenRecord]:
    for offset in sorted(place[0] for line in lines if (place := _place(line, wanted))):
        yield from islice(read_records(file, _READ_LIMIT, offset), 1)


def _is_member(file: BinaryIO, offset: int, length: int) -> bool:
    file.seek(offset)
    opened = zlib.decompressobj(wbits=31)
    try:
        opened.decompress(file.read(length))
    except zlib.error:
        return False
    return opened.eof and not opened.unused_data


def _overwrite(path: Path, places: list[tuple[int, int]], now: datetime) -> None:
    members = [(offset, empty_member(length, uuid4(), now)) for offset, length in places]
    if not members:
        return
    opened = os.open(path, os.O_RDWR)
    try:
        for offset, member in members:
            os.pwrite(opened, member, offset)
        os.fsync(opened)
    finally:
        os.close(opened)
