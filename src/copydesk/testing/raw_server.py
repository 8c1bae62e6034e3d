"""A server that says exactly the bytes a test wants, at the pace it wants."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Talk = Callable[[asyncio.StreamWriter, str], Awaitable[None]]
"""Answers one request; gets the head of the request."""

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""Holds one connection from its first byte on."""


class RawServer:
    """`heads` are the requests seen, `connections` counts those opened, spoken to or not."""

    def __init__(self, scheme: str = "http") -> None:
        self.heads: list[str] = []
        self.connections = 0
        self.port = 0
        self._scheme = scheme

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self._scheme}://{host}:{self.port}{path}"


@asynccontextmanager
async def conversing(hold: Conversation, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    """A server on loopback that knows no protocol; every connection ends when `hold` does, or with the server."""
    seen = RawServer("http" if tls is None else "https")
    held: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        held.add(asyncio.current_task())
        try:
            await hold(reader, writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            return  # the other side has had enough, or the server ends
        finally:
            held.discard(asyncio.current_task())
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        for task in held:
            if task is not None:
                task.cancel()


@asynccontextmanager
async def raw_server(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    """One request a connection, answered by `talk`."""
    heads: list[str] = []

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        heads.append(head)
        await talk(writer, head)

    async with conversing(hold, tls) as seen:
        seen.heads = heads
        yield seen


def saying(status: str, body: bytes = b"", *headers: str) -> Talk:
    """A well-formed answer; Content-Length is added unless a header names one."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return blurting("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body)


def blurting(everything: bytes) -> Talk:
    """Those bytes and no other."""

    async def talk(writer: asyncio.StreamWriter, head: str) -> None:
        writer.write(everything)

    return talk


def dripping(start: bytes, piece: bytes, seconds: float) -> Talk:
    """`start`, then `piece` again and again; see `drip`."""

    async def talk(writer: asyncio.StreamWriter, head: str) -> None:
        await drip(writer, start, piece, seconds)

    return talk


async def drip(writer: asyncio.StreamWriter, start: bytes, piece: bytes, seconds: float) -> None:
    """Send `start`, then `piece` again and again until the other side has had enough."""
    writer.write(start)
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(seconds)
