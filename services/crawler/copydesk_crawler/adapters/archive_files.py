"""Files of an archive that records are taken out of: in place, or for a bucket by a copy put in the file's place."""

import gzip
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from itertools import islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Protocol, Self
from uuid import uuid4

import msgspec
import obstore
from filelock import FileLock
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
from copydesk_crawler.adapters.warc_reader import BrokenRecord, WarcRecord, is_one_member, read_records
from copydesk_crawler.core.archives.redaction import empty_member, empty_record

_READ_LIMIT = 64_000_000
_FLOORS = "retention.json"


class Selection(Protocol):
    """Which records are to go, and why."""

    @property
    def cause(self) -> str: ...

    def lists(self, line: str) -> bool:
        """Whether a line of an index may tell of one."""
        ...

    def includes(self, record: WarcRecord) -> bool:
        """Whether a record is one."""
        ...


class MendedArchive:
    """An archive in a folder or a bucket, while records are taken out; in a folder by one process at a time.

    With `dry_run` it stays as it is, and records are only counted.
    """

    def __init__(self, url: str, *, dry_run: bool = False) -> None:
        self._dry_run = dry_run
        self._remote = url.startswith("s3://")
        self._folder = Path(url.removeprefix("file://")).expanduser()
        self._store: ObjectStore = object_store(url)
        self._archive = ArchiveFolder(url, self._store)
        self._lock = FileLock(self._folder / ".mending.lock")

    def __enter__(self) -> Self:
        if not self._remote:
            self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def files(self) -> list[ArchiveFile]:
        return self._archive.files()

    def floors(self) -> dict[str, datetime]:
        """How far the texts of sources have been taken out."""
        held = self._held(_FLOORS)
        try:
            return msgspec.json.decode(held, type=dict[str, datetime]) if held else {}
        except msgspec.DecodeError:
            return {}

    def keep_floors(self, floors: Mapping[str, datetime]) -> None:
        try:
            obstore.put(self._store, _FLOORS, msgspec.json.encode(dict(floors)))
        except (BaseError, OSError) as error:
            raise ArchiveUnavailableError(f"cannot write {_FLOORS}: {error}") from error

    def take_out(self, name: str, wanted: Selection, now: datetime) -> int:
        """Returns how many records were taken out of a file."""
        index = f"{name}{INDEX_SUFFIX}"
        held = None if name.endswith(OPEN_SUFFIX) else self._held(index)
        lines = None if held is None else held.decode().splitlines(keepends=True)
        listed = None if lines is None else {_offset(line) for line in lines if wanted.lists(line)}
        if listed is not None and not listed:
            return 0
        with self._local(name) as path:
            if _compressed_as_a_whole(path):
                count = _rewritten(path, wanted, now, dry_run=self._dry_run)
                gone = None
            else:
                count, gone = _overwritten(path, wanted, listed, now, dry_run=self._dry_run)
            if self._dry_run:
                return count
            if count and self._remote:
                obstore.put(self._store, name, path)
        if lines is not None and gone is None and count:
            obstore.delete(self._store, index)
        elif lines is not None and gone:
            left = "".join(line for line in lines if _offset(line) not in gone)
            obstore.put(self._store, index, left.encode())
        return count

    def _held(self, name: str) -> bytes | None:
        try:
            return bytes(obstore.get(self._store, name).bytes())
        except (NotFoundError, FileNotFoundError):
            return None
        except (BaseError, OSError) as error:
            raise ArchiveUnavailableError(f"cannot read {name}: {error}") from error

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


def _offset(line: str) -> int:
    return int(json.loads(line.split(" ", 2)[2])["offset"])


def _compressed_as_a_whole(path: Path) -> bool:
    with path.open("rb") as file:
        return is_one_member(file)


def _overwritten(
    path: Path, wanted: Selection, listed: set[int] | None, now: datetime, *, dry_run: bool = False
) -> tuple[int, set[int]]:
    """How many records were taken out, and at which of the listed offsets there is none any more."""
    gone: set[int] = set()
    places: list[tuple[int, int, str]] = []
    with path.open("rb") as file:
        for record, end in _records(file, listed):
            if wanted.includes(record):
                places.append((record.offset, end, record.header("WARC-Target-URI")))
            if record.type == "metadata" or wanted.includes(record):
                gone.add(record.offset)
        members = [
            (start, _in_place_of(file, start, end, address, wanted.cause, now)) for start, end, address in places
        ]
    _write(path, [] if dry_run else members)
    return len(members), gone


def _records(file: BinaryIO, listed: set[int] | None) -> Iterator[tuple[WarcRecord, int]]:
    """Records with the offset after them, of which an uncompressed file says no more than where the next one begins."""
    if listed is not None:
        for offset in sorted(listed):
            for found in islice(read_records(file, _READ_LIMIT, offset), 1):
                if isinstance(found, WarcRecord):
                    yield found, found.end
        return
    size = os.fstat(file.fileno()).st_size
    found_all: list[WarcRecord | BrokenRecord] = list(_without_blocks(read_records(file, _READ_LIMIT)))
    ends = [after.offset for _, after in pairwise(found_all)] + [size]
    for found, end in zip(found_all, ends, strict=True):
        if isinstance(found, WarcRecord):
            yield found, end


def _without_blocks(records: Iterator[WarcRecord | BrokenRecord]) -> Iterator[WarcRecord | BrokenRecord]:
    for record in records:
        if isinstance(record, WarcRecord):
            yield WarcRecord(record.type, record.headers, None, record.offset, record.end)
        else:
            yield record


def _in_place_of(file: BinaryIO, start: int, end: int, address: str, cause: str, now: datetime) -> bytes:
    """Raises `ArchiveUnavailableError` for a record that shares its gzip member with others."""
    file.seek(start)
    held = file.read(end - start)
    if held.startswith(b"WARC/"):
        return empty_record(len(held), uuid4(), now, cause)
    if not _is_member(held):
        raise ArchiveUnavailableError(
            f"the record of {address} is no gzip member of its own and cannot be taken out alone: delete the file, or "
            f"write it anew without that record"
        )
    return empty_member(len(held), uuid4(), now, cause)


def _is_member(held: bytes) -> bool:
    """Whether bytes are one gzip member with one record."""
    opened = zlib.decompressobj(wbits=31)
    try:
        opened.decompress(held)
    except zlib.error:
        return False
    return opened.eof and not opened.unused_data and len(list(islice(read_records(BytesIO(held), _READ_LIMIT), 2))) == 1


def _write(path: Path, members: list[tuple[int, bytes]]) -> None:
    if not members:
        return
    opened = os.open(path, os.O_RDWR)
    try:
        for offset, member in members:
            os.pwrite(opened, member, offset)
        os.fsync(opened)
    finally:
        os.close(opened)


def _rewritten(path: Path, wanted: Selection, now: datetime, *, dry_run: bool) -> int:
    """A file of one gzip member becomes one of a member a record, without the records; nobody can hold its offsets."""
    with TemporaryDirectory(prefix="copydesk-archive-") as folder:
        plain = Path(folder) / "plain.warc"
        with gzip.open(path) as content, plain.open("wb") as copy:
            shutil.copyfileobj(content, copy)
        count, _ = _overwritten(plain, wanted, None, now)
        if not count or dry_run:
            return count
        fresh = path.with_name(f".{path.name}.mended")
        with plain.open("rb") as file:
            starts = [record.offset for record in _without_blocks(read_records(file, _READ_LIMIT))]
            with fresh.open("wb") as out:
                for start, end in pairwise([*starts, plain.stat().st_size]):
                    file.seek(start)
                    out.write(gzip.compress(file.read(end - start), mtime=0))
                out.flush()
                os.fsync(out.fileno())
        shutil.copymode(path, fresh)
        fresh.replace(path)
    return count
