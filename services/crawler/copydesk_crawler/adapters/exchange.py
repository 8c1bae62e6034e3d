"""The body of one response, read within bounds, and the record of the messages that went over the wire."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack

import httpcore

from copydesk.runtime.ports import Clock
from copydesk_crawler.adapters.connection import Connection
from copydesk_crawler.core.http.answers import Exchange
from copydesk_crawler.core.http.decompression import UndecodableBodyError, decode_body
from copydesk_crawler.core.http.response_headers import HeaderPairs, ResponseHeaders

_LARGE = 1024 * 1024
_LARGE_BODIES = 4
"""Bodies beyond a megabyte that are read side by side; further ones wait, and their deadlines run on."""

_MAX_CHUNKS = 50_000
_TURN = 256
"""Chunks taken before other tasks have their turn: a buffer full of one-byte chunks never waits for the network."""

_DRAINED = 16_384
_DRAIN_SECONDS = 1.0
_INLINE_INPUT = 65_536
_INLINE_OUTPUT = 1024 * 1024
_DECODING_THREADS = 2
_DECODING_SECONDS = 2.0
"""Processor time for one body; ten honest megabytes take a twentieth of that."""


class BodyReader:
    """Reads and decodes the bodies of one process, so that all together stay within bounds as well as each."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._large = asyncio.Semaphore(_LARGE_BODIES)
        self._threads = ThreadPoolExecutor(_DECODING_THREADS, thread_name_prefix="decoding")

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def read(
        self, response: httpcore.Response, headers: ResponseHeaders, keep_first: int | None
    ) -> tuple[bytes, bytes]:
        """The payload as it came, and the body; both end at `keep_first` decoded bytes, if given.

        Raises `UndecodableBodyError`.
        """
        coding = headers.all("content-encoding")
        async with AsyncExitStack() as held:
            payload = await self._payload(response, headers, keep_first, held)
            if not coding:
                return payload, payload if keep_first is None else payload[:keep_first]
            return payload, await self._decoded(payload, coding, keep_first)

    async def _payload(
        self, response: httpcore.Response, headers: ResponseHeaders, keep_first: int | None, held: AsyncExitStack
    ) -> bytes:
        """Given up at the cap; a declared length beyond it is not even begun. Compressed is never longer than plain."""
        limit = self._limit if keep_first is None else keep_first
        if keep_first is None and (headers.declared_length() or 0) > limit:
            raise UndecodableBodyError("body-too-large")
        pieces: list[bytes] = []
        size = 0
        async for piece in response.aiter_stream():
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                if keep_first is not None:
                    break
                raise UndecodableBodyError("body-too-large")
            if len(pieces) % _TURN == 0:
                if len(pieces) > _MAX_CHUNKS:
                    raise UndecodableBodyError("too-many-chunks")
                await asyncio.sleep(0)
            if size > _LARGE >= size - len(piece):
                await held.enter_async_context(self._large)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def _decoded(self, payload: bytes, coding: str, keep_first: int | None) -> bytes:
        """Small bodies at once, since a thread costs more than they do; whatever grows large in a thread."""
        limit, cut = (self._limit, False) if keep_first is None else (keep_first, True)
        if len(payload) <= _INLINE_INPUT:
            try:
                return decode_body(payload, coding, min(limit, _INLINE_OUTPUT), keep_first=cut)
            except UndecodableBodyError as error:
                if error.reason != "body-too-large" or limit <= _INLINE_OUTPUT:
                    raise
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _decode, payload, coding, limit, cut)


async def drain(response: httpcore.Response) -> None:
    """Read a short body that nobody wants, so that the connection can be kept; a longer one costs the connection."""
    size = 0
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for piece in response.aiter_stream():
                size += len(piece)
                if size > _DRAINED:
                    return
    except (httpcore.NetworkError, httpcore.ProtocolError, TimeoutError):
        return


class Transcript:
    """Begun when a request goes out; writes down what went over the wire."""

    def __init__(self, clock: Clock, url: str, request_headers: HeaderPairs) -> None:
        self._url = url
        self._request_headers = request_headers
        self._requested_at = clock.now()

    def exchange(self, response: httpcore.Response, headers: ResponseHeaders, payload: bytes) -> Exchange:
        stream = response.extensions.get("network_stream")
        return Exchange(
            url=self._url,
            requested_at=self._requested_at,
            http_version=response.extensions.get("http_version", b"HTTP/1.1").decode("latin-1"),
            status=response.status,
            request_headers=self._request_headers,
            headers=headers.pairs,
            payload=payload,
            address=stream.address if isinstance(stream, Connection) else None,
        )


def _decode(payload: bytes, coding: str, limit: int, keep_first: bool) -> bytes:
    return decode_body(payload, coding, limit, keep_first=keep_first, expired=_time_limit(_DECODING_SECONDS))


def _time_limit(seconds: float) -> Callable[[], bool]:
    ends = time.thread_time() + seconds
    return lambda: time.thread_time() > ends
