"""Every hostile answer, stream, address, document and robots.txt, and what the crawler makes of it.

    python -m benchmarks.bad_input [--together 50]

Prints a table: case, what is right, what came, how long it took, by how much the process grew meanwhile, and what went
to addresses that are forbidden: connections that the interpreter began (PEP 578), and bytes that a server on loopback
received. Then `--together` bombs, drips and endless bodies at once, served by another process, at the crawler's usual
cap of 10 MB. The tests in tests/integration/crawler/test_bad_*.py assert the same lists. Fails if one outcome is wrong.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from ipaddress import ip_network
from pathlib import Path

import psutil
from copydesk_crawler.adapters.dns_cache import Resolver
from copydesk_crawler.adapters.document_reader import DocumentReader, named
from copydesk_crawler.adapters.document_workers import document_workers
from copydesk_crawler.adapters.fetcher import Fetcher, PageRequest
from copydesk_crawler.adapters.host_leases import LocalHostLeases
from copydesk_crawler.adapters.robots_cache import RobotsCache
from copydesk_crawler.core.discovery.discovered import Document
from copydesk_crawler.core.http.response_headers import HTML_TYPES
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from rich.console import Console
from rich.table import Table

from copydesk.runtime.clock import SystemClock
from copydesk.runtime.workers import WorkerPool
from copydesk.settings import HttpSettings, WorkerSettings
from copydesk.testing.hostile_addresses import HOSTILE_ADDRESSES, REJECTED_URLS, watching_sockets
from copydesk.testing.hostile_documents import HOSTILE_DOCUMENTS, Canary
from copydesk.testing.hostile_tls import HOST, HOSTILE_STREAMS, Authority, conversation
from copydesk.testing.hostile_web import (
    CODINGS,
    HOSTILE_ANSWERS,
    HOSTILE_ROBOTS,
    LIMIT,
    SLOW_AND_ENDLESS,
    outcome_of,
)
from copydesk.testing.raw_server import RawServer, conversing, raw_server

DEADLINE = timedelta(seconds=2)
_CLOCK = SystemClock()
_PROCESS = psutil.Process()
_MEGABYTE = 1024 * 1024
_TOGETHER_MEGABYTES = 150
_TOGETHER_DEADLINE = timedelta(seconds=10)


@dataclass
class Row:
    """One line of the table; `forbidden` counts connections and bytes to where none may go."""

    case: str
    expected: tuple[str, ...]
    outcome: str
    seconds: float
    growth: float
    forbidden: int = 0

    @property
    def right(self) -> bool:
        return self.outcome in self.expected and not self.forbidden


@dataclass
class Measured:
    """Time and memory of what ran within `measuring`."""

    seconds: float = 0.0
    growth: float = 0.0
    _before: int = field(default_factory=lambda: _PROCESS.memory_info().rss)

    def look(self) -> None:
        self.growth = max(self.growth, (_PROCESS.memory_info().rss - self._before) / _MEGABYTE)


@asynccontextmanager
async def measuring() -> AsyncIterator[Measured]:
    found, started = Measured(), time.monotonic()

    async def watch() -> None:
        while True:
            found.look()
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    try:
        yield found
    finally:
        found.seconds = time.monotonic() - started
        watching.cancel()
        found.look()


class Bait:
    """A server on loopback that counts what it is sent."""

    def __init__(self) -> None:
        self.received = 0
        self.server = RawServer()

    @asynccontextmanager
    async def set(self) -> AsyncIterator["Bait"]:
        async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while data := await reader.read(65_536):
                self.received += len(data)

        async with conversing(hold) as self.server:
            yield self


async def loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


@asynccontextmanager
async def fetching(resolver: Resolver | None = None, **fields: object) -> AsyncIterator[Fetcher]:
    known = {"allow_networks": [ip_network("127.0.0.1/32")], "deadline": DEADLINE, "max_body_bytes": LIMIT}
    fetcher = Fetcher(HttpSettings.model_validate(known | fields), _CLOCK, resolver)
    yield fetcher
    await fetcher.close()


async def row(case: str, expected: tuple[str, ...], server: RawServer | None, act: Callable[[], Awaitable[str]]) -> Row:
    """Act, and see to whom connections were begun besides `server`."""
    with watching_sockets() as watch:
        async with measuring() as measured:
            outcome = await act()
    allowed = ("127.0.0.1", server.port) if server else None
    strangers = [address for address in watch.addresses if isinstance(address, tuple) and address != allowed]
    return Row(case, expected, outcome, measured.seconds, measured.growth, len(strangers))


async def answers() -> AsyncIterator[Row]:
    async with fetching() as fetcher:
        for case in HOSTILE_ANSWERS:
            async with raw_server(case.talk) as server:
                request = PageRequest(server.url(case.path), media_types=HTML_TYPES)
                yield await row(case.name, case.expected, server, partial(_outcome, fetcher, request))


async def streams(folder: Path) -> AsyncIterator[Row]:
    authority = Authority(folder)
    async with fetching(loopback, ca_file=authority.file) as fetcher:
        for case in HOSTILE_STREAMS:
            context = authority.context(HOST, protocols=("h2",))
            async with conversing(conversation(case.answer), context) as server:
                request = PageRequest(server.url("/news", HOST))
                act = partial(_outcome, fetcher, request)
                yield await row(f"HTTP/2: {case.name}", case.expected, server, act)


async def addresses() -> AsyncIterator[Row]:
    async with Bait().set() as bait:
        for case in HOSTILE_ADDRESSES:
            found = case.answers

            async def answering(host: str, port: int, found: Sequence[str] | None = found) -> Sequence[str]:
                return found or ()

            async with fetching(answering if found is not None else None, allow_networks=[]) as fetcher:
                request = PageRequest(bait.server.url(host=case.host))
                act = partial(_outcome, fetcher, request)
                line = await row(f"address: {case.name}", (case.expected,), None, act)
            line.forbidden += bait.received
            yield line
    for url, reason in REJECTED_URLS.items():
        address = canonical_url(url)
        outcome = "accepted" if isinstance(address, Address) else address.reason
        yield Row(f"URL: {url}", (reason,), outcome, 0.0, 0.0)


async def documents(folder: Path, workers: WorkerPool) -> AsyncIterator[Row]:
    http = HttpSettings(
        allow_networks=[ip_network("127.0.0.1/32")],
        deadline=DEADLINE,
        host_delay=timedelta(0),
        max_body_bytes=5_000_000,
    )
    hosts, path = LocalHostLeases(_CLOCK), folder / "canary"
    async with Bait().set() as bait, fetching(max_body_bytes=5_000_000) as fetcher:
        canary = Canary(str(path), bait.server.url())
        path.write_text(canary.word, encoding="ascii")
        reader = DocumentReader(
            hosts, RobotsCache(hosts, fetcher, http.user_agent, _CLOCK), fetcher, workers, http, _CLOCK
        )

        async def read(url: str, kind: str) -> str:
            reading = await reader.read(named(Document(url, kind), None), ignore_robots=False)  # type: ignore[arg-type]
            count = len(reading.findings.entries) if reading.findings else 0
            leaked = "LEAKED " if canary.word in repr(reading) else ""
            return leaked + (reading.problem or f"{count} {'entry' if count == 1 else 'entries'}")

        for case in HOSTILE_DOCUMENTS:
            async with raw_server(case.talk(canary)) as server:
                act = partial(read, server.url("/news"), case.kind)
                line = await row(f"{case.kind}: {case.name}", case.expected, server, act)
            line.forbidden += bait.received
            yield line


async def robots() -> AsyncIterator[Row]:
    async with fetching() as fetcher:

        async def judged(server: RawServer) -> str:
            cache = RobotsCache(LocalHostLeases(_CLOCK), fetcher, "Copydesk/0.1", _CLOCK, timedelta(0))
            address = canonical_url(server.url("/news/bridge"))
            assert isinstance(address, Address)
            rules = (await cache.rules(address)).rules
            return "all allowed" if rules is not None and rules.allows(address.url) else "nothing allowed"

        for case in HOSTILE_ROBOTS:
            async with raw_server(case.talk) as server:
                yield await row(case.name, case.expected, server, partial(judged, server))


async def _outcome(fetcher: Fetcher, request: PageRequest) -> str:
    return outcome_of(await fetcher.fetch(request))


async def together(count: int) -> Row:
    """All at once; the servers' own time and memory are another process's."""
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.bad_input",
        "--serve",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert server.stdout is not None
    ports: list[int] = json.loads(await server.stdout.readline())
    slowest = 0.0

    async def one(fetcher: Fetcher, port: int) -> str:
        nonlocal slowest
        started = time.monotonic()
        answer = await fetcher.fetch(PageRequest(f"http://127.0.0.1:{port}/"))
        slowest = max(slowest, time.monotonic() - started)
        return outcome_of(answer).partition(" ")[0]

    limits = {"max_body_bytes": 10_000_000, "deadline": _TOGETHER_DEADLINE}
    async with fetching(**limits) as fetcher, measuring() as measured:
        found = await asyncio.gather(*(one(fetcher, ports[number % len(ports)]) for number in range(count)))
    server.terminate()
    await server.wait()
    good = measured.growth <= _TOGETHER_MEGABYTES and slowest <= _TOGETHER_DEADLINE.total_seconds() + 1
    outcome = "within bounds" if good and "fetched" not in found else f"slowest {slowest:.1f} s"
    return Row(
        f"{count} bombs, drips and endless bodies at once", ("within bounds",), outcome, slowest, measured.growth
    )


async def serve() -> None:
    """Servers for `together`, until the process is ended; all but those that send a page in the end."""
    async with AsyncExitStack() as stack:
        cases = [case for case in (*CODINGS, *SLOW_AND_ENDLESS) if "fetched" not in case.expected]
        ports = [(await stack.enter_async_context(raw_server(case.talk))).port for case in cases]
        print(json.dumps(ports), flush=True)
        await asyncio.Event().wait()


async def rows(count: int) -> AsyncIterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with document_workers(WorkerSettings(processes=1, timeout=timedelta(seconds=5))) as workers:
            for part in (answers(), streams(folder), addresses(), robots(), documents(folder, workers)):
                async for line in part:
                    yield line
    yield await together(count)


async def main(count: int) -> int:
    table = Table("case", "expected", "outcome", "seconds", "MB", "forbidden")
    lines = [line async for line in rows(count)]
    for line in lines:
        mark = "" if line.right else " (WRONG)"
        figures = (f"{line.seconds:.2f}", f"{line.growth:.0f}", str(line.forbidden))
        table.add_row(line.case[:48], " or ".join(line.expected), line.outcome + mark, *figures)
    console = Console(width=165)
    console.print(table)
    wrong = sum(not line.right for line in lines)
    sent = sum(line.forbidden for line in lines)
    console.print(f"{len(lines)} cases, {wrong} wrong; connections and bytes to forbidden addresses: {sent}")
    return min(wrong, 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--together", type=int, default=50)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    sys.exit(asyncio.run(serve() if arguments.serve else main(arguments.together)))
