"""How long the frontier's own methods take on what is there."""

import math
import random
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from copydesk.contracts import StageOutcome, article_id
from copydesk.storage import Pool
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import Finished, HostClaim, NewUrl, Visit
from copydesk.storage.statements import load_statements

T = TypeVar("T")

HOSTS = 16
URLS_PER_HOST = 8
BATCH = 1_000
_LEASE = timedelta(minutes=1)
_WARM_UP = 10
_numbers = count(1)


@dataclass
class Latencies:
    """Milliseconds of every call, by what was called."""

    taken: dict[str, list[float]] = field(default_factory=dict)

    async def of(self, name: str, call: Awaitable[T]) -> T:
        started = time.perf_counter()
        found = await call
        self.taken.setdefault(name, []).append(1000 * (time.perf_counter() - started))
        return found

    def share(self, name: str, share: float) -> float:
        ordered = sorted(self.taken[name])
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def measured(pool: Pool, hosts: int, claims: int) -> Latencies:
    """Claims that are worked off as a crawler does, one visit of each host in a batch; discoveries; looks at what is
    due, with something due and as if nothing were."""
    frontier = Frontier(pool, "benchmark", _LEASE)
    warm, taken = Latencies(), Latencies()
    for number in range(_WARM_UP + claims):
        await _work_off(frontier, warm if number < _WARM_UP else taken)
    chance = random.Random(7)
    for number in range(3 + max(5, claims // 10)):
        seen = warm if number < 3 else taken
        new = [_new(chance, hosts) for _ in range(BATCH)]
        await seen.of("discover 1,000 new", frontier.discover(new, _outcomes(new)))
        known = await _known(pool, chance)
        await seen.of("discover 1,000 known", frontier.discover(known, _outcomes(known)))
    for _ in range(claims):
        await taken.of("due_within", frontier.due_within(timedelta(minutes=1)))
        await taken.of("due_within, nothing due", frontier.due_within(timedelta(days=-36_500)))
    return taken


async def _work_off(frontier: Frontier, taken: Latencies) -> None:
    claims = await taken.of("claim", frontier.claim(HOSTS, URLS_PER_HOST))
    for turn in range(URLS_PER_HOST):
        batch = [_finished(claim, turn) for claim in claims if turn < len(claim.urls)]
        if batch:
            written = await taken.of("finish", frontier.finish(batch))
            assert all(written), "a lease was lost while nobody else was there"


def _finished(claim: HostClaim, turn: int) -> Finished:
    url = claim.urls[turn]
    now = datetime.now(UTC)
    visit = Visit(
        state="waiting",
        again=timedelta(minutes=15),
        status=200,
        etag='"new"',
        content_sha256=article_id(url.url).replace("-", "") * 2,
        answered=True,
        whole=True,
        validated=True,
        outcome=StageOutcome(
            id=url.id, source=url.source, url=url.url, stage="crawler", outcome="passed", version=1, at=now
        ),
    )
    return Finished(claim.lease, url.id, visit, timedelta(seconds=1), more=turn + 1 < len(claim.urls))


def _new(chance: random.Random, hosts: int) -> NewUrl:
    """On a host as likely as its share of all URLs."""
    at = math.floor(8 * math.exp(chance.random() * math.log((hosts + 8) / 8))) - 8
    url = f"https://site-{at}.example/news/new/{next(_numbers)}"
    return NewUrl(id=article_id(url), url=url, host=f"site-{at}.example", source="benchmark")


async def _known(pool: Pool, chance: random.Random) -> list[NewUrl]:
    start = UUID(int=chance.getrandbits(128))
    rows = await pool.fetch(
        "SELECT url_id, url, host, source FROM copydesk.frontier WHERE url_id >= $1 ORDER BY url_id LIMIT $2",
        start,
        BATCH,
    )
    return [NewUrl(id=str(row["url_id"]), url=row["url"], host=row["host"], source=row["source"]) for row in rows]


def _outcomes(urls: Sequence[NewUrl]) -> list[StageOutcome]:
    now = datetime.now(UTC)
    return [
        StageOutcome(
            id=url.id, source=url.source, url=url.url, stage="crawler", outcome="discovered", version=0, at=now
        )
        for url in urls
    ]


async def plans(pool: Pool) -> AsyncIterator[tuple[str, str]]:
    """Plans, with what was read, of the statements of a claim and of a release; nothing of it stays."""
    statements = load_statements("frontier")
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        leased = await connection.fetch(statements["claim_hosts"], "plans", HOSTS, _LEASE)
        hosts = [row["host"] for row in leased]
        given: dict[str, tuple[Any, ...]] = {
            "claim_hosts": ("plans", HOSTS, _LEASE),
            "due_urls": (hosts, URLS_PER_HOST),
            "release_hosts": (hosts, [timedelta(seconds=1)] * len(hosts)),
            "due_within": (timedelta(minutes=1),),
        }
        for name, arguments in given.items():
            rows = await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS) {statements[name]}", *arguments)
            yield name, "\n".join(row[0] for row in rows)
        await transaction.rollback()
