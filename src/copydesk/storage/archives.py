"""Archives of fetched pages: WARC files in a folder or an S3-compatible bucket, opened for reading."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from copydesk.contracts import PageFetched
from copydesk.runtime.outcomes import DependencyUnavailableError

WARC_SUFFIXES = (".warc", ".warc.gz")
OPEN_SUFFIX = ".open"
"""Of files that are still being written."""
_READ_BYTES = 1_048_576


class ArchiveUnavailableError(DependencyUnavailableError):
    """The archive cannot be read or written; what was to be written has not been."""

    def __init__(self, cause: str) -> None:
        super().__init__(in_short(cause), dependency="archive")


def in_short(cause: str) -> str:
    """What an object store said, without the dump of its innards that obstore puts behind it."""
    return cause.partition("\n\nDebug source")[0]


@dataclass(frozen=True)
class ArchiveFile:
    """One WARC file; `name` is relative to the archive, `size` in bytes as stored."""

    name: str
    size: int


@dataclass(frozen=True)
class ArchivedRecord:
    """One record of a WARC file: a page, or the reason why it gives none; `end` is the offset after it."""

    end: int
    page: PageFetched | None = None
    skipped: str = ""
    detail: str = ""


def is_warc(name: str) -> bool:
    """Whether a file name is one of a WARC file, be it finished or still being written."""
    return name.removesuffix(OPEN_SUFFIX).endswith(WARC_SUFFIXES)


def object_store(url: str) -> ObjectStore:
    """`s3://bucket/prefix` (credentials and endpoint from the AWS_* environment) or a folder, made if missing.

    Raises `ValueError` for a URL of another kind.
    """
    if url.startswith("s3://"):
        return S3Store.from_url(url)
    if "://" in url and not url.startswith("file://"):
        raise ValueError(f"{url!r} is neither s3://bucket/prefix nor a folder")
    return LocalStore(Path(url.removeprefix("file://")).expanduser().resolve(), mkdir=True)


class ArchiveFolder:
    """The WARC files of an archive. Every method raises `ArchiveUnavailableError` when it does not answer."""

    def __init__(self, url: str, store: ObjectStore | None = None) -> None:
        self.url = url
        self._store = store or object_store(url)

    def files(self) -> list[ArchiveFile]:
        """By name, which for files of our crawlers is by time."""
        try:
            found = [held for batch in obstore.list(self._store) for held in batch if is_warc(held["path"])]
        except (BaseError, OSError) as error:
            raise ArchiveUnavailableError(f"cannot list {self.url}: {error}") from error
        return sorted((ArchiveFile(held["path"], held["size"]) for held in found), key=lambda file: file.name)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A file, read piece by piece as it is consumed. Raises `KeyError` when it is not there."""
        try:
            opened = _Pieces(obstore.open_reader(self._store, name, buffer_size=_READ_BYTES))
        except (NotFoundError, FileNotFoundError) as error:
            raise KeyError(name) from error
        except (BaseError, OSError) as error:
            raise ArchiveUnavailableError(f"cannot read {name} of {self.url}: {error}") from error
        try:
            yield cast("BinaryIO", opened)
        finally:
            opened.close()


class _Pieces:
    """obstore's reader as a file of bytes."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def read(self, size: int = -1) -> bytes:
        return bytes(self._reader.read(None if size < 0 else size))

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._reader.seek(offset, whence))

    def tell(self) -> int:
        return int(self._reader.tell())

    def close(self) -> None:
        self._reader.close()
