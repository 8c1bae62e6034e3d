"""Subscribes to the hubs of feeds (WebSub) and takes what they deliver; polling goes on as a net.

The callback may be public: whatever reaches it is a stranger's until the signature is checked. Any crawler answers for
any subscription, and crawlers on one machine share the port.
"""

import asyncio
import random
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from copydesk.runtime.availability import AbandonedError
from copydesk.runtime.service import UnusableSettingError
from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.settings import CrawlerSettings, Settings
from copydesk.storage.websub import Subscription, Subscriptions
from copydesk.telemetry import Metrics, get_logger
from copydesk_crawler.adapters.document_reader import Reading
from copydesk_crawler.adapters.hub_requests import HubRequests
from copydesk_crawler.adapters.patience import Patience
from copydesk_crawler.core.discovery.discovered import Entry
from copydesk_crawler.core.discovery.feeds import parse_feed
from copydesk_crawler.core.discovery.websub import (
    DENIAL_PAUSE,
    MAX_FAREWELLS,
    VERIFICATION_PATIENCE,
    Confirmed,
    Denied,
    intent,
    pause,
    renewal,
    signed,
    wanted,
)

Store = Callable[[str, tuple[Entry, ...], str], Awaitable[None]]
"""Takes a source's name, the entries of its feed and the feed's address, and puts them into the frontier."""

_AT_ONCE = 8
_WAITING = 16
"""Deliveries that wait to be parsed; a hub whose delivery finds no room is told to try again."""

_CONNECTIONS = 64
_HOLD = timedelta(minutes=5)
_TURN_SECONDS = 5.0

_log = get_logger(__name__)


@dataclass(frozen=True)
class _Delivery:
    subscription: Subscription
    body: bytes
    content_type: str | None


class WebSub:
    """The subscriber of one crawler; `run` answers hubs and asks them until it is told to stop."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        hubs: HubRequests,
        workers: WorkerPool,
        settings: Settings,
        store: Store,
        patience: Patience,
        metrics: Metrics,
    ) -> None:
        self._subscriptions = subscriptions
        self._hubs = hubs
        self._workers = workers
        self._settings = settings
        self._store = store
        self._patiently = patience
        self._counted = metrics.hub_deliveries
        self._deliveries: asyncio.Queue[_Delivery] = asyncio.Queue(_WAITING)

    async def note(self, source: str, reading: Reading) -> None:
        """Keep the subscription of a feed that was just read as the feed offers it; None for hubs changes nothing."""
        if reading.hubs is None or reading.document.kind != "feed":
            return
        feed, offered = reading.document.url, wanted(reading.hubs, reading.self_url, reading.base)
        if offered is None:
            await self._subscriptions.leave(source, feed)
            return
        await self._subscriptions.want(source, feed, offered.topic, offered.hub, uuid4(), secrets.token_urlsafe(32))

    async def delivering(self, source: str) -> bool:
        """Whether polls of a source may be rarer, since its hub delivers."""
        return await self._subscriptions.delivering(source)

    async def run(self, stop: asyncio.Event, callback: socket.socket) -> None:
        """Serve the callback on a socket of `listening`, and ask hubs when it is time."""
        async with self.serving(callback):
            try:
                while not stop.is_set():
                    await self._turn()
                    await _rest(stop)
            except AbandonedError:
                return

    @asynccontextmanager
    async def serving(self, callback: socket.socket) -> AsyncIterator[None]:
        """Answer hubs on a socket of `listening`, and read what they deliver."""
        routes = [
            Route("/{path:path}", self._verify, methods=["GET"]),
            Route("/{path:path}", self._deliver, methods=["POST"]),
        ]
        server = _QuietServer(
            uvicorn.Config(
                Starlette(routes=routes),
                log_config=None,
                access_log=False,
                lifespan="off",
                limit_concurrency=_CONNECTIONS,
                timeout_keep_alive=5,
                timeout_graceful_shutdown=1,
            )
        )
        answering = asyncio.create_task(server.serve(sockets=[callback]))
        reading = asyncio.create_task(self._read_deliveries())
        try:
            yield
        finally:
            server.should_exit = True
            reading.cancel()
            await asyncio.gather(answering, reading, return_exceptions=True)

    async def _turn(self) -> None:
        try:
            await self.ask_hubs()
        except AbandonedError:
            raise
        except Exception:  # noqa: BLE001 - a hub must not stop the crawler; it is asked again after a while
            _log.exception("asking hubs failed")

    async def ask_hubs(self) -> None:
        """Subscribe, renew and unsubscribe where it is time to."""
        due = await self._patiently(lambda: self._subscriptions.claim(_AT_ONCE, _HOLD))
        await asyncio.gather(*(self._ask(subscription) for subscription in due))

    async def _ask(self, subscription: Subscription) -> None:
        identity, failures = subscription.id, subscription.failures + 1
        if subscription.state == "leaving" and failures > MAX_FAREWELLS:
            await self._patiently(lambda: self._subscriptions.remove(identity))
            return
        again = pause(failures, random.random())  # noqa: S311 - spreads requests
        patience = max(VERIFICATION_PATIENCE, again)
        await self._patiently(lambda: self._subscriptions.expect(identity, patience))
        problem = await self._hubs.ask(subscription)
        if problem:
            _log.info("hub refused", source=subscription.source, hub=subscription.hub, problem=problem)
            await self._patiently(lambda: self._subscriptions.failed(identity, again, problem))

    async def _verify(self, request: Request) -> Response:
        """Echo the hub's challenge, if it asks about what we asked for (section 5.3)."""
        try:
            subscription = await self._named(request)
            if subscription is None:
                return Response(status_code=404)
            meant = intent(subscription.state, subscription.topic, dict(request.query_params))
            match meant:
                case None:
                    return Response(status_code=404)
                case Denied(reason):
                    await self._subscriptions.denied(subscription.id, DENIAL_PAUSE, reason)
                    return Response(status_code=200)
                case Confirmed(challenge, None):
                    await self._subscriptions.remove(subscription.id)
                case Confirmed(challenge, lease) if lease is not None:
                    again = renewal(lease, random.random())  # noqa: S311 - spreads renewals
                    await self._subscriptions.verified(subscription.id, lease, again)
        except ConnectionError:
            return Response(status_code=503)
        return PlainTextResponse(challenge)

    async def _deliver(self, request: Request) -> Response:
        """Answer at once and read later; a wrong signature is answered alike and ignored (section 7.1)."""
        try:
            subscription = await self._named(request)
            if subscription is None or subscription.state == "leaving":
                return Response(status_code=410)
            body = await self._body(request)
            if body is None:
                return Response(status_code=413)
            if self._deliveries.full():
                self._counted.labels("refused").inc()
                return Response(status_code=503, headers={"retry-after": "60"})
            genuine = signed(body, subscription.secret, request.headers.get("x-hub-signature"))
            await self._subscriptions.delivered(subscription.id, genuine=genuine)
        except ConnectionError:
            return Response(status_code=503)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        self._counted.labels("accepted" if genuine else "forged").inc()
        if genuine:
            await self._deliveries.put(_Delivery(subscription, body, request.headers.get("content-type")))
        else:
            _log.warning("forged delivery", source=subscription.source, hub=subscription.hub)
        return Response(status_code=202)

    async def _named(self, request: Request) -> Subscription | None:
        """The subscription that the last part of the path names."""
        try:
            identity = UUID(request.path_params["path"].rpartition("/")[2])
        except ValueError:
            return None
        return await self._subscriptions.load(identity)

    async def _body(self, request: Request) -> bytes | None:
        """The body within the deadline; None when it is too large."""
        body = bytearray()
        async with asyncio.timeout(self._settings.http.deadline.total_seconds()):
            async for chunk in request.stream():
                body += chunk
                if len(body) > self._settings.http.max_body_bytes:
                    return None
        return bytes(body)

    async def _read_deliveries(self) -> None:
        while True:
            delivery = await self._deliveries.get()
            try:
                await self._read(delivery)
            except AbandonedError:
                return
            except Exception:  # noqa: BLE001 - like a stage loop: one delivery must not stop the others
                _log.exception("delivery failed", source=delivery.subscription.source)
            finally:
                self._deliveries.task_done()

    async def _read(self, delivery: _Delivery) -> None:
        """Enter what the delivery lists; if it lists nothing, it only says that there is something to poll."""
        source, topic = delivery.subscription.source, delivery.subscription.topic
        media_type = (delivery.content_type or "").partition(";")[0].strip().lower() or None
        try:
            findings = await self._workers.call(parse_feed, delivery.body, topic, media_type)
            entries = findings.entries
        except DocumentFailedError:
            entries = ()
        if entries:
            await self._patiently(lambda: self._store(source, entries, topic))
        else:
            await self._patiently(lambda: self._subscriptions.poll_now(source))
        _log.info("delivered", source=source, urls=len(entries))


class _QuietServer(uvicorn.Server):
    """Leaves signals to the process, which stops the crawler first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listening(crawler: CrawlerSettings) -> socket.socket:
    """Where hubs reach us. Raises `UnusableSettingError` when the port belongs to somebody else."""
    host, port = crawler.websub_host, crawler.websub_port
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, reuse_port=True)
    except OSError as error:
        raise UnusableSettingError(
            f"cannot listen for hubs on {host}, port {port}: {error.strerror or error}; choose others by "
            "COPYDESK_CRAWLER__WEBSUB_HOST and COPYDESK_CRAWLER__WEBSUB_PORT, or unset "
            "COPYDESK_CRAWLER__WEBSUB_CALLBACK"
        ) from error


async def _rest(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), _TURN_SECONDS)
    except TimeoutError:
        return
