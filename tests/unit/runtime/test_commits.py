"""When finished work is committed: at once, beside the poll that waits, in bounded steps, and never out of order."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts import PAGES_FETCHED, Message
from copydesk.runtime import commits, flow
from copydesk.runtime.outcomes import Drop, Outcome, Received, Retry
from copydesk.runtime.owned_partitions import OwnedPartitions
from copydesk.runtime.ports import BusUnavailableError, DeliveredRecord, Partition
from copydesk.runtime.stage import Stage
from copydesk.testing.factories import make_page

from .conftest import Desk, eventually, pages

GROUP = "copydesk.cleaner"
Commit = Callable[[Mapping[Partition, int]], Awaitable[None]]
Poll = Callable[..., Awaitable[Sequence[DeliveredRecord]]]


class WatchedBus:
    """A bus whose consumers of pages.fetched commit and poll as the test says."""

    def __init__(
        self,
        bus: Any,
        *,
        committing: Callable[[Commit, Mapping[Partition, int]], Awaitable[None]] | None = None,
        polling: Callable[[Poll, int, float], Awaitable[Sequence[DeliveredRecord]]] | None = None,
    ) -> None:
        self._bus = bus
        self._committing = committing
        self._polling = polling

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bus, name)

    async def consumer(self, group: str, *args: Any, **options: Any) -> Any:
        consumer = await self._bus.consumer(group, *args, **options)
        if group != GROUP:
            return consumer
        commit, poll, committing, polling = consumer.commit, consumer.poll, self._committing, self._polling
        if committing is not None:
            consumer.commit = lambda positions: committing(commit, positions)
        if polling is not None:
            consumer.poll = lambda *, max_records, timeout: polling(poll, max_records, timeout)
        return consumer


def stage(handler: Any = None, **fields: Any) -> Stage:
    return Stage("cleaner", (PAGES_FETCHED,), handler or drop, **fields)


async def drop(received: Received[Message], now: datetime) -> Outcome:
    return Drop("seen")


async def test_finished_work_is_committed_while_a_poll_goes_on_waiting(desk: Desk) -> None:
    release, ended = asyncio.Event(), asyncio.Event()

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        await release.wait()
        return Drop("seen")

    async def until_something_comes(poll: Poll, most: int, _: float) -> Sequence[DeliveredRecord]:
        polling = asyncio.ensure_future(poll(max_records=most, timeout=3_600))
        ending = asyncio.create_task(ended.wait())
        await asyncio.wait([polling, ending], return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        return polling.result() if polling.done() else ()

    desk.context = replace(desk.context, bus=WatchedBus(desk.bus, polling=until_something_comes))
    await desk.send_pages(*pages(3))
    async with desk.running(stage(handle)):
        release.set()

        async def committed() -> bool:
            return await desk.committed() == 3

        await eventually(committed)
        ended.set()


async def test_the_first_commit_waits_for_nothing_and_the_next_for_their_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "COMMIT_SECONDS", 3_600)
    made: list[int] = []

    async def count(commit: Commit, positions: Mapping[Partition, int]) -> None:
        await commit(positions)
        made.append(await desk.committed())

    desk.context = replace(desk.context, bus=WatchedBus(desk.bus, committing=count))
    await desk.send_pages(make_page())
    async with desk.running(stage()):
        await eventually(lambda: made == [1])
        await desk.send_pages(*pages(100))
        await eventually(lambda: desk.outcome_count() == 101)
        assert made == [1]
    assert made == [1, 101], "what was finished when the stage stopped is committed by then"


async def test_a_broker_that_takes_no_commits_pauses_the_stage_until_it_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "RETRY_SECONDS", 0.01)
    refusals, away = 0, True

    async def refuse(commit: Commit, positions: Mapping[Partition, int]) -> None:
        nonlocal refusals
        if away:
            refusals += 1
            raise BusUnavailableError("the coordinator is loading")
        await commit(positions)

    desk.context = replace(desk.context, bus=WatchedBus(desk.bus, committing=refuse))
    await desk.send_pages(*pages(20))
    async with desk.running(stage(concurrency=2)) as loop:
        await eventually(lambda: loop.ready() == {"broker": "the coordinator is loading"})
        before = desk.outcome_count()
        await desk.send_pages(*(make_page(f"https://gazette.example/{number}") for number in range(20)))
        tries = refusals
        await eventually(lambda: refusals > tries + 10)
        assert desk.outcome_count() <= before + 4, "more was started than was in hand"
        away = False
        await eventually(lambda: desk.outcome_count() == 40)
        await eventually(lambda: not loop.ready())
    assert await desk.committed() == 40


async def test_no_more_is_handled_ahead_of_the_commits_than_may_be_repeated(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "MOST_OUTSTANDING", 40)
    monkeypatch.setattr(flow, "ROOM_SECONDS", 0.01)
    gate, polls = asyncio.Event(), 0

    async def wait(commit: Commit, positions: Mapping[Partition, int]) -> None:
        await gate.wait()
        await commit(positions)

    async def count(poll: Poll, most: int, seconds: float) -> Sequence[DeliveredRecord]:
        nonlocal polls
        polls += 1
        return await poll(max_records=most, timeout=min(seconds, 0.01))

    desk.context = replace(desk.context, bus=WatchedBus(desk.bus, committing=wait, polling=count))
    await desk.send_pages(*pages(200))
    async with desk.running(stage(concurrency=4)):
        await eventually(lambda: desk.outcome_count() == 40)
        so_far = polls
        await eventually(lambda: polls > so_far + 5)
        assert desk.outcome_count() == 40
        gate.set()
        await eventually(lambda: desk.outcome_count() == 200)
    assert await desk.committed() == 200


async def test_a_message_that_is_retried_holds_up_its_partition_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "MOST_OUTSTANDING", 60)
    monkeypatch.setattr(flow, "MOST_HELD_UP", 5)
    stubborn, finished = make_page("https://courier.example/stubborn"), Counter[int]()

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        if received.message == stubborn and received.attempt == 1:
            return Retry("hiccup")
        assert received.partition is not None
        finished[received.partition.number] += 1
        return Drop("seen")

    await desk.send_pages(stubborn, *pages(400))
    records = await desk.records(PAGES_FETCHED.name)
    [theirs] = {r.partition.number for r in records if r.key == stubborn.id.encode()}
    waiting = Counter(r.partition.number for r in records)
    async with desk.running(stage(handle, concurrency=2)):
        elsewhere = 401 - waiting[theirs]
        await eventually(lambda: finished.total() - finished[theirs] == elsewhere)
        assert finished[theirs] <= 5 + 4 < waiting[theirs], "as many as may be held up, and those in hand then"
        await desk.advance_while(lambda: desk.outcome_count() < 401)
    assert await desk.committed() == 401


async def test_a_rebalance_waits_for_the_commit_under_way_and_repeats_nothing(desk: Desk) -> None:
    gate, waits = asyncio.Event(), asyncio.Event()
    seen: Counter[str] = Counter()
    at_once, most_at_once = 0, 0
    positions_of: dict[Partition, list[int]] = {}

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        seen[str(getattr(received.message, "url", ""))] += 1
        return Drop("seen")

    async def slowly(commit: Commit, positions: Mapping[Partition, int]) -> None:
        nonlocal at_once, most_at_once
        at_once += 1
        most_at_once = max(most_at_once, at_once)
        waits.set()
        await gate.wait()
        for partition, position in positions.items():
            positions_of.setdefault(partition, []).append(position)
        await commit(positions)
        at_once -= 1

    everything = pages(80)
    first, second = (replace(desk.context, bus=WatchedBus(desk.bus, committing=slowly)), desk.context)
    desk.context = first
    await desk.send_pages(*everything)
    async with desk.running(stage(handle)):
        await waits.wait()
        await eventually(lambda: desk.outcome_count() == 80)
        desk.context = second
        async with desk.running(stage(handle)):
            gate.set()

            async def all_committed() -> bool:
                return await desk.committed() == 80

            await eventually(all_committed)
    assert seen == Counter(page.url for page in everything)
    assert most_at_once == 1
    assert all(positions == sorted(positions) for positions in positions_of.values())


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=40, unique=True).map(sorted),
    st.lists(st.integers(0, 39), max_size=40, unique=True),
    st.booleans(),
)
def test_what_is_outstanding_is_what_would_come_again(offsets: list[int], done: list[int], gaps: bool) -> None:
    offsets = offsets if gaps else list(range(len(offsets)))
    owned, news = OwnedPartitions(), Partition("news", 0)
    owners = [owned.take(news, offset) for offset in offsets]
    finished = {offsets[index] for index in done if index < len(offsets)}
    for offset in finished:
        assert owners[0] is not None
        owners[0].watermark.done(offset)
    again = len(offsets)
    assert owned.outstanding >= again if gaps else owned.outstanding == again

    positions = owned.committable(frozenset({news}))
    owned.committed(positions)
    again = sum(offset >= positions.get(news, 0) for offset in offsets)
    assert owned.outstanding == again
    held_back = sum(offset >= positions.get(news, 0) for offset in finished)
    assert owned.held_up(held_back + 1) == frozenset()
    assert owned.held_up(held_back) == {news}
