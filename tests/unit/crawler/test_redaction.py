"""Records taken out of archives: nothing of them is left, and nothing else changes."""

import gzip
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from copydesk_crawler.adapters.archive import Archive
from copydesk_crawler.adapters.archive_redaction import expire, redact
from copydesk_crawler.adapters.archived_pages import own_pages
from copydesk_crawler.adapters.warc_reader import WarcRecord, read_records
from copydesk_crawler.core.archives.redaction import TooShortError, empty_member, empty_record
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from copydesk.runtime.clock import SystemClock
from copydesk.testing.clock import ManualClock
from tests.unit.crawler.archived import exchange, page

NOW = datetime(2030, 3, 1, 12, tzinfo=UTC)
RECORD = UUID("8f2d2c1e-7a5c-4c83-9d4b-0f6d1f2a3b4c")
GONE = "https://bay.example/2"


@settings(max_examples=30)
@given(st.integers(min_value=300, max_value=100_000))
def test_what_stands_in_the_place_of_a_record_is_as_long_and_a_record_itself(length: int) -> None:
    member = empty_member(length, RECORD, NOW)
    assert len(member) == length
    assert gzip.decompress(member).startswith(b"WARC/1.1\r\nWARC-Type: metadata\r\n")
    (record,) = read_records(BytesIO(member), 1_000)
    assert isinstance(record, WarcRecord)
    other = next(iter(ArchiveIterator(BytesIO(member))))
    assert other.content_stream().read() == b"removed-by: takedown\r\n"


def test_a_record_without_room_is_refused_by_its_length() -> None:
    with pytest.raises(TooShortError, match="of 100 bytes"):
        empty_member(100, RECORD, NOW)


@pytest.fixture
async def archive(tmp_path: Path) -> Path:
    async with Archive(str(tmp_path), tmp_path, 1_000_000, SystemClock()) as opened:
        for number in range(5):
            fetched = page(f"https://bay.example/{number}", body=f"<p>Haven {number} open</p>".encode())
            await opened.record(exchange(fetched.url, payload=fetched.body), fetched)
    return tmp_path


def pages(folder: Path) -> set[str]:
    (file,) = folder.glob("*.warc.gz")
    with file.open("rb") as content:
        return {record.page.url for record in own_pages(content, 1_000_000) if record.page}


def test_an_articles_records_leave_the_archive_and_its_index(archive: Path) -> None:
    (file,) = archive.glob("*.warc.gz")
    before, everything = file.read_bytes(), pages(archive)

    assert redact(str(archive), [], [GONE], NOW).records == 1

    assert pages(archive) == everything - {GONE}
    after = file.read_bytes()
    assert len(after) == len(before)
    assert b"Haven 2" not in b"".join(gzip.decompress(after).split())
    index = file.with_name(f"{file.name}.cdxj").read_text()
    assert "/2" not in index
    assert len(index.splitlines()) == 4
    assert redact(str(archive), [], [GONE], NOW).records == 0


def test_a_file_without_an_index_is_read_and_pages_are_known_by_what_was_published_of_them(archive: Path) -> None:
    (index,) = archive.glob("*.cdxj")
    index.unlink()
    everything = pages(archive)
    done = redact(str(archive), [page(GONE).id], [], NOW)
    assert (done.records, done.files, done.problems) == (1, 1, ())
    assert pages(archive) == everything - {GONE}


def urls(path: Path) -> list[str]:
    with path.open("rb") as content:
        return [record.page.url for record in own_pages(content, 1_000_000) if record.page]


@pytest.mark.parametrize("name", ["plain.warc", "whole.warc.gz"])
def test_files_of_other_programs_lose_the_record_and_nothing_else(archive: Path, name: str) -> None:
    (file,) = archive.glob("*.warc.gz")
    content, before = gzip.decompress(file.read_bytes()), urls(file)
    for held in archive.iterdir():
        held.unlink()
    other = archive / name
    other.write_bytes(content if name == "plain.warc" else gzip.compress(content))
    size = other.stat().st_size

    done = redact(str(archive), [], [GONE], NOW)

    assert (done.records, done.files, done.problems) == (1, 1, ())
    assert urls(other) == [url for url in before if url != GONE]
    after = other.read_bytes()
    assert b"Haven 2" not in (after if name == "plain.warc" else gzip.decompress(after))
    assert b"Haven 3" in (after if name == "plain.warc" else gzip.decompress(after))
    if name == "plain.warc":
        assert len(after) == size, "offsets of the other records stay"
    with other.open("rb") as opened:
        kinds = [record.type for record in read_records(opened, 1_000_000) if isinstance(record, WarcRecord)]
    assert kinds.count("metadata") == 1
    assert redact(str(archive), [], [GONE], NOW).records == 0


def test_records_that_share_a_member_are_named_with_the_way_out(archive: Path) -> None:
    (file,) = archive.glob("*.warc.gz")
    content = gzip.decompress(file.read_bytes())
    for held in archive.iterdir():
        held.unlink()
    starts = [at for at in range(len(content)) if content.startswith(b"WARC/1.1\r\n", at)]
    pairs = [content[: starts[1]], *(content[a:b] for a, b in zip(starts[1::2], [*starts[3::2], None], strict=True))]
    (archive / "pairs.warc.gz").write_bytes(b"".join(map(gzip.compress, pairs)))
    done = redact(str(archive), [], [GONE], NOW)
    assert done.records == 0
    (problem,) = done.problems
    assert problem.startswith("pairs.warc.gz: ")
    assert "delete the file" in problem


@given(st.integers(min_value=300, max_value=11_000))
def test_an_uncompressed_record_is_replaced_by_one_as_long(length: int) -> None:
    held = empty_record(length, RECORD, NOW, "retention")
    assert len(held) == length
    (record,) = read_records(BytesIO(held), 1_000_000)
    assert isinstance(record, WarcRecord)
    assert (record.block or b"").strip() == b"removed-by: retention"


@pytest.fixture
async def mixed(tmp_path: Path) -> Path:
    """Pages of two sources, fetched on three days."""
    for day in (1, 2, 3):
        clock = ManualClock(datetime(2030, 1, day, 12, tzinfo=UTC))
        async with Archive(str(tmp_path), tmp_path, 1_000_000, clock) as opened:
            for source in ("bay", "cliff"):
                url = f"https://{source}.example/{day}"
                fetched = page(url, source=source, fetched_at=clock.now())
                await opened.record(exchange(url, payload=fetched.body, requested_at=clock.now()), fetched)
    return tmp_path


def left(folder: Path) -> list[str]:
    return sorted(url.removeprefix("https://") for file in folder.glob("*.warc.gz") for url in urls(file))


def test_pages_of_a_source_leave_the_archive_when_their_time_has_passed(mixed: Path) -> None:
    def floor(day: int) -> dict[str, datetime]:
        return {"bay": datetime(2030, 1, day, tzinfo=UTC)}

    done = expire(str(mixed), floor(2), NOW)
    assert (done.records, done.files, done.problems) == (1, 1, ())
    assert left(mixed) == ["bay.example/2", "bay.example/3", "cliff.example/1", "cliff.example/2", "cliff.example/3"]
    assert expire(str(mixed), floor(2), NOW).records == 0
    assert expire(str(mixed), floor(4), NOW).records == 2
    assert left(mixed) == ["cliff.example/1", "cliff.example/2", "cliff.example/3"]
    indexes = "".join(file.read_text() for file in mixed.glob("*.cdxj"))
    assert "bay.example" not in indexes
    assert indexes.count("\n") == 3
    assert expire(str(mixed), {**floor(4), "cliff": datetime(2030, 1, 2, tzinfo=UTC)}, NOW).records == 1
    assert left(mixed) == ["cliff.example/2", "cliff.example/3"]
