"""The demo newsroom over real sockets."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpx
import pytest
from lxml import etree, html

from copydesk.testing.newsroom import ExpectedArticle, Newsroom, PublisherSource

NOW = datetime(2026, 7, 3, 14, 20, tzinfo=UTC)
TRACKED = "utm_source"


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    async with Newsroom(NOW) as room:
        yield room


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as http:
        yield http


def article_of(newsroom: Newsroom, publisher: str) -> ExpectedArticle:
    return next(each for each in newsroom.expected() if each.publisher == publisher)


def source_of(newsroom: Newsroom, publisher: str) -> PublisherSource:
    return next(each for each in newsroom.sources if each.name == publisher)


def strings(tree: Any, path: str) -> set[str]:
    return {str(each) for each in tree.xpath(path)}


def addresses(body: bytes, kind: str, base: str) -> set[str]:
    """Return the story links of a feed, a sitemap or a home page."""
    if kind == "json":
        return {item["url"] for item in httpx.Response(200, content=body).json()["items"]}
    if kind == "html":
        return {urljoin(base, href) for href in strings(html.fromstring(body), "//body//a/@href")}
    tree = etree.fromstring(body)
    atom = strings(tree, "//*[local-name()='entry']/*[local-name()='link']/@href")
    return atom | strings(tree, "//item/link/text()") | strings(tree, "//*[local-name()='loc']/text()")


async def discovered(client: httpx.AsyncClient, source: PublisherSource) -> set[str]:
    """Return what a reader of the source's feeds, sitemaps, home page and advertised feeds finds."""
    home = await client.get(source.url)
    advertised = strings(html.fromstring(home.content), "//link[@rel='alternate']/@href")
    found = addresses(home.content, "html", source.url)
    for url in {*source.feeds, *source.sitemaps, *(urljoin(source.url, href) for href in advertised)}:
        answer = await client.get(url)
        assert answer.status_code == 200, url
        kind = "json" if "json" in answer.headers["content-type"] else "xml"
        found |= addresses(answer.content, kind, source.url)
    return {unquote(url.split("?")[0]) for url in found}


async def test_every_expected_article_is_found_from_its_source(newsroom: Newsroom, client: httpx.AsyncClient) -> None:
    for source in newsroom.sources:
        found = await discovered(client, source)
        for article in newsroom.expected():
            if article.publisher == source.name:
                assert unquote(newsroom.url(source.name, article.path)) in found


@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_an_unchanged_page_is_not_sent_again(newsroom: Newsroom, client: httpx.AsyncClient, coding: str) -> None:
    for source in newsroom.sources:
        url = newsroom.url(source.name, article_of(newsroom, source.name).path)
        first = await client.get(url, headers={"accept-encoding": coding})
        assert first.headers.get("content-encoding", "identity") == coding
        for condition in (
            {"if-none-match": first.headers["etag"]},
            {"if-none-match": f'"stale", W/{first.headers["etag"]}'},
            {"if-modified-since": first.headers["last-modified"]},
        ):
            again = await client.get(url, headers={"accept-encoding": coding, **condition})
            assert (again.status_code, again.content) == (304, b"")
        stale = await client.get(url, headers={"if-none-match": '"stale"'})
        assert stale.content == first.content


async def test_robots_forbid_a_section_that_the_home_page_links_to(
    newsroom: Newsroom, client: httpx.AsyncClient
) -> None:
    for source in newsroom.sources:
        robots = RobotFileParser()
        robots.parse((await client.get(source.url + "robots.txt")).text.splitlines())
        home = await client.get(source.url)
        links = addresses(home.content, "html", source.url)
        forbidden = [link for link in links if not robots.can_fetch("copydesk", link)]
        assert forbidden
        assert {(await client.get(link)).status_code for link in forbidden} == {200}
        for article in newsroom.expected():
            assert robots.can_fetch("copydesk", urljoin(source.url, article.path))


async def test_the_timeline_publishes_edits_and_withdraws(newsroom: Newsroom, client: httpx.AsyncClient) -> None:
    bodies: dict[str, bytes] = {}
    outcomes: list[str] = []
    before = {newsroom.url(each.publisher, each.path): each for each in newsroom.expected()}
    for url in before:
        bodies[url] = (await client.get(url)).content
    steps = 0
    while changed := await newsroom.publish_next():
        steps += 1
        for url in changed:
            answer = await client.get(url)
            outcomes.append("new" if url not in bodies else "edited" if answer.status_code == 200 else "gone")
            assert answer.content != bodies.get(url)
            bodies[url] = answer.content
    assert steps == 8
    assert {kind: outcomes.count(kind) for kind in outcomes} == {"new": 22, "edited": 2, "gone": 1}
    assert sum(each.edition == 1 for each in newsroom.expected()) == 2
    for each in newsroom.expected():
        url = newsroom.url(each.publisher, each.path)
        assert (await client.get(url)).content == bodies[url]


async def test_feed_links_may_redirect_carry_tracking_or_be_dead(newsroom: Newsroom, client: httpx.AsyncClient) -> None:
    statuses: list[int] = []
    tracked = 0
    for source in newsroom.sources:
        for feed in source.feeds:
            answer = await client.get(feed)
            kind = "json" if "json" in answer.headers["content-type"] else "xml"
            for url in addresses(answer.content, kind, source.url):
                tracked += TRACKED in url
                seen = await client.get(url)
                statuses.append(seen.status_code)
                if seen.status_code == 301:
                    assert (await client.get(seen.headers["location"])).status_code == 200
    assert {200, 301, 404} == set(statuses)
    assert tracked


async def test_requests_are_logged_in_the_order_of_their_ends(newsroom: Newsroom, client: httpx.AsyncClient) -> None:
    url = newsroom.url("aldermoor", "/robots.txt?again=1")
    await client.get(url)
    line = newsroom.requests[-1]
    assert (line.publisher, line.path, line.status) == ("aldermoor", "/robots.txt?again=1", 200)
    assert line.started <= line.ended <= time.monotonic()


async def test_closing_is_quick_even_with_open_connections(client: httpx.AsyncClient) -> None:
    async with Newsroom(NOW) as room:
        await asyncio.gather(*(client.get(source.url) for source in room.sources))
        started = time.monotonic()
    assert time.monotonic() - started < 5


async def test_a_taken_port_is_named(newsroom: Newsroom) -> None:
    taken = urlsplit(newsroom.sources[0].url).port
    assert taken is not None
    with pytest.raises(OSError, match=f"127.0.0.1:{taken}"):
        async with Newsroom(NOW, port=taken):
            pass
