"""Every hostile feed and sitemap of the list: from a server through the fetcher into real worker processes."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
import pytest_asyncio
from copydesk_crawler.adapters.discovery import discover
from copydesk_crawler.adapters.document_reader import DocumentReader, Reading, named
from copydesk_crawler.adapters.document_workers import document_workers
from copydesk_crawler.adapters.fetcher import Fetcher
from copydesk_crawler.adapters.host_leases import LocalHostLeases
from copydesk_crawler.adapters.robots_cache import RobotsCache
from copydesk_crawler.core.discovery.discovered import Document

from copydesk.runtime.clock import SystemClock
from copydesk.runtime.workers import WorkerPool
from copydesk.settings import HttpSettings, WorkerSettings
from copydesk.testing.hostile_documents import (
    CHARSETS,
    DATES,
    ENTITIES,
    JSON,
    LINKS,
    SHAPES,
    Canary,
    HostileDocument,
)
from copydesk.testing.raw_server import RawServer, raw_server, saying

_ONLY_THIS_HOST = HttpSettings(
    allow_networks=[ip_network("127.0.0.1/32")],
    deadline=timedelta(seconds=5),
    host_delay=timedelta(milliseconds=1),
    max_body_bytes=5_000_000,
)


@asynccontextmanager
async def reading_with(workers: WorkerPool) -> AsyncIterator[DocumentReader]:
    clock = SystemClock()
    fetcher = Fetcher(_ONLY_THIS_HOST, clock)
    hosts = LocalHostLeases(clock)
    robots = RobotsCache(hosts, fetcher, _ONLY_THIS_HOST.user_agent, clock)
    yield DocumentReader(hosts, robots, fetcher, workers, _ONLY_THIS_HOST, clock)
    await fetcher.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers() -> AsyncIterator[WorkerPool]:
    async with document_workers(WorkerSettings(processes=1, timeout=timedelta(seconds=10))) as pool:
        yield pool


@pytest_asyncio.fixture(loop_scope="module")
async def visited() -> AsyncIterator[RawServer]:
    """What no document may make anybody visit."""
    async with raw_server(saying("200 OK", b"<!ELEMENT rss ANY>")) as server:
        yield server


@pytest.fixture
def canary(tmp_path: Path, visited: RawServer) -> Canary:
    found = Canary(str(tmp_path / "canary.txt"), visited.url("/canary.dtd"))
    Path(found.path).write_text(found.word)
    return found


async def read(workers: WorkerPool, case: HostileDocument, canary: Canary) -> Reading:
    async with raw_server(case.talk(canary)) as server, reading_with(workers) as reader:
        return await reader.read(named(Document(server.url("/news"), case.kind), None), ignore_robots=False)


def outcome(reading: Reading) -> str:
    count = len(reading.findings.entries) if reading.findings else 0
    return reading.problem or f"{count} {'entry' if count == 1 else 'entries'}"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", [*ENTITIES, *SHAPES, *CHARSETS, *JSON], ids=lambda case: case.name)
async def test_hostile_documents(
    workers: WorkerPool, canary: Canary, visited: RawServer, case: HostileDocument
) -> None:
    reading = await read(workers, case, canary)
    assert outcome(reading) in case.expected
    assert visited.connections == 0
    assert canary.word not in repr(reading)
    if reading.findings:
        repr(reading.findings).encode("utf-8")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", ENTITIES, ids=lambda case: case.name)
async def test_no_document_opens_a_file(workers: WorkerPool, canary: Canary, case: HostileDocument) -> None:
    """A pipe shows whether anybody opens it: only then can it be opened for writing without waiting."""
    os.unlink(canary.path)
    os.mkfifo(canary.path)
    reading = await read(workers, case, canary)
    assert outcome(reading) in case.expected
    with pytest.raises(OSError, match="No such device or address"):
        os.open(canary.path, os.O_WRONLY | os.O_NONBLOCK)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", DATES, ids=lambda case: case.name)
async def test_dates_that_cannot_be(workers: WorkerPool, canary: Canary, case: HostileDocument) -> None:
    reading = await read(workers, case, canary)
    assert outcome(reading) in case.expected
    assert reading.findings is not None
    assert [entry.published for entry in reading.findings.entries] == [None]


@pytest.mark.asyncio(loop_scope="module")
async def test_links_that_are_no_addresses_are_rejected_and_counted(workers: WorkerPool, canary: Canary) -> None:
    reading = await read(workers, LINKS, canary)
    assert outcome(reading) in LINKS.expected
    assert reading.findings is not None
    found = discover(reading.findings.entries, "courier", None, datetime(2030, 1, 1, tzinfo=UTC), priority=1)
    assert [url.url for url in found.urls] == ["https://courier.example/a"]
    assert [each.reason for each in found.rejected] == [
        "scheme-not-http",
        "scheme-not-http",
        "scheme-not-http",
        "scheme-not-http",
        "userinfo-in-url",
        "bracketed-host",
    ]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("http://127.0.0.3:PORT/feed", "address-loopback"),
        ("http://169.254.169.254/latest/meta-data/", "address-link-local"),
        ("http://10.0.0.1/", "address-private"),
        ("http://2130706433:PORT/", "redirect-numeric-host"),
        ("http://a:b@127.0.0.3/", "redirect-userinfo-in-url"),
        ("javascript:alert(1)", "redirect-scheme-not-http"),
        ("file:///etc/passwd", "redirect-scheme-not-http"),
        ("/feed", "too-many-redirects"),
    ],
)
async def test_redirects_of_feeds(workers: WorkerPool, location: str, problem: str) -> None:
    async with raw_server(saying("404 Not Found")) as elsewhere:
        moved = saying("302 Found", b"", f"Location: {location.replace('PORT', str(elsewhere.port))}")
        case = HostileDocument("moved", "feed", lambda canary: b"", ())
        async with raw_server(moved) as server, reading_with(workers) as reader:
            document = named(Document(server.url("/feed"), case.kind), None)
            reading = await reader.read(document, ignore_robots=True)
    assert reading.problem == problem
    assert elsewhere.connections == 0
