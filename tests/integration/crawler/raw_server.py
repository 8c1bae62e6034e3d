"""A server that says exactly the bytes a test wants, at the pace it wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Talk = Callable[[asyncio.StreamWriter, str], Awaitable[None]]
"""Answers one request; gets the head of the request."""


class RawServer:
    """`heads` are the requests seen, `connections` counts those opened, spoken to or not."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.connections = 0
        self.port = 0

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@asynccontextmanager
async def raw_server(talk: Talk) -> AsyncIterator[RawServer]:
    seen = RawServer()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            seen.heads.append(head)
            await talk(writer, head)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()


def saying(status: str, body: bytes = b"", *headers: str) -> Talk:
    """A well-formed answer; Content-Length is added unless a header names one."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        lines.append(f"Content-Length: {len(body)}")

    async def talk(writer: asyncio.StreamWriter, head: str) -> None:
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body)

    return talk


async def drip(writer: asyncio.StreamWriter, start: bytes, piece: bytes, seconds: float) -> None:
    """Send `start`, then `piece` again and again until the other side has had enough."""
    writer.write(start)
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(seconds)
