"""Reading dead letters from their topics, and carrying out what somebody decides about them."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from copydesk.cli.composition import blob_url, open_bus
from copydesk.cli.output import CommandError, UsageError, err
from copydesk.cli.tail import read_all
from copydesk.contracts import REGISTRY, STAGE_INPUTS, DeadLetter, UndecodableError, dead_letters, decode
from copydesk.runtime.claim_check import check_in, check_out
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.dead_letters import dead_letter_record, record_again, record_of, settled, standing
from copydesk.runtime.outcomes import Drop
from copydesk.runtime.ports import BlobStore, Bus, OutgoingRecord
from copydesk.runtime.reports import Subject, report_record, reportable, reports, salvaged_subject, subject_of
from copydesk.settings import Settings
from copydesk.storage import open_blobs

_AT_ONCE = 100
"""Letters that are sent together: each is sent before it is marked, so a crash in between only sends some twice."""


@dataclass(frozen=True)
class Wanted:
    """Which letters; what is null or empty asks nothing. `error` is part of the error, in any case."""

    stage: str | None = None
    error: str | None = None
    source: str | None = None
    since: datetime | None = None
    ids: tuple[str, ...] = ()
    states: frozenset[str] = frozenset({"open"})

    def __contains__(self, letter: DeadLetter) -> bool:
        return (
            letter.state in self.states
            and self.stage in (None, letter.stage)
            and self.source in (None, letter.source)
            and (self.error or "").casefold() in letter.error.casefold()
            and (self.since is None or letter.last_failed_at >= self.since)
            and (not self.ids or letter.id in self.ids)
        )


@dataclass(frozen=True)
class Decision:
    """What becomes of letters; `reason` goes with a drop."""

    state: Literal["retried", "dropped"]
    reason: str = ""


async def read_letters(wanted: Wanted) -> list[DeadLetter]:
    """The letters wanted, each as it stands, in the order of their last failure.

    Raises `UsageError` for a stage that there is not, `CommandError` for an id.
    """
    if wanted.stage is not None and wanted.stage not in STAGE_INPUTS:
        raise UsageError(f"no stage is named {wanted.stage!r}; there are {', '.join(STAGE_INPUTS)}")
    async with _bus_and_blobs(read_only=True) as (bus, blobs):
        found = [
            letter
            for stage in ([wanted.stage] if wanted.stage else STAGE_INPUTS)
            for letter in await _letters_of(bus, blobs, stage)
        ]
    letters = [letter for letter in standing(found) if letter in wanted]
    if unknown := [name for name in wanted.ids if name not in {letter.id for letter in letters}]:
        raise CommandError(f"no dead letter has the id {unknown[0]!r}; `copydesk dlq list --state all` names them")
    return letters


async def _letters_of(bus: Bus, blobs: BlobStore, stage: str) -> list[DeadLetter]:
    letters = []
    for record in await read_all(bus, dead_letters(stage).name):
        try:
            message = decode(record.headers, await check_out(record.headers, record.value, blobs)).message
        except UndecodableError as error:
            err.print(f"skipped {record.partition.topic}@{record.offset}: {error}", markup=False, soft_wrap=True)
            continue
        if isinstance(message, DeadLetter):
            letters.append(message)
    return letters


async def decide(letters: Sequence[DeadLetter], decision: Decision) -> None:
    """Send the records again or report them dropped, then mark their letters.

    Raises `CommandError` where a record is to go to a topic that this version does not have.
    """
    if decision.state == "retried" and (gone := sorted({letter.topic for letter in letters} - REGISTRY.keys())):
        raise CommandError(f"dead letters came from {', '.join(gone)}, which this version has not; drop them instead")
    limit = Settings().kafka.max_record_bytes
    async with _bus_and_blobs(read_only=False) as (bus, blobs):
        await bus.ensure_topics(list(REGISTRY.values()))
        producer = await bus.producer()
        for start in range(0, len(letters), _AT_ONCE):
            some, now = letters[start : start + _AT_ONCE], SystemClock().now()
            marked = (settled(letter, decision.state, now, decision.reason or None) for letter in some)
            marks = [dead_letter_record(letter, None, now) for letter in marked]
            for records in (await _effects(some, decision, blobs, now), marks):
                await producer.send([await check_in(record, blobs, limit) for record in records])


async def _effects(
    letters: Iterable[DeadLetter], decision: Decision, blobs: BlobStore, now: datetime
) -> list[OutgoingRecord]:
    if decision.state == "retried":
        return [record_again(letter, now) for letter in letters]
    return [
        report_record(report, f"{letter.id} {now.isoformat()}", None)
        for letter in letters
        if reportable(letter.stage)
        for report in reports(letter.stage, await _subject(letter, blobs), Drop(decision.reason), now)
    ]


async def _subject(letter: DeadLetter, blobs: BlobStore) -> Subject:
    """What the funnel knows the record as: as when it failed."""
    record = record_of(letter)
    expected = REGISTRY[letter.topic].messages if letter.topic in REGISTRY else ()
    try:
        message = decode(record.headers, await check_out(record.headers, record.value, blobs)).message
    except UndecodableError:
        return salvaged_subject(record, letter.id)
    return subject_of(message) if isinstance(message, expected) else salvaged_subject(record, letter.id)


@asynccontextmanager
async def _bus_and_blobs(*, read_only: bool) -> AsyncIterator[tuple[Bus, BlobStore]]:
    settings = Settings()
    bus = open_bus(settings, read_only=read_only)
    try:
        yield bus, open_blobs(blob_url(settings))
    finally:
        await bus.close()
