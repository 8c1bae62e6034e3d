"""Both lanes of a stage on a real broker: apart on its topics and in its groups."""

import asyncio
from dataclasses import replace

import pytest

from copydesk.contracts import ARTICLES_CLEANED, PAGES_FETCHED, REGISTRY, Lane, consumer_group
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.stage import StageLoop
from copydesk.testing.broker import LocalBroker
from copydesk.testing.factories import make_page

from .test_stage_on_kafka import MakeContext, eventually, make_context, stage

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]

__all__ = ["make_context"]


async def test_lanes_are_read_side_by_side_by_groups_of_their_own(
    kafka_broker: LocalBroker, make_context: MakeContext
) -> None:
    context = replace(make_context(kafka_broker), lanes=tuple(Lane))
    await context.bus.ensure_topics([*REGISTRY.values()])
    for lane, count in ((Lane.LIVE, 40), (Lane.BACKFILL, 60)):
        pages = [make_page(f"https://courier.example/{lane}/{number}") for number in range(count)]
        outgoing = [(Outgoing(PAGES_FETCHED, page), "1") for page in pages]
        await Publisher(context, "crawler", lane).publish_roots(outgoing)
    stop = asyncio.Event()
    running = asyncio.create_task(StageLoop(stage(), context).run(stop))

    async def read(lane: Lane) -> int:
        positions = await context.bus.group_positions(consumer_group("cleaner", lane), PAGES_FETCHED.on(lane).name)
        return sum(positions.values())

    async def both_read() -> bool:
        return (await read(Lane.LIVE), await read(Lane.BACKFILL)) == (40, 60)

    await eventually(both_read)
    stop.set()
    await running
    ends = [sum((await context.bus.end_positions(ARTICLES_CLEANED.on(lane).name)).values()) for lane in Lane]
    assert ends == [40, 60]
