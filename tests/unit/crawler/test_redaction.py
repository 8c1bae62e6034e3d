"""Records taken out of archives: nothing of them is left, and nothing else changes."""

import gzip
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from copydesk_crawler.adapters.archive import Archive
from copydesk_crawler.adapters.archive_redaction import redact
from copydesk_crawler.adapters.archived_pages import own_pages
from copydesk_crawler.adapters.warc_reader import WarcRecord, read_records
from copydesk_crawler.core.archives.redaction import TooShortError, empty_member
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from copydesk.runtime.clock import SystemClock
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


def test_a_file_that_cannot_be_mended_in_place_is_named_with_the_way_out(archive: Path) -> None:
    (file,) = archive.glob("*.warc.gz")
    plain = archive / "plain.warc"
    plain.write_bytes(gzip.decompress(file.read_bytes()))
    file.unlink()
    done = redact(str(archive), [], [GONE], NOW)
    assert done.records == 0
    (problem,) = done.problems
    assert problem.startswith("plain.warc: ")
    assert "delete the file" in problem
