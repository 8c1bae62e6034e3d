"""Blobs and archives in a bucket, by the client that goes to S3, against a server that speaks its protocol."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import obstore
import pytest
from copydesk_crawler.adapters.archive import Archive
from copydesk_crawler.adapters.archive_redaction import expire, redact
from copydesk_crawler.adapters.archived_pages import own_pages

from copydesk.contracts import encode_value
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.ports import BlobsUnavailableError
from copydesk.storage import open_blobs
from copydesk.storage.archives import ArchiveFolder, ArchiveUnavailableError, object_store
from copydesk.storage.kept_bodies import KeptBodies
from copydesk.testing.bucket import Bucket, running_bucket
from copydesk.testing.factories import make_tagged
from tests.unit.crawler.archived import exchange, page

pytestmark = pytest.mark.timeout(240)

NOW = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    with running_bucket("news", tmp_path_factory.mktemp("bucket") / "server.log") as bucket:
        yield bucket


@pytest.fixture(autouse=True)
def environment(server: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)


async def test_bodies_go_to_a_bucket_and_come_back() -> None:
    blobs = open_blobs("s3://news/blobs")
    body = bytes(range(256)) * 40_000
    reference = await blobs.put(body)
    assert reference == hashlib.sha256(body).hexdigest()
    assert await blobs.put(body) == reference
    assert await blobs.get(reference) == body
    (found,) = obstore.list(object_store("s3://news/blobs")).collect()
    assert found["path"] == f"{reference[:2]}/{reference[2:4]}/{reference}"
    with pytest.raises(KeyError):
        await blobs.get("0" * 64)
    with pytest.raises(KeyError):
        await open_blobs("s3://news/elsewhere").get(reference)


async def test_a_bucket_that_is_not_there_is_named() -> None:
    with pytest.raises(BlobsUnavailableError, match="s3://no-such-bucket/x") as refused:
        await open_blobs("s3://no-such-bucket/x").put(b"body")
    assert "Debug source" not in str(refused.value)
    with pytest.raises(ArchiveUnavailableError, match="cannot list s3://no-such-bucket/x"):
        ArchiveFolder("s3://no-such-bucket/x").files()


async def test_bodies_of_an_article_are_found_and_removed() -> None:
    blobs = open_blobs("s3://news/kept")
    ferry, moor = (make_tagged(f"https://bay.example/{name}", text=name * 1_000) for name in ("ferry", "moor"))
    references = [await blobs.put(encode_value(article)) for article in (ferry, moor)]
    kept = KeptBodies("s3://news/kept")
    (found,) = await kept.of_articles([ferry.id])
    assert found.path.endswith(references[0])
    assert await kept.fetched(found.path) == ("courier", ferry.fetched_at)
    await kept.remove(found.path)
    await kept.remove(found.path)
    assert [path.rpartition("/")[2] for path in await kept.paths()] == references[1:]
    with pytest.raises(KeyError):
        await blobs.get(references[0])


def urls(url: str) -> list[str]:
    """Of all pages that a reader of the archive comes by."""
    folder, found = ArchiveFolder(url), []
    for file in folder.files():
        with folder.open(file.name) as opened:
            found += [record.page.url for record in own_pages(opened, 1_000_000) if record.page]
    return sorted(found)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if ".warc" in path.name]


async def test_an_archive_in_a_bucket_is_written_read_and_mended(tmp_path: Path) -> None:
    place = "s3://news/warc"
    async with Archive(place, tmp_path, 1_500, SystemClock()) as archive:
        for number in range(6):
            url = f"https://bay.example/{number}"
            fetched = page(url, fetched_at=NOW - timedelta(days=number))
            await archive.record(exchange(url), fetched)
    assert names(tmp_path) == [], "what was uploaded leaves the spool"
    assert len(ArchiveFolder(place).files()) > 1
    assert urls(place) == [f"https://bay.example/{number}" for number in range(6)]

    done = redact(place, [], ["https://bay.example/1"], NOW)
    assert (done.records, done.files, done.problems) == (1, 1, ())
    assert expire(place, {"bay": NOW - timedelta(days=3, hours=1)}, NOW).records == 2
    assert urls(place) == [f"https://bay.example/{number}" for number in (0, 2, 3)]
    assert expire(place, {"bay": NOW - timedelta(days=3, hours=1)}, NOW).records == 0
    listed = [held["path"] for held in obstore.list(object_store(place)).collect()]
    assert "retention.json" in listed
    assert sum(name.endswith(".cdxj") for name in listed) == len(ArchiveFolder(place).files())


async def test_a_bucket_that_is_away_leaves_files_in_the_spool(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    async with Archive("s3://no-such-bucket/warc", spool, 1_000_000, SystemClock()) as archive:
        await archive.record(exchange(), page())
    assert len(names(spool)) == 2, "the file and its index"
    async with Archive("s3://news/later", spool, 1_000_000, SystemClock()):
        pass
    assert urls("s3://news/later") == ["https://bay.example/ferry"]
