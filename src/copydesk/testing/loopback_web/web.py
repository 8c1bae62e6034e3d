"""The web as a test or benchmark holds it."""

import asyncio
import multiprocessing
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from copydesk.testing.loopback_web.plan import Manifest, WebPlan
from copydesk.testing.loopback_web.request_log import Hit, Progress
from copydesk.testing.loopback_web.server import serve


class LoopbackWeb:
    """`async with LoopbackWeb(plan) as web` prints all pages (ten seconds for 5,000 large ones) and serves them.

    Linux answers on all of 127.0.0.0/8. The process ends with this one.
    """

    def __init__(self, plan: WebPlan) -> None:
        self.plan = plan
        self.manifest: Manifest
        self._turn = asyncio.Lock()
        self._orders: Connection
        self._process: Any = None

    async def __aenter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        self._orders, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(self.plan, theirs), daemon=True)
        self._process.start()
        theirs.close()
        try:
            self.manifest = await asyncio.to_thread(self._orders.recv)
        except EOFError:
            raise RuntimeError("the loopback web did not open; its process says why on stderr") from None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._orders.close()
        await asyncio.to_thread(self._process.join, 5)
        self._process.kill()

    @property
    def pid(self) -> int:
        """Of the serving process."""
        return int(self._process.pid)

    async def progress(self) -> Progress:
        found: Progress = await self._ask("progress")
        return found

    async def hits(self) -> list[Hit]:
        """All requests that have ended."""
        found: list[Hit] = await self._ask("hits")
        return found

    async def forget(self) -> None:
        """Empty the log."""
        async with self._turn:
            self._orders.send("forget")

    async def _ask(self, order: str) -> Any:
        async with self._turn:
            self._orders.send(order)
            return await asyncio.to_thread(self._orders.recv)
