"""The newsroom itself: six web servers on the running event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

import uvicorn

from copydesk.testing.newsroom.edition import LAST_STEP
from copydesk.testing.newsroom.expectation import ExpectedArticle
from copydesk.testing.newsroom.site import Site
from copydesk.testing.newsroom.story import PUBLISHERS, Publisher, load_publisher
from copydesk.testing.newsroom.web import RequestLine, SiteApp


@dataclass(frozen=True)
class PublisherSource:
    """One entry of a sources file. A publisher that lists no feeds and sitemaps has to be read from its home page."""

    name: str
    url: str
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]
    language: str
    country: str


class Newsroom:
    """Serve the demo publishers while the context is open.

    ``now`` dates everything: two newsrooms with the same ``now`` and the same ports serve the same bytes. With
    ``port`` 0 each publisher gets a free port; any other number is the first of six in a row.
    """

    def __init__(self, now: datetime, *, port: int = 0, host: str = "127.0.0.1") -> None:
        self.sources: list[PublisherSource] = []
        self.requests: list[RequestLine] = []
        self._now = now
        self._port = port
        self._host = host
        self._step = 0
        self._sites: dict[str, Site] = {}
        self._servers: list[_Server] = []
        self._running: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        with contextlib.ExitStack() as opened:
            ports = [self._port + i if self._port else 0 for i in range(len(PUBLISHERS))]
            listeners = [opened.enter_context(_listen(self._host, port)) for port in ports]
            opened.pop_all()
        for name, listener in zip(PUBLISHERS, listeners, strict=True):
            base = f"http://{self._host}:{listener.getsockname()[1]}"
            site = Site(load_publisher(name), base, self._now)
            self._sites[name] = site
            self.sources.append(_source(site.publisher, base))
            app = SiteApp(site, lambda: self._step, self.requests)
            config = uvicorn.Config(
                app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1, server_header=False
            )
            server = _Server(config)
            self._servers.append(server)
            self._running.append(asyncio.create_task(server.serve(sockets=[listener])))
        for server in self._servers:
            await server.listening.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.should_exit = True
        await asyncio.gather(*self._running)

    def expected(self) -> list[ExpectedArticle]:
        """Return what a crawl of the present edition should give; withdrawn and coming pages are not in it."""
        return [article for site in self._sites.values() for article in site.expected(self._step)]

    def url(self, publisher: str, path: str) -> str:
        return self._sites[publisher].base + path

    async def publish_next(self) -> list[str]:
        """Go one step along the timeline; return the URLs that appeared, changed or went, none when the day is over."""
        if self._step == LAST_STEP:
            return []
        self._step += 1
        return [url for site in self._sites.values() for url in site.changed(self._step)]


class _Server(uvicorn.Server):
    """A server that leaves the process's signals to whoever runs the newsroom."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listen(host: str, port: int) -> socket.socket:
    # asyncio turns Nagle's delay off (40 ms an answer) only where the socket names its protocol.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"The demo newsroom can't listen on {host}:{port} ({error.strerror})") from error
    listener.listen(64)
    return listener


def _source(publisher: Publisher, base: str) -> PublisherSource:
    listed = [feed for feed in publisher.feeds if feed.listed]
    return PublisherSource(
        name=publisher.name,
        url=f"{base}/",
        feeds=tuple(base + feed.path for feed in listed if feed.kind != "sitemap"),
        sitemaps=tuple(base + feed.path for feed in listed if feed.kind == "sitemap"),
        language=publisher.language,
        country=publisher.country,
    )
