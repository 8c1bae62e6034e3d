"""Back-fill: the same stage on topics and groups of its own, behind live news and never in its way."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from copydesk.contracts import (
    ARTICLES_CLEANED,
    PAGES_FETCHED,
    STAGE_OUTCOMES,
    Lane,
    Message,
    PageFetched,
    dead_letters,
)
from copydesk.contracts.topics import retries
from copydesk.runtime.outcomes import DeadLettered, Emit, Outcome, Outgoing, Received, Retry, RetryClass
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.stage import Stage
from copydesk.testing.factories import make_cleaned, make_page

from .conftest import Desk, eventually, pages

BACKFILL_PAGES = PAGES_FETCHED.on(Lane.BACKFILL)
BACKFILL_CLEANED = ARTICLES_CLEANED.on(Lane.BACKFILL)


async def emit(received: Received[Message], now: datetime) -> Outcome:
    page = received.message
    assert isinstance(page, PageFetched)
    return Emit((Outgoing(ARTICLES_CLEANED, make_cleaned(page.url, source=page.source)),))


def cleaner(handler: object = emit, **fields: object) -> Stage:
    return Stage("cleaner", (PAGES_FETCHED,), handler, **fields)  # type: ignore[arg-type]


@pytest.fixture
def both(desk: Desk) -> Desk:
    """The desk with both lanes open."""
    return replace(desk, context=replace(desk.context, lanes=tuple(Lane)))


async def backfill(desk: Desk, *found: PageFetched) -> None:
    publisher = Publisher(desk.context, "import", Lane.BACKFILL)
    await publisher.publish_roots([(Outgoing(PAGES_FETCHED, page), str(index)) for index, page in enumerate(found)])


async def test_backfill_stays_on_its_topics_and_reports_into_the_same_funnel(both: Desk) -> None:
    live, old = pages(2)
    await both.send_pages(live)
    await backfill(both, old)
    await both.run_until_idle(cleaner())

    [on_live] = await both.messages(ARTICLES_CLEANED.name)
    [on_backfill] = await both.messages(BACKFILL_CLEANED.name)
    assert (on_live.message.url, on_backfill.message.url) == (live.url, old.url)  # type: ignore[union-attr]
    assert {report.id for report in await both.outcomes()} == {live.id, old.id}
    assert await both.committed() == 1
    assert await both.committed("copydesk.cleaner.backfill", BACKFILL_PAGES.name) == 1


async def test_a_stage_told_to_keep_to_one_lane_leaves_the_other_alone(both: Desk) -> None:
    live, old = pages(2)
    await both.send_pages(live)
    await backfill(both, old)
    only = replace(both, context=replace(both.context, lanes=(Lane.BACKFILL,)))
    await only.run_until_idle(cleaner())

    assert await both.messages(ARTICLES_CLEANED.name) == []
    assert len(await both.messages(BACKFILL_CLEANED.name)) == 1
    assert await both.committed() == 0


async def test_a_message_has_the_same_id_on_every_lane(both: Desk) -> None:
    [page] = pages(1)
    await both.send_pages(page)
    await backfill(both, page)
    await both.run_until_idle(cleaner())

    [live] = await both.messages(ARTICLES_CLEANED.name)
    [old] = await both.messages(BACKFILL_CLEANED.name)
    assert live.envelope.id == old.envelope.id


async def test_live_messages_start_before_backfill_that_came_first(both: Desk) -> None:
    order: list[str] = []
    gate = asyncio.Event()

    async def slow(received: Received[Message], now: datetime) -> Outcome:
        order.append(received.lane)
        await gate.wait()
        return await emit(received, now)

    await backfill(both, *pages(8))
    async with both.running(cleaner(slow, concurrency=2)) as loop:
        await eventually(lambda: order == [Lane.BACKFILL])
        await both.send_pages(*pages(4, sources=("live",)))
        await eventually(lambda: order.count(Lane.LIVE) == 2)
        gate.set()
        await eventually(loop.idle)

    last_live = max(index for index, lane in enumerate(order) if lane == Lane.LIVE)
    assert order.count(Lane.BACKFILL) == 8
    # Besides the one at work, backfill starts only when the last live message has been taken up.
    assert order[:last_live].count(Lane.BACKFILL) == 1


async def test_a_retry_and_a_dead_letter_remember_their_lane(both: Desk) -> None:
    async def fail(received: Received[Message], now: datetime) -> Outcome:
        if received.attempt == 1:
            return Retry("later", RetryClass.SLOW)
        return DeadLettered("broken", received.lane)

    await backfill(both, make_page())
    tier = retries("cleaner", "1m", ())
    async with both.running(cleaner(fail)) as loop:
        await eventually(lambda: both.outcome_count() == 1)
        await eventually(lambda: not loop.idle())
        await both.advance_while(lambda: both.outcome_count() < 2)

    [letter] = await both.dead()
    assert (letter.topic, letter.detail) == (BACKFILL_PAGES.name, Lane.BACKFILL)
    assert len(await both.records(tier.on(Lane.BACKFILL).name)) == 1
    assert await both.records(tier.name) == []


async def test_a_stage_without_inputs_on_a_lane_waits_for_its_end(both: Desk) -> None:
    only = replace(both, context=replace(both.context, lanes=(Lane.BACKFILL,)))
    funnel = Stage("funnel", (STAGE_OUTCOMES,), emit, reports_outcomes=False)
    async with only.running(funnel) as loop:
        assert loop.idle()
        assert loop.alive()
        assert loop.ready() == {}


async def test_lag_is_told_by_lane(both: Desk) -> None:
    await backfill(both, make_page())
    await both.run_until_idle(cleaner())

    def lag(topic: str, lane: Lane) -> float | None:
        labels = {"stage": "cleaner", "topic": topic, "lane": lane}
        return both.context.metrics.registry.get_sample_value("copydesk_consumer_lag_messages", labels)

    assert lag(BACKFILL_PAGES.name, Lane.BACKFILL) == 0
    assert lag(PAGES_FETCHED.name, Lane.LIVE) == 0


def test_shared_topics_have_no_lane() -> None:
    assert STAGE_OUTCOMES.on(Lane.BACKFILL) is STAGE_OUTCOMES
    assert dead_letters("cleaner").on(Lane.BACKFILL) == dead_letters("cleaner")
