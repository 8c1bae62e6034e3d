"""One TCP or TLS connection as httpcore wants it, straight on asyncio's transports.

httpcore's own runs through anyio, which takes longer for a read of 20 KB than the network does on a fast line. Reads
and writes know no time-outs of their own: the fetcher's one deadline ends them all.
"""

import asyncio
import ssl
from typing import Any, Self

import httpcore

from copydesk_crawler.core.http.http2_frames import FrameGauge

_BUFFER = 65_536
"""Bytes received and not yet read, after which the other side is kept waiting."""

_MAX_HEAD = 176 * 1024
"""Bytes before a response begins: interim responses (RFC 9110, 15.2) and its head. Larger heads h11 refuses itself."""


class NotConnectedError(httpcore.ConnectError):
    """No connection came about; `reason` is a stable label."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class StaleConnectionError(httpcore.NetworkError):
    """A kept connection was closed by the other side before it heard of this request, which may be sent again."""


class Connection(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """A connection to one address; used by one task at a time for reading, and by one for writing."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received: list[bytes] = []
        self._size = 0
        self._ended: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._reading_paused = False
        self._heard = 0
        self._heard_before = 0
        self._headless = False
        self._frames: FrameGauge | None = None
        self.address: str | None = None
        """The IP address of the other side."""

    @classmethod
    async def open(cls, address: str, port: int, timeout: float | None) -> Self:
        """Connect to an IP address. Raises `OSError` (a time-out is one)."""
        async with asyncio.timeout(timeout):
            _, connection = await asyncio.get_running_loop().create_connection(cls, address, port)
        connection.address = address
        return connection

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Raises `NotConnectedError` with `tls-certificate`, or `tls-failed` for all else."""
        if self._transport is None or self._received or self._ended:
            # What came before the handshake was sent by anybody; it must never pass for what the host says.
            raise NotConnectedError("tls-failed", f"{server_hostname}: spoke before the handshake")
        try:
            async with asyncio.timeout(timeout):
                transport = await asyncio.get_running_loop().start_tls(
                    self._transport, self, ssl_context, server_hostname=server_hostname
                )
        except ssl.SSLCertVerificationError as error:
            raise NotConnectedError("tls-certificate", f"{server_hostname}: {error.verify_message}") from error
        except (OSError, ValueError, TimeoutError) as error:
            raise NotConnectedError("tls-failed", f"{server_hostname}: {error!r}") from error
        if transport is None:
            raise NotConnectedError("tls-failed", f"{server_hostname}: closed in the handshake")
        self._transport = transport
        if transport.get_extra_info("ssl_object").selected_alpn_protocol() == "h2":
            self._frames = FrameGauge()
        return self

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, at least one byte; empty at the end. Raises `httpcore.ReadError`, `StaleConnectionError`."""
        while not self._received:
            if self._ended is not None:
                return self._end(self._ended)
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        data = self._received[0] if len(self._received) == 1 else b"".join(self._received)
        if len(data) > max_bytes:
            self._received = [data[max_bytes:]]
            data = data[:max_bytes]
        else:
            self._received = []
        self._size -= len(data)
        if self._reading_paused and self._size < _BUFFER and self._transport is not None:
            self._reading_paused = False
            self._transport.resume_reading()
        self._heard += len(data)
        if self._frames is not None and (objection := self._frames.objection(data)):
            raise httpcore.RemoteProtocolError(objection)
        if self._headless and self._heard > _MAX_HEAD:
            raise httpcore.RemoteProtocolError(f"no response within {_MAX_HEAD} bytes")
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        if self._ended is not None or self._transport is None or self._transport.is_closing():
            if self._heard or self._heard_before:
                raise StaleConnectionError("the other side has closed the connection")
            raise httpcore.WriteError("the connection is closed")
        self._heard_before += self._heard
        self._heard = 0
        self._headless = self._frames is None
        self._transport.write(buffer)
        if not self._writable.is_set():
            await self._writable.wait()

    async def aclose(self) -> None:
        """At once: nothing that we have written or not read matters any more."""
        if self._transport is not None:
            self._transport.abort()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return bool(self._received) or self._ended is not None
        return self._transport.get_extra_info(info) if self._transport is not None else None

    def head_received(self) -> None:
        """The response has begun; from now on its body counts, which others bound."""
        self._headless = False

    def _end(self, reason: Exception) -> bytes:
        if self._heard == 0 and self._heard_before > 0:
            raise StaleConnectionError(str(reason))
        if isinstance(reason, EOFError):
            return b""
        raise httpcore.ReadError(repr(reason)) from reason

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received.append(data)
        self._size += len(data)
        if self._size > _BUFFER and not self._reading_paused and self._transport is not None:
            self._reading_paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._ended = self._ended or EOFError("the other side has ended")
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = self._ended or exc or EOFError("closed")
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
