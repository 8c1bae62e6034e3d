"""Every hostile answer of the list, over real sockets: the right outcome, within the deadline, within bounds."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from copydesk_crawler.adapters.fetcher import Fetcher, PageRequest
from copydesk_crawler.adapters.host_leases import LocalHostLeases
from copydesk_crawler.adapters.robots_cache import RobotsCache
from copydesk_crawler.core.http.answers import Failed, Fetched, Refused
from copydesk_crawler.core.http.response_headers import HTML_TYPES
from copydesk_crawler.core.urls.canonical_url import Address, Rejected, canonical_url

from copydesk.runtime.clock import SystemClock
from copydesk.settings import HttpSettings
from copydesk.testing.hostile_addresses import HOSTILE_ADDRESSES, REJECTED_URLS, HostileAddress, watching_sockets
from copydesk.testing.hostile_tls import HOST, HOSTILE_STREAMS, Authority, HostileStream, conversation
from copydesk.testing.hostile_web import (
    CODINGS,
    HOSTILE_ANSWERS,
    HOSTILE_ROBOTS,
    HTML,
    LIMIT,
    PAGE,
    SLOW_AND_ENDLESS,
    HostileAnswer,
    bomb,
    outcome_of,
)
from copydesk.testing.raw_server import conversing, raw_server, saying

DEADLINE = 1.0


def settings(**fields: object) -> HttpSettings:
    known = {
        "allow_networks": [ip_network("127.0.0.0/8")],
        "deadline": timedelta(seconds=DEADLINE),
        "max_body_bytes": LIMIT,
    }
    return HttpSettings.model_validate(known | fields)


async def loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    opened = Fetcher(settings(), SystemClock())
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


async def ask(fetcher: Fetcher, case: HostileAnswer) -> object:
    async with raw_server(case.talk) as server:
        return await fetcher.fetch(PageRequest(server.url(case.path), media_types=HTML_TYPES))


@pytest.mark.parametrize("case", HOSTILE_ANSWERS, ids=lambda case: case.name)
async def test_hostile_answers(fetcher: Fetcher, case: HostileAnswer) -> None:
    assert outcome_of(await ask(fetcher, case)) in case.expected


@pytest.mark.parametrize("case", HOSTILE_STREAMS, ids=lambda case: case.name)
async def test_hostile_streams(authority: Authority, case: HostileStream) -> None:
    fetcher = Fetcher(settings(ca_file=authority.file), SystemClock(), loopback)
    async with conversing(conversation(case.answer), authority.context(HOST, protocols=("h2",))) as server:
        answer = await fetcher.fetch(PageRequest(server.url("/news", HOST), media_types=HTML_TYPES))
    assert outcome_of(answer) in case.expected
    await fetcher.close()


@pytest.mark.parametrize("case", HOSTILE_ROBOTS, ids=lambda case: case.name)
async def test_hostile_robots(fetcher: Fetcher, case: HostileAnswer) -> None:
    clock = SystemClock()
    cache = RobotsCache(LocalHostLeases(clock), fetcher, "Copydesk/0.1", clock, timedelta(0))
    async with raw_server(case.talk) as server:
        address = canonical_url(server.url(case.path))
        assert isinstance(address, Address)
        rules = (await cache.rules(address)).rules
    allowed = rules is not None and rules.allows(address.url)
    assert ("all allowed" if allowed else "nothing allowed") in case.expected


@pytest.mark.parametrize("case", HOSTILE_ADDRESSES, ids=lambda case: case.name)
async def test_private_addresses_get_not_one_packet(case: HostileAddress) -> None:
    async def answering(host: str, port: int) -> Sequence[str]:
        return case.answers or ()

    fetcher = Fetcher(settings(allow_networks=[]), SystemClock(), answering if case.answers is not None else None)
    async with raw_server(saying("200 OK", PAGE, HTML)) as server:
        with watching_sockets() as watch:
            answer = await fetcher.fetch(PageRequest(server.url(host=case.host)))
        assert outcome_of(answer) == case.expected
        assert watch.addresses == []
        assert server.connections == 0
    await fetcher.close()


async def test_the_watch_sees_what_is_connected_to(fetcher: Fetcher) -> None:
    async with raw_server(saying("200 OK", PAGE, HTML)) as server:
        with watching_sockets() as watch:
            await fetcher.fetch(PageRequest(server.url()))
    assert watch.addresses == [("127.0.0.1", server.port)]


@pytest.mark.parametrize(("url", "reason"), REJECTED_URLS.items())
def test_addresses_in_disguise_are_rejected(url: str, reason: str) -> None:
    assert canonical_url(url) == Rejected(reason)
    assert canonical_url(url, "https://courier.example/moved") == Rejected(reason)


@pytest.mark.parametrize("keep", [timedelta(0), timedelta(minutes=1)])
async def test_a_name_that_is_rebound_meets_the_guard_again(keep: timedelta) -> None:
    """Only 127.0.0.2 is allowed, where nobody listens; then the name moves to 127.0.0.1, where somebody does."""
    answers = iter((["127.0.0.2"], ["127.0.0.1"]))

    async def rebinding(host: str, port: int) -> Sequence[str]:
        return next(answers)

    allowed = settings(allow_networks=[ip_network("127.0.0.2/32")], dns_cache=keep)
    fetcher = Fetcher(allowed, SystemClock(), rebinding)
    async with raw_server(saying("200 OK", PAGE, HTML)) as server:
        request = PageRequest(server.url(host="rebind.example"))
        assert await fetcher.fetch(request) == Failed("connect-failed")
        assert await fetcher.fetch(request) == Refused("address-loopback")
    assert server.connections == 0
    await fetcher.close()


async def test_a_remembered_name_is_not_looked_up_again() -> None:
    asked: list[str] = []

    async def counting(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    fetcher = Fetcher(settings(), SystemClock(), counting)
    async with raw_server(saying("200 OK", PAGE, HTML)) as server:
        for _ in range(3):
            assert isinstance(await fetcher.fetch(PageRequest(server.url(host="courier.example"))), Fetched)
    assert asked == ["courier.example"]
    assert server.connections == 3
    await fetcher.close()


async def test_a_dead_first_address_leaves_time_for_the_second() -> None:
    """A listener whose queue is full answers no handshake: to who connects, it is a host that drops packets."""
    dead = await asyncio.start_server(lambda *_: None, "127.0.0.2", 0, backlog=1)
    port = dead.sockets[0].getsockname()[1]
    await dead.start_serving()
    for server in dead.sockets:
        asyncio.get_running_loop().remove_reader(server.fileno())
    waiting = []
    waiting = [asyncio.create_task(asyncio.open_connection("127.0.0.2", port)) for _ in range(4)]
    await asyncio.wait(waiting, timeout=0.1)

    async def both(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.2", "127.0.0.1"]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await saying("200 OK", PAGE, HTML)(writer, "")
        await writer.drain()
        writer.close()

    alive = await asyncio.start_server(talk, "127.0.0.1", port)
    fetcher = Fetcher(settings(), SystemClock(), both)
    assert isinstance(await fetcher.fetch(PageRequest(f"http://courier.example:{port}/")), Fetched)
    await fetcher.close()
    alive.close()
    dead.close()
    for task in waiting:
        task.cancel()


async def test_only_the_first_bytes_of_an_endless_document_when_they_will_do(fetcher: Fetcher) -> None:
    endless = next(case for case in SLOW_AND_ENDLESS if case.name == "endless body")
    async with raw_server(endless.talk) as server:
        answer = await fetcher.fetch(PageRequest(server.url("/robots.txt"), keep_first=512_000))
    assert isinstance(answer, Fetched)
    assert answer.body == b"x" * 512_000


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
async def test_only_the_first_bytes_of_a_bomb_when_they_will_do(fetcher: Fetcher, coding: str) -> None:
    case = next(
        case for case in CODINGS if case.name in (f"{coding} bomb", "stacked gzip bomb"[: 99 * ("," in coding)])
    )
    async with raw_server(case.talk) as server:
        answer = await fetcher.fetch(PageRequest(server.url("/robots.txt"), keep_first=512_000))
    assert isinstance(answer, Fetched)
    assert answer.body == bytes(512_000)


async def test_many_bad_servers_at_once(fetcher: Fetcher) -> None:
    """They run side by side: together they take hardly longer than one, and no more memory than a few."""
    bomb("gzip, gzip")
    cases = [*CODINGS, *SLOW_AND_ENDLESS]
    before, started = psutil.Process().memory_info().rss, time.monotonic()
    answers = await asyncio.gather(*(ask(fetcher, case) for case in cases))
    for answer, case in zip(answers, cases, strict=True):
        assert outcome_of(answer) in (*case.expected, "failed timeout"), case.name
    assert time.monotonic() - started < DEADLINE + 10
    assert psutil.Process().memory_info().rss - before < 150_000_000


@pytest.mark.parametrize(
    ("names", "expired", "trusted", "reason"),
    [
        ((HOST,), False, False, "tls-certificate"),
        ((HOST,), True, True, "tls-certificate"),
        (("other.example",), False, True, "tls-certificate"),
        (("127.0.0.1",), False, True, "tls-certificate"),
    ],
    ids=["unknown authority", "expired", "another name", "the address instead of the name"],
)
async def test_certificates_that_are_not_the_hosts(
    authority: Authority, tmp_path: Path, names: tuple[str, ...], expired: bool, trusted: bool, reason: str
) -> None:
    shown = authority if trusted else Authority(tmp_path)
    fetcher = Fetcher(settings(ca_file=authority.file), SystemClock(), loopback)
    async with raw_server(saying("200 OK", PAGE, HTML), shown.context(*names, expired=expired)) as server:
        answer = await fetcher.fetch(PageRequest(server.url("/a", HOST)))
    assert answer == Failed(reason)
    assert server.heads == []
    await fetcher.close()


async def test_plain_text_where_tls_is_due(authority: Authority) -> None:
    async def chatty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        await writer.drain()
        await reader.read()

    fetcher = Fetcher(settings(ca_file=authority.file), SystemClock(), loopback)
    async with conversing(chatty) as server:
        answer = await fetcher.fetch(PageRequest(f"https://{HOST}:{server.port}/"))
    assert answer == Failed("tls-failed")
    await fetcher.close()


async def test_a_handshake_that_never_ends_does(authority: Authority) -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    fetcher = Fetcher(settings(ca_file=authority.file), SystemClock(), loopback)
    started = time.monotonic()
    async with conversing(mute) as server:
        answer = await fetcher.fetch(PageRequest(f"https://{HOST}:{server.port}/"))
        assert time.monotonic() - started < DEADLINE + 1
    assert answer == Failed("tls-failed")
    await fetcher.close()
