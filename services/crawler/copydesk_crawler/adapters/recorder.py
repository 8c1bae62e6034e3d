"""Writes visits down in batches: what many hosts answered meanwhile is published and stored together.

One at a time, a visit costs a broker round trip and a transaction; together they cost little more than one, which is
what keeps the crawler as fast as its HTTP client. Nobody waits for a batch to fill: while one is written, the next
gathers.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import Finished
from copydesk.telemetry import get_logger
from copydesk_crawler.adapters.discovery import Discovery
from copydesk_crawler.adapters.patience import Patience

T = TypeVar("T")

MAX_BATCH = 64

_log = get_logger(__name__)


@dataclass(frozen=True)
class Record:
    """All that one visit came to: its row, the message with its version, and the address that has the page instead."""

    finished: Finished
    publish: tuple[Outgoing, str] | None = None
    found: Discovery | None = None


class Recorder:
    """Shared by the visitors of one crawler."""

    def __init__(self, publisher: Publisher, frontier: Frontier, patiently: Patience) -> None:
        self._publisher = publisher
        self._frontier = frontier
        self._patiently = patiently
        self._waiting: list[tuple[Record, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def record(self, record: Record) -> bool:
        """Publish, then write down; False when the lease of the host was lost and nothing was written.

        What is killed in between is fetched and published again, never lost. Raises `AbandonedError` when the service
        ends while broker or database are away, and whatever else this one record meets.
        """
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((record, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await written

    async def close(self) -> None:
        """Wait for the batch in hand; it ends by itself when the service does."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
            await self._settle(batch)

    async def _settle(self, batch: Sequence[tuple[Record, asyncio.Future[bool]]]) -> None:
        try:
            held = await self._write([record for record, _ in batch])
        except Exception as error:  # noqa: BLE001 - goes to the visitor that brought the record
            if len(batch) > 1:
                _log.warning("a batch of visits failed, writing them one by one", error=repr(error), visits=len(batch))
                for each in batch:
                    await self._settle([each])
                return
            _, written = batch[0]
            if not written.done():
                written.set_exception(error)
            return
        for (_, written), kept in zip(batch, held, strict=True):
            if not written.done():
                written.set_result(kept)

    async def _write(self, records: Sequence[Record]) -> list[bool]:
        publish = [record.publish for record in records if record.publish is not None]
        if publish:
            await self._patiently(lambda: self._publisher.publish_roots(publish))
        found = Discovery.together([record.found for record in records if record.found is not None])
        if found is not None:
            await self._patiently(lambda: found.store(self._frontier))
        return await self._patiently(lambda: self._frontier.finish([record.finished for record in records]))
