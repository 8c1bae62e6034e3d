"""The second pass: full-text search takes up what was filed, apart from the transactions that file it.

Those only queue an article's id. A pass takes ids off the queue and indexes their articles in one transaction, so one
that dies leaves them queued; passes side by side skip each other's. Indexing an article twice changes nothing.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from copydesk.runtime.outcomes import DependencyUnavailableError
from copydesk.storage import Connection, Pool
from copydesk.storage.array_literals import array_literal
from copydesk.storage.search_labels import labels, language_labels, time_labels
from copydesk.storage.search_text import INDEXED_CHARACTERS, configuration_of, searchable
from copydesk.telemetry import get_logger
from copydesk_writer.adapters.failures import CONFLICTS, DATA_ERRORS, database_away
from copydesk_writer.adapters.rows import columns
from copydesk_writer.adapters.tables import SEARCH
from copydesk_writer.core.batches import bisecting

_BATCH = 200
_LOOK_SECONDS = 2.0
"""Between looks at the queue while this process files nothing; what others left there is taken up, too."""

_SHORTENED = 2_000
"""Characters of a text that as a whole cannot be indexed."""

_log = get_logger(__name__)


class SearchPass:
    """Keeps the index up with what is filed, for as long as the writer runs."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._woken.set()

    def wake(self) -> None:
        """Something was filed."""
        self._woken.set()

    def idle(self) -> bool:
        """Whether the queue was empty after the last thing that was filed."""
        return not self._woken.is_set()

    async def run(self, pool: Pool, stop: asyncio.Event) -> None:
        """Until told to stop; a database that is away is tried again at the next look."""
        while not stop.is_set():
            try:
                await self._catch_up(pool, stop)
            except DependencyUnavailableError as error:
                _log.warning("search falls behind", error=str(error))
                await _either(stop, asyncio.Event())
            else:
                await _either(stop, self._woken)

    async def _catch_up(self, pool: Pool, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._woken.clear()
            try:
                done = await index_some(pool)
            except BaseException:
                self._woken.set()
                raise
            if done == 0:
                return
            self._woken.set()


async def _either(stop: asyncio.Event, woken: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in (stop, woken)]
    await asyncio.wait(waits, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def index_pending(pool: Pool) -> int:
    """Index all that is queued and in no other pass's hands; returns how much that was."""
    total = 0
    while done := await index_some(pool):
        total += done
    return total


async def index_some(pool: Pool, most: int = _BATCH) -> int:
    """Take up to so many off the queue and index their articles; returns the number taken."""
    with database_away():
        while True:
            try:
                async with pool.acquire() as connection, connection.transaction():
                    taken = await connection.fetch(SEARCH["claim"], most)
                    await _index(connection, sorted({row["article_id"] for row in taken}))
                    return len(taken)
            except CONFLICTS:
                continue


async def _index(connection: Connection, ids: Sequence[UUID]) -> None:
    await connection.fetch(SEARCH["hold"], ids)
    articles = await connection.fetch(SEARCH["to_index"], ids, INDEXED_CHARACTERS)
    if articles:
        await _store(connection, [_entry(article) for article in articles])


async def _store(connection: Connection, entries: Sequence["_Entry"]) -> None:
    """What Postgres refuses is shortened, and left without its words when it is still refused."""

    async def store(some: Sequence[_Entry]) -> list[_Entry | None]:
        async with connection.transaction():
            await connection.execute(SEARCH["store"], *columns(some))
        return [None] * len(some)

    for shorten in (_Entry.shortened, _Entry.wordless):
        refused = [one for one in await bisecting(entries, store, lambda one, _: one, DATA_ERRORS) if one is not None]
        if not refused:
            return
        _log.warning("text cannot be indexed whole", articles=[str(one.article_id) for one in refused])
        entries = [shorten(one) for one in refused]
    await store(entries)


class _Entry(NamedTuple):
    """A row of `article_search`, before its words are stemmed."""

    article_id: UUID
    configuration: str
    at: datetime
    version: int
    message_time: datetime
    title: str
    subtitle: str
    text: str
    labels: str

    def shortened(self) -> "_Entry":
        return self._replace(
            title=self.title[:_SHORTENED], subtitle=self.subtitle[:_SHORTENED], text=self.text[:_SHORTENED]
        )

    def wordless(self) -> "_Entry":
        return self._replace(title="", subtitle="", text="")


def _entry(article: asyncpg.Record) -> _Entry:
    at, version, message_time = article["at"], article["version"], article["message_time"]
    if article["withdrawn"]:
        return _Entry(article["id"], "simple", at, version, message_time, "", "", "", array_literal([]))
    return _Entry(
        article["id"],
        configuration_of(article["language"]),
        at,
        version,
        message_time,
        searchable(article["title"] or ""),
        searchable(article["subtitle"] or ""),
        searchable(article["text"]),
        array_literal(sorted(_labels(article))),
    )


def _labels(article: asyncpg.Record) -> set[str]:
    return {
        *time_labels(article["at"]),
        *language_labels(article["language"]),
        *labels("source", [article["source"]]),
        *labels("entity", article["entities"]),
        *labels("place", (*article["places"], *article["place_names"], *article["countries"])),
        *labels("topic", article["topics"]),
    }
