"""One WARC file while it is being written, and its end: by its writer, or by whoever finds it after the writer died."""

import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import msgspec
from filelock import FileLock, Timeout

from copydesk.storage.archives import OPEN_SUFFIX, ArchiveUnavailableError
from copydesk.telemetry import get_logger
from copydesk_crawler.adapters.warc_reader import WarcRecord, read_records
from copydesk_crawler.core.archives.archive_index import IndexEntry, url_key
from copydesk_crawler.core.archives.archived_pages import Skipped, response_of
from copydesk_crawler.core.archives.warc_records import PAGE_HEADER

INDEX_SUFFIX = ".cdxj"
_READ_LIMIT = 64_000_000

_log = get_logger(__name__)


class _Published(msgspec.Struct):
    source: str = "-"


@dataclass(frozen=True)
class Member:
    """A gzip member to append; `entry` is its line in the index, but for the place."""

    content: bytes
    entry: IndexEntry | None = None


class ArchiveFile:
    """A file named `….warc.gz.open` until it is finished, locked as long as its writer lives.

    Members appended are with the operating system when `append` returns: they survive the process, and are on the
    disk when the file is finished. Methods may be called from any thread.
    """

    def __init__(self, path: Path, lock: FileLock, size: int, entries: list[IndexEntry]) -> None:
        self.path = path
        self.size = size
        self._lock = lock
        self._entries = entries
        self._guard = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_APPEND)

    @classmethod
    def create(cls, folder: Path, name: str) -> Self:
        """A new file. Raises `ArchiveUnavailableError`."""
        path = folder / f"{name}{OPEN_SUFFIX}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = _lock(path)
            lock.acquire(blocking=False)
            path.open("xb").close()
            return cls(path, lock, 0, [])
        except (OSError, Timeout) as error:
            raise ArchiveUnavailableError(f"cannot write {path}: {error}; see to its disk and permissions") from error

    @classmethod
    def recover(cls, path: Path) -> Self | None:
        """The file of a writer that is dead, without the record it died over; None while its writer lives."""
        lock = _lock(path)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return None
        if not path.exists():
            _release(lock)
            return None
        size, entries = _whole_records(path)
        found = cls(path, lock, size, entries)
        lost = path.stat().st_size - size
        os.ftruncate(found._file, size)
        _log.info("closing the archive file of a dead crawler", file=str(path), bytes_cut=lost)
        return found

    @property
    def records(self) -> int:
        return len(self._entries)

    def append(self, members: Sequence[Member]) -> None:
        """Write members, all or none. Raises `ArchiveUnavailableError`."""
        with self._guard:
            try:
                _write_all(self._file, b"".join(member.content for member in members))
            except OSError as error:
                with suppress(OSError):
                    os.ftruncate(self._file, self.size)
                raise ArchiveUnavailableError(f"cannot write {self.path}: {error}; see to its disk") from error
            for member in members:
                if member.entry is not None:
                    place = replace(member.entry, offset=self.size, length=len(member.content))
                    self._entries.append(place)
                self.size += len(member.content)

    def finish(self) -> Path | None:
        """Close the file under its final name, with its index beside it; one without records goes away."""
        with self._guard:
            final = self.path.with_name(self.path.name.removesuffix(OPEN_SUFFIX))
            try:
                os.fsync(self._file)
                os.close(self._file)
                if self._entries:
                    index = final.with_name(f"{final.name}{INDEX_SUFFIX}")
                    index.write_text("".join(entry.line() for entry in sorted(self._entries)), encoding="utf-8")
                    self.path.rename(final)
                else:
                    self.path.unlink()
            except OSError as error:
                raise ArchiveUnavailableError(f"cannot finish {self.path}: {error}; see to its disk") from error
            finally:
                _release(self._lock)
            return final if self._entries else None


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _lock(path: Path) -> FileLock:
    return FileLock(f"{path}.lock", thread_local=False)


def _release(lock: FileLock) -> None:
    lock.release()
    with suppress(OSError):
        Path(lock.lock_file).unlink()


def _whole_records(path: Path) -> tuple[int, list[IndexEntry]]:
    """How far the file is whole, and the index of that."""
    name = path.name.removesuffix(OPEN_SUFFIX)
    size, entries = 0, []
    with path.open("rb") as file:
        for record in read_records(file, _READ_LIMIT):
            if not isinstance(record, WarcRecord):
                break
            size = record.end
            if record.type in ("response", "revisit"):
                entries.append(_entry(record, name))
    return size, entries


def _entry(record: WarcRecord, name: str) -> IndexEntry:
    response = response_of(record.block or b"", _READ_LIMIT)
    status, mime = (
        ("-", "-") if isinstance(response, Skipped) else (str(response.status), response.headers.media_type())
    )
    url = record.header("WARC-Target-URI")
    return IndexEntry(
        key=url_key(url),
        date=record.header("WARC-Date"),
        url=url,
        filename=name,
        offset=record.offset,
        length=record.end - record.offset,
        status=status,
        mime="warc/revisit" if record.type == "revisit" else mime or "-",
        digest=record.header("WARC-Payload-Digest") or "-",
        source=_source(record),
    )


def _source(record: WarcRecord) -> str:
    try:
        return msgspec.json.decode(record.header(PAGE_HEADER) or "{}", type=_Published).source
    except msgspec.DecodeError:
        return "-"
