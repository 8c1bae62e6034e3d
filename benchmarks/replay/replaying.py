"""Filing an edition by the real writer, and reading it again from offset 0 in a new group."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from copydesk_writer.adapters.postgres import ArticleFiler
from copydesk_writer.service import create

from benchmarks.replay.edition import messages
from benchmarks.replay.ledger import TableState, Told, tables, told
from copydesk.contracts import ARTICLES_TAGGED, REGISTRY, STAGE_OUTCOMES, Message, consumer_group
from copydesk.runtime.outcomes import Outcome, Outgoing, Received
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import Service, ServiceContext
from copydesk.runtime.stage import Stage, StageLoop
from copydesk.storage import Pool

GROUP = "copydesk.writer.again"
_LOOK_SECONDS = 0.2
_BATCH = 500

Watch = Callable[[str, int, int], None]
"""Told what is going on, how many messages are through, and of how many."""


@dataclass(frozen=True)
class Replayed:
    """State and events after filing and after the replay."""

    messages: int
    before: dict[str, TableState]
    after: dict[str, TableState]
    told_before: Told
    told_after: Told
    filing_seconds: float
    replay_seconds: float

    @property
    def changed(self) -> list[str]:
        """Tables whose rows are not what they were."""
        return sorted(name for name, state in self.before.items() if self.after[name].checksum != state.checksum)

    @property
    def rewritten(self) -> list[str]:
        """Tables in which rows were written again, be it as they were."""
        return sorted(name for name in self.before if self.before[name].versions != self.after[name].versions)

    @property
    def unequal_events(self) -> list[str]:
        """Events that came with the replay alone, or with another body under the same id."""
        fresh = self.told_after.events.keys() - self.told_before.events.keys()
        return sorted(fresh | self.told_after.contradictions)


async def file_and_replay(context: ServiceContext, pool: Pool, count: int, watch: Watch) -> Replayed:
    """File `count` messages, then read all of articles.tagged again, from offset 0 and in a group of its own."""
    bus = context.bus
    await bus.ensure_topics([*REGISTRY.values()])
    publisher = Publisher(context, "tagger")
    made = messages(count)
    sent = 0
    while some := list(islice(made, _BATCH)):
        numbered = [(Outgoing(ARTICLES_TAGGED, one), str(sent + at)) for at, one in enumerate(some)]
        await publisher.publish_roots(numbered)
        sent += len(some)
        watch("publishing", sent, count)
    started = time.monotonic()
    async with _running(create(context)) as service:
        await _read_through(context, service, consumer_group("writer"), watch, "filing")
        filing_seconds = time.monotonic() - started
        before, told_before = await tables(pool), await told(bus)
        started = time.monotonic()
        async with _running(_again(context, pool)):
            await _read_through(context, service, GROUP, watch, "replaying")
        replay_seconds = time.monotonic() - started
        return Replayed(
            messages=count,
            before=before,
            after=await tables(pool),
            told_before=told_before,
            told_after=await told(bus),
            filing_seconds=filing_seconds,
            replay_seconds=replay_seconds,
        )


def _again(context: ServiceContext, pool: Pool) -> StageLoop:
    """The writer's own handling of articles, in a group that has read nothing."""
    filer = ArticleFiler(pool)

    async def file(batch: Sequence[Received[Message]], now: datetime) -> Sequence[Outcome]:
        return await filer.handle(batch, now)

    return StageLoop(Stage("writer", (ARTICLES_TAGGED,), batch_handler=file, group=GROUP), context)


@asynccontextmanager
async def _running(one: Service | StageLoop) -> AsyncIterator[Service | StageLoop]:
    stop = asyncio.Event()
    task = asyncio.create_task(one.run(stop))
    try:
        yield one
    finally:
        stop.set()
        await task


async def _read_through(
    context: ServiceContext, service: Service | StageLoop, group: str, watch: Watch, what: str
) -> None:
    """Until the group has read every tagged article, the funnel every outcome, and the writer has nothing in hand."""
    ends = await context.bus.end_positions(ARTICLES_TAGGED.name)
    total = sum(ends.values())
    while (done := await _position(context, group, ARTICLES_TAGGED.name)) < total:
        watch(what, done, total)
        await asyncio.sleep(_LOOK_SECONDS)
    while not await _counted(context) or not service.idle():
        await asyncio.sleep(_LOOK_SECONDS)
    watch(what, total, total)


async def _counted(context: ServiceContext) -> bool:
    ends = await context.bus.end_positions(STAGE_OUTCOMES.name)
    return await _position(context, consumer_group("funnel"), STAGE_OUTCOMES.name) >= sum(ends.values())


async def _position(context: ServiceContext, group: str, topic: str) -> int:
    return sum((await context.bus.group_positions(group, topic)).values())
