"""What origins reserve, asked of real servers and kept in a real Postgres."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from ipaddress import ip_network

import pytest
import pytest_asyncio
from copydesk_crawler.adapters.fetcher import Fetcher
from copydesk_crawler.adapters.reservations import ReservationsCache
from copydesk_crawler.core.http.answers import Busy, Refused
from copydesk_crawler.core.permission.robots import allow_all, parse_robots
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url

from copydesk.runtime.clock import SystemClock
from copydesk.settings import HttpSettings, OptOut
from copydesk.storage import Pool
from copydesk.storage.reservations import Reservations
from copydesk.testing.raw_server import RawServer, Talk, raw_server, saying
from tests.integration.crawler.served import in_turn

AGENT = "Copydesk/0.1 (+https://desk.example/bot)"
EVERYTHING = allow_all()
RESERVED = b'[{"location": "/news/", "tdm-reservation": 1, "tdm-policy": "https://courier.example/tdm"}]'
JSON = "Content-Type: application/json"


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    settings = HttpSettings(allow_networks=[ip_network("127.0.0.0/8")], deadline=timedelta(seconds=1))
    opened = Fetcher(settings, SystemClock())
    yield opened
    await opened.close()


@pytest.fixture
def cache(pool: Pool, fetcher: Fetcher) -> Callable[[], ReservationsCache]:
    """Makes a crawler's cache; two of them share what is stored."""
    return lambda: ReservationsCache(Reservations(pool), fetcher, SystemClock(), [OptOut.TDM_RESERVATION])


def at(server: RawServer, path: str = "/news/bridge") -> Address:
    address = canonical_url(server.url(path))
    assert isinstance(address, Address)
    return address


async def test_a_reservation_is_asked_for_once_for_all_crawlers(cache: Callable[[], ReservationsCache]) -> None:
    async with raw_server(saying("200 OK", RESERVED, JSON)) as server:
        first, second = cache(), cache()
        answer = await first.policy(at(server), EVERYTHING)
        assert answer.requested
        rule = answer.policy.reserves(server.url("/news/bridge"))
        assert rule is not None
        assert rule.policy == "https://courier.example/tdm"
        assert answer.policy.reserves(server.url("/sports/match")) is None
        for reader in (first, second, second):
            again = await reader.policy(at(server, "/other"), EVERYTHING)
            assert not again.requested
            assert again.policy == answer.policy
        assert [head.split()[1] for head in server.heads] == ["/.well-known/tdmrep.json"]


@pytest.mark.parametrize(
    "talk",
    [
        saying("404 Not Found", b"nothing"),
        saying("403 Forbidden"),
        saying("200 OK", b"<html>Welcome</html>", "Content-Type: text/html"),
        saying("200 OK", b"[" + b" " * 600_000 + b"]", JSON),
        saying("302 Found", b"", "Location: https://elsewhere.example/.well-known/tdmrep.json"),
        saying("302 Found", b"", "Location: /.well-known/tdmrep.json"),
        saying("500 Internal Server Error"),
        saying("200 OK", b"{", "Content-Length: 50"),
    ],
)
async def test_where_there_is_no_such_file_nothing_is_reserved_and_nobody_asks_again(
    cache: Callable[[], ReservationsCache], talk: Talk
) -> None:
    async with raw_server(talk) as server:
        answer = await cache().policy(at(server), EVERYTHING)
        assert answer.requested
        assert answer.instead is None
        assert answer.policy.reserves(server.url("/news/bridge")) is None
        asked = len(server.heads)
        assert not (await cache().policy(at(server), EVERYTHING)).requested
        assert len(server.heads) == asked


async def test_a_redirect_on_the_same_host_is_followed(cache: Callable[[], ReservationsCache]) -> None:
    moved = saying("301 Moved Permanently", b"", "Location: /tdm/rights.json")
    async with raw_server(in_turn(moved, saying("200 OK", RESERVED, JSON))) as server:
        answer = await cache().policy(at(server), EVERYTHING)
        assert answer.policy.reserves(server.url("/news/bridge"))


async def test_a_host_that_asks_us_to_wait_is_obeyed(cache: Callable[[], ReservationsCache]) -> None:
    async with raw_server(saying("429 Too Many Requests", b"", "Retry-After: 120")) as server:
        answer = await cache().policy(at(server), EVERYTHING)
        assert answer.instead == Busy(timedelta(seconds=120))
        assert (await cache().policy(at(server), EVERYTHING)).requested


async def test_a_forbidden_address_settles_the_visit(pool: Pool) -> None:
    async with raw_server(saying("200 OK", RESERVED, JSON)) as server:
        guarded = Fetcher(HttpSettings(), SystemClock())
        cache = ReservationsCache(Reservations(pool), guarded, SystemClock(), [OptOut.TDM_RESERVATION])
        answer = await cache.policy(at(server), EVERYTHING)
        await guarded.close()
        assert isinstance(answer.instead, Refused)
        assert server.connections == 0


async def test_a_reservation_once_seen_outlives_a_bad_day(pool: Pool, fetcher: Fetcher) -> None:
    async with raw_server(in_turn(saying("200 OK", RESERVED, JSON), saying("503 Unavailable"))) as server:
        await ReservationsCache(Reservations(pool), fetcher, SystemClock(), list(OptOut)).policy(at(server), EVERYTHING)
        await pool.execute("UPDATE copydesk.reservations SET expires_at = now() - interval '1 second'")
        answer = await ReservationsCache(Reservations(pool), fetcher, SystemClock(), list(OptOut)).policy(
            at(server), EVERYTHING
        )
        assert answer.requested
        assert answer.policy.reserves(server.url("/news/bridge"))


async def test_robots_rules_hold_for_the_file_too(cache: Callable[[], ReservationsCache]) -> None:
    robots = parse_robots(b"User-agent: *\nDisallow: /.well-known/", AGENT)
    async with raw_server(saying("200 OK", RESERVED, JSON)) as server:
        answer = await cache().policy(at(server), robots)
        assert not answer.requested
        assert server.connections == 0


async def test_nothing_is_asked_where_reservations_are_not_obeyed(pool: Pool, fetcher: Fetcher) -> None:
    cache = ReservationsCache(Reservations(pool), fetcher, SystemClock(), [OptOut.NOAI])
    async with raw_server(saying("200 OK", RESERVED, JSON)) as server:
        answer = await cache.policy(at(server), EVERYTHING)
        assert (answer.requested, answer.policy.reserves(server.url("/news/bridge"))) == (False, None)
        assert server.connections == 0
