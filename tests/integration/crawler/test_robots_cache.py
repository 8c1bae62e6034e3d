"""robots.txt as servers really give it: each row of RFC 9309, 2.3.1 and 2.4, against a socket."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network

import pytest
import pytest_asyncio
from copydesk_crawler.adapters.fetcher import Fetcher
from copydesk_crawler.adapters.host_leases import HostLeases, LocalHostLeases
from copydesk_crawler.adapters.robots_cache import RobotsAnswer, RobotsCache
from copydesk_crawler.core.http.answers import Busy, Refused
from copydesk_crawler.core.permission.robots import MAX_BYTES
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url

from copydesk.settings import HttpSettings
from copydesk.storage import Pool
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import HostLease
from copydesk.testing.clock import ManualClock
from copydesk.testing.raw_server import RawServer, Talk, raw_server, saying
from tests.integration.crawler.served import in_turn

HTTP = HttpSettings(allow_networks=[ip_network("127.0.0.0/8")], deadline=timedelta(seconds=3))
RULES = b"User-agent: *\nDisallow: /secret\n"
HOUR = timedelta(hours=1)


@dataclass
class Desk:
    """One cache whose clock the test turns; `hosts` are the leases that it asks for."""

    clock: ManualClock
    hosts: HostLeases
    fetcher: Fetcher

    def cache(self, host_delay: timedelta = timedelta(0)) -> RobotsCache:
        return RobotsCache(self.hosts, self.fetcher, "Copydesk/0.1", self.clock, host_delay)

    async def ask(self, server: RawServer, path: str = "/a") -> RobotsAnswer:
        """As a process would that remembers nothing."""
        return await self.cache().rules(address(server.url(path)))


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = ManualClock()
    fetcher = Fetcher(HTTP, clock)
    yield Desk(clock, LocalHostLeases(clock), fetcher)
    await fetcher.close()


def address(url: str) -> Address:
    found = canonical_url(url)
    assert isinstance(found, Address)
    return found


def verdict(answer: RobotsAnswer, url: str = "http://127.0.0.1/secret") -> str:
    if answer.instead is not None:
        return type(answer.instead).__name__.lower()
    if answer.rules is None:
        return "nothing"
    return "all" if answer.rules.allows(url) else "rules"


def redirecting(location: Callable[[str], str], status: str = "301 Moved") -> Talk:
    """Redirects by path; where `location` gives nothing, the rules."""

    async def talk(writer: asyncio.StreamWriter, head: str) -> None:
        target = location(head.split()[1])
        await (saying(status, b"", f"Location: {target}") if target else saying("200 OK", RULES))(writer, head)

    return talk


async def hanging(writer: asyncio.StreamWriter, head: str) -> None:
    await asyncio.sleep(60)


async def hanging_up(writer: asyncio.StreamWriter, head: str) -> None:
    writer.transport.abort()


async def endless(writer: asyncio.StreamWriter, head: str) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + RULES)
    while True:
        writer.write(b"# filler\n" * 5_000)
        await writer.drain()


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        (saying("200 OK", RULES), "rules"),
        (saying("200 OK", b""), "all"),
        (saying("200 OK", b"<html><body>Not here</body></html>", "Content-Type: text/html"), "all"),
        (saying("200 OK", RULES, "Content-Type: application/octet-stream"), "rules"),
        (saying("200 OK", gzip.compress(RULES), "Content-Encoding: gzip"), "rules"),
        (saying("204 No Content"), "all"),
        (saying("400 Bad Request"), "all"),
        (saying("401 Unauthorized"), "all"),
        (saying("403 Forbidden", RULES), "all"),
        (saying("404 Not Found", RULES), "all"),
        (saying("410 Gone"), "all"),
        (saying("451 Unavailable For Legal Reasons"), "all"),
        (saying("429 Too Many Requests"), "busy"),
        (saying("429 Too Many Requests", b"", "Retry-After: 120"), "busy"),
        (saying("503 Service Unavailable", b"", "Retry-After: 120"), "busy"),
        (saying("500 Internal Server Error", RULES), "nothing"),
        (saying("502 Bad Gateway"), "nothing"),
        (saying("503 Service Unavailable"), "nothing"),
        (saying("504 Gateway Timeout"), "nothing"),
        (saying("599 Whatever"), "nothing"),
        (saying("304 Not Modified"), "nothing"),
        (saying("301 Moved"), "all"),
        (saying("301 Moved", b"", "Location: javascript:void(0)"), "all"),
        (saying("301 Moved", b"", "Location: http://[broken/"), "all"),
        (saying("302 Found", b"", "Location: http://169.254.169.254/robots.txt"), "all"),
        (saying("200 OK", b"not gzip", "Content-Encoding: gzip"), "nothing"),
        (hanging, "nothing"),
        (hanging_up, "nothing"),
        (endless, "rules"),
    ],
)
async def test_what_a_server_says_and_what_it_lets_us_fetch(desk: Desk, talk: Talk, expected: str) -> None:
    async with raw_server(talk) as server:
        answer = await desk.ask(server)
    assert verdict(answer) == expected
    assert answer.requested


async def test_a_wait_is_the_servers(desk: Desk) -> None:
    async with raw_server(saying("429 Too Many Requests", b"", "Retry-After: 120")) as server:
        answer = await desk.ask(server)
    assert answer.instead == Busy(timedelta(seconds=120))


async def test_an_unreachable_host_lets_us_fetch_nothing(desk: Desk) -> None:
    async with raw_server(saying("200 OK")) as server:
        pass
    assert verdict(await desk.ask(server)) == "nothing"


async def test_a_forbidden_address_is_told_and_not_remembered(desk: Desk) -> None:
    answer = await desk.cache().rules(address("http://10.0.0.1/a"))
    assert isinstance(answer.instead, Refused)
    assert await desk.hosts.load_robots("http://10.0.0.1") is None


async def test_of_a_long_file_the_first_500_kib_count(desk: Desk) -> None:
    filler = b"# filler\n" * (MAX_BYTES // 9)
    long = RULES + filler + b"Disallow: /late\n" + filler * 30
    async with raw_server(saying("200 OK", long)) as server:
        answer = await desk.ask(server)
    assert answer.rules is not None
    assert not answer.rules.allows("http://127.0.0.1/secret")
    assert answer.rules.allows("http://127.0.0.1/late")
    stored = await desk.hosts.load_robots(f"http://127.0.0.1:{server.port}")
    assert stored is not None
    assert len(stored.body) <= MAX_BYTES


@pytest.mark.parametrize(("hops", "expected"), [(1, "rules"), (5, "rules"), (6, "all"), (99, "all")])
async def test_five_redirects_are_followed(desk: Desk, hops: int, expected: str) -> None:
    def location(path: str) -> str:
        hop = 0 if path == "/robots.txt" else int(path[1:])
        return f"/{hop + 1}" if hop < hops else ""

    async with raw_server(redirecting(location)) as server:
        assert verdict(await desk.ask(server)) == expected
    assert len(server.heads) == min(hops, 5) + 1


async def test_a_host_rests_between_the_hops(desk: Desk) -> None:
    async with raw_server(redirecting(lambda path: "/r" if path == "/robots.txt" else "")) as server:
        asking = asyncio.create_task(desk.cache(timedelta(seconds=7)).rules(address(server.url("/a"))))
        async with asyncio.timeout(10):
            while not desk.clock.sleepers:  # noqa: ASYNC110 - the clock of the test sets no event
                await asyncio.sleep(0.01)
        assert len(server.heads) == 1
        desk.clock.advance(timedelta(seconds=7))
        assert verdict(await asking) == "rules"


async def test_a_redirect_to_another_host_is_followed_under_its_lease(desk: Desk) -> None:
    async with (
        raw_server(saying("200 OK", RULES)) as other,
        raw_server(redirecting(lambda _: other.url("/robots.txt"))) as server,
    ):
        assert verdict(await desk.ask(server)) == "rules"
        assert len(other.heads) == 1
        assert isinstance(await desk.hosts.claim_host(f"127.0.0.1:{other.port}"), HostLease)
        assert verdict(await desk.ask(other)) == "rules"
        assert len(other.heads) == 1, "what was fetched on the way is known for the other host too"


async def test_the_known_robots_of_another_host_needs_no_request(desk: Desk) -> None:
    async with (
        raw_server(saying("200 OK", RULES)) as other,
        raw_server(redirecting(lambda _: other.url("/robots.txt"))) as server,
    ):
        await desk.ask(other)
        held = await desk.hosts.claim_host(f"127.0.0.1:{other.port}")
        assert isinstance(held, HostLease)
        assert verdict(await desk.ask(server)) == "rules"
        assert len(other.heads) == 1


async def test_another_host_that_somebody_holds_is_waited_for(desk: Desk) -> None:
    async with (
        raw_server(saying("200 OK", RULES)) as other,
        raw_server(redirecting(lambda _: other.url("/robots.txt"))) as server,
    ):
        held = await desk.hosts.claim_host(f"127.0.0.1:{other.port}")
        assert isinstance(held, HostLease)
        answer = await desk.ask(server)
        assert isinstance(answer.instead, Busy)
        assert timedelta(seconds=1) <= answer.instead.wait <= timedelta(seconds=60)
        assert other.heads == []
        await desk.hosts.release(held)
        assert verdict(await desk.ask(server)) == "rules"


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (saying("404 Not Found"), "all"),
        (saying("500 Internal Server Error"), "nothing"),
        (saying("429 Too Many Requests", b"", "Retry-After: 3600"), "nothing"),
    ],
)
async def test_what_another_host_says_binds_not_the_first(desk: Desk, there: Talk, expected: str) -> None:
    async with raw_server(there) as other, raw_server(redirecting(lambda _: other.url("/robots.txt"))) as server:
        assert verdict(await desk.ask(server)) == expected


async def test_another_host_is_left_alone_as_long_as_it_asks(desk: Desk) -> None:
    busy = saying("429 Too Many Requests", b"", "Retry-After: 3600")
    async with raw_server(busy) as other, raw_server(redirecting(lambda _: other.url("/robots.txt"))) as server:
        await desk.ask(server)
    assert await desk.hosts.claim_host(f"127.0.0.1:{other.port}") == HOUR


@pytest.mark.parametrize(
    ("headers", "kept", "asked_again"),
    [
        ((), timedelta(hours=23, minutes=59), timedelta(hours=24)),
        (("Cache-Control: max-age=3600",), timedelta(minutes=59), timedelta(hours=1)),
        (("Cache-Control: max-age=31536000",), timedelta(hours=23), timedelta(hours=24)),
        (("Cache-Control: no-store",), timedelta(minutes=9), timedelta(minutes=10)),
        (("Cache-Control: max-age=-5",), timedelta(minutes=9), timedelta(minutes=10)),
        (("Cache-Control: max-age=soon",), timedelta(minutes=9), timedelta(minutes=10)),
        (("Expires: 0",), timedelta(minutes=9), timedelta(minutes=10)),
    ],
)
async def test_it_is_kept_for_a_day_or_as_long_as_the_server_says(
    desk: Desk, headers: tuple[str, ...], kept: timedelta, asked_again: timedelta
) -> None:
    async with raw_server(saying("200 OK", RULES, *headers)) as server:
        await desk.ask(server)
        desk.clock.advance(kept)
        assert not (await desk.ask(server)).requested
        desk.clock.advance(asked_again - kept)
        assert (await desk.ask(server)).requested
    assert len(server.heads) == 2


async def test_a_process_asks_nobody_for_what_it_parsed_a_moment_ago(desk: Desk) -> None:
    async with raw_server(saying("200 OK", RULES)) as server:
        cache = desk.cache()
        first = await cache.rules(address(server.url("/a")))
        assert (await cache.rules(address(server.url("/b")))).rules is first.rules
    assert len(server.heads) == 1


async def test_schemes_and_ports_have_rules_of_their_own(desk: Desk) -> None:
    async with raw_server(saying("200 OK", RULES)) as one, raw_server(saying("404 Not Found")) as other:
        assert verdict(await desk.ask(one)) == "rules"
        assert verdict(await desk.ask(other)) == "all"


async def test_the_last_good_rules_stand_while_it_is_unreachable(desk: Desk) -> None:
    talk = in_turn(saying("200 OK", RULES), saying("500 Internal Server Error"))
    async with raw_server(talk) as server:
        await desk.ask(server)
        for _ in range(3):
            desk.clock.advance(timedelta(days=20))
            answer = await desk.ask(server)
            assert verdict(answer) == "rules"
            assert answer.requested
        assert not (await desk.ask(server)).requested, "it is not asked before each page"


async def test_new_rules_take_the_place_of_the_last_good_ones(desk: Desk) -> None:
    talk = in_turn(
        saying("200 OK", RULES), saying("500 Internal Server Error"), saying("200 OK", b"User-agent: *\nDisallow: /x")
    )
    async with raw_server(talk) as server:
        await desk.ask(server)
        desk.clock.advance(timedelta(days=1))
        assert verdict(await desk.ask(server)) == "rules"
        desk.clock.advance(timedelta(minutes=5))
        assert verdict(await desk.ask(server)) == "all"


async def test_what_was_never_reached_in_thirty_days_counts_as_not_there(desk: Desk) -> None:
    async with raw_server(saying("500 Internal Server Error")) as server:
        for _ in range(30):
            assert verdict(await desk.ask(server)) == "nothing"
            desk.clock.advance(timedelta(days=1))
        assert verdict(await desk.ask(server)) == "all"


async def test_unreachable_ones_are_asked_for_again_in_minutes(desk: Desk) -> None:
    async with raw_server(in_turn(saying("500 Internal Server Error"), saying("404 Not Found"))) as server:
        await desk.ask(server)
        assert not (await desk.ask(server)).requested
        desk.clock.advance(timedelta(minutes=5))
        assert verdict(await desk.ask(server)) == "all"


async def test_the_database_keeps_rules_as_memory_does(desk: Desk, pool: Pool) -> None:
    desk.hosts = Frontier(pool, "tests", HOUR)
    talk = in_turn(saying("200 OK", RULES), saying("500 Internal Server Error"))
    async with raw_server(talk) as server:
        origin = f"http://127.0.0.1:{server.port}"
        assert verdict(await desk.ask(server)) == "rules"
        assert not (await desk.ask(server)).requested
        await pool.execute("UPDATE copydesk.robots SET expires_at = now() - interval '1 hour'")
        before = await desk.hosts.load_robots(origin)
        answer = await desk.ask(server)
        assert (verdict(answer), answer.requested) == ("rules", True)
        after = await desk.hosts.load_robots(origin)
        assert before is not None
        assert after is not None
        assert (before.fresh, after.fresh, after.fetched_at) == (False, True, before.fetched_at)
