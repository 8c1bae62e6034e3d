"""Filing articles: batches in, one transaction, outcomes out."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeVar
from uuid import UUID

import asyncpg

from copydesk.contracts import ArticleTagged, Message
from copydesk.runtime.outcomes import DeadLettered, DependencyUnavailableError, Drop, Emit, Outcome, Received
from copydesk.storage import Connection, Pool
from copydesk.telemetry import get_logger
from copydesk_writer.adapters.admission import NotAloneError, admitted, begin, begin_alone, expect_alone
from copydesk_writer.adapters.assembly_line import Step, pass_along
from copydesk_writer.adapters.copies import copies_of, find_copies
from copydesk_writer.adapters.failures import CONFLICTS, DATA_ERRORS, database_away
from copydesk_writer.adapters.intake import Part, of_a_page, part_of
from copydesk_writer.adapters.lineage import trace
from copydesk_writer.adapters.page_parts import count_stories_anew, seen_gone, with_parts, withdrawals_of_parts
from copydesk_writer.adapters.rows import Filing
from copydesk_writer.adapters.story_desk import assign, events
from copydesk_writer.adapters.tables import SQL, event_of, run, withdraw_articles, write_articles
from copydesk_writer.core.batches import bisecting, in_parts, newest_of_each
from copydesk_writer.core.comparison import SAME, Difference, Reading, compare
from copydesk_writer.core.duplicates import originals
from copydesk_writer.core.revisions import (
    CLOCKS_APART,
    Candidate,
    Key,
    Stored,
    Verdict,
    classify,
    needs_comparison,
    reading_of,
)

_log = get_logger(__name__)

_ATTEMPTS = 50
_SUPERSEDED = Drop("superseded")
_NOTHING = (Verdict.SUPERSEDED, Verdict.REDELIVERED)
_OF_THE_ROW = ("id", "first_stored_at")
_COMPARED_AT_ONCE = 20_000
"""Characters of text that are compared on the event loop; more would keep heartbeats waiting, and go to a thread."""

_PART = 170
"""Articles that are filed in one transaction: what comes after is done for them while the next are filed."""

Isolation = Literal["read_committed", "repeatable_read"]
_IN_TURN: Isolation = "read_committed"
"""Stories are assigned by one writer at a time, each of whose statements is to see what the one before committed."""

R = TypeVar("R")
Work = Callable[[Connection, Sequence[Candidate], datetime], Awaitable[R]]
"""What one transaction does with some candidates."""


class ArticleFiler:
    """Writes batches of articles and withdrawals.

    A transaction sees one snapshot: it reads what is stored, decides, and writes in the order of ids. A writer that
    meets another's newer row is told so by Postgres (40001) and runs again, so no decision rests on stale rows, and
    as every lock is taken in one order (articles, entities, places, stories; by id), no two wait for each other.
    """

    def __init__(self, pool: Pool, *, tell_touched: bool = False) -> None:
        self._pool = pool
        self._tell_touched = tell_touched

    async def handle(self, batch: Sequence[Received[Message]], now: datetime) -> list[Outcome]:
        """One outcome a message, in their order.

        Raises `DependencyUnavailableError` when the database cannot write; what was committed before is told again
        on redelivery.
        """
        parts = await self.pass_along(batch, self.steps(now))
        told = {place: outcome for part in parts for place, outcome in part.outcomes.items()}
        return [told[place] for place in range(len(batch))]

    async def pass_along(self, batch: Sequence[Received[Message]], steps: Sequence[Step[Part]]) -> list[Part]:
        """Have the parts of a batch pass some of the steps."""
        if not batch:
            return []
        places = in_parts([of_a_page(received).id for received in batch], _PART)
        with database_away():
            return await pass_along(places, lambda some: part_of({place: batch[place] for place in some}), steps)

    def steps(self, now: datetime) -> list[Step[Part]]:
        """What is done with each part: file its articles, then look for copies of them and for their stories."""

        async def file(part: Part) -> None:
            part.answer(part.articles, await self._file(list(part.articles.values()), self._file_articles, now))
            part.answer(part.withdrawals, await self._file(list(part.withdrawals.values()), _file_withdrawals, now))
            await self._withdraw_parts(part, now)

        async def find_copies(part: Part) -> None:
            await self._look_around(_mark_duplicates, list(part.articles.values()), now)

        async def assign_stories(part: Part) -> None:
            await self._tell_stories(part, now)

        return [file, find_copies, assign_stories]

    async def _withdraw_parts(self, part: Part, now: datetime) -> None:
        """Withdraw what was split off pages that are gone, and add to each message what it led to."""
        led_to = await withdrawals_of_parts(self._pool, list(part.candidates.values()))
        gone = [withdrawal for some in led_to.values() for withdrawal in some]
        answers = await self._file(gone, _file_withdrawals_of_parts, now)
        told = dict(zip((one.key for one in gone), answers, strict=True))
        for place, found in part.candidates.items():
            of_parts = [told[one.key] for one in led_to.get(found.key, ())]
            part.outcomes[place] = with_parts(part.outcomes[place], of_parts)

    async def _tell_stories(self, part: Part, now: datetime) -> None:
        """Assign stories, and add to each message what it led to, now or when it was here before."""
        passed = {place: found for place, found in part.candidates.items() if isinstance(part.outcomes[place], Emit)}
        await self._look_around(assign, list(passed.values()), now, _IN_TURN)
        async with self._pool.acquire() as connection:
            told = await events(connection, sorted({found.message_id for found in passed.values()}))
        for place, found in passed.items():
            outcome = part.outcomes[place]
            if isinstance(outcome, Emit) and found.message_id in told:
                part.outcomes[place] = Emit((*outcome.messages, *told.pop(found.message_id)))

    async def _file(self, candidates: Sequence[Candidate], work: Work[list[Outcome]], now: datetime) -> list[Outcome]:
        if not candidates:
            return []
        return await bisecting(candidates, lambda some: self._in_transaction(work, some, now), _reject, DATA_ERRORS)

    async def _look_around(
        self, work: Work[None], filed: Sequence[Candidate], now: datetime, isolation: Isolation = "repeatable_read"
    ) -> None:
        """Run `work` for what is filed; what it cannot be done for goes without, since its revision is to be told."""

        async def look(some: Sequence[Candidate]) -> list[None]:
            await self._in_transaction(work, some, now, isolation)
            return [None] * len(some)

        def leave(found: Candidate, error: Exception) -> None:
            _log.warning("filed without its copies or story", article=str(found.id), error=repr(error))

        await bisecting(filed, look, leave, DATA_ERRORS)

    async def _file_articles(
        self, connection: Connection, candidates: Sequence[Candidate], now: datetime
    ) -> list[Outcome]:
        """Write what is new of some articles. What is new is decided in `core.revisions`."""
        made, fresh, stored = await _read(connection, candidates, now)
        differences = await _differences(connection, fresh, stored)
        gone = await seen_gone(connection, [found for found in fresh if found.id not in stored])
        verdicts = {
            found.id: classify(found, stored.get(found.id), differences.get(found.id, SAME), gone.get(found.id))
            for found in fresh
        }
        filings = [
            self._filing(found, found.message, verdicts[found.id], stored.get(found.id), differences.get(found.id), now)
            for found in fresh
            if isinstance(found.message, ArticleTagged) and verdicts[found.id] not in _NOTHING
        ]
        done = await write_articles(connection, filings, now)
        answers = {found.key: _answer(verdicts[found.id], done.get(found.id)) for found in fresh}
        return [made.get(found.key) or answers.get(found.key, _SUPERSEDED) for found in candidates]

    def _filing(
        self,
        found: Candidate,
        article: ArticleTagged,
        verdict: Verdict,
        stored: Stored | None,
        difference: Difference | None,
        now: datetime,
    ) -> Filing:
        if stored is None:
            return Filing(found, article, verdict, 1, now, replaces_children=True)
        tags_changed = stored.record_sha256 != found.record_sha256
        if verdict is Verdict.UNCHANGED:
            return Filing(found, article, verdict, stored.revision, stored.stored_at, tags_changed)
        told = self._tell_touched or verdict is not Verdict.TOUCHED
        at = max(now, stored.stored_at)
        return Filing(found, article, verdict, stored.revision + 1, at, tags_changed, difference or SAME, told)

    async def _in_transaction(
        self, work: Work[R], candidates: Sequence[Candidate], now: datetime, isolation: Isolation = "repeatable_read"
    ) -> R:
        """Run `work` on one snapshot, again when another writer was faster; each time one of them gets on."""
        opening = begin
        for _ in range(_ATTEMPTS):
            async with self._pool.acquire() as connection:
                try:
                    async with connection.transaction(isolation=isolation):
                        await opening(connection)
                        return await work(connection, candidates, now)
                except NotAloneError:
                    opening = begin_alone
                except CONFLICTS:
                    continue
        raise DependencyUnavailableError(
            f"other writers changed the same articles {_ATTEMPTS} times in a row", dependency="postgres"
        )


def _reject(_: Candidate, error: Exception) -> Outcome:
    return DeadLettered("bad row", f"{type(error).__name__}: {error}")


async def _file_withdrawals(connection: Connection, candidates: Sequence[Candidate], now: datetime) -> list[Outcome]:
    """Mark articles withdrawn; in a transaction of their own, since one must take its locks in one go."""
    made, fresh, stored = await _read(connection, candidates, now)
    verdicts = {found.id: classify(found, stored.get(found.id), SAME) for found in fresh}
    if Verdict.UNKNOWN in verdicts.values():
        await expect_alone(connection)
    done = await withdraw_articles(connection, fresh, verdicts, stored, now)
    answers = made | {found.key: _answer(verdicts[found.id], done.get(found.id)) for found in fresh}
    return [answers.get(found.key, _SUPERSEDED) for found in candidates]


async def _file_withdrawals_of_parts(
    connection: Connection, candidates: Sequence[Candidate], now: datetime
) -> list[Outcome]:
    """Withdraw parts that are there; what is not stored yet will meet the withdrawal of its page when it is."""
    made, fresh, stored = await _read(connection, candidates, now)
    there = [found for found in fresh if found.id in stored and not stored[found.id].withdrawn]
    verdicts = {found.id: classify(found, stored[found.id], SAME) for found in there}
    done = await withdraw_articles(connection, there, verdicts, stored, now)
    await count_stories_anew(connection, sorted(done))
    answers = made | {found.key: done[found.id] for found in there if found.id in done}
    return [answers.get(found.key, _SUPERSEDED) for found in candidates]


async def _read(
    connection: Connection, candidates: Sequence[Candidate], now: datetime
) -> tuple[dict[Key, Outcome], list[Candidate], dict[UUID, Stored]]:
    """Events of messages that come again, refusals, the newest of the others, and what is stored of their articles."""
    states = await connection.fetch(SQL["stored_states"], sorted({found.id for found in candidates}))
    made = await _made(connection, candidates, states)
    fresh = newest_of_each([found for found in candidates if found.key not in made])
    fresh, refused = await admitted(connection, fresh, now)
    return made | refused, fresh, {row["id"]: _stored(row) for row in states}


async def _differences(
    connection: Connection, fresh: Sequence[Candidate], stored: Mapping[UUID, Stored]
) -> dict[UUID, Difference]:
    """How the texts of articles differ from those stored, for those whose digests do."""
    changed = {
        found.id: found.message
        for found in fresh
        if isinstance(found.message, ArticleTagged) and needs_comparison(found, stored.get(found.id))
    }
    rows = await connection.fetch(SQL["stored_texts"], list(changed)) if changed else []
    readings = {row["id"]: Reading(**{name: value for name, value in row.items() if name != "id"}) for row in rows}
    pairs = {identity: (before, reading_of(changed[identity])) for identity, before in readings.items()}
    if sum(len(reading.text or "") for pair in pairs.values() for reading in pair) <= _COMPARED_AT_ONCE:
        return _compared(pairs)
    return await asyncio.to_thread(_compared, pairs)


def _compared(pairs: Mapping[UUID, tuple[Reading, Reading]]) -> dict[UUID, Difference]:
    return {identity: compare(before, after) for identity, (before, after) in pairs.items()}


async def _made(
    connection: Connection, candidates: Sequence[Candidate], states: Sequence[asyncpg.Record]
) -> dict[Key, Outcome]:
    """Only articles that are stored have revisions, and none from before they were."""
    if not states:
        return {}
    messages = [found.message_id for found in candidates]
    since = min(row["first_stored_at"] for row in states) - CLOCKS_APART
    rows = await connection.fetch(SQL["made_revisions"], [row["id"] for row in states], messages, since)
    return {(row["article_id"], row["message_id"]): event_of(row) for row in rows}


def _answer(verdict: Verdict, event: Emit | None) -> Outcome:
    if verdict is Verdict.UNKNOWN:
        return Drop("withdrawn before stored")
    if verdict is Verdict.SUPERSEDED:
        return _SUPERSEDED
    return event or Emit(())


async def _mark_duplicates(connection: Connection, candidates: Sequence[Candidate], now: datetime) -> None:
    """Look for near-duplicates of what was just committed.

    After the commit, so that of two writers filing copies side by side at least one sees both; a redelivered message
    is looked at again, so that a crash in between loses nothing.
    """
    signed = sorted({found.id for found in candidates if found.minhash})
    copies = copies_of(await find_copies(connection, signed, now))
    pairs = [
        (own, other) for identity, found in copies.items() for own in found if own.id == identity for other in found
    ]
    marks = originals(pairs)
    if marks:
        await connection.fetch(SQL["lock_articles"], list(marks))
        await run(connection, "mark_duplicates", sorted(marks.items()))
    await trace(connection, sorted({*marks, *(found.id for found in candidates)}))


def _stored(row: asyncpg.Record) -> Stored:
    return Stored(**{name: value for name, value in row.items() if name not in _OF_THE_ROW})
