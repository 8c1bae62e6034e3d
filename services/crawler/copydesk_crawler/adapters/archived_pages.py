"""Pages of one WARC file, for `copydesk import` and `copydesk replay`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from copydesk.contracts import PageFetched
from copydesk.storage.archives import ArchivedRecord
from copydesk_crawler.adapters.warc_reader import BrokenRecord, WarcRecord, read_records
from copydesk_crawler.core.archives.archived_pages import Response, Skipped, page_of, published_page, response_of
from copydesk_crawler.core.archives.warc_records import PAGE_HEADER


@dataclass(frozen=True)
class _Wanted:
    source: str | None
    hosts: frozenset[str]

    def source_of(self, hostname: str) -> str | None:
        """The name given, or the host without its `www.`; None for a host that is in none of those wanted."""
        if self.hosts and not any(hostname == host or hostname.endswith(f".{host}") for host in self.hosts):
            return None
        return self.source or hostname.removeprefix("www.")


def foreign_pages(
    file: BinaryIO, limit: int, *, source: str | None = None, hosts: frozenset[str] = frozenset()
) -> Iterator[ArchivedRecord]:
    """Every record of anybody's WARC file: the HTML pages that came with status 200, and why the others are none.

    `limit` is the largest body taken, in bytes after decoding.
    """
    wanted = _Wanted(source, hosts)

    def page(record: WarcRecord, response: Response) -> PageFetched | Skipped:
        return page_of(response, record.header("WARC-Target-URI"), record.header("WARC-Date"), wanted.source_of)

    yield from _pages(file, limit, 0, page)


def own_pages(file: BinaryIO, limit: int, *, start: int = 0) -> Iterator[ArchivedRecord]:
    """Every record from the offset `start` of a file that a crawler of ours wrote: what it published, as it was."""

    def page(record: WarcRecord, response: Response) -> PageFetched | Skipped:
        metadata = record.header(PAGE_HEADER)
        return published_page(response, metadata) if metadata else Skipped("not-published")

    yield from _pages(file, limit, start, page)


def _pages(
    file: BinaryIO, limit: int, start: int, page: Callable[[WarcRecord, Response], PageFetched | Skipped]
) -> Iterator[ArchivedRecord]:
    for record in read_records(file, limit, start):
        if isinstance(record, BrokenRecord):
            detail = f"offset {record.offset}: {record.problem}"
            yield ArchivedRecord(record.end, skipped="broken-record", detail=detail)
            continue
        if record.type != "response":
            yield ArchivedRecord(record.end, skipped=record.type or "untyped")
            continue
        found = _found(record, limit, page)
        if isinstance(found, Skipped):
            yield ArchivedRecord(record.end, skipped=found.reason)
        else:
            yield ArchivedRecord(record.end, page=found)


def _found(
    record: WarcRecord, limit: int, page: Callable[[WarcRecord, Response], PageFetched | Skipped]
) -> PageFetched | Skipped:
    if not record.header("WARC-Target-URI").startswith(("http:", "https:")):
        return Skipped("scheme-not-http")
    if record.block is None:
        return Skipped("body-too-large")
    response = response_of(record.block, limit)
    return response if isinstance(response, Skipped) else page(record, response)
