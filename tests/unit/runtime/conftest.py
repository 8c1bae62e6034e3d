import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from copydesk.bus import EmbeddedBus
from copydesk.contracts import (
    PAGES_FETCHED,
    REGISTRY,
    STAGE_OUTCOMES,
    DeadLetter,
    Decoded,
    Message,
    StageOutcome,
    dead_letters,
    decode,
)
from copydesk.runtime.claim_check import check_out
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.ports import DeliveredRecord, OutgoingRecord
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.runtime.stage import Stage, StageLoop
from copydesk.settings import KafkaSettings, Settings
from copydesk.telemetry import Metrics
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.clock import ManualClock
from copydesk.testing.factories import make_page

WITHIN = 20.0
"""Seconds after which something that never comes is a failure."""


async def eventually(condition: Callable[[], Any | Awaitable[Any]]) -> None:
    """Wait until `condition` holds."""
    async with asyncio.timeout(WITHIN):
        while True:
            answer = condition()
            if await answer if isinstance(answer, Awaitable) else answer:
                return
            await asyncio.sleep(0.005)


@dataclass
class Desk:
    """A bus, a clock and what is needed to run stages on them and look at what came out."""

    bus: Any
    clock: ManualClock
    blobs: MemoryBlobs
    context: ServiceContext

    async def send_pages(self, *pages: Message, source: str = "crawler") -> None:
        publisher = Publisher(self.context, source)
        await publisher.publish_roots([(Outgoing(PAGES_FETCHED, page), str(index)) for index, page in enumerate(pages)])

    async def send_raw(self, *records: OutgoingRecord) -> None:
        await (await self.bus.producer()).send(records)

    @asynccontextmanager
    async def running(self, stage: Stage) -> AsyncIterator[StageLoop]:
        """The stage's loop, stopped gracefully at the end."""
        loop = StageLoop(stage, self.context)
        stop = asyncio.Event()
        task = asyncio.create_task(loop.run(stop))
        try:
            yield loop
        finally:
            stop.set()
            async with asyncio.timeout(WITHIN):
                await task

    async def run_until_idle(self, stage: Stage) -> None:
        async with self.running(stage) as loop:
            await eventually(loop.idle)

    async def records(self, topic: str) -> list[DeliveredRecord]:
        """Everything on a topic, partition by partition."""
        ends = await self.bus.end_positions(topic)
        consumer = await self.bus.consumer(f"look-{id(object())}-{topic}", [topic])
        found: list[DeliveredRecord] = []
        try:
            async with asyncio.timeout(WITHIN):
                while len(found) < sum(ends.values()):
                    found += await consumer.poll(max_records=1_000, timeout=0.2)
        finally:
            await consumer.close()
        return sorted(found, key=lambda record: (record.partition, record.offset))

    async def messages(self, topic: str) -> list[Decoded]:
        found = await self.records(topic)
        return [decode(r.headers, await check_out(r.headers, r.value, self.blobs)) for r in found]

    async def outcomes(self) -> list[StageOutcome]:
        found = [decoded.message for decoded in await self.messages(STAGE_OUTCOMES.name)]
        return [message for message in found if isinstance(message, StageOutcome)]

    async def dead(self, stage: str = "cleaner") -> list[DeadLetter]:
        found = [decoded.message for decoded in await self.messages(dead_letters(stage).name)]
        return [message for message in found if isinstance(message, DeadLetter)]

    async def committed(self, group: str = "copydesk.cleaner", topic: str = PAGES_FETCHED.name) -> int:
        """Sum of the committed positions: how many records of the topic will not come again."""
        return sum((await self.bus.group_positions(group, topic)).values())

    def outcome_count(self, stage: str = "cleaner") -> float:
        return sum(
            sample.value
            for family in self.context.metrics.outcomes.collect()
            for sample in family.samples
            if sample.name.endswith("_total") and sample.labels["stage"] == stage
        )

    async def advance_while(self, running: Callable[[], bool], step: timedelta = timedelta(seconds=1)) -> None:
        """Turn the clock on, step by step, as long as something is awaited."""
        async with asyncio.timeout(WITHIN):
            while running():
                self.clock.advance(step)
                await asyncio.sleep(0.01)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = ManualClock()
    settings = Settings(kafka=KafkaSettings(max_record_bytes=20_000))
    bus = EmbeddedBus(tmp_path / "log.db", clock=clock, max_record_bytes=20_000)
    blobs = MemoryBlobs()
    await bus.ensure_topics([*REGISTRY.values()])
    yield Desk(bus, clock, blobs, ServiceContext(bus, blobs, clock, Metrics(), settings))
    await bus.close()


def pages(count: int, *, sources: Sequence[str] = ("courier",)) -> list[Any]:
    return [
        make_page(f"https://{sources[index % len(sources)]}.example/{index}", source=sources[index % len(sources)])
        for index in range(count)
    ]
