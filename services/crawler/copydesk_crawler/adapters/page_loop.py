"""Claims hosts with due URLs and visits them side by side, each by one visitor at a time."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from copydesk.runtime.availability import AbandonedError
from copydesk.storage.frontier_rows import DueUrl, HostClaim, HostLease
from copydesk.telemetry import get_logger
from copydesk_crawler.adapters.activity import rest
from copydesk_crawler.adapters.tools import Tools
from copydesk_crawler.adapters.visitor import Visitor

URLS_PER_HOST = 8
HORIZON = timedelta(minutes=1)
_GRACE_SECONDS = 6.0
_BETWEEN_CLAIMS = 0.05
"""Seconds in which freed hands gather, so that one claim serves several."""

_log = get_logger(__name__)


class PageLoop:
    """The crawler's main loop; up to `http.concurrency` hosts are in hand."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._http = tools.context.settings.http
        self._hands: dict[asyncio.Task[None], HostLease] = {}

    def busy(self) -> bool:
        return bool(self._hands)

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set; visits in hand have a few seconds to end, the rest is left in the frontier."""
        while not stop.is_set():
            self._tools.activity.tick()
            try:
                await self._tools.patiently(self._tools.parameters.exchange)
                asked_at = self._tools.context.clock.monotonic()
                claims = await self._claim(self._http.concurrency - len(self._hands))
            except AbandonedError:
                break
            await self._let_go(claims)
            for claim in claims:
                task = asyncio.create_task(self._host(claim, asked_at))
                self._hands[task] = claim.lease
                task.add_done_callback(lambda done: self._hands.pop(done, None))
            await (rest(stop, (), _BETWEEN_CLAIMS) if claims else rest(stop, self._hands))
        await self._put_down()

    async def _claim(self, free: int) -> list[HostClaim]:
        if free <= 0:
            return []
        tools, seen = self._tools, self._tools.activity.count
        claims = await tools.patiently(lambda: tools.frontier.claim(free, URLS_PER_HOST))
        if not claims and not self._hands:
            due = await tools.patiently(lambda: tools.frontier.due_within(HORIZON))
            tools.activity.note_frontier(seen, quiet=not due)
        return claims

    async def _let_go(self, claims: Sequence[HostClaim]) -> None:
        """End visits whose lease ran out unnoticed, as its host was claimed anew: one visitor a host."""
        hosts = {claim.lease.host for claim in claims}
        stale = [task for task, lease in self._hands.items() if lease.host in hosts]
        for task in stale:
            task.cancel()
        await asyncio.gather(*stale, return_exceptions=True)

    async def _host(self, claim: HostClaim, asked_at: float) -> None:
        visitor = Visitor(self._tools, claim.lease, asked_at)
        for index, url in enumerate(claim.urls):
            try:
                if not await self._visit(visitor, url, last=index == len(claim.urls) - 1):
                    return
            except AbandonedError:
                return

    async def _visit(self, visitor: Visitor, url: DueUrl, *, last: bool) -> bool:
        try:
            return await visitor.visit(url, last=last)
        except AbandonedError:
            raise
        except Exception:  # noqa: BLE001 - this is the crawler's stage loop: one page must not stop the others
            _log.exception("visit failed", url=url.url)
            await visitor.give_up(url, "internal-error")
            return False

    async def _put_down(self) -> None:
        """End or abandon what is in hand; hosts of abandoned visits are given back rather than waited for."""
        if self._hands:
            await asyncio.wait(self._hands, timeout=_GRACE_SECONDS)
        left = dict(self._hands)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._tools.recorder.close()
        with suppress(ConnectionError):
            await self._tools.parameters.store()
        for lease in left.values():
            try:
                await self._tools.frontier.release(lease, self._http.host_delay)
            except ConnectionError:
                return
