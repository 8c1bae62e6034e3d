"""What the fetcher makes of ordinary answers, over real sockets; `test_bad_input` has the others."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import brotli
import pytest
import pytest_asyncio
import zstandard
from copydesk_crawler.adapters.fetcher import Fetcher, PageRequest
from copydesk_crawler.core.http.answers import Answer, Busy, Failed, Fetched, Gone, NotModified, Redirected, Refused
from copydesk_crawler.core.http.response_headers import HTML_TYPES
from copydesk_crawler.core.timing.politeness import DEFAULT_WAIT
from hypercorn.asyncio import serve
from hypercorn.config import Config

from copydesk.runtime.clock import SystemClock
from copydesk.settings import HttpSettings
from copydesk.testing.hostile_tls import HOST, Authority
from copydesk.testing.raw_server import Talk, conversing, raw_server, saying

LIMIT = 300_000
PAGE = b"<!doctype html><html><body><p>De brug is weer open.</p></body></html>"
HTML = "Content-Type: text/html; charset=UTF-8"
_KEPT = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"


def settings(**fields: object) -> HttpSettings:
    known = {
        "allow_networks": [ip_network("127.0.0.0/8")],
        "deadline": timedelta(seconds=5),
        "max_body_bytes": LIMIT,
    }
    return HttpSettings.model_validate(known | fields)


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    opened = Fetcher(settings(), SystemClock())
    yield opened
    await opened.close()


async def ask(fetcher: Fetcher, talk: Talk) -> Answer:
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


async def test_the_exchange_is_what_went_over_the_wire(fetcher: Fetcher) -> None:
    packed = gzip.compress(PAGE)
    talk = saying("200 OK", packed, HTML, "Content-Encoding: gzip", "X-Robots-Tag: noai", "x-robots-tag: noarchive")
    async with raw_server(talk) as server:
        answer = await fetcher.fetch(PageRequest(server.url("/a?b=c"), '"v1"'))
    assert isinstance(answer, Fetched)
    exchange = answer.exchange
    assert exchange is not None
    assert (exchange.url, exchange.status, exchange.http_version) == (server.url("/a?b=c"), 200, "HTTP/1.1")
    assert exchange.address == "127.0.0.1"
    assert exchange.payload == packed
    assert exchange.header("x-robots-tag") == "noai, noarchive"
    assert ("Content-Encoding", "gzip") in exchange.headers
    sent = server.heads[0].split("\r\n")[1:-2]
    assert [tuple(line.split(": ", 1)) for line in sent] == [*exchange.request_headers]
    assert ("If-None-Match", '"v1"') in exchange.request_headers


async def test_an_unchanged_page_has_an_exchange_too(fetcher: Fetcher) -> None:
    answer = await ask(fetcher, saying("304 Not Modified", b"", 'ETag: "v2"', "Cache-Control: max-age=60"))
    assert answer == NotModified('"v2"', None)
    assert isinstance(answer, NotModified)
    assert answer.exchange is not None
    assert answer.exchange.header("cache-control") == "max-age=60"
    assert answer.exchange.payload == b""


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
        ("deflate", zlib.compress(PAGE)),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstandard.compress(PAGE)),
        ("br, gzip", gzip.compress(brotli.compress(PAGE))),
        ("gzip", gzip.compress(PAGE * 4_000)[:LIMIT]),
    ],
)
async def test_compressed_pages(coding: str, body: bytes) -> None:
    fetcher = Fetcher(settings(max_body_bytes=3_000_000), SystemClock())
    answer = await ask(fetcher, saying("200 OK", body, HTML, f"Content-Encoding: {coding}"))
    assert isinstance(answer, Fetched)
    assert answer.body in (PAGE, PAGE * 4_000)
    await fetcher.close()


@pytest.mark.parametrize(
    ("talk", "answer"),
    [
        (saying("404 Not Found", b"no"), Gone(404)),
        (saying("410 Gone", b"no"), Gone(410)),
        (saying("403 Forbidden", b"no"), Refused("http-403", 403)),
        (saying("451 Unavailable", b"no"), Refused("http-451", 451)),
        (saying("204 No Content"), Refused("http-204", 204)),
        (saying("500 Oops", b"no"), Failed("http-500", 500)),
        (saying("503 Later", b"no"), Failed("http-503", 503)),
        (saying("429 Slow down", b"no"), Busy(DEFAULT_WAIT)),
        (saying("301 Moved", b"", "Location: /new"), Redirected("/new", 301)),
        (saying("302 Found", b"", "Location: http://10.0.0.1/"), Redirected("http://10.0.0.1/", 302)),
        (saying("200 OK", b"%PDF-1.7", "Content-Type: application/pdf"), Refused("not-html", 200)),
    ],
    ids=lambda value: repr(value)[:50] if not callable(value) else "",
)
async def test_every_answer_has_one_meaning(fetcher: Fetcher, talk: Talk, answer: object) -> None:
    assert await ask(fetcher, talk) == answer


@pytest.mark.parametrize("etag", ['"été"', '"a\tb"', '"' + "x" * 5_000 + '"'])
async def test_an_entity_tag_that_cannot_be_sent_back_is_forgotten(fetcher: Fetcher, etag: str) -> None:
    answer = await ask(fetcher, saying("200 OK", PAGE, HTML, f"ETag: {etag}"))
    assert isinstance(answer, Fetched)
    assert answer.etag is None


@pytest.mark.parametrize("label", ["zlib_codec", "idna", "utf-7", "bogus", '"', "utf-8''x", "é", "x" * 500])
async def test_charset_labels_are_carried_and_never_believed(fetcher: Fetcher, label: str) -> None:
    answer = await ask(fetcher, saying("200 OK", PAGE, f"Content-Type: text/html; charset={label}"))
    assert isinstance(answer, Fetched)
    assert answer.body == PAGE
    assert answer.charset is None or len(answer.charset) <= 64


async def test_nobody_there(fetcher: Fetcher) -> None:
    closed = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    await closed.wait_closed()
    assert await fetcher.fetch(PageRequest(f"http://127.0.0.1:{port}/")) == Failed("connect-failed")
    assert await fetcher.fetch(PageRequest("http://no-such-name.invalid/")) == Failed("dns-failed")


async def test_the_checked_address_is_the_one_connected_to() -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    fetcher = Fetcher(settings(), SystemClock(), resolver)
    async with raw_server(saying("200 OK", PAGE, HTML)) as server:
        answer = await fetcher.fetch(PageRequest(server.url("/a", host="no-such-name.invalid")))
    assert isinstance(answer, Fetched)
    assert f"host: no-such-name.invalid:{server.port}" in server.heads[0].lower()
    await fetcher.close()


@pytest.mark.parametrize(
    "answers",
    [
        [_KEPT],
        [b"HTTP/1.1 304 Not Modified\r\n\r\n"],
        [b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"],
        [b"HTTP/1.1 302 Found\r\nLocation: /b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", _KEPT],
    ],
    ids=["page", "not modified", "not found", "redirect"],
)
async def test_twenty_requests_share_one_connection(fetcher: Fetcher, answers: list[bytes]) -> None:
    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(1_000):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answers[number % len(answers)])

    async with conversing(hold) as server:
        for number in range(20):
            answer = await fetcher.fetch(PageRequest(server.url(f"/{number}")))
            assert not isinstance(answer, Failed)
    assert server.connections == 1


async def test_a_kept_connection_that_was_closed_costs_no_attempt(fetcher: Fetcher) -> None:
    """The server ends the connection at the moment of the next request, as one does whose patience is over."""

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_KEPT)
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    async with conversing(hold) as server:
        assert isinstance(await fetcher.fetch(PageRequest(server.url("/a"))), Fetched)
        assert isinstance(await fetcher.fetch(PageRequest(server.url("/b"))), Fetched)
    assert server.connections == 2


Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@asynccontextmanager
async def hypercorn(authority: Authority, folder: Path) -> AsyncIterator[tuple[int, list[str], set[Any]]]:
    """A well-behaved server over TLS; gives its port, and the HTTP versions and clients it sees."""
    versions: list[str] = []
    clients: set[Any] = set()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        versions.append(scope["http_version"])
        clients.add(tuple(scope["client"]))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": PAGE})

    probe = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = probe.sockets[0].getsockname()[1]
    probe.close()
    await probe.wait_closed()
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.certfile, config.keyfile = authority.files(HOST, folder=folder)
    ended = asyncio.Event()
    running = asyncio.create_task(serve(application, config, shutdown_trigger=ended.wait))  # type: ignore[arg-type]
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                break
    try:
        yield port, versions, clients
    finally:
        ended.set()
        await running


async def test_http2_is_negotiated_and_one_connection_serves_twenty_requests(tmp_path: Path) -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    authority = Authority(tmp_path)
    fetcher = Fetcher(settings(ca_file=authority.file), SystemClock(), resolver)
    async with hypercorn(authority, tmp_path) as (port, versions, clients):
        for number in range(20):
            answer = await fetcher.fetch(PageRequest(f"https://{HOST}:{port}/{number}"))
            assert isinstance(answer, Fetched), answer
            assert answer.body == PAGE
            assert answer.exchange is not None
            assert (answer.exchange.http_version, answer.exchange.address) == ("HTTP/2", "127.0.0.1")
        await fetcher.close()
    assert versions == ["2"] * 20
    assert len(clients) == 1
