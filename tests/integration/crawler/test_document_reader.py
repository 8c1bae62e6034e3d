"""Reading feeds, sitemaps and pages from real servers: validators, redirects, freshness, hubs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest_asyncio
from copydesk_crawler.adapters.document_reader import TRUSTED_UNCHANGED, DocumentReader, Reading, named
from copydesk_crawler.adapters.fetcher import Fetcher
from copydesk_crawler.adapters.host_leases import LocalHostLeases
from copydesk_crawler.adapters.robots_cache import RobotsCache
from copydesk_crawler.core.discovery.discovered import Document, DocumentKind
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from copydesk.runtime.clock import SystemClock
from copydesk.runtime.workers import WorkerPool
from copydesk.settings import HttpSettings, WorkerSettings
from copydesk.storage.polls import PolledDocument
from tests.integration.crawler.asgi_server import Answers, Site, served_site

FEED = b'<rss version="2.0"><channel><item><title>Bridge open</title><link>/bridge</link></item></channel></rss>'


@asynccontextmanager
async def reading() -> AsyncIterator[DocumentReader]:
    clock = SystemClock()
    http = HttpSettings(
        allow_networks=[ip_network("127.0.0.0/8")],
        host_delay=timedelta(milliseconds=1),
        deadline=timedelta(seconds=5),
    )
    hosts, fetcher = LocalHostLeases(clock), Fetcher(http, clock)
    async with WorkerPool(WorkerSettings()) as workers:
        robots = RobotsCache(hosts, fetcher, http.user_agent, clock)
        yield DocumentReader(hosts, robots, fetcher, workers, http, clock)
    await fetcher.close()


def polled(site: Site, path: str, kind: DocumentKind = "feed") -> PolledDocument:
    return named(Document(site.url.rstrip("/") + path, kind), None)


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with served_site() as found:
        yield found


@pytest_asyncio.fixture
async def reader() -> AsyncIterator[DocumentReader]:
    async with reading() as found:
        yield found


def feed(**headers: str) -> Answers:
    def answer(request: Request) -> Response:
        tag = headers.get("etag")
        if tag and request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(FEED, media_type="application/rss+xml", headers=headers)

    return answer


async def read(reader: DocumentReader, document: PolledDocument) -> Reading:
    return await reader.read(document, ignore_robots=False)


async def test_validators_freshness_and_the_hash_of_the_body(site: Site, reader: DocumentReader) -> None:
    site.answers["/feed"] = feed(etag='"1"', **{"cache-control": "max-age=600"})
    first = await read(reader, polled(site, "/feed"))
    assert first.findings is not None
    assert first.findings.entries[0].title == "Bridge open"
    assert first.fresh_for == timedelta(minutes=10)
    again = await read(reader, first.document)
    assert (again.findings, again.problem, again.fresh_for) == (None, None, timedelta(minutes=10))
    assert site.asked[1][1]["if-none-match"] == '"1"'
    site.answers["/feed"] = feed(etag='"2"')
    touched = await read(reader, again.document)
    assert touched.findings is None
    assert touched.document.etag == '"2"'


async def test_a_server_that_says_304_for_ever_is_asked_for_the_whole(site: Site, reader: DocumentReader) -> None:
    site.answers["/feed"] = lambda request: (
        Response(status_code=304) if "if-none-match" in request.headers else Response(FEED, headers={"etag": '"x"'})
    )
    first = await read(reader, polled(site, "/feed"))
    assert first.document.last_body is not None
    old = replace(first.document, last_body=first.document.last_body - TRUSTED_UNCHANGED, content_sha256="0" * 64)
    later = await read(reader, old)
    assert later.findings is not None
    assert "if-none-match" not in site.asked[-1][1]


async def test_permanent_redirects_are_remembered_as_long_as_they_hold(site: Site, reader: DocumentReader) -> None:
    site.answers["/old"] = lambda _: RedirectResponse("/moved", 301)
    site.answers["/moved"] = lambda _: RedirectResponse("/new", 308)
    site.answers["/new"] = lambda _: RedirectResponse("/for-now", 302)
    site.answers["/for-now"] = feed()
    first = await read(reader, polled(site, "/old"))
    assert first.findings is not None
    assert first.document.url == f"{site.url}old"
    assert first.document.moved_to == f"{site.url}new"
    assert first.base == f"{site.url}for-now"
    site.asked.clear()
    site.answers["/new"] = feed()
    second = await read(reader, first.document)
    assert site.paths == ["/new"]
    site.answers["/new"] = lambda _: Response(status_code=410)
    third = await read(reader, second.document)
    assert third.problem == "http-410"
    assert third.document.moved_to is None


async def test_a_redirect_to_no_feed_is_not_remembered(site: Site, reader: DocumentReader) -> None:
    site.answers["/feed"] = lambda _: RedirectResponse("/login", 301)
    site.answers["/login"] = lambda _: Response("<!doctype html><html><body>Sign in</body></html>")
    found = await read(reader, polled(site, "/feed"))
    assert found.problem == "not-a-feed"
    assert found.document.moved_to is None


async def test_redirects_for_the_moment_are_not_remembered(site: Site, reader: DocumentReader) -> None:
    site.answers["/feed"] = lambda _: RedirectResponse("/today", 302)
    site.answers["/today"] = lambda _: RedirectResponse("/end", 301)
    site.answers["/end"] = feed()
    found = await read(reader, polled(site, "/feed"))
    assert found.findings is not None
    assert found.document.moved_to is None


async def test_hubs_of_the_header_go_before_those_of_the_document(site: Site, reader: DocumentReader) -> None:
    site.answers["/feed"] = feed(link='<https://hub.example/>; rel="hub", </canonical>; rel=self')
    found = await read(reader, polled(site, "/feed"))
    assert found.hubs == ("https://hub.example/",)
    assert found.self_url == f"{site.url}canonical"
    assert (await read(reader, found.document)).hubs is None


async def test_a_host_that_asks_to_wait_says_how_long(site: Site, reader: DocumentReader) -> None:
    site.answers["/feed"] = lambda _: Response(status_code=429, headers={"retry-after": "900"})
    found = await read(reader, polled(site, "/feed"))
    assert (found.problem, found.wait) == ("host-busy", timedelta(minutes=15))


async def test_a_page_instead_of_a_feed_names_the_feeds(site: Site, reader: DocumentReader) -> None:
    page = '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head></html>'
    site.answers["/feed"] = lambda _: Response(page, media_type="text/html")
    found = await read(reader, polled(site, "/feed"))
    assert found.problem == "not-a-feed"
    assert found.findings is not None
    assert [document.url for document in found.findings.documents] == [f"{site.url}rss.xml"]


async def test_known_articles_decide_what_links_of_a_page_are(site: Site, reader: DocumentReader) -> None:
    site.answers["/"] = lambda _: Response('<html><body><a href="/p/ferry">More</a></body></html>')
    document = polled(site, "/", "home")
    alone = await reader.read(document, ignore_robots=False)
    known = [f"{site.url}p/{word}" for word in ("tram", "council", "market", "school", "museum")]
    taught = await reader.read(document, ignore_robots=False, known=known)
    assert alone.findings is not None
    assert not alone.findings.entries
    assert taught.findings is not None
    assert [entry.url for entry in taught.findings.entries] == [f"{site.url}p/ferry"]
