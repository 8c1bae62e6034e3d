"""Subscriptions to hubs (WebSub), shared by all crawlers; a hub's request may reach any of them.

Times are the database's; methods raise `DependencyUnavailableError` while the database is away.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from copydesk.storage.outage import database_outages
from copydesk.storage.pool import Pool
from copydesk.storage.statements import load_statements
from copydesk.storage.storable import storable_text

_SQL = load_statements("websub")

SubscriptionState = Literal["wanted", "asked", "active", "denied", "leaving"]


@dataclass(frozen=True)
class Subscription:
    """A topic of one feed at its hub; `id` is the last part of the callback URL."""

    id: UUID
    source: str
    feed: str
    topic: str
    hub: str
    secret: str
    state: SubscriptionState
    failures: int


class Subscriptions:
    """The subscriptions of all sources."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def want(self, source: str, feed: str, topic: str, hub: str, identity: UUID, secret: str) -> None:
        """Note what a feed offers; `identity` and `secret` count only if it is new. What it offered before is left."""
        texts = [storable_text(text) for text in (source, feed, topic, hub)]
        with database_outages():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_SQL["leave_others"], *texts)
                await connection.execute(_SQL["want"], identity, *texts, secret)

    async def leave(self, source: str, feed: str) -> None:
        """Note that a feed offers no subscription any more."""
        with database_outages():
            await self._pool.execute(_SQL["leave_others"], storable_text(source), storable_text(feed), None, None)

    async def claim(self, limit: int, hold: timedelta) -> list[Subscription]:
        """Subscriptions whose hub is to be asked now; for the time `hold` no other crawler gets them."""
        with database_outages():
            await self._pool.execute(_SQL["leave_unpolled"])
            rows = await self._pool.fetch(_SQL["claim"], limit, hold)
        return [Subscription(**dict(row)) for row in rows]

    async def load(self, identity: UUID) -> Subscription | None:
        with database_outages():
            row = await self._pool.fetchrow(_SQL["load"], identity)
        return Subscription(**dict(row)) if row else None

    async def expect(self, identity: UUID, patience: timedelta) -> None:
        """Let the hub verify, and count the attempt; without a verification it is asked again after `patience`."""
        await self._execute("expect", identity, patience)

    async def failed(self, identity: UUID, again: timedelta, problem: str) -> None:
        """Note that the hub could not be asked, or did not take the request."""
        await self._execute("failed", identity, again, storable_text(problem))

    async def verified(self, identity: UUID, lease: timedelta, renew: timedelta) -> None:
        await self._execute("verified", identity, lease, renew)

    async def denied(self, identity: UUID, again: timedelta, reason: str) -> None:
        await self._execute("denied", identity, again, storable_text(reason))

    async def remove(self, identity: UUID) -> None:
        await self._execute("remove", identity)

    async def delivered(self, identity: UUID, *, genuine: bool) -> None:
        """Count a delivery, by whether its signature was good."""
        await self._execute("delivered", identity, genuine)

    async def delivering(self, source: str) -> bool:
        """Whether a hub delivers this source's news, so that polls are only a net."""
        with database_outages():
            return bool(await self._pool.fetchval(_SQL["delivering"], source))

    async def poll_now(self, source: str) -> None:
        """Make a source due."""
        await self._execute("poll_now", source)

    async def _execute(self, statement: str, *arguments: object) -> None:
        with database_outages():
            await self._pool.execute(_SQL[statement], *arguments)
