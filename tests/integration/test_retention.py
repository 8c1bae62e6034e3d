"""`copydesk retention`: texts whose time has passed leave every place, and the receipt says so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from copydesk_crawler.adapters.archive import Archive
from copydesk_crawler.adapters.archived_pages import own_pages

from copydesk.cli.retention import keep_to_retention
from copydesk.contracts import Source, encode_value
from copydesk.settings import Settings
from copydesk.storage import Pool, open_blobs
from copydesk.storage.sources import save_sources
from copydesk.testing.clock import ManualClock
from tests.integration.writer.test_filing import article, file, row
from tests.unit.crawler.archived import exchange, page

pytestmark = pytest.mark.postgres

LONG_AGO = datetime.now(UTC) - timedelta(days=40)


@pytest.fixture
async def settings(tmp_path: Path, database: str, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("COPYDESK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COPYDESK_POSTGRES__DSN", database)
    monkeypatch.setenv("COPYDESK_CRAWLER__ARCHIVE_URL", str(tmp_path / "warc"))
    return Settings()


async def pages_of(folder: Path) -> dict[str, datetime]:
    found = {}
    for path in folder.glob("*.warc.gz"):  # noqa: ASYNC240
        with path.open("rb") as opened:
            found |= {held.page.url: held.page.fetched_at for held in own_pages(opened, 1_000_000) if held.page}
    return found


async def test_texts_leave_every_place_and_the_receipt_says_so(settings: Settings, tmp_path: Path, pool: Pool) -> None:
    await save_sources(
        pool,
        [
            Source(name="harbour-post", url="https://harbour.example/", retention=30),
            Source(name="cliff", url="https://cliff.example/"),
        ],
    )
    old = article(fetched_at=LONG_AGO)
    new = article("/moor", fetched_at=datetime.now(UTC))
    other = article("/cliff", source="cliff", fetched_at=LONG_AGO)
    await file(pool, old, other, now=LONG_AGO)
    await file(pool, new, now=datetime.now(UTC))
    blobs = open_blobs(str(tmp_path / "data" / "blobs"))
    bodies = [await blobs.put(encode_value(held)) for held in (old, new, other)]
    dropped_by_the_cleaner = article("/overview", fetched_at=LONG_AGO)
    async with Archive(str(tmp_path / "warc"), tmp_path / "warc", 1_000_000, ManualClock(LONG_AGO)) as archive:
        for held in (old, new, other, dropped_by_the_cleaner):
            fetched = page(held.url, source=held.source, fetched_at=held.fetched_at)
            await archive.record(exchange(held.url), fetched)
        await archive.record(exchange("https://harbour.example/feed"), None)

    receipt = await keep_to_retention(settings)

    assert receipt.complete
    assert set(receipt.floors) == {"harbour-post"}
    assert [(place.place.partition(":")[0], place.result, place.count) for place in receipt.places] == [
        ("postgres", "removed", 1),
        ("blob storage", "removed", 1),
        ("archive", "removed", 2),
    ]
    assert receipt.places[-1].detail.startswith("pages in 1 files, whatever became of them; feeds, and pages that")
    assert (await row(pool))["text"] == ""
    assert (await row(pool, "/moor"))["text"] != ""
    assert set(await pages_of(tmp_path / "warc")) == {new.url, other.url}
    with pytest.raises(KeyError):
        await blobs.get(bodies[0])
    assert [bool(await blobs.get(body)) for body in bodies[1:]] == [True, True]

    again = await keep_to_retention(settings)
    assert again.complete
    assert [place.result for place in again.places] == ["nothing there"] * 3


async def test_a_place_that_is_away_keeps_nothing_else_from_being_done(
    settings: Settings, tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save_sources(pool, [Source(name="harbour-post", url="https://harbour.example/", retention=30)])
    await file(pool, article(fetched_at=LONG_AGO), now=LONG_AGO)
    (tmp_path / "warc").write_text("a file where the folder was")
    receipt = await keep_to_retention(settings)
    assert not receipt.complete
    assert [place.result for place in receipt.places] == ["removed", "nothing there", "failed"]
    assert (await row(pool))["text"] == ""
