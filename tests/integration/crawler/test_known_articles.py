"""What is taken for an example of a source's articles, and how pages name documents."""

from datetime import timedelta

import pytest

from copydesk.contracts import article_id
from copydesk.storage import Pool
from copydesk.storage.polls import PollSchedule

pytestmark = pytest.mark.postgres
HOME, FEED = "https://courier.example/", "https://courier.example/feed"


async def enter(pool: Pool, url: str, found_on: str, *, fetched: bool = True) -> None:
    await pool.execute(
        "INSERT INTO copydesk.frontier (url_id, url, host, source, found_on, content_sha256) VALUES ($1, $2, $3, $4, $5, $6)",
        article_id(url),
        url,
        "courier.example",
        "courier",
        found_on,
        "0" * 64 if fetched else None,
    )


async def test_examples_are_published_and_named_by_feeds(pool: Pool) -> None:
    schedule = PollSchedule(pool, "tests", timedelta(minutes=1))
    await schedule.name_document("courier", FEED, "feed", HOME)
    await pool.execute(
        "INSERT INTO copydesk.source_documents (source, url_id, url, kind) VALUES ('courier', $1, $2, 'home')",
        article_id(HOME),
        HOME,
    )
    await enter(pool, f"{HOME}a", FEED)
    await enter(pool, f"{HOME}b", FEED, fetched=False)
    await enter(pool, f"{HOME}c", HOME)
    assert await schedule.known_articles("courier", ["courier.example"], 10) == [f"{HOME}a"]
    assert await schedule.known_articles("gazette", ["courier.example"], 10) == []


async def test_a_document_is_named_once_and_only_so_many(pool: Pool) -> None:
    schedule = PollSchedule(pool, "tests", timedelta(minutes=1))
    assert await schedule.name_document("courier", FEED, "feed", HOME)
    assert not await schedule.name_document("courier", FEED, "section", HOME)
    for number in range(60):
        await schedule.name_document("courier", f"{HOME}{number}/", "section", HOME)
    assert len(await schedule.documents("courier")) == 50
