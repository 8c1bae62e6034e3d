"""Takes records out of an archive, of single articles or past their time: each is overwritten where it lies."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from obstore.exceptions import BaseError

from copydesk.storage.archives import ArchiveUnavailableError
from copydesk_crawler.adapters.archive_files import MendedArchive, Selection
from copydesk_crawler.adapters.warc_reader import WarcRecord
from copydesk_crawler.core.archives.archive_index import url_key
from copydesk_crawler.core.archives.redaction import TooShortError
from copydesk_crawler.core.archives.warc_records import PAGE_HEADER

_CONTENT = ("response", "revisit", "resource", "conversion")
_LATE = timedelta(days=8)
"""A file has the fetches of a day, and one that waited in a spool is looked at this much later."""

_NAME = "copydesk-"


@dataclass(frozen=True)
class Redaction:
    """What was done: `records` taken out of `files`, and what could not be, each with its file and reason."""

    records: int
    files: int
    problems: tuple[str, ...] = ()


class _PageOf(msgspec.Struct):
    id: str = ""
    source: str = ""
    fetched_at: datetime | None = None


@dataclass(frozen=True)
class _OfArticles:
    ids: frozenset[str]
    keys: frozenset[str]
    cause: str = "takedown"

    def lists(self, line: str) -> bool:
        return line.partition(" ")[0] in self.keys

    def includes(self, record: WarcRecord) -> bool:
        if record.type not in _CONTENT:
            return False
        return url_key(record.header("WARC-Target-URI")) in self.keys or _page(record).id in self.ids


@dataclass(frozen=True)
class _PastTheirTime:
    floors: Mapping[str, datetime]
    cause: str = "retention"

    def lists(self, line: str) -> bool:
        source = json.loads(line.split(" ", 2)[2]).get("source")
        return source is None or source in self.floors

    def includes(self, record: WarcRecord) -> bool:
        if record.type not in _CONTENT:
            return False
        page = _page(record)
        return page.source in self.floors and page.fetched_at is not None and page.fetched_at < self.floors[page.source]


def redact(
    url: str, ids: Collection[str], addresses: Collection[str], now: datetime, *, dry_run: bool = False
) -> Redaction:
    """Take every record of the articles out of the archive at `url`, a folder or `s3://bucket/prefix`.

    Records are found by the indexes, and where a file has none by reading it. Readers of a file in a folder, its
    writer among them, are not disturbed: no other byte of it changes. In a bucket the file is replaced as a whole, and
    so is one, wherever it is, that was compressed as a whole. With `dry_run` they are only counted. Raises
    `ArchiveUnavailableError`.
    """
    wanted = _OfArticles(frozenset(ids), frozenset(url_key(address) for address in addresses))
    with MendedArchive(url, dry_run=dry_run) as archive:
        return _taken_out(archive, [file.name for file in archive.files()], wanted, now)


def expire(url: str, floors: Mapping[str, datetime], now: datetime) -> Redaction:
    """Take out every published page of a source that was fetched before its floor; the rest of the source stays.

    The archive remembers how far that has been done, in `retention.json`, so that only files of the time since are
    looked at. Raises `ArchiveUnavailableError`.
    """
    with MendedArchive(url) as archive:
        done = archive.floors()
        further = {source: floor for source, floor in floors.items() if source not in done or done[source] < floor}
        if not further:
            return Redaction(0, 0)
        wanted = _PastTheirTime(further)
        since = min(done.get(source, datetime.min.replace(tzinfo=UTC)) for source in further)
        names = [file.name for file in archive.files() if _may_hold(file.name, since, max(further.values()))]
        found = _taken_out(archive, names, wanted, now)
        if not found.problems:
            archive.keep_floors({**done, **further})
        return found


def _taken_out(archive: MendedArchive, names: list[str], wanted: Selection, now: datetime) -> Redaction:
    records = files = 0
    problems: list[str] = []
    for name in names:
        try:
            count = archive.take_out(name, wanted, now)
        except (ArchiveUnavailableError, TooShortError, BaseError, OSError) as error:
            problems.append(f"{name}: {error}")
            continue
        records += count
        files += count > 0
    return Redaction(records, files, tuple(problems))


def _may_hold(name: str, since: datetime, until: datetime) -> bool:
    """Whether a file may hold fetches of a time, by the time in its name; other programs' files may always."""
    base = name.rpartition("/")[2]
    try:
        begun = datetime.strptime(base.removeprefix(_NAME)[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return True
    return begun < until and (since.year == 1 or begun >= since - _LATE)


def _page(record: WarcRecord) -> _PageOf:
    try:
        return msgspec.json.decode(record.header(PAGE_HEADER) or "{}", type=_PageOf)
    except msgspec.DecodeError:
        return _PageOf()
