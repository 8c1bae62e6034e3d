"""The fetcher against servers that mean no good, over real sockets."""

import asyncio
import gzip
import sys
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import brotli
import psutil
import pytest
import pytest_asyncio
import zstandard
from copydesk_crawler.adapters.fetcher import HTML_TYPES, Fetcher, PageRequest
from copydesk_crawler.core.answers import Busy, Failed, Fetched, Gone, NotModified, Redirected, Refused
from copydesk_crawler.core.politeness import DEFAULT_WAIT, MAX_WAIT

from copydesk.runtime.clock import SystemClock
from copydesk.settings import HttpSettings

sys.path.insert(0, str(Path(__file__).parent))
from raw_server import Talk, drip, raw_server, saying

DEADLINE = 1.0
LIMIT = 300_000
PAGE = b"<!doctype html><html><body><p>De brug is weer open.</p></body></html>"
HTML = "Content-Type: text/html; charset=UTF-8"


def settings(**fields: object) -> HttpSettings:
    known = {
        "allow_networks": [ip_network("127.0.0.0/8")],
        "deadline": timedelta(seconds=DEADLINE),
        "max_body_bytes": LIMIT,
    }
    return HttpSettings.model_validate(known | fields)


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    opened = Fetcher(settings(), SystemClock())
    yield opened
    await opened.close()


async def ask(fetcher: Fetcher, talk: Talk) -> object:
    async with raw_server(talk) as server:
        return await fetcher.fetch(PageRequest(server.url("/page"), media_types=HTML_TYPES))


async def test_a_page_comes_with_its_validators_and_charset(fetcher: Fetcher) -> None:
    answer = await ask(
        fetcher, saying("200 OK", PAGE, HTML, 'ETag: "v1"', "Last-Modified: Tue, 01 Jan 2030 08:00:00 GMT")
    )
    assert isinstance(answer, Fetched)
    assert answer.body == PAGE
    assert (answer.content_type, answer.charset, answer.etag) == ("text/html", "UTF-8", '"v1"')
    assert answer.last_modified == "Tue, 01 Jan 2030 08:00:00 GMT"


async def test_the_request_is_honest_and_carries_no_cookie(fetcher: Fetcher) -> None:
    cookies = [f"Set-Cookie: c{number}={'x' * 4000}" for number in range(20)]
    async with raw_server(saying("200 OK", PAGE, HTML, *cookies)) as server:
        await fetcher.fetch(PageRequest(server.url("/a")))
        await fetcher.fetch(PageRequest(server.url("/b"), '"v1"', "Tue, 01 Jan 2030 08:00:00 GMT"))
    first, second = (head.lower() for head in server.heads)
    assert "user-agent: copydesk/" in first
    assert f"host: 127.0.0.1:{server.port}" in first
    assert "if-none-match" not in first
    assert 'if-none-match: "v1"' in second
    assert "if-modified-since: tue, 01 jan 2030" in second
    assert "cookie" not in second


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstandard.compress(PAGE)),
        ("br, gzip", gzip.compress(brotli.compress(PAGE))),
    ],
)
async def test_compressed_pages(fetcher: Fetcher, coding: str, body: bytes) -> None:
    answer = await ask(fetcher, saying("200 OK", body, HTML, f"Content-Encoding: {coding}"))
    assert isinstance(answer, Fetched)
    assert answer.body == PAGE


BOMB = bytes(200_000_000)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "gzip, gzip"])
async def test_bombs_stop_at_the_cap(fetcher: Fetcher, coding: str) -> None:
    compress = {
        "gzip": lambda data: gzip.compress(data, 1),
        "br": lambda data: brotli.compress(data, quality=1),
        "zstd": zstandard.compress,
        "gzip, gzip": lambda data: gzip.compress(gzip.compress(data, 1)),
    }[coding]
    body = compress(BOMB)[: LIMIT - 1]
    before = psutil.Process().memory_info().rss
    answer = await ask(fetcher, saying("200 OK", body, HTML, f"Content-Encoding: {coding}"))
    assert answer == Refused("body-too-large")
    assert psutil.Process().memory_info().rss - before < 50_000_000


@pytest.mark.parametrize(
    ("talk", "answer"),
    [
        (saying("304 Not Modified", b"", 'ETag: "v2"'), NotModified('"v2"', None)),
        (saying("404 Not Found", b"no"), Gone(404)),
        (saying("410 Gone", b"no"), Gone(410)),
        (saying("403 Forbidden", b"no"), Refused("http-403", 403)),
        (saying("451 Unavailable", b"no"), Refused("http-451", 451)),
        (saying("204 No Content"), Refused("http-204", 204)),
        (saying("500 Oops", b"no"), Failed("http-500", 500)),
        (saying("503 Later", b"no"), Failed("http-503", 503)),
        (saying("503 Later", b"no", "Retry-After: 7"), Busy(timedelta(seconds=7))),
        (saying("429 Slow down", b"no"), Busy(DEFAULT_WAIT)),
        (saying("429 Slow down", b"no", "Retry-After: 120"), Busy(timedelta(seconds=120))),
        (saying("429 Slow down", b"no", "Retry-After: -3"), Busy(DEFAULT_WAIT)),
        (saying("429 Slow down", b"no", "Retry-After: 315360000"), Busy(MAX_WAIT)),
        (saying("301 Moved", b"", "Location: /new"), Redirected("/new", 301)),
        (saying("302 Found", b"", "Location: http://10.0.0.1/"), Redirected("http://10.0.0.1/", 302)),
        (saying("301 Moved", b""), Refused("redirect-without-location", 301)),
        (saying("200 OK", b"%PDF-1.7", "Content-Type: application/pdf"), Refused("not-html", 200)),
        (saying("200 OK", b"x" * (LIMIT + 1), HTML), Refused("body-too-large")),
        (saying("200 OK", PAGE, HTML, "Content-Encoding: gzip"), Refused("bad-encoding")),
        (saying("200 OK", PAGE, HTML, "Content-Encoding: rot13"), Refused("unknown-encoding")),
        (saying("200 OK", gzip.compress(PAGE)[:-9], HTML, "Content-Encoding: gzip"), Failed("truncated-body")),
        (saying("200 OK", PAGE, HTML, "Content-Length: 999999999999"), Refused("body-too-large")),
        (saying("200 OK", PAGE, HTML, f"Content-Length: {len(PAGE) + 50}"), Failed("protocol-error")),
        (saying("200 OK", PAGE, HTML, "Content-Length: 5", "Content-Length: 7"), Failed("protocol-error")),
        (saying("200 OK", PAGE, HTML, "Content-Length: -5"), Failed("protocol-error")),
        (saying("200 OK", PAGE, HTML, "X: " + "a" * 1_000_000), Failed("protocol-error")),
        (saying("200 OK", PAGE, HTML, *(f"X{number}: a" for number in range(200_000))), Failed("protocol-error")),
        (saying("200 OK", b"zz\r\nnot chunked", HTML, "Transfer-Encoding: chunked"), Failed("protocol-error")),
        (saying("999 What"), Failed("http-999", 999)),
        (saying("banana"), Failed("protocol-error")),
    ],
    ids=lambda value: repr(value)[:50] if not callable(value) else "",
)
async def test_every_answer_has_one_meaning(fetcher: Fetcher, talk: Talk, answer: object) -> None:
    got = await ask(fetcher, talk)
    if isinstance(got, Failed) and got.reason == "connection-lost" and answer == Failed("protocol-error"):
        return  # the server's reset can overtake the bytes that made us hang up
    assert got == answer


async def test_an_endless_body_ends_at_the_cap(fetcher: Fetcher) -> None:
    async def endless(writer: asyncio.StreamWriter, head: str) -> None:
        await drip(writer, f"HTTP/1.1 200 OK\r\n{HTML}\r\n\r\n".encode(), b"x" * 65_536, 0)

    assert await ask(fetcher, endless) == Refused("body-too-large")


@pytest.mark.parametrize(
    ("start", "piece", "pause"),
    [
        (f"HTTP/1.1 200 OK\r\n{HTML}\r\n\r\n".encode(), b"x", 0.05),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001),
        (b"", b"", 0.05),
    ],
    ids=["body", "header", "continue", "silence"],
)
async def test_one_deadline_ends_every_drip(fetcher: Fetcher, start: bytes, piece: bytes, pause: float) -> None:
    async def talk(writer: asyncio.StreamWriter, head: str) -> None:
        await drip(writer, start, piece, pause)

    started = time.monotonic()
    assert await ask(fetcher, talk) == Failed("timeout")
    assert time.monotonic() - started < DEADLINE + 1


@pytest.mark.parametrize("label", ["zlib_codec", "idna", "utf-7", "bogus", '"', "utf-8''x", "é", "x" * 500])
async def test_charset_labels_are_carried_and_never_believed(fetcher: Fetcher, label: str) -> None:
    answer = await ask(fetcher, saying("200 OK", PAGE, f"Content-Type: text/html; charset={label}"))
    assert isinstance(answer, Fetched)
    assert answer.body == PAGE
    assert answer.charset is None or len(answer.charset) <= 64


@pytest.mark.parametrize("etag", ['"été"', '"a\tb"', '"' + "x" * 5_000 + '"'])
async def test_an_entity_tag_that_cannot_be_sent_back_is_forgotten(fetcher: Fetcher, etag: str) -> None:
    answer = await ask(fetcher, saying("200 OK", PAGE, HTML, f"ETag: {etag}"))
    assert isinstance(answer, Fetched)
    assert answer.etag is None


async def test_nobody_there() -> None:
    closed = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    await closed.wait_closed()
    fetcher = Fetcher(settings(), SystemClock())
    assert await fetcher.fetch(PageRequest(f"http://127.0.0.1:{port}/")) == Failed("connect-failed")
    await fetcher.close()


def resolving(*answers: Sequence[str]) -> tuple[Fetcher, list[str]]:
    """A fetcher with only `127.0.0.2/32` allowed, whose names resolve to one answer after the other."""
    asked: list[str] = []

    async def resolver(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return Fetcher(settings(allow_networks=[ip_network("127.0.0.2/32")]), SystemClock(), resolver), asked


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["127.0.0.2", "127.0.0.1"],
        ["10.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
        ["::ffff:127.0.0.1"],
        ["::1"],
        [],
    ],
)
async def test_private_addresses_get_not_one_packet(addresses: list[str]) -> None:
    fetcher, _ = resolving(addresses)
    async with raw_server(saying("200 OK", PAGE, HTML)) as server:
        answer = await fetcher.fetch(PageRequest(server.url(host="courier.example")))
    assert isinstance(answer, Refused)
    assert answer.reason.startswith(("address-", "no-address"))
    assert server.connections == 0
    await fetcher.close()


async def test_numeric_hosts_of_any_spelling_are_caught_at_connect_too() -> None:
    fetcher = Fetcher(settings(allow_networks=[]), SystemClock())
    async with raw_server(saying("200 OK", PAGE, HTML)) as server:
        for host in ("127.0.0.1", "127.1", "0x7f.1", "2130706433", "017700000001", "0", "localhost"):
            answer = await fetcher.fetch(PageRequest(server.url(host=host)))
            assert isinstance(answer, Refused), host
            assert answer.reason.startswith("address-")
    assert server.connections == 0
    await fetcher.close()


async def test_rebinding_meets_the_guard_at_each_connection() -> None:
    fetcher, asked = resolving(["127.0.0.2"], ["127.0.0.1"])
    async with raw_server(saying("200 OK", PAGE, HTML)) as server:
        first = await fetcher.fetch(PageRequest(server.url(host="rebind.example")))
        second = await fetcher.fetch(PageRequest(server.url(host="rebind.example")))
    # The server listens on 127.0.0.1 alone: the allowed first answer finds nobody, the second is never tried.
    assert first == Failed("connect-failed")
    assert second == Refused("address-loopback")
    assert asked == ["rebind.example", "rebind.example"]
    assert server.connections == 0
    await fetcher.close()


async def test_the_checked_address_is_the_one_connected_to() -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    fetcher = Fetcher(settings(), SystemClock(), resolver)
    async with raw_server(saying("200 OK", PAGE, HTML)) as server:
        answer = await fetcher.fetch(PageRequest(server.url("/a", host="no-such-name.invalid")))
    assert isinstance(answer, Fetched)
    assert f"host: no-such-name.invalid:{server.port}" in server.heads[0].lower()
    await fetcher.close()


async def test_fifty_bad_servers_at_once_stay_within_deadline_and_memory(fetcher: Fetcher) -> None:
    bomb = gzip.compress(BOMB, 1)[: LIMIT - 1]

    async def slow(writer: asyncio.StreamWriter, head: str) -> None:
        await drip(writer, f"HTTP/1.1 200 OK\r\n{HTML}\r\n\r\n".encode(), b"x", 0.05)

    async def endless(writer: asyncio.StreamWriter, head: str) -> None:
        await drip(writer, f"HTTP/1.1 200 OK\r\n{HTML}\r\n\r\n".encode(), b"x" * 65_536, 0)

    before, started = psutil.Process().memory_info().rss, time.monotonic()
    talks = [slow, endless, saying("200 OK", bomb, HTML, "Content-Encoding: gzip")]
    answers = await asyncio.gather(*(ask(fetcher, talks[number % 3]) for number in range(50)))
    assert {type(answer) for answer in answers} <= {Failed, Refused}
    assert time.monotonic() - started < DEADLINE + 5
    assert psutil.Process().memory_info().rss - before < 150_000_000
