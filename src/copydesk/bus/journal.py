"""The embedded log as the event loop sees it: two threads, group commit, and a catalogue kept in memory."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from copydesk.bus.log import Append, Catalogue, Log, Slice, Stretch
from copydesk.bus.partitioner import partition_of
from copydesk.contracts import Topic
from copydesk.runtime.ports import (
    BusUnavailableError,
    OutgoingRecord,
    Partition,
    UnknownTopicError,
)

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class _Entry:
    """One caller's share of the next transaction."""

    done: asyncio.Future[None]
    records: Sequence[OutgoingRecord] = ()
    positions: Mapping[tuple[str, Partition], int] = field(default_factory=dict)


class Journal:
    """Appends and commits of all callers that wait at the same time share one transaction.

    Reads have a connection and a thread of their own, so that they do not wait for writes.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool,
        commits: bool,
        now: Callable[[], datetime],
        on_append: Callable[[frozenset[str]], None],
    ) -> None:
        self.catalogue = Catalogue()
        self._path = path
        self._read_only = read_only
        self._commits = commits
        self._now = now
        self._on_append = on_append
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="copydesk-log-write")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="copydesk-log-read")
        self._entries: asyncio.Queue[_Entry | None] = asyncio.Queue()
        self._opening: asyncio.Task[None] | None = None
        self._closed = False

    async def ready(self) -> None:
        """Open the file once; raises `BusUnavailableError` when it cannot be opened, or was closed."""
        if self._closed:
            raise BusUnavailableError(f"the embedded log {self._path} is closed")
        if self._opening is None or (self._opening.done() and self._opening.exception()):
            self._opening = asyncio.create_task(self._open())
        await asyncio.shield(self._opening)

    async def _open(self) -> None:
        def writer() -> Log:
            return Log(self._path, read_only=self._read_only, commits=self._commits)

        def reader() -> Log:
            return Log(self._path, read_only=self._read_only)

        self._writer = await self._call(self._writing, writer)
        self._reader = await self._call(self._reading, reader)
        await self.refresh()
        self._committing = asyncio.create_task(self._commit_groups())

    async def refresh(self) -> None:
        """Read the catalogue anew: what another process has written since."""
        self.catalogue = await self._call(self._reading, self._reader.catalogue)

    async def create(self, topics: Sequence[Topic]) -> None:
        await self.ready()
        if missing := [topic for topic in topics if topic.name not in self.catalogue.topics]:
            await self._call(self._writing, self._writer.create, missing)
            created = await self._call(self._writing, self._writer.catalogue)
            self.catalogue.topics = created.topics
            for partition, stored in created.partitions.items():
                self.catalogue.partitions.setdefault(partition, stored)

    async def append(self, records: Sequence[OutgoingRecord]) -> None:
        await self.ready()
        for record in records:
            self.partitions(record.topic)
        await self._enqueue(_Entry(asyncio.get_running_loop().create_future(), records=records))

    async def commit(self, group: str, positions: Mapping[Partition, int]) -> None:
        by_group = {(group, partition): position for partition, position in positions.items()}
        await self._enqueue(_Entry(asyncio.get_running_loop().create_future(), positions=by_group))

    async def read(self, slices: Sequence[Slice]) -> list[Stretch]:
        return await self._call(self._reading, self._reader.read, slices)

    async def sweep(self) -> None:
        await self.ready()
        by_id = {stored.id: stored for stored in self.catalogue.partitions.values()}
        more = True
        while more:
            swept = await self._call(self._writing, self._writer.sweep, self._now())
            for row_id, first in swept.shortened.items():
                by_id[row_id].first = first
            more = swept.more

    async def check(self) -> None:
        await self.ready()
        await self._call(self._writing, self._writer.check)

    def partitions(self, topic: str) -> list[Partition]:
        """A topic's partitions in order; raises `UnknownTopicError`."""
        if (count := self.catalogue.topics.get(topic)) is None:
            raise UnknownTopicError(
                f"topic {topic} does not exist in {self._path}: create it with ensure_topics, "
                f"or start `copydesk run`, which does"
            )
        return [Partition(topic, number) for number in range(count)]

    async def close(self) -> None:
        """Finish the transaction in hand and those that callers already wait for, then let go of the file."""
        if self._closed:
            return
        self._closed = True
        if self._opening is not None:
            await asyncio.wait([self._opening])
            if self._opening.exception() is None:
                self._entries.put_nowait(None)
                await self._committing
                await self._call(self._reading, self._reader.close)
                await self._call(self._writing, self._writer.close)
        self._reading.shutdown(wait=False)
        self._writing.shutdown(wait=False)

    async def _enqueue(self, entry: _Entry) -> None:
        if self._closed:
            raise BusUnavailableError(f"the embedded log {self._path} is closed")
        self._entries.put_nowait(entry)
        await entry.done

    async def _commit_groups(self) -> None:
        open_ended = True
        while open_ended:
            entries = [await self._entries.get()]
            while not self._entries.empty():
                entries.append(self._entries.get_nowait())
            open_ended = None not in entries
            await self._write([entry for entry in entries if entry is not None])

    async def _write(self, entries: Sequence[_Entry]) -> None:
        appends = self._place([record for entry in entries for record in entry.records])
        positions = {key: position for entry in entries for key, position in entry.positions.items()}
        stored = self.catalogue.partitions
        by_id = {(group, stored[partition].id): position for (group, partition), position in positions.items()}
        writing = self._call(self._writing, self._writer.write, appends, by_id, self._now())
        (outcome,) = await asyncio.gather(writing, return_exceptions=True)
        if isinstance(outcome, BaseException):
            # Whatever it is, it is the callers' to handle: this task serves the next ones.
            for entry in entries:
                if not entry.done.done():
                    entry.done.set_exception(outcome)
            return
        for append in appends:
            append.partition.next = append.offset + 1
        for entry in entries:
            if not entry.done.done():
                entry.done.set_result(None)
        self.catalogue.positions.update(positions)
        if appends:
            self._on_append(frozenset(append.record.topic for append in appends))

    def _place(self, records: Sequence[OutgoingRecord]) -> list[Append]:
        """Give each record the next offset of its partition; offsets count only once the transaction is through."""
        given: dict[int, int] = {}
        appends = []
        for record in records:
            number = partition_of(record.key, self.catalogue.topics[record.topic])
            stored = self.catalogue.partitions[Partition(record.topic, number)]
            offset = given.get(stored.id, stored.next)
            given[stored.id] = offset + 1
            appends.append(Append(stored, offset, record))
        return appends

    async def _call(self, thread: ThreadPoolExecutor, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, lambda: function(*args, **kwargs))
        except sqlite3.Error as error:
            raise BusUnavailableError(
                f"the embedded log {self._path} failed: {error}; check the disk's free space and permissions"
            ) from error
