"""The crawler against the demo newsroom: everything, once, politely, and again when it changes."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from copydesk.contracts import PageFetched, PageWithdrawn, Source
from copydesk.settings import CrawlerSettings
from copydesk.storage.funnel import read_funnel
from copydesk.testing.newsroom import Newsroom

DELAY = timedelta(milliseconds=10)


def sources(room: Newsroom) -> list[Source]:
    return [
        Source(
            name=held.name,
            url=held.url,
            feeds=list(held.feeds),
            sitemaps=list(held.sitemaps),
            language=held.language,
            country=held.country,
        )
        for held in room.sources
    ]


def assert_polite(room: Newsroom, delay: timedelta) -> None:
    by_host: dict[str, list[tuple[float, float]]] = {}
    for line in room.requests:
        by_host.setdefault(line.publisher, []).append((line.started, line.ended))
    assert by_host
    for host, spans in by_host.items():
        for (_, ended), (started, _) in pairwise(sorted(spans)):
            assert started - ended >= delay.total_seconds() * 0.8, host


async def test_every_page_once_and_one_request_at_a_time(desk) -> None:
    async with Newsroom(datetime.now(UTC)) as room:
        await desk.add(*sources(room))
        await desk.crawl()
        expected = {room.url(article.publisher, article.path) for article in room.expected()}
        first = await desk.published()
        assert_polite(room, DELAY)

        await desk.pool.execute("UPDATE copydesk.frontier SET not_before = now()")
        await desk.pool.execute("UPDATE copydesk.hosts SET ready_at = now()")
        room.requests.clear()
        await desk.crawl()
        again = await desk.published()
    assert sorted(page.url for page in first if isinstance(page, PageFetched)) == sorted(expected)
    assert len(first) == len(expected)
    assert again == []
    # What was missing is asked for once more.
    assert {line.status for line in room.requests if not line.path.startswith("/robots")} <= {200, 304, 404}
    assert sum(line.status == 304 for line in room.requests) >= len(expected)
    for row in await read_funnel(desk.pool):
        assert row.adds_up
        assert row.waiting == 0
        assert set(row.dropped) <= {"duplicate-of", "http-404"}
        assert not row.dead_lettered


async def test_three_crawlers_share_the_work_and_stay_polite(desk) -> None:
    async with Newsroom(datetime.now(UTC)) as room, AsyncExitStack() as stack:
        await desk.add(*sources(room))
        crawlers = [await stack.enter_async_context(desk.running(desk.service())) for _ in range(3)]
        await desk.until(lambda: all(crawler.idle() for crawler in crawlers))
        expected = {room.url(article.publisher, article.path) for article in room.expected()}
        assert_polite(room, DELAY)
    assert sorted(page.url for page in await desk.published()) == sorted(expected)


async def test_pages_carry_what_feeds_and_operators_say(desk) -> None:
    async with Newsroom(datetime.now(UTC)) as room:
        source = next(held for held in sources(room) if held.feeds)
        await desk.add(source)
        await desk.crawl()
    pages = [page for page in await desk.published() if isinstance(page, PageFetched)]
    assert pages
    for page in pages:
        assert page.source == source.name
        assert page.canonical_url == page.url
        assert "utm_" not in page.url
        assert page.language == source.language
        assert page.country == source.country
    assert any(page.hints.get("title") and page.hints.get("published") for page in pages)


async def test_edits_withdrawals_and_new_pages_are_seen(desk) -> None:
    desk.schedule = CrawlerSettings(
        poll_interval=timedelta(milliseconds=500),
        max_poll_interval=timedelta(seconds=2),
        revisit_ladder=[timedelta(seconds=second) for second in range(3, 90, 3)],
    )
    async with Newsroom(datetime.now(UTC)) as room:
        await desk.add(*sources(room))
        wanted = {room.url(article.publisher, article.path) for article in room.expected()}
        seen: dict[str, list[str]] = {}

        async def until(complete) -> None:
            async with asyncio.timeout(80):
                while not complete():
                    for message in await desk.published():
                        kind = "withdrawn" if isinstance(message, PageWithdrawn) else message.content_sha256
                        seen.setdefault(message.url, []).append(kind)

        async with desk.running(desk.service(once=False)):
            await until(lambda: wanted <= set(seen))
            before = {url: list(kinds) for url, kinds in seen.items()}
            changed: set[str] = set()
            while step := await room.publish_next():
                changed |= set(step)
            assert changed
            await until(lambda: all(seen.get(url, []) != before.get(url, []) for url in changed))
    gone = {url for url, kinds in seen.items() if kinds[-1] == "withdrawn"}
    assert gone
    assert gone <= changed
    for url, kinds in seen.items():
        assert len(set(kinds)) == len(kinds), f"{url} was published twice unchanged"
