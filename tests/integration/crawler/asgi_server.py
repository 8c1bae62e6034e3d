"""ASGI applications on a port of loopback, as long as a test needs them; among them sites that a test puts together."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Answers = Callable[[Request], Response]


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """The address under which `app` answers."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    task = asyncio.create_task(server._serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        await task


class Site:
    """Answers by path as the test says; `asked` are the paths and headers of requests beside robots.txt."""

    def __init__(self) -> None:
        self.answers: dict[str, Answers] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.url = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        path = request.url.path
        if path != "/robots.txt":
            self.asked.append((path, dict(request.headers)))
        answer = self.answers.get(path, lambda _: Response(status_code=404))
        await answer(request)(scope, receive, send)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@asynccontextmanager
async def served_site() -> AsyncIterator[Site]:
    """A site without answers yet, on a port of its own."""
    site = Site()
    async with serving(site) as site.url:
        yield site
