"""A takedown as people do it: after it, neither import nor replay brings the article back."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from copydesk_crawler.adapters.archive import Archive

from copydesk.runtime.clock import SystemClock
from tests.unit.crawler.archived import exchange, page

from .test_backfill import HOST, response, story
from .test_commands import copydesk

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(600)]

GONE = f"https://www.{HOST}/1"


async def archived(folder: Path) -> None:
    """Both pages again, as a crawler of ours would have kept them a day later."""
    async with Archive(str(folder), folder, 1_000_000, SystemClock()) as archive:
        for number in (1, 2):
            url = f"https://www.{HOST}/{number}"
            fetched = page(url, body=story(number), source=HOST, fetched_at=datetime(2026, 5, 5, tzinfo=UTC))
            assert fetched.content_sha256 == sha256(story(number)).hexdigest()
            await archive.record(exchange(url, payload=fetched.body), fetched)


@pytest.fixture
def desk() -> Iterator[Path]:
    """Not in pytest's temporary directory, which other sessions close to the user that the database runs as."""
    with TemporaryDirectory(prefix="copydesk-takedown-") as folder:
        yield Path(folder)


def test_what_was_taken_down_stays_away(desk: Path) -> None:
    (desk / "news.warc.gz").write_bytes(response(1) + response(2))
    asyncio.run(archived(desk / "warc"))
    environment = {"COPYDESK_CRAWLER__ARCHIVE_URL": str(desk / "warc")}
    assert copydesk("import", "news.warc.gz", folder=desk).code == 0
    assert copydesk("run", "--once", "--services", "cleaner,tagger,writer", folder=desk).code == 0
    assert len(copydesk("export", folder=desk).lines) == 2

    refused = copydesk("takedown", GONE, folder=desk)
    assert refused.code == 2
    assert "--reason" in refused.err
    taken = copydesk(
        "takedown", GONE, "--reason", "court order 7", "--by", "A. Counsel", "--json", folder=desk, **environment
    )
    assert taken.code == 0, taken.err
    (receipt,) = taken.lines
    assert (receipt["complete"], receipt["requested_by"]) == (True, "A. Counsel")
    results = {place["place"]: place["result"] for place in receipt["places"]}
    assert results[f"archive: {desk / 'warc'}"] == "removed"
    assert results["topic: backfill.pages.fetched"] == "remains"

    copydesk("import", "news.warc.gz", folder=desk)
    replayed = copydesk("replay", "--stage", "cleaner", "--reprocess", folder=desk, **environment)
    assert "1 pages on" in replayed.err, replayed.err
    assert copydesk("run", "--once", "--services", "cleaner,tagger,writer", folder=desk).code == 0

    assert [row["url"] for row in copydesk("export", folder=desk).lines] == [f"https://www.{HOST}/2"]
    (row,) = copydesk("funnel", "--json", folder=desk).lines
    assert (row["discovered"], row["stored"], row["dropped"]) == (2, 1, {"taken-down": 1})
    assert copydesk("search", "boat", "--json", folder=desk).lines[0]["url"].endswith("/2")
    printed = copydesk("takedown", "--list", folder=desk)
    assert "court order 7" in printed.out
    assert "gone by" in printed.out
