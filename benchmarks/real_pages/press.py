"""Serves stored pages from loopback: one address a publisher, with robots.txt, a feed and a news sitemap."""

import asyncio
import gzip
import json
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from copydesk.contracts import Source


@dataclass(frozen=True)
class StoredPage:
    """A page with its gold; `path` is where its publisher serves it, unique there."""

    gold: dict[str, Any]
    file: Path
    path: str


def load_pages(data: Path, sets: Iterable[str]) -> dict[str, list[StoredPage]]:
    """Pages by publisher (the site of the gold)."""
    found: dict[str, list[StoredPage]] = defaultdict(list)
    for name in sets:
        for line in (data / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            gold = json.loads(line)
            parts = urlsplit(gold["url"])
            path = parts.path.rstrip("/") or f"/{gold['id']}"
            taken = {page.path for page in found[gold["site"]]}
            path = path if path not in taken else f"{path}/{gold['id']}"
            found[gold["site"]].append(StoredPage(gold, data / "pages" / name / f"{gold['id']}.html.gz", path))
    return dict(found)


class Press:
    """The web servers. `sources` are ready for the crawler, `by_url` says which page an address serves."""

    def __init__(self, publishers: dict[str, list[StoredPage]]) -> None:
        self._publishers = publishers
        self._addresses = {f"127.0.{1 + at // 250}.{1 + at % 250}": site for at, site in enumerate(sorted(publishers))}
        self.sources: list[Source] = []
        self.by_url: dict[str, StoredPage] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Press"]:
        sockets = self._listen()
        port = sockets[0].getsockname()[1]
        for address, site in self._addresses.items():
            base = f"http://{address}:{port}"
            first = self._publishers[site][0].gold
            self.sources.append(
                Source(
                    name=site,
                    url=f"{base}/",
                    feeds=[f"{base}/feed.xml"],
                    sitemaps=[f"{base}/news-sitemap.xml"],
                    language=first["language"],
                    country=(first["country"] or "").upper() or None,
                )
            )
            self.by_url |= {f"{base}{page.path}": page for page in self._publishers[site]}
        server = uvicorn.Server(
            uvicorn.Config(self._app, log_level="error", lifespan="off", access_log=False, interface="asgi3")
        )
        task = asyncio.create_task(server.serve(sockets))
        try:
            yield self
        finally:
            server.should_exit = True
            await task

    def _listen(self) -> list[socket.socket]:
        port = 0
        sockets = []
        for address in self._addresses:
            held = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else Nagle delays answers
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind((address, port))
            port = held.getsockname()[1]
            sockets.append(held)
        return sockets

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope)
        await self._answer(request)(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        base = f"http://{request.url.netloc}"
        pages = self._publishers[self._addresses[str(request.url.hostname)]]
        path = request.url.path
        if path == "/robots.txt":
            return PlainTextResponse(f"User-agent: *\nAllow: /\nSitemap: {base}/news-sitemap.xml\n")
        if path == "/feed.xml":
            return Response(_feed(base, pages), media_type="application/rss+xml")
        if path == "/news-sitemap.xml":
            return Response(_sitemap(base, pages), media_type="application/xml")
        for page in pages:
            if page.path in {path, request.scope["raw_path"].decode("ascii")}:
                kind = f"text/html; charset={page.gold['encoding']}"
                return Response(gzip.decompress(page.file.read_bytes()), headers={"content-type": kind})
        return PlainTextResponse("not here", status_code=404)


def _feed(base: str, pages: list[StoredPage]) -> str:
    """The first half of the pages; the sitemap has all of them."""
    when = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><title>{escape(page.gold['title'] or '')}</title><link>{escape(base + page.path)}</link>"
        f"<pubDate>{when}</pubDate></item>"
        for page in pages[: (len(pages) + 1) // 2]
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><link>{base}/</link>{items}</channel></rss>'
    )


def _sitemap(base: str, pages: list[StoredPage]) -> str:
    when = datetime.now(UTC).isoformat()
    items = "".join(
        f"<url><loc>{escape(base + page.path)}</loc><n:news><n:publication><n:name>x</n:name>"
        f"<n:language>en</n:language></n:publication><n:publication_date>{when}</n:publication_date>"
        f"<n:title>{escape(page.gold['title'] or '')}</n:title></n:news></url>"
        for page in pages
    )
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    return f'<?xml version="1.0"?><urlset {spaces}>{items}</urlset>'
