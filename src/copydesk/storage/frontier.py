"""The crawler's frontier: which URLs are due, and who may talk to which host.

Every time is the database's, so that crawlers with different clocks agree; callers pass durations. A host is leased
with a fencing number: whoever lost the lease writes nothing. All methods raise `DependencyUnavailableError` while the
database is away.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from copydesk.contracts import StageOutcome, article_id
from copydesk.storage.frontier_rows import (
    DueUrl,
    Finished,
    FrontierLoad,
    HostClaim,
    HostLease,
    KnownUrl,
    NewUrl,
    Priority,
    RobotsVerdict,
    StoredRobots,
)
from copydesk.storage.funnel import record_outcomes, reopened
from copydesk.storage.outage import database_outages
from copydesk.storage.pool import Connection, Pool
from copydesk.storage.statements import load_statements
from copydesk.storage.storable import storable_text

_SQL = load_statements("frontier")


class Frontier:
    """The frontier as one crawler sees it; `owner` names it in leases."""

    def __init__(self, pool: Pool, owner: str, lease: timedelta) -> None:
        self._pool = pool
        self._owner = owner
        self.lease = lease

    async def discover(self, urls: Sequence[NewUrl], outcomes: Sequence[StageOutcome]) -> int:
        """Add what is new, together with its funnel rows, and return how many were new.

        `outcomes` are those of `urls`, in their order; only those of new URLs are recorded. A URL that is known may
        become more urgent by it.
        """
        unique: dict[str, tuple[NewUrl, StageOutcome]] = {}
        for url, outcome in zip(urls, outcomes, strict=True):
            unique.setdefault(url.id, (url, outcome))
        if not unique:
            return 0
        with database_outages():
            async with self._pool.acquire() as connection, connection.transaction():
                hosts = sorted({url.host for url, _ in unique.values()})
                await connection.execute(_SQL["add_hosts"], hosts)
                await connection.fetch(_SQL["lock_hosts"], hosts)
                rows = await connection.fetch(_SQL["add_urls"], *_columns([url for url, _ in unique.values()]))
                due_again = await _reopened(connection, [url for url, _ in unique.values()])
                if not (rows := rows + due_again):
                    return 0
                new = [unique[str(row["url_id"])][1] for row in rows if row["new"]]
                again = await reopened(connection, [row["url_id"] for row in due_again])
                await record_outcomes(connection, [*new, *again])
                await connection.execute(_SQL["wake_hosts"], *_wakes([unique[str(row["url_id"])][0] for row in rows]))
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
                leases = {row["host"]: HostLease(**dict(row)) for row in leased}
                rows = await connection.fetch(_SQL["due_urls"], list(leases), urls_per_host) if leases else []
                due: dict[str, list[DueUrl]] = {host: [] for host in leases}
                for row in rows:
                    due[row["host"]].append(_due_url(dict(row)))
                if nothing := [host for host, urls in due.items() if not urls]:
                    await connection.execute(_SQL["release_hosts"], nothing, [None] * len(nothing))
        return [HostClaim(leases[host], tuple(urls)) for host, urls in due.items() if urls]

    async def claim_host(self, host: str) -> HostLease | timedelta:
        """Lease one host for a request outside the frontier, or tell how long it cannot be had.

        It goes before visits: for a few seconds no visit takes the host, so who asks again soon will get it.
        """
        with database_outages():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_SQL["add_hosts"], [host])
                row = await connection.fetchrow(_SQL["claim_host"], host, self._owner, self.lease)
                if row is not None:
                    return HostLease(**dict(row))
                wait = await connection.fetchval(_SQL["want_host"], host)
        return timedelta(seconds=max(0.0, min(wait, 1e7)))

    async def finish(self, finished: Sequence[Finished]) -> list[bool]:
        """Write down visits with their funnel rows, one a host, in one transaction.

        False stands where the lease was lost: nothing of that visit was written, and somebody else visits the URL
        again. So it does where two pages declare one another at once: the host is given back, and the second visit
        sees what became of the first. Pages that were left for a URL that came to nothing are due again.
        """
        if not finished:
            return []
        with database_outages():
            async with self._pool.acquire() as connection, connection.transaction():
                mutual = await _mutual_duplicates(connection, finished)
                for each in mutual:
                    await _apply(connection, each.lease, "release_hosts", ([each.lease.host], [each.rest]))
                finished_alone = [each for each in finished if each not in mutual]
                left_alone = await _hosts_left_alone(connection, finished_alone)
                rows = await connection.fetch(_SQL["finish_urls"], *_finish_columns(finished_alone), self.lease)
                written = {(str(row["url_id"]), row["fence"]) for row in rows}
                held = [each for each in finished if (each.url_id, each.lease.fence) in written]
                outcomes = [each.visit.outcome for each in held if each.visit.outcome]
                if left_alone:
                    outcomes += await _reopen(connection, [each.url_id for each in held if each.came_to_nothing])
                await record_outcomes(connection, outcomes)
                if given_back := [each for each in held if not each.more]:
                    hosts, rests = [each.lease.host for each in given_back], [each.rest for each in given_back]
                    await connection.execute(_SQL["release_hosts"], hosts, rests)
        return [(each.url_id, each.lease.fence) in written for each in finished]

    async def keep(self, lease: HostLease, delay: timedelta) -> bool:
        """Note a request outside the frontier, such as for robots.txt; False means that the lease was lost."""
        return await self._with_lease(lease, "keep_host", lease.host, delay, self.lease)

    async def release(self, lease: HostLease, delay: timedelta | None = None) -> bool:
        """Give a host back, at rest for `delay` from now; None when nothing was asked of it."""
        return await self._with_lease(lease, "release_hosts", [lease.host], [delay])

    async def known(self, urls: Sequence[str]) -> dict[str, KnownUrl]:
        """What became of those of the canonical URLs that are in the frontier."""
        ids = {UUID(article_id(url)): url for url in urls}
        with database_outages():
            rows = await self._pool.fetch(_SQL["known_urls"], list(ids))
        return {ids[row["url_id"]]: KnownUrl(row["state"], row["declared_by"]) for row in rows}

    async def due_within(self, horizon: timedelta) -> bool:
        """Whether any host can be claimed before `horizon` has passed, leases that end by then included."""
        with database_outages():
            return bool(await self._pool.fetchval(_SQL["due_within"], horizon))

    async def load(self, breaker_failures: int) -> FrontierLoad:
        """How much there is to do, for all crawlers; reads every host that is not idle."""
        with database_outages():
            row = await self._pool.fetchrow(_SQL["frontier_load"], breaker_failures)
        assert row is not None
        return FrontierLoad(**dict(row))

    async def load_robots(self, origin: str) -> StoredRobots | None:
        """The robots.txt of an origin, stale ones too."""
        with database_outages():
            row = await self._pool.fetchrow(_SQL["load_robots"], origin)
        return StoredRobots(**dict(row)) if row else None

    async def keep_robots(self, origin: str, keep: timedelta) -> None:
        """Have the known robots.txt of an origin count as fresh for a time."""
        with database_outages():
            await self._pool.execute(_SQL["keep_robots"], origin, keep)

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


async def _reopened(connection: Connection, urls: Sequence[NewUrl]) -> list[Any]:
    """Those that count as duplicates of the very address that redirects to them: each pointed at the other."""
    led = [
        (UUID(url.id), UUID(article_id(url.found_on)), url.redirects) for url in urls if url.redirects and url.found_on
    ]
    return await connection.fetch(_SQL["reopen_urls"], *map(list, zip(*led, strict=True))) if led else []


async def _hosts_left_alone(connection: Connection, finished: Sequence[Finished]) -> bool:
    """Whether pages were left for URLs that come to nothing now; if so, all hosts concerned are locked in order."""
    nothing = [UUID(each.url_id) for each in finished if each.came_to_nothing]
    rows = await connection.fetch(_SQL["hosts_of_duplicates"], nothing) if nothing else []
    if rows:
        hosts = {row["host"] for row in rows} | {each.lease.host for each in finished}
        await connection.fetch(_SQL["lock_hosts"], sorted(hosts))
    return bool(rows)


async def _reopen(connection: Connection, urls: Sequence[str]) -> list[StageOutcome]:
    """Have the pages that were left for these URLs wait again; returns what the funnel is to know of it."""
    rows = await connection.fetch(_SQL["reopen_duplicates"], [UUID(url) for url in urls])
    ranks: dict[str, int] = {}
    for row in rows:
        ranks[row["host"]] = min(row["priority"], ranks.get(row["host"], row["priority"]))
    await connection.execute(_SQL["wake_hosts"], list(ranks), list(ranks.values()), [timedelta(0)] * len(ranks))
    return await reopened(connection, [row["url_id"] for row in rows])


async def _mutual_duplicates(connection: Connection, finished: Sequence[Finished]) -> list[Finished]:
    """Visits that would make a page the duplicate of its own duplicate, which two crawlers may do at one time."""
    declared = [each for each in finished if each.visit.declared and each.visit.duplicate_of]
    if not declared:
        return []
    await connection.fetch(_SQL["lock_hosts"], sorted({each.lease.host for each in finished}))
    ids = {UUID(identity) for each in declared for identity in (each.url_id, str(each.visit.duplicate_of))}
    rows = await connection.fetch(_SQL["lock_duplicates"], sorted(ids))
    duplicates = {str(row["url_id"]): str(row["duplicate_of"]) for row in rows}
    return [each for each in declared if duplicates.get(str(each.visit.duplicate_of)) == each.url_id]


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
        [url.listed for url in urls],
        [url.adopted.content_sha256 if url.adopted else None for url in urls],
        [url.adopted.again if url.adopted else None for url in urls],
    )


def _wakes(urls: Sequence[NewUrl]) -> tuple[list[str], list[int], list[timedelta]]:
    """Hosts with the wait for, and the priority of, their next URL: of several the one that is due first."""
    first: dict[str, tuple[timedelta, int]] = {}
    for url in urls:
        wake = (url.adopted.again, Priority.REVISIT) if url.adopted else (timedelta(0), url.priority)
        first[url.host] = min(wake, first.get(url.host, wake))
    hosts = sorted(first)
    return hosts, [first[host][1] for host in hosts], [first[host][0] for host in hosts]


def _due_url(row: dict[str, Any]) -> DueUrl:
    identity, hints, age, body_age = row.pop("url_id"), row.pop("hints"), row.pop("age"), row.pop("body_age")
    del row["not_before"]
    return DueUrl(
        id=str(identity),
        hints=json.loads(hints),
        age=timedelta(seconds=age),
        body_age=None if body_age is None else timedelta(seconds=body_age),
        **row,
    )


def _finish_columns(finished: Sequence[Finished]) -> tuple[list[object], ...]:
    visits = [each.visit for each in finished]
    return (
        [each.lease.host for each in finished],
        [each.lease.fence for each in finished],
        [UUID(each.url_id) for each in finished],
        [visit.state for visit in visits],
        [visit.reason for visit in visits],
        [visit.again for visit in visits],
        [visit.attempts for visit in visits],
        [visit.status for visit in visits],
        [visit.etag for visit in visits],
        [visit.last_modified for visit in visits],
        [visit.content_sha256 for visit in visits],
        [visit.validated for visit in visits],
        [visit.answered for visit in visits],
        [visit.whole for visit in visits],
        [UUID(visit.duplicate_of) if visit.duplicate_of else None for visit in visits],
        [each.rest for each in finished],
        [each.lease.latency for each in finished],
        [each.lease.failures for each in finished],
    )
