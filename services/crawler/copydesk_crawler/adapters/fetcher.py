"""One guarded HTTP exchange: no cookies, no redirects followed, no proxies, everything bounded.

On httpcore, the transport of httpx: it gives bytes as they came, keeps no state between requests but open
connections, and lets us choose the address.
"""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

import h2.exceptions
import httpcore

from copydesk.runtime.ports import Clock
from copydesk.settings import HttpSettings
from copydesk_crawler.adapters.connection import Connection, NotConnectedError, StaleConnectionError
from copydesk_crawler.adapters.dns_cache import DnsCache, Resolver, SystemResolver
from copydesk_crawler.adapters.exchange import BodyReader, Transcript, drain
from copydesk_crawler.adapters.network import AddressBlockedError, GuardedBackend, trust
from copydesk_crawler.core.http.address_guard import AddressGuard
from copydesk_crawler.core.http.answers import Answer, Busy, Failed, Fetched, Gone, NotModified, Redirected, Refused
from copydesk_crawler.core.http.decompression import ACCEPT_ENCODING, UndecodableBodyError
from copydesk_crawler.core.http.response_headers import ResponseHeaders
from copydesk_crawler.core.timing.politeness import DEFAULT_WAIT, retry_after

_CONNECT_SECONDS = 10.0
_KEEPALIVE_SECONDS = 15.0
_KEPT = 2
"""Connections that a pool keeps open with nothing to do."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_DEFAULT_PORTS = {b"http": 80, b"https": 443}


@dataclass(frozen=True)
class PageRequest:
    """What to ask for. `url` is canonical; `media_types` None takes any; an empty Content-Type is always taken.

    `keep_first` asks for so many decoded bytes of the body at most: what goes on past them is fetched all the same.
    `form` makes it a POST of these fields, as hubs want it.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    media_types: frozenset[str] | None = None
    keep_first: int | None = None
    form: tuple[tuple[str, str], ...] | None = None


class Fetcher:
    """Fetches for the whole process; connections are kept per host and checked when they are made.

    `resolver` stands in for the system's; its answers are remembered, and meet the guard, like those.
    """

    def __init__(self, settings: HttpSettings, clock: Clock, resolver: Resolver | None = None) -> None:
        self._deadline = settings.deadline.total_seconds()
        self._user_agent = settings.user_agent
        self._clock = clock
        self._system = SystemResolver()
        names = DnsCache(resolver or self._system, settings.dns_cache, clock.monotonic)
        self._bodies = BodyReader(settings.max_body_bytes)
        # Half the deadline at most, so that a host whose addresses are dead is told from one that is slow.
        self._timeouts = {"timeout": {"connect": min(_CONNECT_SECONDS, self._deadline / 2)}}
        certificates = trust(settings.ca_file)
        backend = GuardedBackend(AddressGuard(settings.allow_networks), names)
        # Many small pools: for each request a pool looks at all of its connections several times.
        self._pools = [
            httpcore.AsyncConnectionPool(
                ssl_context=certificates,
                http2=True,
                max_connections=4 * settings.concurrency,
                max_keepalive_connections=_KEPT,
                keepalive_expiry=_KEEPALIVE_SECONDS,
                network_backend=backend,
            )
            for _ in range(2 * settings.concurrency)
        ]

    async def fetch(self, request: PageRequest) -> Answer:
        """Ask once; returns within the deadline whatever the server does, and raises nothing for its sake."""
        try:
            async with asyncio.timeout(self._deadline):
                try:
                    return await self._exchange(request)
                except StaleConnectionError:
                    return await self._exchange(request)
        except AddressBlockedError as error:
            return Refused(error.reason)
        except UndecodableBodyError as error:
            return Failed(error.reason) if error.truncated else Refused(error.reason)
        except NotConnectedError as error:
            return Failed(error.reason)
        except TimeoutError:
            return Failed("timeout")
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, h2.exceptions.H2Error, ValueError):
            return Failed("protocol-error")
        except (httpcore.NetworkError, httpcore.ConnectionNotAvailable, OSError):
            return Failed("connection-lost")

    async def close(self) -> None:
        for pool in self._pools:
            await pool.aclose()
        self._bodies.close()
        self._system.close()

    async def _exchange(self, request: PageRequest) -> Answer:
        url = httpcore.URL(request.url)
        content = None if request.form is None else urlencode(request.form).encode()
        sent = self._headers(url, request, content)
        transcript = Transcript(self._clock, request.url, sent)
        pool = self._pools[hash(url.host + b"%d" % (url.port or 0)) % len(self._pools)]
        response = await pool.handle_async_request(
            httpcore.Request(
                "GET" if content is None else "POST",
                url,
                headers=list(sent),
                content=content,
                extensions=self._timeouts,
            )
        )
        try:
            stream = response.extensions.get("network_stream")
            if isinstance(stream, Connection):
                stream.head_received()
            headers = ResponseHeaders(response.headers)
            if response.status != 200:
                await drain(response)
                answer = self._without_body(response, headers, transcript)
                # Only for pages: a robots.txt that is denied allows all (RFC 9309, 2.3.1.3).
                challenged = request.media_types is not None and isinstance(answer, Refused) and headers.challenges()
                return Failed("block-page", response.status) if challenged else answer
            media_type = headers.media_type()
            if request.media_types is not None and media_type and media_type not in request.media_types:
                return Refused("not-html", response.status)
            payload, body = await self._bodies.read(response, headers, request.keep_first)
        finally:
            await response.aclose()
        return Fetched(
            url=request.url,
            body=body,
            content_type=media_type,
            charset=headers.charset(),
            etag=headers.validator("etag"),
            last_modified=headers.validator("last-modified"),
            status=response.status,
            exchange=transcript.exchange(response, headers, payload),
        )

    def _headers(self, url: httpcore.URL, request: PageRequest, content: bytes | None) -> tuple[tuple[str, str], ...]:
        host = url.host.decode("ascii")
        if url.port is not None and url.port != _DEFAULT_PORTS.get(url.scheme):
            host = f"{host}:{url.port}"
        headers = [
            ("Host", host),
            ("User-Agent", self._user_agent),
            ("Accept", _ACCEPT),
            ("Accept-Encoding", ACCEPT_ENCODING),
        ]
        if content is not None:
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
            headers.append(("Content-Length", str(len(content))))
        if request.etag:
            headers.append(("If-None-Match", request.etag))
        if request.last_modified:
            headers.append(("If-Modified-Since", request.last_modified))
        return tuple(headers)

    def _without_body(self, response: httpcore.Response, headers: ResponseHeaders, transcript: Transcript) -> Answer:
        """The answer that status and headers already are."""
        status = response.status
        if status == 304:
            exchange = transcript.exchange(response, headers, b"")
            return NotModified(headers.validator("etag"), headers.validator("last-modified"), exchange)
        if status in _REDIRECTS:
            location = headers.location()
            return Redirected(location, status) if location else Refused("redirect-without-location", status)
        if status in (404, 410):
            return Gone(status)
        wait = retry_after(headers.get("retry-after") or None, self._clock.now())
        if status == 429 or (status == 503 and wait is not None):
            return Busy(wait or DEFAULT_WAIT)
        if status >= 500 or status in (408, 425):
            return Failed(f"http-{status}", status)
        return Refused(f"http-{status}", status)
