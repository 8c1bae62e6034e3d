"""The schedule by which sources are polled, and what is remembered of their feeds, sitemaps and home pages.

Times are the database's, as in `frontier`; methods raise `DependencyUnavailableError` while the database is away.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from copydesk.contracts import Source, article_id
from copydesk.storage.outage import database_outages
from copydesk.storage.pool import Pool
from copydesk.storage.source_health import SourceProblems
from copydesk.storage.statements import load_statements
from copydesk.storage.storable import storable_text

_SQL = load_statements("polls")


DocumentKind = Literal["feed", "sitemap", "home", "section"]


@dataclass(frozen=True)
class DueSource:
    """A source that is leased to be polled; `failures` counts its failed polls in a row."""

    source: Source
    failures: int


@dataclass(frozen=True)
class Learned:
    """What is known of a source's rhythm. `rhythm` is JSON that only the crawler reads; null before the first poll.

    `days` are articles by UTC day, `intensity` its share of all polls, `per_day` its mean.
    """

    rhythm: str | None = None
    intensity: float | None = None
    per_day: float | None = None
    newest_entry: datetime | None = None
    days: dict[str, int] = field(default_factory=dict)
    overflows: int = 0


@dataclass(frozen=True)
class PolledDocument:
    """A feed, sitemap, home or section page; `kind` says which. `found_on` is null where the operator named it.

    `moved_to` is where permanent redirects of it lead, `last_body` when its whole body last came. `failures` counts
    polls in a row that did not read it, `ever_read` whether any did, `entries` what it held then, `index_modified` the
    time of its last change by the index that names it. While it is `resting`, it need not be asked for.
    """

    id: str
    url: str
    kind: DocumentKind
    found_on: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_sha256: str | None = None
    moved_to: str | None = None
    last_body: datetime | None = None
    failures: int = 0
    ever_read: bool = False
    entries: int | None = None
    index_modified: datetime | None = None
    resting: bool = False


class PollSchedule:
    """The schedule as one crawler sees it; `owner` names it in leases."""

    def __init__(self, pool: Pool, owner: str, lease: timedelta) -> None:
        self._pool = pool
        self._owner = owner
        self._lease = lease
        self.problems = SourceProblems(pool)

    async def begin_round(self) -> datetime:
        """The database's time, from which a single round over all sources counts."""
        with database_outages():
            began: datetime = await self._pool.fetchval(_SQL["begin_round"])
        return began

    async def claim(self, limit: int, round_began: datetime | None) -> list[DueSource]:
        """Lease sources that are due, or, in a single round, that were not polled in it yet."""
        with database_outages():
            await self._pool.execute(_SQL["add_polls"])
            rows = await self._pool.fetch(_SQL["claim_polls"], self._owner, limit, self._lease, round_began)
        return [_due_source(dict(row)) for row in rows]

    async def keep(self, source: str) -> None:
        """Begin the lease anew, with each document of a poll."""
        with database_outages():
            await self._pool.execute(_SQL["keep_poll"], source, self._owner, self._lease)

    async def release(self, source: str) -> None:
        """Give a source back whose poll was broken off; it stays due."""
        with database_outages():
            await self._pool.execute(_SQL["release_poll"], source, self._owner)

    async def finish(
        self, source: str, again: timedelta, failures: int, problem: str | None, learned: Learned | None = None
    ) -> None:
        """Give a source back, to be polled again after `again`; with what was learned of it, if anything was."""
        new = learned or Learned()
        with database_outages():
            await self._pool.execute(
                _SQL["finish_poll"],
                source,
                self._owner,
                again,
                failures,
                problem,
                learned is not None,
                new.rhythm,
                new.intensity,
                new.per_day,
                new.newest_entry,
                json.dumps(new.days),
                new.overflows,
            )

    async def learned(self, source: str) -> Learned:
        """What earlier polls learned of a source."""
        with database_outages():
            row = await self._pool.fetchrow(_SQL["load_learned"], source)
        if row is None:
            return Learned()
        return Learned(**{**row, "days": json.loads(row["days"])})

    async def mean_intensity(self) -> float | None:
        """The mean over the enabled sources, which share the polls; None before any was polled."""
        with database_outages():
            mean: float | None = await self._pool.fetchval(_SQL["mean_intensity"])
        return mean

    async def known_urls(self, source: str, ids: Sequence[str]) -> dict[str, bool]:
        """Those of some URLs that were there when the source was last polled, each with whether it had named them."""
        with database_outages():
            rows = await self._pool.fetch(_SQL["known_urls"], source, [UUID(each) for each in ids])
        return {str(row["url_id"]): row["ours"] for row in rows}

    async def round_open(self, round_began: datetime) -> bool:
        """Whether an enabled source was not polled since the round began."""
        with database_outages():
            return bool(await self._pool.fetchval(_SQL["polls_open"], round_began))

    async def documents(self, source: str) -> list[PolledDocument]:
        """What was polled for a source before."""
        with database_outages():
            rows = await self._pool.fetch(_SQL["load_documents"], source)
        return [
            PolledDocument(id=str(row["url_id"]), **{k: v for k, v in row.items() if k != "url_id"}) for row in rows
        ]

    async def rest_document(self, source: str, document: PolledDocument, rest: timedelta) -> None:
        """Leave a document alone for a time; shorter than it is left alone already changes nothing."""
        with database_outages():
            await self._pool.execute(_SQL["rest_document"], source, UUID(document.id), rest)

    async def save_document(self, source: str, document: PolledDocument, problem: str | None) -> None:
        """Remember a document with the validators of its last answer."""
        with database_outages():
            await self._pool.execute(
                _SQL["save_document"],
                source,
                UUID(document.id),
                storable_text(document.url),
                document.kind,
                document.found_on,
                document.etag,
                document.last_modified,
                document.content_sha256,
                problem,
                None if document.moved_to is None else storable_text(document.moved_to),
                document.last_body,
                document.failures,
                document.ever_read,
                document.entries,
                document.index_modified,
            )

    async def known_articles(self, source: str, hosts: list[str], limit: int) -> list[str]:
        """URLs of published pages of these hosts that feeds and sitemaps of a source named, up to `limit`."""
        with database_outages():
            rows = await self._pool.fetch(_SQL["known_articles"], source, hosts, limit)
        return [row["url"] for row in rows]

    async def name_document(self, source: str, url: str, kind: DocumentKind, found_on: str) -> bool:
        """Note a document that a page names, to be read from the next poll on; False where it was known.

        `url` is canonical. A source keeps up to 50 documents that it did not list itself.
        """
        with database_outages():
            row = await self._pool.fetchval(
                _SQL["name_document"], source, UUID(article_id(url)), storable_text(url), kind, storable_text(found_on)
            )
        return bool(row)


def _due_source(row: dict[str, Any]) -> DueSource:
    failures = row.pop("failures")
    return DueSource(msgspec.convert(row, Source), failures)
