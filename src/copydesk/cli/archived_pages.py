"""Pages of an archive that are wanted, file by file."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from copydesk.cli.backfill import BROKEN, archive_reader
from copydesk.cli.kept import Selection
from copydesk.cli.output import CommandError
from copydesk.cli.sending import Done
from copydesk.contracts import PageFetched
from copydesk.storage.archives import OPEN_SUFFIX, ArchivedRecord, ArchiveFile, ArchiveFolder

_BEING_WRITTEN = "being-written"
_AT_ONCE = 50


class PageArchive:
    """The archive at a folder or `s3://bucket/prefix`, and the pages of it that are wanted.

    Raises `CommandError` where there is none, or nothing in it, or nothing installed that reads it.
    """

    def __init__(self, url: str, wanted: Selection, largest: int) -> None:
        self._read = archive_reader("archive-pages")
        self._url = url
        self._wanted = wanted
        self._largest = largest
        try:
            if "://" not in url and not Path(url).is_dir():
                raise CommandError(f"{url}: no such folder")
            self._folder = ArchiveFolder(url)
        except ValueError as error:
            raise CommandError(str(error)) from error

    def files(self) -> list[ArchiveFile]:
        """By name, which is by time."""
        if not (found := self._folder.files()):
            raise CommandError(f"{self._url}: no WARC files here")
        return found

    def records(self, name: str, start: int = 0) -> Iterator[ArchivedRecord]:
        """The records of a file from an offset, with those pages left out that are not asked for."""
        with self._folder.open(name) as content:
            for record in self._read(content, self._largest, start=start):
                if record.page is not None and not self._wanted.includes_page(record.page):
                    yield ArchivedRecord(record.end, skipped="not-asked-for")
                elif record.skipped == BROKEN and name.endswith(OPEN_SUFFIX):
                    yield replace(record, skipped=_BEING_WRITTEN)
                else:
                    yield record

    async def pages(self, read: Done) -> AsyncIterator[PageFetched]:
        """All pages that are wanted; `read` is told the bytes of the files that are through."""
        before = 0
        for file in await asyncio.to_thread(self.files):
            records = self.records(file.name)
            while some := await asyncio.to_thread(_some, records):
                for record in some:
                    if record.page is not None:
                        yield record.page
                read(before + some[-1].end)
            before += file.size


def _some(records: Iterator[ArchivedRecord]) -> list[ArchivedRecord]:
    return list(islice(records, _AT_ONCE))
