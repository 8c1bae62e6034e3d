"""The crawler's frontier: which URLs are due, and who may talk to which host.

Every time is the database's, so that crawlers with different clocks agree; callers pass durations. A host is leased
with a fencing number: whoever lost the lease writes nothing. All methods raise `DependencyUnavailableError` while the
database is away.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from copydesk.contracts import StageOutcome
from copydesk.storage.funnel import record_outcomes
from copydesk.storage.outage import database_outages
from copydesk.storage.pool import Connection, Pool
from copydesk.storage.statements import load_statements
from copydesk.storage.storable import storable_text

_SQL = load_statements("frontier")

UrlState = Literal["waiting", "done", "dropped", "dead", "duplicate", "gone"]
RobotsVerdict = Literal["rules", "allow", "unreachable"]


@dataclass(frozen=True)
class NewUrl:
    """A URL met for the first time, perhaps; `id` is the article id of `url`, which is canonical."""

    id: str
    url: str
    host: str
    source: str
    found_on: str | None = None
    priority: int = 5
    hints: dict[str, str] = field(default_factory=dict)
    redirects: int = 0


@dataclass(frozen=True)
class DueUrl:
    """A claimed URL with what its last visit left; `age` counts from its first published body."""

    id: str
    url: str
    host: str
    source: str
    found_on: str | None
    hints: dict[str, str]
    redirects: int
    attempts: int
    etag: str | None
    last_modified: str | None
    content_sha256: str | None
    age: timedelta
    language: str | None
    country: str | None

    @property
    def known(self) -> bool:
        """Whether a body of it was published before."""
        return self.content_sha256 is not None


@dataclass(frozen=True)
class HostLease:
    """The right to talk to a host until the lease ends; `fence` proves it."""

    host: str
    fence: int


@dataclass(frozen=True)
class HostClaim:
    """A leased host with URLs that are due, first things first."""

    lease: HostLease
    urls: tuple[DueUrl, ...]


@dataclass(frozen=True)
class Visit:
    """What a visit came to. `again` is the time to the next one, `outcome` what the funnel shall know.

    `answered` tells that the page was there, `validated` that `etag` and `last_modified` replace the stored ones;
    a null hash keeps the stored hash.
    """

    state: UrlState
    reason: str | None = None
    again: timedelta | None = None
    attempts: int = 0
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_sha256: str | None = None
    answered: bool = False
    validated: bool = False
    duplicate_of: str | None = None
    outcome: StageOutcome | None = None


@dataclass(frozen=True)
class StoredRobots:
    verdict: RobotsVerdict
    body: bytes
    fetched_at: datetime


class Frontier:
    """The frontier as one crawler sees it; `owner` names it in leases."""

    def __init__(self, pool: Pool, owner: str, lease: timedelta) -> None:
        self._pool = pool
        self._owner = owner
        self.lease = lease

    async def discover(self, urls: Sequence[NewUrl], outcomes: Sequence[StageOutcome]) -> int:
        """Add what is new, together with its funnel rows, and return how many were new.

        `outcomes` are those of `urls`, in their order; only those of new URLs are recorded.
        """
        unique = {url.id: (url, outcome) for url, outcome in zip(urls, outcomes, strict=True)}
        if not unique:
            return 0
        with database_outages():
            async with self._pool.acquire() as connection, connection.transaction():
                hosts = sorted({url.host for url, _ in unique.values()})
                await connection.execute(_SQL["add_hosts"], hosts)
                await connection.fetch(_SQL["lock_hosts"], hosts)
                rows = await connection.fetch(_SQL["add_urls"], *_columns([url for url, _ in unique.values()]))
                new = [unique[str(row["url_id"])] for row in rows]
                await record_outcomes(connection, [outcome for _, outcome in new])
                await connection.execute(_SQL["wake_hosts"], sorted({url.host for url, _ in new}))
        return len(new)

    async def count(self, outcomes: Sequence[StageOutcome]) -> None:
        """Record outcomes of what never enters the frontier, such as addresses that are no URL."""
        with database_outages():
            async with self._pool.acquire() as connection:
                await record_outcomes(connection, outcomes)

    async def claim(self, hosts: int, urls_per_host: int) -> list[HostClaim]:
        """Lease up to so many hosts that are free and have something due."""
        with database_outages():
            async with self._pool.acquire() as connection, connection.transaction():
                leased = await connection.fetch(_SQL["claim_hosts"], self._owner, hosts, self.lease)
                leases = {row["host"]: HostLease(row["host"], row["fence"]) for row in leased}
                rows = await connection.fetch(_SQL["due_urls"], list(leases), urls_per_host) if leases else []
                due: dict[str, list[DueUrl]] = {host: [] for host in leases}
                for row in rows:
                    due[row["host"]].append(_due_url(dict(row)))
                for host, urls in due.items():
                    if not urls:
                        await connection.execute(_SQL["release_host"], host, None)
        return [HostClaim(leases[host], tuple(urls)) for host, urls in due.items() if urls]

    async def claim_host(self, host: str) -> HostLease | timedelta:
        """Lease one host for a request outside the frontier, or tell how long it cannot be had."""
        with database_outages():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_SQL["add_hosts"], [host])
                fence = await connection.fetchval(_SQL["claim_host"], host, self._owner, self.lease)
                if fence is not None:
                    return HostLease(host, fence)
                wait = await connection.fetchval(_SQL["host_wait"], host)
        return timedelta(seconds=max(0.0, min(wait, 1e7)))

    async def finish(self, lease: HostLease, url: DueUrl, visit: Visit, delay: timedelta, *, more: bool) -> bool:
        """Write down a visit and its funnel row, and keep the host if `more` follows, else give it back.

        The host rests for `delay`. False means that the lease was lost and nothing was written: somebody else visits
        the URL again.
        """
        with database_outages():
            async with self._pool.acquire() as connection, connection.transaction():
                arguments = _finish_arguments(lease, url, visit)
                if not await connection.fetchval(_SQL["finish_url"], *arguments, delay, self.lease):
                    return False
                if visit.outcome:
                    await record_outcomes(connection, [visit.outcome])
                if not more:
                    await connection.execute(_SQL["release_host"], lease.host, delay)
        return True

    async def keep(self, lease: HostLease, delay: timedelta) -> bool:
        """Note a request outside the frontier, such as for robots.txt; False means that the lease was lost."""
        return await self._with_lease(lease, "keep_host", lease.host, delay, self.lease)

    async def release(self, lease: HostLease, delay: timedelta | None = None) -> bool:
        """Give a host back, at rest for `delay` from now; None when nothing was asked of it."""
        return await self._with_lease(lease, "release_host", lease.host, delay)

    async def due_within(self, horizon: timedelta) -> bool:
        """Whether any URL is due before `horizon` has passed."""
        with database_outages():
            return bool(await self._pool.fetchval(_SQL["due_within"], horizon))

    async def load_robots(self, origin: str) -> StoredRobots | None:
        """The robots.txt of an origin unless it is unknown or stale."""
        with database_outages():
            row = await self._pool.fetchrow(_SQL["load_robots"], origin)
        return StoredRobots(**dict(row)) if row else None

    async def save_robots(self, origin: str, verdict: RobotsVerdict, body: bytes, keep: timedelta) -> StoredRobots:
        with database_outages():
            row = await self._pool.fetchrow(_SQL["save_robots"], origin, verdict, body, keep)
        assert row is not None
        return StoredRobots(**dict(row))

    async def _with_lease(self, lease: HostLease, statement: str, *arguments: object) -> bool:
        with database_outages():
            async with self._pool.acquire() as connection, connection.transaction():
                return await _apply(connection, lease, statement, arguments)


async def _apply(connection: Connection, lease: HostLease, statement: str, arguments: tuple[object, ...]) -> bool:
    held = await connection.fetchval(_SQL["lock_lease"], lease.host, lease.fence)
    if held:
        await connection.execute(_SQL[statement], *arguments)
    return bool(held)


def _columns(urls: Sequence[NewUrl]) -> tuple[list[object], ...]:
    return (
        [UUID(url.id) for url in urls],
        [url.url for url in urls],
        [url.host for url in urls],
        [storable_text(url.source) for url in urls],
        [url.priority for url in urls],
        [None if url.found_on is None else storable_text(url.found_on) for url in urls],
        [json.dumps({name: storable_text(value) for name, value in url.hints.items()}) for url in urls],
        [url.redirects for url in urls],
    )


def _due_url(row: dict[str, object]) -> DueUrl:
    identity, hints, age = row.pop("url_id"), row.pop("hints"), row.pop("age")
    assert isinstance(hints, str)
    assert isinstance(age, float)
    return DueUrl(id=str(identity), hints=json.loads(hints), age=timedelta(seconds=age), **row)  # type: ignore[arg-type]


def _finish_arguments(lease: HostLease, url: DueUrl, visit: Visit) -> tuple[object, ...]:
    return (
        lease.host,
        lease.fence,
        UUID(url.id),
        visit.state,
        visit.reason,
        visit.again,
        visit.attempts,
        visit.status,
        visit.etag,
        visit.last_modified,
        visit.content_sha256,
        visit.validated,
        visit.answered,
        UUID(visit.duplicate_of) if visit.duplicate_of else None,
    )
