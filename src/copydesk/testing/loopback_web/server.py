"""The serving process: one event loop, one listening socket a host, answers that are ready to be sent."""

import asyncio
import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection

from copydesk.testing.loopback_web.conversation import Conversation
from copydesk.testing.loopback_web.pages import Typesetter
from copydesk.testing.loopback_web.plan import Manifest, WebPlan
from copydesk.testing.loopback_web.request_log import RequestLog
from copydesk.testing.loopback_web.site import Site

_SEND_BUFFER = 2_000_000
"""Takes a whole answer, so that its end is when it was written and not when a busy client got to reading it."""


def serve(plan: WebPlan, orders: Connection) -> None:
    """Serve until `orders` is closed; the first thing sent there is the manifest."""
    asyncio.run(Server(plan, orders).run())


class Server:
    """Answers the orders `progress`, `hits` and `forget` on the pipe while it serves."""

    def __init__(self, plan: WebPlan, orders: Connection) -> None:
        self._plan = plan
        self._orders = orders
        self._log = RequestLog()
        self._closed = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        sockets = _listening([self._plan.address(at) for at in range(len(self._plan.hosts))])
        port: int = sockets[0].getsockname()[1]
        sites = self._sites(port)
        for site, held in zip(sites, sockets, strict=True):
            await loop.create_server(partial(Conversation, site, self._log), sock=held)
        loop.add_reader(self._orders.fileno(), self._obey)
        self._orders.send(self._manifest(sites, port))
        await self._closed.wait()

    def _sites(self, port: int) -> list[Site]:
        begun, opened = time.monotonic(), datetime.now(UTC)
        sites = []
        for at, host in enumerate(self._plan.hosts):
            base = f"http://{self._plan.address(at)}:{port}"
            typesetter = Typesetter(self._plan.seed, at, base, self._plan.median_bytes)
            sites.append(Site(at, base, host, typesetter, opened, lambda: time.monotonic() - begun))
        return sites

    def _manifest(self, sites: Sequence[Site], port: int) -> Manifest:
        return Manifest(
            self._plan,
            port,
            {f"{site.base}{page.path}": page for site in sites for page in site.records},
            tuple(f"{site.base}{path}" for site in sites for path in site.forbidden),
        )

    def _obey(self) -> None:
        try:
            order = self._orders.recv()
        except EOFError:
            asyncio.get_running_loop().remove_reader(self._orders.fileno())
            self._closed.set()
            return
        if order == "hits":
            self._orders.send(self._log.hits)
        elif order == "forget":
            self._log.forget()
        else:
            self._orders.send(self._log.progress())


def _listening(addresses: Sequence[str]) -> list[socket.socket]:
    """Sockets on one free port of all the addresses."""
    held: list[socket.socket] = []
    port = 0
    for address in addresses:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        listener.bind((address, port))
        listener.listen(128)
        port = listener.getsockname()[1]
        held.append(listener)
    return held
