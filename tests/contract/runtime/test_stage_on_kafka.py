"""The stage loop on a real broker: nothing lost when it dies, when members come and go, and when retries wait."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from copydesk.bus import KafkaBus
from copydesk.contracts import ARTICLES_CLEANED, PAGES_FETCHED, REGISTRY, Message, decode
from copydesk.runtime.outcomes import Drop, Emit, Outcome, Outgoing, Received, Retry, RetryClass
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.runtime.stage import Stage, StageLoop
from copydesk.settings import KafkaSettings, Settings
from copydesk.telemetry import Metrics
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.broker import LocalBroker
from copydesk.testing.clock import ManualClock
from copydesk.testing.factories import make_cleaned, make_page

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]

MakeContext = Callable[..., ServiceContext]


@pytest.fixture
async def make_context() -> AsyncIterator[MakeContext]:
    opened: list[KafkaBus] = []
    prefix = f"{uuid4().hex[:8]}."

    def make(broker: LocalBroker, clock: ManualClock | None = None) -> ServiceContext:
        kafka = KafkaSettings(
            bootstrap_servers=broker.bootstrap_servers,
            topic_prefix=prefix,
            session_timeout=timedelta(seconds=6),
            send_deadline=timedelta(seconds=5),
        )
        opened.append(KafkaBus(kafka))
        return ServiceContext(opened[-1], MemoryBlobs(), clock or ManualClock(), Metrics(), Settings(kafka=kafka))

    yield make
    for bus in opened:
        await bus.close()


async def emit(received: Received[Message], now: datetime) -> Outcome:
    await asyncio.sleep(0.002)
    return Emit((Outgoing(ARTICLES_CLEANED, make_cleaned(str(getattr(received.message, "url", "")))),))


def stage(handler: Any = emit) -> Stage:
    return Stage("cleaner", (PAGES_FETCHED,), handler)


async def send_pages(context: ServiceContext, count: int) -> set[str]:
    pages = [make_page(f"https://courier.example/{number}") for number in range(count)]
    await context.bus.ensure_topics([*REGISTRY.values()])
    await Publisher(context, "crawler").publish_roots([(Outgoing(PAGES_FETCHED, page), "1") for page in pages])
    return {page.id for page in pages}


async def committed(context: ServiceContext) -> int:
    return sum((await context.bus.group_positions("copydesk.cleaner", PAGES_FETCHED.name)).values())


async def cleaned_ids(context: ServiceContext) -> Counter[str]:
    """Message ids on articles.cleaned, with how often each is there."""
    ends = await context.bus.end_positions(ARTICLES_CLEANED.name)
    consumer = await context.bus.consumer(f"look-{uuid4().hex}", [ARTICLES_CLEANED.name])
    found: Counter[str] = Counter()
    async with asyncio.timeout(60):
        while found.total() < sum(ends.values()):
            for record in await consumer.poll(max_records=500, timeout=0.5):
                message = decode(record.headers, record.value).message
                found[str(getattr(message, "id", ""))] += 1
    await consumer.close()
    return found


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(90):
        while not await condition():  # noqa: ASYNC110 - the condition lies in the broker
            await asyncio.sleep(0.1)


async def test_a_killed_broker_pauses_the_stage_and_loses_nothing(tmp_path: Path, make_context: MakeContext) -> None:
    async with LocalBroker(tmp_path) as broker:
        context = make_context(broker)
        assert isinstance(context.clock, ManualClock)
        expected = await send_pages(context, 600)
        stop = asyncio.Event()
        running = asyncio.create_task(StageLoop(stage(), context).run(stop))

        async def some_are_done() -> bool:
            return await committed(context) > 50

        async def all_are_done() -> bool:
            context.clock.advance(timedelta(seconds=5))  # type: ignore[attr-defined]
            return await committed(context) == 600

        await eventually(some_are_done)
        await broker.kill()
        await asyncio.sleep(1)
        assert not running.done()
        await broker.start()
        await eventually(all_are_done)
        stop.set()
        async with asyncio.timeout(12):
            await running
        assert set(await cleaned_ids(context)) == expected


async def test_members_come_and_go_and_little_is_done_twice(
    kafka_broker: LocalBroker, make_context: MakeContext
) -> None:
    context, other = make_context(kafka_broker), make_context(kafka_broker)
    expected = await send_pages(context, 1_500)
    stop, other_stop = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(StageLoop(stage(), context).run(stop))

    async def some_are_done() -> bool:
        return await committed(context) > 100

    async def all_are_done() -> bool:
        return await committed(context) == 1_500

    await eventually(some_are_done)
    joining = asyncio.create_task(StageLoop(stage(), other).run(other_stop))
    await asyncio.sleep(3)
    stop.set()
    await running
    await eventually(all_are_done)
    other_stop.set()
    await joining
    found = await cleaned_ids(context)
    assert set(found) == expected
    assert found.total() <= 1_500 * 1.05


async def test_a_retry_waits_on_its_topic_until_it_is_due(kafka_broker: LocalBroker, make_context: MakeContext) -> None:
    clock = ManualClock()
    context = make_context(kafka_broker, clock)
    tries: list[datetime] = []

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        tries.append(now)
        return Drop("at last") if received.attempt > 1 else Retry("upstream", RetryClass.SLOW)

    await send_pages(context, 1)
    stop = asyncio.Event()
    loop = StageLoop(stage(handle), context)
    running = asyncio.create_task(loop.run(stop))

    async def committed_and_waiting() -> bool:
        return await committed(context) == 1

    async def retried() -> bool:
        clock.advance(timedelta(seconds=5))
        return len(tries) == 2

    async def idle() -> bool:
        return loop.idle()

    await eventually(committed_and_waiting)
    await asyncio.sleep(2)
    assert not loop.idle()
    assert len(tries) == 1
    await eventually(retried)
    await eventually(idle)
    stop.set()
    await running
    assert tries[1] - tries[0] >= timedelta(minutes=1)
