"""The archive on a real file system: what was acknowledged is there, whoever dies, and whatever is full or away."""

import asyncio
import json
import resource
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from copydesk_crawler.adapters.archive import Archive
from copydesk_crawler.adapters.archived_pages import own_pages
from obstore.store import LocalStore, MemoryStore

from copydesk.runtime.clock import SystemClock
from copydesk.runtime.service import UnusableSettingError
from copydesk.storage.archives import ArchiveFolder, ArchiveUnavailableError
from copydesk.testing.clock import ManualClock
from tests.unit.crawler.archived import exchange, page

LIMIT = 10_000_000
BIG = 1_000_000_000


def address(number: int) -> str:
    return f"https://bay.example/{number}"


async def record(archive: Archive, *numbers: int) -> None:
    for number in numbers:
        await archive.record(exchange(address(number)), page(address(number)))


def files_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.warc.gz"))


def urls_in(*paths: Path) -> list[str]:
    found = []
    for path in paths:
        with path.open("rb") as file:
            found += [held.page.url for held in own_pages(file, LIMIT) if held.page]
    return found


def open_file(folder: Path) -> Path:
    """The one that is being written."""
    [path] = folder.glob("*.open")
    return path


def index_of(path: Path) -> str:
    return path.with_name(f"{path.name}.cdxj").read_text(encoding="utf-8")


def names(folder: Path, suffix: str = "") -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.endswith(suffix))


async def test_a_finished_file_has_its_records_and_an_index_that_leads_to_each(tmp_path: Path) -> None:
    async with Archive(str(tmp_path), tmp_path, BIG, SystemClock()) as archive:
        await record(archive, 2, 1, 3)
        assert files_of(tmp_path) == []
    [path] = files_of(tmp_path)

    assert urls_in(path) == [address(2), address(1), address(3)]
    assert names(tmp_path) == [path.name, f"{path.name}.cdxj"]
    lines = index_of(path).splitlines()
    assert lines == sorted(lines)
    for line in lines:
        key, moment, fields = line.split(" ", 2)
        place = json.loads(fields)
        assert (key, moment) == (f"example,bay)/{place['url'][-1]}", "20300101120000")
        start, length = int(place["offset"]), int(place["length"])
        member = path.read_bytes()[start : start + length]
        (tmp_path / "one").write_bytes(member)
        assert urls_in(tmp_path / "one") == [place["url"]]


async def test_what_comes_again_unpublished_is_written_as_a_revisit(tmp_path: Path) -> None:
    async with Archive(str(tmp_path), tmp_path, BIG, SystemClock()) as archive:
        await record(archive, 1)
        await archive.record(exchange(address(1)))
        await archive.record(exchange(address(1), status=304, payload=b""))
        await record(archive, 1)
    [path] = files_of(tmp_path)
    with path.open("rb") as file:
        kinds = [held.skipped or "page" for held in own_pages(file, LIMIT)]
    assert kinds == ["warcinfo", "page", "request", "revisit", "request", "revisit", "request", "page", "request"]
    assert index_of(path).count("warc/revisit") == 2


async def test_a_new_file_begins_beyond_the_size_and_each_day(tmp_path: Path) -> None:
    clock = ManualClock()
    async with Archive(str(tmp_path), tmp_path, 3_000, clock) as archive:
        await record(archive, *range(12))
    by_size = files_of(tmp_path)
    async with Archive(str(tmp_path), tmp_path, BIG, clock) as archive:
        await record(archive, 12)
        clock.advance(timedelta(days=1))
        await record(archive, 13)
    days = [path for path in files_of(tmp_path) if path not in by_size]

    assert len(by_size) > 2
    assert all(path.stat().st_size <= 3_000 for path in by_size)
    assert urls_in(*by_size) == [address(number) for number in range(12)]
    assert [urls_in(path) for path in days] == [[address(12)], [address(13)]]


async def test_crawlers_share_a_folder(tmp_path: Path) -> None:
    async with (
        Archive(str(tmp_path), tmp_path, BIG, SystemClock()) as one,
        Archive(str(tmp_path), tmp_path, BIG, SystemClock()) as two,
    ):
        await asyncio.gather(record(one, *range(20)), record(two, *range(20, 40)))
    assert len(files_of(tmp_path)) == 2
    assert set(urls_in(*files_of(tmp_path))) == {address(number) for number in range(40)}


async def test_records_side_by_side_are_each_whole(tmp_path: Path) -> None:
    async with Archive(str(tmp_path), tmp_path, 20_000, SystemClock()) as archive:
        await asyncio.gather(*(record(archive, number) for number in range(100)))
    assert set(urls_in(*files_of(tmp_path))) == {address(number) for number in range(100)}


_CRAWLER = """
import asyncio, sys
from pathlib import Path
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.service import UnusableSettingError
from copydesk_crawler.adapters.archive import Archive
sys.path.insert(0, sys.argv[1])
from test_archive import address, record
async def main(folder):
    async with Archive(str(folder), folder, 10**9, SystemClock()) as archive:
        for number in range(100_000):
            await record(archive, number)
            print(number, flush=True)
asyncio.run(main(Path(sys.argv[2])))
"""


async def test_what_was_acknowledged_survives_kill_9_and_the_next_start_finishes_the_file(tmp_path: Path) -> None:
    for _ in range(3):
        crawler = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-c", _CRAWLER, str(Path(__file__).parent), str(tmp_path)], stdout=subprocess.PIPE
        )
        assert crawler.stdout is not None
        for _ in range(30):
            last = int(crawler.stdout.readline())
        crawler.send_signal(signal.SIGKILL)
        last = max([last, *map(int, crawler.stdout.read().split())])
        crawler.wait()
        left = open_file(tmp_path)
        found = urls_in(left)
        assert found[: last + 1] == [address(number) for number in range(last + 1)]
        with left.open("ab") as file:
            file.write(b"\x1f\x8b\x08half a record")

        async with Archive(str(tmp_path), tmp_path, BIG, SystemClock()):
            pass
        finished = tmp_path / left.name.removesuffix(".open")
        assert urls_in(finished) == found
        assert not finished.read_bytes().endswith(b"record")
        assert index_of(finished).count("\n") == len(found)
        assert names(tmp_path) == sorted(names(tmp_path, ".gz") + names(tmp_path, ".cdxj"))
        finished.unlink()


async def test_a_file_of_a_living_crawler_is_left_alone(tmp_path: Path) -> None:
    async with Archive(str(tmp_path), tmp_path, BIG, SystemClock()) as living:
        await record(living, 1)
        async with Archive(str(tmp_path), tmp_path, BIG, SystemClock()):
            assert open_file(tmp_path)
        await record(living, 2)
    assert urls_in(*files_of(tmp_path)) == [address(1), address(2)]


async def test_a_full_disk_refuses_the_record_and_spoils_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the kernel cuts a write off in the same way."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    async with Archive(str(tmp_path), tmp_path, BIG, SystemClock()) as archive:
        await record(archive, 1)
        path = open_file(tmp_path)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 200, hard))
            with pytest.raises(ArchiveUnavailableError, match="cannot write"):
                await record(archive, 2)
            assert urls_in(path) == [address(1)]
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, handler)
        await record(archive, 2)
    assert urls_in(*files_of(tmp_path)) == [address(1), address(2)]


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    async with Archive(str(tmp_path / "taken"), tmp_path, BIG, SystemClock()) as archive:
        (tmp_path / "taken").rmdir()
        (tmp_path / "taken").write_text("a file")
        with pytest.raises(ArchiveUnavailableError, match="taken"):
            await record(archive, 1)


async def test_finished_files_go_to_the_bucket_and_out_of_the_spool(tmp_path: Path) -> None:
    bucket = MemoryStore()
    async with Archive("s3://news/warc", tmp_path, 3_000, SystemClock(), store=bucket) as archive:
        await record(archive, *range(12))
    held = ArchiveFolder("s3://news/warc", bucket)
    found = []
    for file in held.files():
        with held.open(file.name) as content:
            found += [record.page.url for record in own_pages(content, LIMIT) if record.page]
    assert found == [address(number) for number in range(12)]
    assert names(tmp_path) == []


async def test_while_the_bucket_is_away_files_stay_in_the_spool_and_go_later(tmp_path: Path) -> None:
    place, spool = tmp_path / "bucket", tmp_path / "spool"
    away = LocalStore(place, mkdir=True)
    place.rmdir()
    place.write_text("no folder, so nothing can be put here")
    async with Archive("s3://news/warc", spool, BIG, SystemClock(), store=away) as archive:
        await record(archive, 1)
    assert len(files_of(spool)) == 1

    place.unlink()
    async with Archive("s3://news/warc", spool, BIG, SystemClock(), store=LocalStore(place, mkdir=True)):
        pass
    assert urls_in(*files_of(place)) == [address(1)]
    assert names(spool) == []


async def test_a_folder_that_cannot_be_one_is_named_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UnusableSettingError, match=r"file/warc: .*COPYDESK_CRAWLER__ARCHIVE_URL"):
        async with Archive(str(tmp_path / "file" / "warc"), tmp_path / "spool", BIG, SystemClock()):
            pass
