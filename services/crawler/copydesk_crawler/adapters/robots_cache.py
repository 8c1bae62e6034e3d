"""robots.txt of each origin: fetched under the host's lease, kept in Postgres for a day, parsed once a process."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from cachetools import LRUCache

from copydesk.runtime.ports import Clock
from copydesk.storage.frontier_rows import HostLease, StoredRobots
from copydesk_crawler.adapters.fetcher import Fetcher, PageRequest
from copydesk_crawler.adapters.host_leases import HostLeases
from copydesk_crawler.core.http.answers import Answer, Busy, Failed, Fetched, Gone, Redirected, Refused
from copydesk_crawler.core.http.cache_lifetime import fresh_for
from copydesk_crawler.core.permission.robots import (
    MAX_BYTES,
    MAX_REDIRECTS,
    RobotsRules,
    allow_all,
    parse_robots,
    read_part,
)
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url

_LONGEST_CACHE = timedelta(hours=24)
_SHORTEST_CACHE = timedelta(minutes=10)
"""Servers that forbid caching would otherwise be asked for robots.txt before each page."""

_UNREACHABLE_CACHE = timedelta(minutes=5)
_GIVEN_UP = timedelta(days=30)
"""A robots.txt that was never reached for so long counts as unavailable (RFC 9309, 2.3.1.4)."""

_PATIENCE = 20.0
"""Seconds after which no further redirect is followed: the caller's lease must outlast the last request."""

_OTHER_HOST_WAIT = (timedelta(seconds=1), timedelta(seconds=60))
_FOUND = 302
_PARSED = 2_000
"""Origins whose parsed rules stay in memory."""

_TRUSTED_SECONDS = 60.0
"""For so long the rules in memory are used without a look at the database, which may hold newer ones."""

_LONG = 50_000
"""A body of more bytes is parsed beside the event loop."""


@dataclass(frozen=True)
class RobotsAnswer:
    """`rules` is None while robots.txt is unreachable: then nothing may be fetched (RFC 9309, 2.3.1.4).

    `requested` tells whether the host was asked just now; `instead` is the answer that already settles the visit,
    since the host may not be connected to or asks us to wait.
    """

    rules: RobotsRules | None
    requested: bool = False
    instead: Refused | Busy | None = None


@dataclass(frozen=True)
class _Parsed:
    rules: RobotsRules
    fetched_at: datetime
    trusted_until: float


class RobotsCache:
    """Rules by origin for one crawler; `host_delay` is the rest of a host between two hops of a redirect."""

    def __init__(
        self,
        hosts: HostLeases,
        fetcher: Fetcher,
        user_agent: str,
        clock: Clock,
        host_delay: timedelta = timedelta(seconds=1),
    ) -> None:
        self._hosts = hosts
        self._fetcher = fetcher
        self._user_agent = user_agent
        self._clock = clock
        self._host_delay = host_delay
        self._parsed: LRUCache[str, _Parsed] = LRUCache(_PARSED)

    async def rules(self, address: Address) -> RobotsAnswer:
        """The rules for an address; the caller holds the lease of its host."""
        remembered = self._parsed.get(address.origin)
        if remembered is not None and self._clock.monotonic() < remembered.trusted_until:
            return RobotsAnswer(remembered.rules)
        stored = await self._hosts.load_robots(address.origin)
        if stored is not None and stored.fresh:
            return RobotsAnswer(await self._read(address.origin, stored))
        answer = await self._ask(address)
        if isinstance(answer, (Refused, Busy)) and _settles(answer):
            return RobotsAnswer(None, requested=True, instead=answer)
        now_stored = await self._stored(address.origin, answer, stored)
        return RobotsAnswer(await self._read(address.origin, now_stored), requested=True)

    async def _read(self, origin: str, stored: StoredRobots) -> RobotsRules | None:
        if stored.verdict == "unreachable" and self._clock.now() - stored.fetched_at < _GIVEN_UP:
            return None
        held = self._parsed.get(origin)
        if held is not None and held.fetched_at == stored.fetched_at:
            rules = held.rules
        elif stored.verdict != "rules":
            rules = allow_all()
        elif len(stored.body) > _LONG:
            rules = await asyncio.to_thread(parse_robots, stored.body, self._user_agent)
        else:
            rules = parse_robots(stored.body, self._user_agent)
        self._parsed[origin] = _Parsed(rules, stored.fetched_at, self._clock.monotonic() + _TRUSTED_SECONDS)
        return rules

    async def _stored(self, origin: str, answer: Answer | StoredRobots, before: StoredRobots | None) -> StoredRobots:
        """Write down what came; what was known before stands while nothing can be reached (RFC 9309, 2.4)."""
        match answer:
            case StoredRobots(verdict="rules" | "allow"):
                age = self._clock.now() - answer.fetched_at
                keep = max(_SHORTEST_CACHE, _LONGEST_CACHE - age)
                return await self._hosts.save_robots(origin, answer.verdict, answer.body, keep)
            case Fetched():
                return await self._hosts.save_robots(origin, "rules", read_part(answer.body), self._lifetime(answer))
            case Gone() | Redirected() | Refused(status=int()):
                return await self._hosts.save_robots(origin, "allow", b"", _LONGEST_CACHE)
        if before is None:
            return await self._hosts.save_robots(origin, "unreachable", b"", _UNREACHABLE_CACHE)
        await self._hosts.keep_robots(origin, _UNREACHABLE_CACHE)
        return before

    def _lifetime(self, answer: Fetched) -> timedelta:
        """A day, or what Cache-Control and Expires say if that is less."""
        said = fresh_for(answer.exchange.headers, self._clock.now()) if answer.exchange else None
        return _LONGEST_CACHE if said is None else max(_SHORTEST_CACHE, min(said, _LONGEST_CACHE))

    async def _ask(self, address: Address) -> Answer | StoredRobots:
        """Fetch it, following five redirects, to other hosts too; more make it unavailable (RFC 9309, 2.3.1.2)."""
        started = self._clock.monotonic()
        url = f"{address.origin}/robots.txt"
        answer: Answer | StoredRobots = await self._fetch(url)
        for _ in range(MAX_REDIRECTS):
            if not isinstance(answer, Redirected):
                break
            target = canonical_url(answer.location, url, keep_tracking=True)
            if not isinstance(target, Address):
                break
            if self._clock.monotonic() - started > _PATIENCE:
                return Failed("timeout")
            url = target.url
            if target.host == address.host:
                await self._clock.sleep(self._host_delay.total_seconds())
                answer = await self._fetch(url)
            else:
                answer = await self._ask_elsewhere(target)
        return answer

    async def _ask_elsewhere(self, target: Address) -> Answer | StoredRobots:
        """One request to another host, under its own lease; nothing that it answers binds the host that sent us there.

        Mostly it is that host's own robots.txt, which may be known already.
        """
        is_robots = target.url == f"{target.origin}/robots.txt"
        known = await self._hosts.load_robots(target.origin) if is_robots else None
        if known is not None and known.fresh:
            return known
        lease = await self._hosts.claim_host(target.host)
        if not isinstance(lease, HostLease):
            least, most = _OTHER_HOST_WAIT
            return Busy(max(least, min(lease, most)))
        answer: Answer = Failed("connection-lost")
        try:
            answer = await self._fetch(target.url)
        finally:
            await self._hosts.release(lease, answer.wait if isinstance(answer, Busy) else self._host_delay)
        if is_robots and isinstance(answer, Fetched):
            await self._stored(target.origin, answer, known)
        if isinstance(answer, (Refused, Busy)) and _settles(answer):
            return Failed("host-busy") if isinstance(answer, Busy) else Refused(answer.reason, _FOUND)
        return answer

    async def _fetch(self, url: str) -> Answer:
        return await self._fetcher.fetch(PageRequest(url, keep_first=MAX_BYTES + 1))


def _settles(answer: Refused | Busy) -> bool:
    """Whether the host is not to be asked for pages either: it may not be connected to, or wants to be left alone."""
    return isinstance(answer, Busy) or answer.barred
