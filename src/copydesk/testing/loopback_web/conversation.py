"""HTTP/1.1 on one connection, as much of it as a crawler needs: GET, keep-alive, gzip, entity tags."""

import asyncio
import time
from dataclasses import dataclass
from typing import cast

from copydesk.testing.loopback_web.request_log import Hit, RequestLog
from copydesk.testing.loopback_web.site import Answer, Site

_HEAD_END = b"\r\n\r\n"


@dataclass
class _Asked:
    """The request in hand; `status` stays 0 until the answer is under way."""

    path: str
    agent: str
    gzipped: bool
    known: bytes
    started: float
    in_flight: int
    kind: str = "aborted"
    status: int = 0


class Conversation(asyncio.Protocol):
    """One connection; requests are answered one after the other."""

    def __init__(self, site: Site, log: RequestLog) -> None:
        self._site = site
        self._log = log
        self._buffer = b""
        self._asked: _Asked | None = None
        self._later: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport
        self._number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0)
        self._log.connection_count += 1
        self._number = self._log.connection_count
        self._log.connections[self._site.number] += 1

    def connection_lost(self, exc: Exception | None) -> None:
        if self._later:
            self._later.cancel()
        if self._asked:
            self._asked.status = 0
            self._ended()
        self._log.connections[self._site.number] -= 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._next()

    def resume_writing(self) -> None:
        """The kernel has the rest of an answer that was larger than its buffer."""
        if self._asked and self._asked.status and not self._later:
            self._ended()

    def _next(self) -> None:
        if self._asked or _HEAD_END not in self._buffer:
            return
        head, _, self._buffer = self._buffer.partition(_HEAD_END)
        log, host = self._log, self._site.number
        self._asked = _read(head, log.in_flight[host])
        log.in_flight[host] += 1
        answer = self._site.answer_to(self._asked.path)
        self._asked.kind = answer.kind
        if self._site.plan.latency:
            self._wait(self._site.plan.latency, answer)
        else:
            self._answer(answer)

    def _wait(self, seconds: float, answer: Answer) -> None:
        self._later = asyncio.get_running_loop().call_later(seconds, self._answer, answer)

    def _answer(self, answer: Answer) -> None:
        asked = cast("_Asked", self._asked)
        same = asked.known == answer.etag and answer.status == 200
        message = answer.unchanged() if same else answer.message(gzipped=asked.gzipped)
        asked.status = 304 if same else answer.status
        if self._site.plan.drip:
            self._transport.write(message[:-1])
            self._later = asyncio.get_running_loop().call_later(self._site.plan.drip, self._write, message[-1:])
        else:
            self._write(message)

    def _write(self, message: bytes) -> None:
        """Note the time first: a busy machine may let the client go on before this process."""
        self._later = None
        now = time.monotonic()
        self._transport.write(message)
        if not self._transport.get_write_buffer_size():
            self._ended(now)

    def _ended(self, ended: float | None = None) -> None:
        asked = cast("_Asked", self._asked)
        self._asked = None
        log, host = self._log, self._site.number
        log.in_flight[host] -= 1
        log.add(
            Hit(
                host=host,
                path=asked.path,
                kind=asked.kind,
                status=asked.status,
                started=asked.started,
                ended=time.monotonic() if ended is None else ended,
                connection=self._number,
                agent=asked.agent,
                in_flight=asked.in_flight,
                connections=log.connections[host],
            )
        )
        self._next()


def _read(head: bytes, in_flight: int) -> _Asked:
    lines = head.split(b"\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in lines[1:] if b": " in line)
    return _Asked(
        path=lines[0].split(b" ")[1].decode("latin-1"),
        agent=headers.get(b"user-agent", b"").decode("latin-1"),
        gzipped=b"gzip" in headers.get(b"accept-encoding", b""),
        known=headers.get(b"if-none-match", b""),
        started=time.monotonic(),
        in_flight=in_flight,
    )
