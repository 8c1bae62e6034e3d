"""Messages onto the back-fill lane in batches: at a rate, with a bar on a terminal, and every batch acknowledged."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from copydesk.cli.output import err
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher

BATCH = 100
"""Messages sent and awaited together; bounds what is sent again after an interruption."""

T = TypeVar("T")
Done = Callable[[int], None]
"""Told how much is done in all."""


class Pace:
    """At most `rate` a second, counted from the first `keep`; no limit without one."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._started = time.monotonic()
        self.batch = min(BATCH, max(1, int(rate))) if rate else BATCH

    async def keep(self, sent: int) -> None:
        """Wait until `sent` messages since the start are not too many."""
        if self._rate:
            await asyncio.sleep(max(0.0, sent / self._rate - (time.monotonic() - self._started)))


@contextmanager
def progress_bar(what: str, total: int | None, *, unit: str = "items") -> Iterator[Done]:
    """A bar on a terminal while the context is open; `total` is None where it is not known, `unit` may be `bytes`."""
    count: ProgressColumn = TaskProgressColumn() if unit == "bytes" else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)


async def send_all(
    publisher: Publisher,
    items: AsyncIterator[T],
    messages: Callable[[T], list[tuple[Outgoing, str]]],
    pace: Pace,
    acknowledged: Callable[[Sequence[T]], None],
) -> int:
    """Send what each item makes, and return how many there were; `acknowledged` is told of each batch that is."""
    sent = 0
    async for batch in in_batches(items, pace.batch):
        await publisher.publish_roots([message for item in batch for message in messages(item)])
        sent += len(batch)
        acknowledged(batch)
        await pace.keep(sent)
    return sent


def print_sent(count: int, what: str, topic: str) -> None:
    """Say what is on the topic now, and who goes on with it."""
    way = "; running services, or `copydesk run --once`, take them through" if count else ""
    err.print(f"{count} {what} on {topic}{way}", soft_wrap=True)


async def first(items: AsyncIterator[T], limit: int | None) -> AsyncIterator[T]:
    """So many of them, and no more taken; all without a limit."""
    if limit is not None and limit <= 0:
        return
    count = 0
    async for item in items:
        yield item
        count += 1
        if count == limit:
            return


async def in_batches(items: AsyncIterator[T], size: int) -> AsyncIterator[list[T]]:
    batch: list[T] = []
    async for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
