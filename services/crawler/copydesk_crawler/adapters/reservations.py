"""Reservations of each origin: its tdmrep.json, asked for under the lease of its host and kept for a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from cachetools import LRUCache

from copydesk.runtime.ports import Clock
from copydesk.settings import OptOut
from copydesk.storage.reservations import Reservations, StoredReservations
from copydesk_crawler.adapters.fetcher import Fetcher, PageRequest
from copydesk_crawler.core.http.answers import Answer, Busy, Fetched, Gone, Redirected, Refused
from copydesk_crawler.core.permission.robots import RobotsRules
from copydesk_crawler.core.permission.tdm_policy import (
    MAX_BYTES,
    NOTHING_RESERVED,
    TDM_FILE,
    TdmPolicy,
    parse_tdm_policy,
)
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url

KEPT = timedelta(hours=24)
NONE_KEPT = timedelta(hours=72)
"""Most origins have no such file; they are asked less often."""
UNKNOWN_KEPT = timedelta(hours=1)
_PARSED = 10_000
"""Origins whose policies stay in memory."""
_TRUSTED_SECONDS = 60.0
"""For so long a policy in memory is used without a look at the database, which may hold a newer one."""


@dataclass(frozen=True)
class ReservationsAnswer:
    """`requested` tells whether the host was asked just now, so that it may rest before the page is asked for.

    `instead` is the answer that already settles the visit, since the host may not be connected to or asks us to wait.
    """

    policy: TdmPolicy
    requested: bool = False
    instead: Refused | Busy | None = None


class ReservationsCache:
    """Policies by origin for one crawler; asks nothing where the operator does not obey such reservations."""

    def __init__(
        self,
        store: Reservations,
        fetcher: Fetcher,
        clock: Clock,
        obeyed: Collection[OptOut],
        host_delay: timedelta = timedelta(seconds=1),
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._host_delay = host_delay
        self._asks = OptOut.TDM_RESERVATION in obeyed
        self._parsed: LRUCache[str, tuple[TdmPolicy, float]] = LRUCache(_PARSED)

    async def policy(self, address: Address, robots: RobotsRules) -> ReservationsAnswer:
        """What the origin of an address reserves; the caller holds the lease of its host.

        Where robots.txt keeps the file from us, as where there is none, nothing is reserved by it.
        """
        if not self._asks:
            return ReservationsAnswer(NOTHING_RESERVED)
        origin = address.origin
        policy, trusted_until = self._parsed.get(origin, (NOTHING_RESERVED, 0.0))
        if self._clock.monotonic() < trusted_until:
            return ReservationsAnswer(policy)
        stored = await self._store.load(origin)
        if stored is not None:
            return ReservationsAnswer(self._read(origin, stored))
        if not robots.allows(origin + TDM_FILE):
            return ReservationsAnswer(NOTHING_RESERVED)
        answer = await self._fetch(address)
        if isinstance(answer, Busy) or (isinstance(answer, Refused) and answer.barred):
            return ReservationsAnswer(NOTHING_RESERVED, requested=True, instead=answer)
        return ReservationsAnswer(self._read(origin, await self._remember(origin, answer)), requested=True)

    def _read(self, origin: str, stored: StoredReservations) -> TdmPolicy:
        policy = parse_tdm_policy(stored.body) if stored.body else NOTHING_RESERVED
        self._parsed[origin] = (policy, self._clock.monotonic() + _TRUSTED_SECONDS)
        return policy

    async def _fetch(self, address: Address) -> Answer:
        """Follow one redirect on this host; what lies on other hosts is not ours to ask for under its lease."""
        target = address.origin + TDM_FILE
        answer = await self._fetcher.fetch(PageRequest(target))
        if not isinstance(answer, Redirected):
            return answer
        moved = canonical_url(answer.location, target, keep_tracking=True)
        if not isinstance(moved, Address) or moved.host != address.host:
            return answer
        await self._clock.sleep(self._host_delay.total_seconds())
        return await self._fetcher.fetch(PageRequest(moved.url))

    async def _remember(self, origin: str, answer: Answer) -> StoredReservations:
        """Keep an answer; one that is none leaves in force what was known, for an hour.

        An origin whose file cannot be had does not take part in the protocol (TDMRep, "TDM File on the Origin
        Server"), so its pages need not wait as they do for robots.txt; but a reservation once seen outlives bad days.
        """
        match answer:
            case Fetched():
                body = answer.body if len(answer.body) <= MAX_BYTES and parse_tdm_policy(answer.body).rules else b""
                return await self._store.save(origin, body, KEPT if body else NONE_KEPT)
            case Gone() | Redirected() | Refused():
                return await self._store.save(origin, b"", NONE_KEPT)
            case _:
                return await self._store.postpone(origin, UNKNOWN_KEPT)
