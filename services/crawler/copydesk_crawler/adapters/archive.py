"""The archive: each fetch as WARC records, in files of a folder, or on their way from a spool to a bucket."""

import asyncio
import errno
import os
import socket
import threading
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Self

import obstore
from cachetools import LRUCache
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from copydesk.contracts import PageFetched
from copydesk.runtime.ports import Clock
from copydesk.runtime.service import UnusableSettingError
from copydesk.storage.archives import OPEN_SUFFIX, ArchiveUnavailableError, object_store
from copydesk.telemetry import get_logger
from copydesk_crawler.adapters.archive_file import INDEX_SUFFIX, ArchiveFile, Member
from copydesk_crawler.core.archives.archive_index import IndexEntry, url_key
from copydesk_crawler.core.archives.warc_records import (
    Capture,
    exchange_members,
    payload_digest,
    warc_date,
    warcinfo_member,
)
from copydesk_crawler.core.http.answers import Exchange

UPLOAD_AGAIN_SECONDS = 30.0
LAST_UPLOAD_SECONDS = 4.0
"""How long a stop waits for uploads; what is not through lies in the spool until the next start."""

_REMEMBERED = 20_000
"""Captures of this process that revisit records may refer to."""

_PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE, errno.ETIMEDOUT})

_serials = count()
"""Of the process, so that no two archives in it choose one name."""

_log = get_logger(__name__)


class Archive:
    """Writes WARC 1.1 files, a gzip member a record, a new file each day and beyond `file_bytes`.

    `url` is a folder, which several crawlers may share, or `s3://bucket/prefix`; then files are written in `spool` and
    uploaded when they are finished, as often as it takes. What `record` acknowledged survives the process.
    """

    def __init__(
        self, url: str, spool: Path, file_bytes: int, clock: Clock, *, store: ObjectStore | None = None
    ) -> None:
        remote = store is not None or url.startswith("s3://")
        self._folder = spool if remote else Path(url.removeprefix("file://")).expanduser()
        self._uploads = _Uploads(self._folder, store or object_store(url), url) if remote else None
        self._limit = file_bytes
        self._clock = clock
        self._guard = threading.Lock()
        self._file: ArchiveFile | None = None
        self._day = ""
        self._by_url: LRUCache[str, Capture] = LRUCache(_REMEMBERED)
        self._by_payload: LRUCache[str, Capture] = LRUCache(_REMEMBERED)

    async def __aenter__(self) -> Self:
        """Close what dead crawlers left open here, and upload what is finished.

        Raises `UnusableSettingError` where nothing could ever be written.
        """
        await asyncio.to_thread(self._expect_writable)
        await asyncio.to_thread(self._recover)
        if self._uploads is not None:
            self._uploads.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def record(self, exchange: Exchange, page: PageFetched | None = None) -> int:
        """Write one exchange, with what will be published of it; what is not published may become a revisit record.

        Returns the bytes written.
        Raises `ArchiveUnavailableError` when the disk takes no more; then nothing of it has been written.
        """
        digest = payload_digest(exchange.payload)
        earlier = self._earlier(exchange, page, digest)
        date = warc_date(exchange.requested_at)
        written = await asyncio.to_thread(self._append, exchange, page, earlier, digest)
        if exchange.status == 200 and earlier is None:
            capture = Capture(exchange.url, date, digest)
            self._by_url[exchange.url] = self._by_payload[digest] = capture
        return written

    async def close(self) -> None:
        """Finish the open file; uploads that are not through wait in the spool for the next start."""
        try:
            await asyncio.to_thread(self._finish)
        except ArchiveUnavailableError as error:
            _log.warning("archive file left open, the next start finishes it", error=str(error))
        if self._uploads is not None:
            await self._uploads.close()

    def _earlier(self, exchange: Exchange, page: PageFetched | None, digest: str) -> Capture | None:
        if exchange.status == 304:
            return self._by_url.get(exchange.url)
        if page is None and exchange.status == 200 and exchange.payload:
            return self._by_payload.get(digest)
        return None

    def _append(self, exchange: Exchange, page: PageFetched | None, earlier: Capture | None, digest: str) -> int:
        answer, asked = exchange_members(exchange, page, earlier)
        with self._guard:
            file = self._current(self._clock.now(), len(answer) + len(asked))
            revisit = earlier is not None or exchange.status == 304
            entry = _entry(exchange, file, digest, revisit=revisit, source=page.source if page else "-")
            file.append([Member(answer, entry), Member(asked)])
        return len(answer) + len(asked)

    def _current(self, now: datetime, more: int) -> ArchiveFile:
        """The file to write to, a new one where day or size ask for it."""
        day = now.strftime("%Y%m%d")
        if self._file is not None and (
            day != self._day or (self._file.records and self._file.size + more > self._limit)
        ):
            self._finish_file()
        if self._file is None:
            name = f"copydesk-{now:%Y%m%d%H%M%S}{now.microsecond // 1000:03}-{next(_serials):05}-{_place()}.warc.gz"
            created = ArchiveFile.create(self._folder, name)
            try:
                created.append([Member(warcinfo_member(name, f"Copydesk/{version('copydesk')}", now))])
            except ArchiveUnavailableError:
                created.finish()
                raise
            self._file, self._day = created, day
        return self._file

    def _finish(self) -> None:
        with self._guard:
            self._finish_file()

    def _finish_file(self) -> None:
        file, self._file = self._file, None
        if file is not None and file.finish() and self._uploads is not None:
            self._uploads.hurry()

    def _expect_writable(self) -> None:
        """A disk that is full or away is waited for; a folder that is none, or another's, is not."""
        problem = ""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            if error.errno not in _PASSING:
                problem = error.strerror or str(error)
        else:
            problem = "" if os.access(self._folder, os.W_OK | os.X_OK) else "no permission to write there"
        if problem:
            raise UnusableSettingError(
                f"the archive cannot be written to {self._folder}: {problem}; see to the folder, or choose another by "
                f"{'COPYDESK_DATA_DIR' if self._uploads else 'COPYDESK_CRAWLER__ARCHIVE_URL'}"
            )

    def _recover(self) -> None:
        for path in sorted(self._folder.glob(f"*{OPEN_SUFFIX}")):
            try:
                if left := ArchiveFile.recover(path):
                    left.finish()
            except (ArchiveUnavailableError, OSError) as error:
                _log.warning("archive file of a dead crawler left open", file=str(path), error=str(error))


class _Uploads:
    """Takes finished files from the spool to the bucket, and out of the spool only when they are there."""

    def __init__(self, folder: Path, store: ObjectStore, url: str) -> None:
        self._folder = folder
        self._store = store
        self._url = url
        self._wanted = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run())

    def hurry(self) -> None:
        """Upload soon; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wanted.set)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        try:
            async with asyncio.timeout(LAST_UPLOAD_SECONDS):
                await self._upload_all()
        except TimeoutError:
            _log.info("archive files wait in the spool for the next start", spool=str(self._folder))

    async def _run(self) -> None:
        while True:
            self._wanted.clear()
            await self._upload_all()
            with suppress(TimeoutError):
                async with asyncio.timeout(UPLOAD_AGAIN_SECONDS):
                    await self._wanted.wait()

    async def _upload_all(self) -> None:
        for path in sorted(self._folder.glob("*.warc.gz")):
            index = path.with_name(f"{path.name}{INDEX_SUFFIX}")
            try:
                for part in (path, index):
                    if part.exists():
                        await obstore.put_async(self._store, part.name, part)
            except (BaseError, OSError) as error:
                _log.warning(
                    "archive file not uploaded, it stays in the spool", file=str(path), to=self._url, error=str(error)
                )
                return
            for part in (path, index):
                part.unlink(missing_ok=True)


def _entry(exchange: Exchange, file: ArchiveFile, digest: str, *, revisit: bool, source: str) -> IndexEntry:
    mime = exchange.header("content-type").partition(";")[0].strip().lower()
    return IndexEntry(
        key=url_key(exchange.url),
        date=warc_date(exchange.requested_at),
        url=exchange.url,
        filename=file.path.name.removesuffix(OPEN_SUFFIX),
        offset=0,
        length=0,
        status=str(exchange.status),
        mime="warc/revisit" if revisit else mime or "-",
        digest=digest,
        source=source,
    )


def _place() -> str:
    """Host and process, in characters that no file system minds."""
    host = "".join(char if char.isalnum() or char == "." else "_" for char in socket.gethostname())
    return f"{host[:40]}-{os.getpid()}"
