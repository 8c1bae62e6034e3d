"""One guarded HTTP exchange: no cookies, no redirects followed, no proxies, everything bounded.

On httpcore, the transport of httpx: it gives bytes as they came, keeps no state between requests but open
connections, and lets us choose the address.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message as HeaderParser

import httpcore

from copydesk.runtime.ports import Clock
from copydesk.settings import HttpSettings
from copydesk_crawler.adapters.network import AddressBlockedError, GuardedBackend, Resolver, resolve
from copydesk_crawler.core.address_guard import AddressGuard
from copydesk_crawler.core.answers import Answer, Busy, Failed, Fetched, Gone, NotModified, Redirected, Refused
from copydesk_crawler.core.decompression import ACCEPT_ENCODING, UndecodableBodyError, decode_body
from copydesk_crawler.core.politeness import DEFAULT_WAIT, retry_after

_CONNECT_SECONDS = 10.0
_KEEPALIVE_SECONDS = 15.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_VALIDATOR = 1_024

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})


@dataclass(frozen=True)
class PageRequest:
    """What to ask for. `url` is canonical; `media_types` None takes any; an empty Content-Type is always taken."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    media_types: frozenset[str] | None = None


class Fetcher:
    """Fetches for the whole process; connections are kept per host and checked when they are made."""

    def __init__(self, settings: HttpSettings, clock: Clock, resolver: Resolver = resolve) -> None:
        self._deadline = settings.deadline.total_seconds()
        self._limit = settings.max_body_bytes
        self._user_agent = settings.user_agent
        self._clock = clock
        self._pool = httpcore.AsyncConnectionPool(
            http2=True,
            max_connections=4 * settings.concurrency,
            max_keepalive_connections=2 * settings.concurrency,
            keepalive_expiry=_KEEPALIVE_SECONDS,
            network_backend=GuardedBackend(AddressGuard(settings.allow_networks), resolver),
        )

    async def fetch(self, request: PageRequest) -> Answer:
        """Ask once; returns within the deadline whatever the server does, and raises nothing for its sake."""
        try:
            async with asyncio.timeout(self._deadline):
                return await self._exchange(request)
        except AddressBlockedError as error:
            return Refused(error.reason)
        except UndecodableBodyError as error:
            return Failed(error.reason) if error.truncated else Refused(error.reason)
        except (TimeoutError, httpcore.TimeoutException):
            return Failed("timeout")
        except httpcore.ConnectError as error:
            return Failed("dns-failed" if "resolve" in str(error) else "connect-failed")
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, ValueError):
            return Failed("protocol-error")
        except (httpcore.NetworkError, httpcore.ConnectionNotAvailable, OSError):
            return Failed("connection-lost")

    async def close(self) -> None:
        await self._pool.aclose()

    async def _exchange(self, request: PageRequest) -> Answer:
        timeouts = {"connect": _CONNECT_SECONDS, "read": self._deadline, "write": self._deadline, "pool": None}
        async with self._pool.stream(
            "GET", request.url, headers=self._headers(request), extensions={"timeout": timeouts}
        ) as response:
            headers = _Headers(response.headers)
            answer = self._without_body(response.status, headers, request)
            if answer is not None:
                return answer
            raw = await self._read(response, headers)
        coding = headers.get("content-encoding")
        body = await asyncio.to_thread(decode_body, raw, coding, self._limit) if coding else raw
        return Fetched(
            url=request.url,
            body=body,
            content_type=headers.media_type(),
            charset=headers.charset(),
            etag=headers.validator("etag"),
            last_modified=headers.validator("last-modified"),
            status=response.status,
        )

    async def _read(self, response: httpcore.Response, headers: "_Headers") -> bytes:
        """The raw body, given up at the cap; a declared length beyond it is not even begun."""
        length = headers.get("content-length")
        if length and length.isdigit() and int(length[:18]) > self._limit:
            raise UndecodableBodyError("body-too-large")
        raw = bytearray()
        async for chunk in response.aiter_stream():
            raw += chunk
            if len(raw) > self._limit:
                raise UndecodableBodyError("body-too-large")
        return bytes(raw)

    def _headers(self, request: PageRequest) -> list[tuple[str, str]]:
        headers = [
            ("User-Agent", self._user_agent),
            ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            ("Accept-Encoding", ACCEPT_ENCODING),
        ]
        if request.etag:
            headers.append(("If-None-Match", request.etag))
        if request.last_modified:
            headers.append(("If-Modified-Since", request.last_modified))
        return headers

    def _without_body(self, status: int, headers: "_Headers", request: PageRequest) -> Answer | None:
        """The answer that status and headers already are; None when the body is wanted."""
        if status == 304:
            return NotModified(headers.validator("etag"), headers.validator("last-modified"))
        if status in _REDIRECTS:
            location = headers.get("location")
            return Redirected(location, status) if location else Refused("redirect-without-location", status)
        if status in (404, 410):
            return Gone(status)
        wait = retry_after(headers.get("retry-after") or None, self._clock.now())
        if status == 429 or (status == 503 and wait is not None):
            return Busy(wait or DEFAULT_WAIT)
        if status >= 500 or status in (408, 425):
            return Failed(f"http-{status}", status)
        if status != 200:
            return Refused(f"http-{status}", status)
        media_type = headers.media_type()
        if request.media_types is not None and media_type and media_type not in request.media_types:
            return Refused("not-html", status)
        return None


class _Headers:
    """Response headers; the first of a name counts, bytes read as Latin-1 (RFC 9110, 5.5)."""

    def __init__(self, pairs: Sequence[tuple[bytes, bytes]]) -> None:
        self._first: dict[str, str] = {}
        codings: list[str] = []
        for name, value in pairs:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
            self._first.setdefault(key, text)
            if key == "content-encoding":
                codings.append(text)
        if codings:
            self._first["content-encoding"] = ", ".join(codings)

    def get(self, name: str) -> str:
        return self._first.get(name, "")

    def media_type(self) -> str | None:
        return self.get("content-type").partition(";")[0].strip().lower() or None

    def charset(self) -> str | None:
        """The charset parameter as written; whoever reads the body decides what it is worth."""
        parser = HeaderParser()
        parser["content-type"] = self.get("content-type")
        label = parser.get_param("charset")
        return label[:64] if isinstance(label, str) and label.isascii() else None

    def validator(self, name: str) -> str | None:
        """An entity tag or date that may be sent back: printable ASCII and short, since a stranger wrote it."""
        value = self.get(name)
        return value if value and len(value) <= _MAX_VALIDATOR and value.isascii() and value.isprintable() else None
