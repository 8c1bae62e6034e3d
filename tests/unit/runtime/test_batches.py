"""When a batch starts: at once with what is there, or with what came while another was at work."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from copydesk.contracts import PAGES_FETCHED, Message
from copydesk.runtime.outcomes import Drop, Outcome, Received
from copydesk.runtime.stage import Stage
from copydesk.testing.factories import make_page

from .conftest import Desk, eventually, pages


async def test_a_message_that_comes_alone_is_not_kept_waiting_for_others(desk: Desk) -> None:
    sizes: list[int] = []

    async def handle(batch: Sequence[Received[Message]], now: datetime) -> Sequence[Outcome]:
        sizes.append(len(batch))
        return [Drop("seen")] * len(batch)

    stage = Stage("cleaner", (PAGES_FETCHED,), batch_handler=handle, batch_linger=timedelta(hours=1))
    async with desk.running(stage):
        for number in range(5):
            await desk.send_pages(make_page(f"https://courier.example/{number}"))
            await eventually(lambda number=number: desk.outcome_count() == number + 1)
    assert sizes == [1] * 5


async def test_what_comes_while_a_batch_is_at_work_makes_up_the_next(desk: Desk) -> None:
    sizes: list[int] = []
    release = asyncio.Event()

    async def handle(batch: Sequence[Received[Message]], now: datetime) -> Sequence[Outcome]:
        sizes.append(len(batch))
        await release.wait()
        return [Drop("seen")] * len(batch)

    def in_hand() -> float | None:
        return desk.context.metrics.registry.get_sample_value("copydesk_in_hand_messages", {"stage": "cleaner"})

    async with desk.running(Stage("cleaner", (PAGES_FETCHED,), batch_handler=handle, batch_size=8)):
        await desk.send_pages(make_page("https://gazette.example/first"))
        await eventually(lambda: sizes == [1])
        for page in pages(12):
            await desk.send_pages(page)
        await eventually(lambda: in_hand() == 13)
        release.set()
        await eventually(lambda: desk.outcome_count() == 13)
    assert sizes == [1, 8, 4]


async def test_a_batch_starts_only_when_the_one_before_is_committed(desk: Desk) -> None:
    begun: list[tuple[int, int]] = []

    async def handle(batch: Sequence[Received[Message]], now: datetime) -> Sequence[Outcome]:
        begun.append((len(batch), await desk.committed()))
        return [Drop("seen")] * len(batch)

    await desk.send_pages(*pages(500))
    await desk.run_until_idle(Stage("cleaner", (PAGES_FETCHED,), batch_handler=handle, batch_size=120))

    handled = 0
    for size, committed in begun:
        assert committed == handled
        handled += size
    assert handled == 500
