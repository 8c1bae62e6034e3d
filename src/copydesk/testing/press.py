"""A printing press for load and fault tests: any number of distinct made-up articles, and web servers for them.

Article `n` is the same in every process and every run, so a test can keep a manifest without storing texts.
"""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from copydesk.contracts import Source

_FIRST_DAY = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)

_WHO = ("The harbour board", "The school council", "A group of farmers", "The regional court", "The tram company")
_DID = ("approved", "postponed", "published", "rejected", "reopened", "questioned", "funded", "inspected")
_WHAT = (
    "the flood wall",
    "a new timetable",
    "the hospital wing",
    "the fishing quota",
    "the museum roof",
    "a toll road",
)
_WHERE = ("in Lisbon", "near Rotterdam", "outside Kraków", "in Lyon", "along the Danube", "in Porto")
_WHY = (
    "after a winter of complaints from residents",
    "because the contractor had gone bankrupt",
    "although two members voted against it",
    "while engineers were still counting the damage",
    "following a report that took three years to write",
)
_SAID = ("said", "added", "wrote in a statement", "told reporters", "explained")
_NAMES = ("Marta Oliveira", "Jan Kowal", "Sofie Lindqvist", "Pierre Aumont", "Ines Duarte", "Tom Harcastle")


@dataclass(frozen=True)
class PressArticle:
    """One article; `path` is unique among all."""

    number: int
    path: str
    title: str
    paragraphs: tuple[str, ...]
    author: str
    published: datetime

    @property
    def html(self) -> str:
        """A plain semantic page with the usual furniture around the article."""
        body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs)
        title, when = escape(self.title), self.published.isoformat()
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - The Press</title>'
            f'<meta property="og:title" content="{title}"><meta name="author" content="{self.author}">'
            f'<meta property="article:published_time" content="{when}"></head><body>'
            '<nav><a href="/">Home</a> <a href="/sport">Sport</a> <a href="/about">About us</a></nav>'
            f'<main><article><h1>{title}</h1><p class="byline">By {self.author}</p>'
            f'<time datetime="{when}">{self.published:%d %B %Y}</time>{body}</article></main>'
            '<aside><h2>Most read</h2><ul><li><a href="/1">Ten walks by the sea</a></li></ul></aside>'
            "<footer>The Press. All rights reserved. Terms, cookies, contact.</footer></body></html>"
        )


def article(number: int) -> PressArticle:
    """Article `number`, always the same."""
    chance = random.Random(number)  # noqa: S311 - texts, not secrets
    title = f"{_subject(chance)} {chance.choice(_WHERE)}: file {number}"
    paragraphs = tuple(" ".join(_sentence(chance, number) for _ in range(4)) for _ in range(6))
    published = _FIRST_DAY + timedelta(minutes=7 * number)
    path = f"/{published:%Y/%m/%d}/file-{number}"
    return PressArticle(number, path, title, paragraphs, chance.choice(_NAMES), published)


def _subject(chance: random.Random) -> str:
    return f"{chance.choice(_WHO)} {chance.choice(_DID)} {chance.choice(_WHAT)}"


def _sentence(chance: random.Random, number: int) -> str:
    if chance.random() < 0.3:
        amount = chance.randrange(3, 9000)
        return f"“It will cost {amount} euros more than planned,” {chance.choice(_NAMES)} {chance.choice(_SAID)}."
    return f"{_subject(chance)} {chance.choice(_WHERE)} {chance.choice(_WHY)}, docket {number}-{chance.randrange(999)}."


class PressServers:
    """`hosts` loopback addresses on one port, each serving an equal share of `articles` with robots.txt and sitemap.

    Article `n` is on host `n % hosts`. Linux answers on all of 127.0.0.0/8; elsewhere one host is all there is.
    """

    def __init__(self, *, articles: int, hosts: int) -> None:
        self.articles = [article(number) for number in range(articles)]
        self._hosts = [f"127.1.{1 + at // 250}.{1 + at % 250}" for at in range(hosts)] if hosts > 1 else ["127.0.0.1"]
        self._pages = {(at.number % hosts, at.path): at for at in self.articles}
        self.port = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["PressServers"]:
        sockets = [self._listen(host) for host in self._hosts]
        config = uvicorn.Config(self._app, log_level="error", lifespan="off", access_log=False, interface="asgi3")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets))
        try:
            yield self
        finally:
            server.should_exit = True
            await task

    @property
    def sources(self) -> list[Source]:
        """One source a host, ready for the crawler."""
        return [
            Source(name=f"press-{at}", url=f"{self._base(at)}/", sitemaps=[f"{self._base(at)}/sitemap.xml"])
            for at in range(len(self._hosts))
        ]

    def url(self, held: PressArticle) -> str:
        return self._base(held.number % len(self._hosts)) + held.path

    def _base(self, at: int) -> str:
        return f"http://{self._hosts[at]}:{self.port}"

    def _listen(self, host: str) -> socket.socket:
        held = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else Nagle delays answers
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((host, self.port))
        self.port = held.getsockname()[1]
        return held

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope)
        at = self._hosts.index(str(request.url.hostname))
        path = request.url.path
        answer: Response
        if path == "/robots.txt":
            answer = PlainTextResponse("User-agent: *\nAllow: /\n")
        elif path == "/sitemap.xml":
            answer = Response(self._sitemap(at), media_type="application/xml")
        elif (at, path) in self._pages:
            answer = Response(self._pages[at, path].html, media_type="text/html")
        else:
            answer = PlainTextResponse("no such file", status_code=404)
        await answer(scope, receive, send)

    def _sitemap(self, at: int) -> str:
        held = [page for (host, _), page in self._pages.items() if host == at]
        entries = "".join(
            f"<url><loc>{self._base(at)}{page.path}</loc><lastmod>{page.published.isoformat()}</lastmod></url>"
            for page in held
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{space}">{entries}</urlset>'
