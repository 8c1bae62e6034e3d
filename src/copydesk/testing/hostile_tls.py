"""TLS and HTTP/2 servers on loopback, well-behaved but for the one thing that each is there for."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived
from h2.exceptions import ProtocolError

from copydesk.testing.raw_server import Conversation

HOST = "press.example"
"""The name that all certificates are for, but those that are not."""

_PAGE = b"<html><body>De brug is weer open.</body></html>"
_RESPONSE = [(":status", "200"), ("content-type", "text/html")]
_CONTINUATION, _HEADERS, _PING, _SETTINGS = 9, 1, 6, 4
_END_HEADERS = 4


class Authority:
    """A certificate authority of its own; `file` is what a crawler is told to trust."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.file))

    def context(self, *names: str, protocols: tuple[str, ...] = ("http/1.1",), expired: bool = False) -> ssl.SSLContext:
        """For a server that shows a certificate for these names."""
        yesterday = datetime.now(UTC) - timedelta(days=1)
        certificate = self._authority.issue_cert(*names, not_after=yesterday if expired else None)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(context)
        context.set_alpn_protocols(list(protocols))
        return context

    def files(self, *names: str, folder: Path) -> tuple[str, str]:
        """Certificate and key for these names, as files."""
        issued = self._authority.issue_cert(*names)
        chain, key = folder / "chain.pem", folder / "key.pem"
        for number, part in enumerate(issued.cert_chain_pems):
            part.write_to_path(str(chain), append=number > 0)
        issued.private_key_pem.write_to_path(str(key))
        return str(chain), str(key)


Answering = Callable[[H2Connection, asyncio.StreamWriter, int], Awaitable[None]]
"""Answers the request of one stream on an open HTTP/2 connection."""


@dataclass(frozen=True)
class HostileStream:
    """One way to answer over HTTP/2, and all outcomes that are right, as `hostile_web.outcome_of` writes them."""

    name: str
    answer: Answering
    expected: tuple[str, ...]


def conversation(answer: Answering) -> Conversation:
    """A server that shakes hands as HTTP/2 wants and answers every stream by `answer`."""

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        while data := await reader.read(65_536):
            try:
                events = connection.receive_data(data)
            except ProtocolError:
                return
            for event in events:
                if isinstance(event, RequestReceived):
                    assert event.stream_id is not None
                    await answer(connection, writer, event.stream_id)
            writer.write(connection.data_to_send())
            await writer.drain()

    return hold


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """A frame as RFC 9113, section 4.1, lays it out, whatever sense it makes."""
    return len(payload).to_bytes(3) + bytes((kind, flags)) + stream.to_bytes(4) + payload


async def _go_away(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    connection.close_connection(error_code=11, last_stream_id=stream)


async def _reset(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    connection.send_headers(stream, _RESPONSE)
    connection.send_data(stream, _PAGE[:9])
    connection.reset_stream(stream, error_code=2)


async def _hang_up(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    connection.send_headers(stream, _RESPONSE)
    connection.send_data(stream, _PAGE[:9])
    writer.write(connection.data_to_send())
    await writer.drain()
    writer.transport.abort()


async def _short(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    connection.send_headers(stream, [*_RESPONSE, ("content-length", "5000")])
    connection.send_data(stream, _PAGE, end_stream=True)


async def _large_header(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    """By hand, since the library takes seconds to compress it."""
    field = b"\x40\x01x\x7f\xc1\x99\x0c" + b"a" * 199_872
    pieces = [(b"\x88" + field)[start : start + 16_384] for start in range(0, len(field) + 1, 16_384)]
    writer.write(connection.data_to_send() + _frame(_HEADERS, 0, stream, pieces[0]))
    for piece in pieces[1:-1]:
        writer.write(_frame(_CONTINUATION, 0, stream, piece))
    writer.write(_frame(_CONTINUATION, _END_HEADERS, stream, pieces[-1]))


async def _header_bomb(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    """One long field put into the compression table, then named 15,000 times at a byte each (RFC 7541, 4.1)."""
    field = b"\x40\x01x\x7f\x81\x1e" + b"a" * 4_000
    writer.write(_frame(_HEADERS, _END_HEADERS, stream, b"\x88" + field + b"\xbe" * 12_000))


async def _continuations(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(connection.data_to_send() + _frame(_HEADERS, 0, stream, b"\x88"))
    while True:
        writer.write(_frame(_CONTINUATION, 0, stream, b"") * 1_000)
        await writer.drain()


async def _flood(kind: int, payload: bytes, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(_frame(kind, 0, 0, payload) * 500)
        await writer.drain()
        await asyncio.sleep(0.01)


async def _pings(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(connection.data_to_send())
    await _flood(_PING, bytes(8), writer)


async def _settings(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(connection.data_to_send())
    await _flood(_SETTINGS, b"", writer)


async def _endless(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    connection.send_headers(stream, _RESPONSE)
    while True:
        writer.write(connection.data_to_send() + _frame(0, 0, stream, bytes(16_384)))
        await writer.drain()


async def _drip(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    connection.send_headers(stream, _RESPONSE)
    while True:
        writer.write(connection.data_to_send() + _frame(0, 0, stream, b"x"))
        await writer.drain()
        await asyncio.sleep(0.05)


async def _noise(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    connection.send_headers(stream, _RESPONSE)
    writer.write(connection.data_to_send() + b"\xff" * 50_000)


async def _bad_status(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_frame(_HEADERS, 5, stream, b"\x48\x03abc"))


async def _wrong_stream(connection: H2Connection, writer: asyncio.StreamWriter, stream: int) -> None:
    writer.write(_frame(0, 0, stream + 40, b"not asked for"))


_BROKEN = ("failed protocol-error", "failed connection-lost")
HOSTILE_STREAMS = (
    HostileStream("GOAWAY before the answer", _go_away, _BROKEN),
    HostileStream("stream reset in the body", _reset, _BROKEN),
    HostileStream("hung up in the body", _hang_up, _BROKEN),
    HostileStream("body shorter than declared", _short, _BROKEN),
    HostileStream("header of 200 KB", _large_header, _BROKEN),
    HostileStream("header bomb of 48 MB", _header_bomb, _BROKEN),
    HostileStream("endless CONTINUATION", _continuations, _BROKEN),
    HostileStream("PING flood", _pings, ("failed timeout", *_BROKEN)),
    HostileStream("SETTINGS flood", _settings, ("failed timeout", *_BROKEN)),
    HostileStream("endless body", _endless, ("refused body-too-large", *_BROKEN)),
    HostileStream("body drip", _drip, ("failed timeout",)),
    HostileStream("noise after the head", _noise, _BROKEN),
    HostileStream("status abc", _bad_status, _BROKEN),
    HostileStream("data for another stream", _wrong_stream, _BROKEN),
)
