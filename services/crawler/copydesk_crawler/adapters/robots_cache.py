"""robots.txt of each origin: fetched under the host's lease, kept in Postgres for a day, parsed once a process."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk.runtime.ports import Clock
from copydesk.storage.frontier import StoredRobots
from copydesk_crawler.adapters.fetcher import Fetcher, PageRequest
from copydesk_crawler.adapters.host_leases import HostLeases
from copydesk_crawler.core.answers import Busy, Fetched, Gone, Redirected, Refused
from copydesk_crawler.core.canonical_url import Address, canonical_url
from copydesk_crawler.core.robots import (
    MAX_REDIRECTS,
    RobotsRules,
    allow_all,
    parse_robots,
    read_part,
)

_CACHE = timedelta(hours=24)
_UNREACHABLE_CACHE = timedelta(minutes=5)

_PARSED = 2_000
"""Origins whose parsed rules stay in memory."""

_TRUSTED_SECONDS = 60.0
"""For so long the rules in memory are used without a look at the database, which may hold newer ones."""


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
    """Rules by origin for one crawler."""

    def __init__(self, hosts: HostLeases, fetcher: Fetcher, user_agent: str, clock: Clock) -> None:
        self._hosts = hosts
        self._fetcher = fetcher
        self._user_agent = user_agent
        self._clock = clock
        self._parsed: OrderedDict[str, _Parsed] = OrderedDict()

    async def rules(self, address: Address) -> RobotsAnswer:
        """The rules for an address; the caller holds the lease of its host."""
        remembered = self._parsed.get(address.origin)
        if remembered is not None and self._clock.monotonic() < remembered.trusted_until:
            return RobotsAnswer(remembered.rules)
        stored = await self._hosts.load_robots(address.origin)
        if stored is not None:
            return RobotsAnswer(self._read(address.origin, stored))
        fetched = await self._fetch(address)
        if isinstance(fetched, (Refused, Busy)):
            return RobotsAnswer(None, requested=True, instead=fetched)
        return RobotsAnswer(self._read(address.origin, fetched), requested=True)

    def _read(self, origin: str, stored: StoredRobots) -> RobotsRules | None:
        if stored.verdict == "unreachable":
            return None
        held = self._parsed.pop(origin, None)
        if held is not None and held.fetched_at == stored.fetched_at:
            rules = held.rules
        elif stored.verdict == "rules":
            rules = parse_robots(stored.body, self._user_agent)
        else:
            rules = allow_all()
        self._parsed[origin] = _Parsed(rules, stored.fetched_at, self._clock.monotonic() + _TRUSTED_SECONDS)
        while len(self._parsed) > _PARSED:
            self._parsed.popitem(last=False)
        return rules

    async def _fetch(self, address: Address) -> StoredRobots | Refused | Busy:
        """Follow up to five redirects on this host; what lies on other hosts is not ours to ask for here.

        Such a robots.txt counts as unavailable, as one behind more redirects does (RFC 9309, 2.3.1.2).
        """
        origin = address.origin
        target = address
        answer = await self._fetcher.fetch(PageRequest(f"{origin}/robots.txt"))
        for _ in range(MAX_REDIRECTS):
            if not isinstance(answer, Redirected):
                break
            moved = canonical_url(answer.location, f"{target.origin}/robots.txt", keep_tracking=True)
            if not isinstance(moved, Address) or moved.host != address.host:
                break
            target = moved
            answer = await self._fetcher.fetch(PageRequest(moved.url))
        match answer:
            case Fetched():
                return await self._hosts.save_robots(origin, "rules", read_part(answer.body), _CACHE)
            case Busy():
                return answer
            case Refused(status=None) if answer.reason.startswith(("address-", "port-", "no-address")):
                return answer
            case Gone() | Redirected() | Refused(status=int()):
                return await self._hosts.save_robots(origin, "allow", b"", _CACHE)
            case _:
                return await self._hosts.save_robots(origin, "unreachable", b"", _UNREACHABLE_CACHE)
