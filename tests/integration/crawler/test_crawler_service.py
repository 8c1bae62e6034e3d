"""Single pages and hosts through the whole crawler: robots, redirects, refusals, retries, outages."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from copydesk_crawler.command import check

from copydesk.contracts import URLS_DISCOVERED, PageFetched, Source, UrlDiscovered, article_id
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.ports import Bus, BusUnavailableError, OutgoingRecord
from copydesk.runtime.publisher import Publisher
from copydesk.settings import CrawlerSettings, HttpSettings
from copydesk.storage.funnel import read_funnel
from copydesk.testing.raw_server import Talk, raw_server, saying
from tests.integration.crawler.served import HTML, NOT_FOUND, feed, page, paths, site, source


async def test_each_page_ends_in_one_counted_outcome(desk) -> None:
    async with raw_server(saying("200 OK", b"secret")) as private:
        pages = {
            "/feed": feed(
                "/good?utm_source=rss", "/good", "/missing", "/gone", "/forbidden", "/pdf", "/empty", "/moved", "/private",
                "/metadata", "/loop", "/secret/1", "javascript:alert(1)", "http://[::1]/x", "http://2130706433/",
            ),
            "/robots.txt": saying("200 OK", b"User-agent: *\nDisallow: /secret\n"),
            "/good": page(),
            "/new": page("Verhuisd"),
            "/gone": saying("410 Gone"),
            "/forbidden": saying("403 Forbidden"),
            "/pdf": saying("200 OK", b"%PDF", "Content-Type: application/pdf"),
            "/empty": saying("200 OK", b"  ", HTML),
            "/moved": saying("301 Moved", b"", "Location: /new"),
            "/private": saying("302 Found", b"", f"Location: {private.url('/x', host='127.0.0.9')}"),
            "/metadata": saying("302 Found", b"", "Location: http://169.254.169.254/latest/"),
            "/loop": saying("302 Found", b"", "Location: /loop"),
        }  # fmt: skip
        async with raw_server(site(pages)) as server:
            desk.http = HttpSettings.model_validate(
                desk.http.model_dump() | {"allow_networks": [ip_network("127.0.0.1/32")]}
            )
            await desk.add(source(server))
            await desk.crawl()
    published = {page.url for page in await desk.published() if isinstance(page, PageFetched)}
    assert published == {server.url("/good"), server.url("/new")}
    assert private.connections == 0
    assert "/secret/1" not in paths(server)
    (row,) = await read_funnel(desk.pool)
    assert row.adds_up
    assert row.waiting == 0
    assert row.dropped == {
        "http-404": 1,
        "http-410": 1,
        "http-403": 1,
        "not-html": 1,
        "empty-body": 1,
        "duplicate-of": 3,
        "address-loopback": 1,
        "address-link-local": 1,
        "redirect-loop": 1,
        "robots-disallowed": 1,
        "scheme-not-http": 1,
        "bracketed-host": 1,
        "numeric-host": 1,
    }


async def test_an_endless_chain_of_redirects_ends(desk) -> None:
    hops = {f"/{number}": saying("302 Found", b"", f"Location: /{number + 1}") for number in range(100)}
    async with raw_server(site({"/feed": feed("/0"), **hops})) as server:
        await desk.add(source(server))
        await desk.crawl()
    (row,) = await read_funnel(desk.pool)
    assert row.dropped == {"duplicate-of": 10, "redirect-loop": 1}
    assert len(server.heads) < 20


@pytest.mark.parametrize(
    ("robots", "fetched"),
    [
        (NOT_FOUND, True),
        (saying("403 Forbidden"), True),
        (saying("500 Oops"), False),
        (saying("200 OK", b"User-agent: *\nDisallow: /\n"), False),
        (saying("301 Moved", b"", "Location: /robots.txt"), True),
        (saying("302 Found", b"", "Location: http://169.254.169.254/robots.txt"), True),
    ],
    ids=["404", "403", "500", "disallow", "endless-redirect", "redirect-to-private"],
)
async def test_robots_decide_before_any_request(desk, robots: Talk, fetched: bool) -> None:
    async with raw_server(site({"/robots.txt": robots, "/feed": feed("/a"), "/a": page()})) as server:
        await desk.add(source(server))
        await desk.crawl()
    assert ("/a" in paths(server)) is fetched
    assert ("/feed" in paths(server)) is fetched
    assert 1 <= paths(server).count("/robots.txt") <= 6


async def test_the_operator_may_lift_robots_for_feeds_and_never_for_pages(desk) -> None:
    robots = saying("200 OK", b"User-agent: *\nDisallow: /\n")
    async with raw_server(site({"/robots.txt": robots, "/feed": feed("/a"), "/a": page()})) as server:
        await desk.add(source(server, ignore_robots=True))
        await desk.crawl()
    assert "/feed" in paths(server)
    assert "/a" not in paths(server)
    assert (await read_funnel(desk.pool))[0].dropped == {"robots-disallowed": 1}


async def test_too_many_requests_bind_the_whole_host(desk) -> None:
    busy = saying("429 Slow down", b"", "Retry-After: 3600")
    pages = {f"/{number}": busy for number in range(20)}
    async with raw_server(site({"/feed": feed(*pages), **pages})) as server:
        await desk.add(source(server))
        async with desk.running(desk.service(once=False)):
            await desk.until(lambda: any(path in pages for path in paths(server)))
            await asyncio.sleep(1.0)  # time in which an impolite crawler would ask again
    assert sum(path in pages for path in paths(server)) == 1
    rest = await desk.pool.fetchval("SELECT next_allowed - now() FROM copydesk.hosts")
    assert rest > timedelta(minutes=58)
    assert await desk.pool.fetchval("SELECT max(attempts) FROM copydesk.frontier") == 0


async def test_a_passing_failure_is_retried(desk) -> None:
    async with raw_server(site({"/feed": feed("/a"), "/a": [saying("500 Oops"), page()]})) as server:
        await desk.add(source(server))
        async with desk.running(desk.service()) as service, asyncio.timeout(60):
            while paths(server).count("/a") < 2:
                await desk.hurry()
            await desk.until(service.idle)
    assert paths(server).count("/a") == 2
    assert [message.url for message in await desk.published()] == [server.url("/a")]


async def test_what_fails_for_good_is_dead_lettered_with_its_reason(desk) -> None:
    async with raw_server(site({"/feed": feed("/a"), "/a": saying("500 Oops")})) as server:
        await desk.add(source(server))
        async with desk.running(desk.service(once=False)), asyncio.timeout(60):
            while not (rows := await read_funnel(desk.pool)) or not rows[0].dead_lettered:
                await desk.hurry()
    assert rows[0].dead_lettered == {"http-500": 1}
    assert rows[0].adds_up
    assert paths(server).count("/a") == 5


async def test_links_from_later_stages_are_fetched(desk) -> None:
    async with raw_server(site({"/linked": page()})) as server:
        await desk.add(source(server))
        link = server.url("/linked")
        context = desk.service()._context
        message = UrlDiscovered(
            id=article_id(link), url=link, source="courier", found_on=server.url("/"), discovered_at=datetime.now(UTC)
        )
        await Publisher(context, "cleaner").publish_roots([(Outgoing(URLS_DISCOVERED, message), "1")])
        async with desk.running(desk.service()) as service:
            await desk.until(lambda: "/linked" in paths(server))
            await desk.until(service.idle)
    assert [message.url for message in await desk.published()] == [link]
    assert (await read_funnel(desk.pool))[0].discovered == 1


class StumblingBus:
    """The embedded log, whose producer fails now and again, before or after the records are written."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.sends = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._bus, name)

    async def producer(self) -> "StumblingBus":
        return self

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        self.sends += 1
        if self.sends % 3 == 1:
            raise BusUnavailableError("before")
        await (await self._bus.producer()).send(records)
        if self.sends % 3 == 2:
            raise BusUnavailableError("after")


async def test_a_broker_that_comes_and_goes_costs_no_page(desk) -> None:
    names = [f"/{number}" for number in range(6)]
    async with raw_server(site({"/feed": feed(*names), **{name: page(name) for name in names}})) as server:
        await desk.add(source(server))
        await desk.crawl(bus=StumblingBus(desk.bus))
    published = [message.url for message in await desk.published()]
    assert set(published) == {server.url(name) for name in names}
    assert (await read_funnel(desk.pool))[0].fetched == len(names)


async def test_a_database_that_cuts_connections_costs_no_page(desk) -> None:
    names = [f"/{number}" for number in range(30)]
    cuts = 0
    # A cut between a claim's commit and its answer leaves a lease that nobody knows of: it has to run out.
    desk.schedule = CrawlerSettings(host_lease=timedelta(seconds=5))
    desk.http = desk.http.model_copy(update={"deadline": timedelta(seconds=2)})
    async with raw_server(site({"/feed": feed(*names), **{name: page(name) for name in names}})) as server:
        await desk.add(source(server))
        async with desk.running(desk.service()) as service, asyncio.timeout(90):
            while not service.idle():
                cuts += await desk.pool.fetchval(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE application_name = 'copydesk-crawler' AND datname = current_database()"
                )
                await asyncio.sleep(0.7)
    assert cuts
    assert {message.url for message in await desk.published()} == {server.url(name) for name in names}
    (row,) = await read_funnel(desk.pool)
    assert (row.discovered, row.fetched, row.waiting) == (len(names), len(names), 0)


async def test_stopping_in_the_middle_loses_nothing(desk) -> None:
    names = [f"/{number}" for number in range(40)]
    async with raw_server(site({"/feed": feed(*names), **{name: page(name) for name in names}})) as server:
        await desk.add(source(server))
        for _ in range(3):
            service, stop = desk.service(), asyncio.Event()
            running = asyncio.create_task(service.run(stop))
            so_far = len(server.heads)
            await desk.until(lambda: len(server.heads) >= so_far + 4)  # noqa: B023 - called within this turn only
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await desk.pool.execute("UPDATE copydesk.source_polls SET lease_until = '-infinity'")
            await desk.pool.execute(
                "UPDATE copydesk.hosts SET lease_until = '-infinity', ready_at = least(ready_at, now())"
            )
        await desk.crawl()
    assert {message.url for message in await desk.published()} == {server.url(name) for name in names}
    (row,) = await read_funnel(desk.pool)
    assert (row.discovered, row.fetched, row.waiting) == (len(names), len(names), 0)


async def test_check_tells_what_a_source_offers(desk) -> None:
    home = saying(
        "200 OK", b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>', HTML
    )
    robots = saying("200 OK", b"Sitemap: /nowhere.xml\n")
    async with raw_server(site({"/": home, "/feed": feed("/a", "/b"), "/robots.txt": robots})) as server:
        bare = Source(name="courier", url=server.url("/"))
        settings = desk.service()._context.settings
        (found,) = [row async for row in check([bare], settings)]
    assert found.feeds == [server.url("/feed")]
    assert found.entries == 2
    assert len(found.sitemaps) == 1
    assert any("nowhere.xml" in problem or "scheme" in problem for problem in found.problems)
