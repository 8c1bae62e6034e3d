"""What the loop keeps when things go wrong: order, redelivery, retries, pauses, rebalances, a graceful stop."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from copydesk.contracts import ARTICLES_CLEANED, PAGES_FETCHED, Message, dead_letters
from copydesk.contracts.topics import RETRY_DELAYS
from copydesk.runtime import flow
from copydesk.runtime.claim_check import CLAIM_BYTES, CLAIM_CHECK
from copydesk.runtime.outcomes import (
    DeadLettered,
    DependencyUnavailableError,
    Drop,
    Emit,
    Outcome,
    Outgoing,
    Received,
    Retry,
    RetryClass,
)
from copydesk.runtime.ports import BusUnavailableError, OutgoingRecord, Producer
from copydesk.runtime.stage import Stage, StageLoop
from copydesk.testing.factories import make_cleaned, make_page

from .conftest import Desk, eventually, pages


def stage(handler: Any = None, **fields: Any) -> Stage:
    return Stage("cleaner", (PAGES_FETCHED,), handler, **fields)


def url_of(received: Received[Message]) -> str:
    return str(getattr(received.message, "url", ""))


def emitted(received: Received[Message]) -> Emit:
    return Emit((Outgoing(ARTICLES_CLEANED, make_cleaned(url_of(received))),))


async def test_one_key_keeps_its_order_while_others_overtake(desk: Desk) -> None:
    versions = [make_page(f"https://courier.example/{n % 5}", etag=str(n)) for n in range(60)]
    seen: dict[str, list[str]] = defaultdict(list)
    at_work: set[str] = set()
    together = 0

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        nonlocal together
        page: Any = received.message
        assert page.id not in at_work
        at_work.add(page.id)
        together = max(together, len(at_work))
        await asyncio.sleep(0.001 * (int(page.etag) % 7))
        seen[page.id].append(page.etag)
        at_work.remove(page.id)
        return Drop("seen")

    await desk.send_pages(*versions)
    await desk.run_until_idle(stage(handle, concurrency=8))

    expected: dict[str, list[str]] = defaultdict(list)
    for page in versions:
        expected[page.id].append(str(page.etag))
    assert seen == expected
    assert together > 1


class NeverCommittingBus:
    """A bus whose consumers never get as far as a commit."""

    def __init__(self, bus: Any) -> None:
        self._bus = bus

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bus, name)

    async def consumer(self, *args: Any, **options: Any) -> Any:
        consumer = await self._bus.consumer(*args, **options)

        async def hang(_: object) -> None:
            await asyncio.Event().wait()

        consumer.commit = hang
        return consumer


async def test_a_crash_between_produce_and_commit_redelivers_with_the_same_ids(desk: Desk) -> None:
    async def handle(received: Received[Message], now: datetime) -> Outcome:
        return emitted(received)

    await desk.send_pages(make_page())
    doomed = StageLoop(stage(handle), replace(desk.context, bus=NeverCommittingBus(desk.bus)))
    task = asyncio.create_task(doomed.run(asyncio.Event()))

    async def produced() -> bool:
        return sum((await desk.bus.end_positions(ARTICLES_CLEANED.name)).values()) == 1

    await eventually(produced)
    task.cancel()
    await asyncio.wait([task])
    assert await desk.committed() == 0
    await desk.run_until_idle(stage(handle))

    first, again = await desk.messages(ARTICLES_CLEANED.name)
    assert first.envelope.id == again.envelope.id
    assert await desk.committed() == 1


async def test_nothing_is_committed_past_an_unfinished_message(desk: Desk) -> None:
    blocked, release = make_page("https://courier.example/slow"), asyncio.Event()

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        if received.message == blocked:
            await release.wait()
        return Drop("done")

    await desk.send_pages(blocked, *pages(24))
    [slow] = [r for r in await desk.records(PAGES_FETCHED.name) if r.key == blocked.id.encode()]
    async with desk.running(stage(handle)):
        await eventually(lambda: desk.outcome_count() == 24)
        await asyncio.sleep(0.5)  # two commits' time
        positions = await desk.bus.group_positions("copydesk.cleaner", PAGES_FETCHED.name)
        assert positions[slow.partition] <= slow.offset
        release.set()
        await eventually(lambda: desk.outcome_count() == 25)
    assert await desk.committed() == 25


async def test_a_transient_failure_is_retried_in_place_before_the_next_of_its_key(desk: Desk) -> None:
    calls: list[tuple[str, int]] = []

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        page: Any = received.message
        calls.append((page.etag, received.attempt))
        return Retry("hiccup") if page.etag == "first" and received.attempt < 3 else Drop("done")

    await desk.send_pages(make_page(etag="first"), make_page(etag="second"))
    async with desk.running(stage(handle)):
        await desk.advance_while(lambda: desk.outcome_count() < 2)
    assert calls == [("first", 1), ("first", 2), ("first", 3), ("second", 1)]
    assert await desk.committed() == 2


async def test_a_slow_retry_lets_live_messages_pass_and_comes_back_when_due(desk: Desk) -> None:
    calls: list[tuple[str, int, datetime]] = []

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        calls.append((url_of(received), received.attempt, now))
        return (
            Retry("upstream", RetryClass.SLOW)
            if received.attempt < 3 and url_of(received).endswith("/0")
            else emitted(received)
        )

    await desk.send_pages(*pages(3))
    started = desk.clock.now()
    async with desk.running(stage(handle)) as loop:
        await eventually(lambda: desk.outcome_count() == 3)
        assert await desk.dead() == []
        await eventually(lambda: not loop.idle())
        desk.clock.advance(timedelta(seconds=30))
        await asyncio.sleep(0.6)  # longer than a poll
        assert len(calls) == 3
        await desk.advance_while(lambda: desk.outcome_count() < 4)
        await eventually(loop.idle)  # the next try is 15 minutes off
        await desk.advance_while(lambda: desk.outcome_count() < 5, timedelta(minutes=1))

    due = [moment for url, _, moment in calls if url.endswith("/0")]
    assert [attempt for url, attempt, _ in calls if url.endswith("/0")] == [1, 2, 3]
    assert due[1] >= started + RETRY_DELAYS["1m"]
    assert due[2] >= due[1] + RETRY_DELAYS["15m"]
    [live] = [r for r in await desk.records(PAGES_FETCHED.name) if r.key == make_page(pages(1)[0].url).id.encode()]
    [first] = await desk.records("retries.cleaner.1m")
    assert (first.value, first.key) == (live.value, live.key)
    assert set(live.headers) <= set(first.headers)
    headers = dict(first.headers)
    assert headers["retry-attempt"] == b"1"
    assert headers["retry-reason"] == b"upstream"
    assert datetime.fromisoformat(headers["retry-due"].decode()) == started + RETRY_DELAYS["1m"]
    assert await desk.committed() == 3


async def test_exhausted_retries_end_in_a_dead_letter_that_names_the_first_place(desk: Desk) -> None:
    async def handle(received: Received[Message], now: datetime) -> Outcome:
        return Retry("upstream is broken", RetryClass.SLOW)

    await desk.send_pages(make_page())
    started = desk.clock.now()
    async with desk.running(stage(handle)):
        for failures, tier in enumerate(("1m", "15m", "4h", "1d", "1d", "1d"), start=1):
            await eventually(lambda failures=failures: desk.outcome_count() == failures)
            desk.clock.advance(RETRY_DELAYS[tier])
        await eventually(lambda: desk.outcome_count() == 7)

    [letter] = await desk.dead()
    [page] = await desk.records(PAGES_FETCHED.name)
    assert letter.error == "retries exhausted: upstream is broken"
    assert (letter.topic, letter.partition, letter.offset) == (*page.partition, page.offset)
    assert (letter.value, tuple(letter.headers)) == (page.value, page.headers)
    assert letter.attempts == 7
    assert letter.first_failed_at == started
    assert letter.last_failed_at - started >= timedelta(days=3)


async def test_a_busy_answer_counts_as_no_attempt(desk: Desk) -> None:
    attempts: list[int] = []

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        attempts.append(received.attempt)
        return Retry("429", RetryClass.BUSY, timedelta(seconds=8)) if len(attempts) < 6 else Drop("done")

    await desk.send_pages(make_page())
    async with desk.running(stage(handle)):
        await desk.advance_while(lambda: desk.outcome_count() < 1)
    assert attempts == [1] * 6


async def test_a_dependency_that_is_away_pauses_and_loses_nothing(desk: Desk) -> None:
    away = True

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        if away:
            raise DependencyUnavailableError("connection refused", dependency="postgres")
        return emitted(received)

    def gauge() -> float | None:
        return desk.context.metrics.registry.get_sample_value(
            "copydesk_stage_paused", {"stage": "cleaner", "dependency": "postgres"}
        )

    await desk.send_pages(*pages(100))
    async with desk.running(stage(handle, concurrency=4)) as loop:
        await eventually(lambda: "postgres" in loop.ready())
        assert loop.ready() == {"postgres": "connection refused"}
        assert gauge() == 1
        for _ in range(20):
            desk.clock.advance(timedelta(minutes=10))
            await asyncio.sleep(0.03)
        assert not loop.idle()
        assert await desk.committed() == 0
        assert await desk.dead() == []
        in_hand = desk.context.metrics.registry.get_sample_value("copydesk_in_hand_messages", {"stage": "cleaner"})
        assert in_hand is not None
        assert in_hand <= 8
        away = False
        await desk.advance_while(lambda: desk.outcome_count() < 100)
        await eventually(lambda: not loop.ready())
        assert gauge() == 0
    assert await desk.committed() == 100
    assert len(await desk.messages(ARTICLES_CLEANED.name)) == 100


class FlakyBus:
    """A bus whose producer refuses some topics, as a broker without leader or with a full disk does."""

    def __init__(self, bus: Any, refused: set[str]) -> None:
        self._bus = bus
        self.refused = refused

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bus, name)

    async def producer(self) -> Producer:
        return FlakyProducer(await self._bus.producer(), self.refused)


class FlakyProducer:
    def __init__(self, producer: Producer, refused: set[str]) -> None:
        self._producer = producer
        self._refused = refused

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        if topics := self._refused & {record.topic for record in records}:
            raise BusUnavailableError(f"no acknowledgement for {sorted(topics)}")
        await self._producer.send(records)


async def test_an_unwritable_dead_letter_topic_holds_the_offset(desk: Desk) -> None:
    async def refuse(received: Received[Message], now: datetime) -> Outcome:
        return DeadLettered("never")

    refused = {dead_letters("cleaner").name}
    desk.context = replace(desk.context, bus=FlakyBus(desk.bus, refused))
    await desk.send_pages(*pages(3))
    async with desk.running(stage(refuse)) as loop:
        await eventually(lambda: "broker" in loop.ready() and "acknowledgement" in loop.ready()["broker"])
        for _ in range(10):
            desk.clock.advance(timedelta(minutes=1))
            await asyncio.sleep(0.03)
        assert await desk.committed() == 0
        refused.clear()
        await desk.advance_while(lambda: desk.outcome_count() < 3)
    assert await desk.committed() == 3
    assert len(await desk.dead()) == 3


async def test_a_stop_finishes_what_is_in_hand_and_commits_it(desk: Desk) -> None:
    working, release = asyncio.Event(), asyncio.Event()

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        working.set()
        await release.wait()
        return emitted(received)

    await desk.send_pages(*pages(2))
    stop = asyncio.Event()
    task = asyncio.create_task(StageLoop(stage(handle), desk.context).run(stop))
    await working.wait()
    stop.set()
    await asyncio.sleep(0.2)
    assert not task.done()
    release.set()
    async with asyncio.timeout(5):
        await task
    done = len(await desk.messages(ARTICLES_CLEANED.name))
    assert done >= 1
    assert await desk.committed() == done


async def test_a_stop_does_not_wait_for_what_cannot_finish(desk: Desk) -> None:
    async def handle(received: Received[Message], now: datetime) -> Outcome:
        if url_of(received).endswith("/0"):
            raise DependencyUnavailableError("gone")
        return Retry("hiccup")

    await desk.send_pages(*pages(2))
    stop = asyncio.Event()
    loop = StageLoop(stage(handle), desk.context)
    task = asyncio.create_task(loop.run(stop))
    await eventually(lambda: "dependency" in loop.ready())
    stop.set()
    async with asyncio.timeout(5):
        await task
    assert await desk.committed() == 0


@pytest.mark.parametrize("leaves", [False, True])
async def test_two_loops_share_a_group_and_lose_nothing(desk: Desk, leaves: bool) -> None:
    async def handle(received: Received[Message], now: datetime) -> Outcome:
        await asyncio.sleep(0.002)
        return emitted(received)

    everything = pages(400)
    await desk.send_pages(*everything[:200])
    first_stop = asyncio.Event()
    first = asyncio.create_task(StageLoop(stage(handle, concurrency=4), desk.context).run(first_stop))
    await eventually(lambda: desk.outcome_count() > 50)
    async with desk.running(stage(handle, concurrency=4)):
        await desk.send_pages(*everything[200:])
        await eventually(lambda: desk.outcome_count() > 150)
        if leaves:
            first_stop.set()
            await first

        async def all_committed() -> bool:
            return await desk.committed() == 400

        await eventually(all_committed)
        first_stop.set()
        await first
    sent = [decoded.message.id for decoded in await desk.messages(ARTICLES_CLEANED.name)]  # type: ignore[union-attr]
    assert set(sent) == {page.id for page in everything}
    assert len(sent) <= 400 + 8, "more than what was in hand was handled twice"


async def test_a_late_result_of_a_lost_partition_is_not_sent(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "REVOKE_SECONDS", 0.1)
    started: list[str] = []
    release = asyncio.Event()

    async def stuck(received: Received[Message], now: datetime) -> Outcome:
        started.append(url_of(received))
        await release.wait()
        return emitted(received)

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        return emitted(received)

    everything = pages(60)
    await desk.send_pages(*everything)
    async with desk.running(stage(stuck, concurrency=60)):
        await eventually(lambda: len(started) == 60)
        async with desk.running(stage(handle)):
            await eventually(lambda: desk.outcome_count() > 0)
            await asyncio.sleep(1)  # the second loop handles all that it took over
            release.set()

            async def all_committed() -> bool:
                return await desk.committed() == 60

            await eventually(all_committed)
    sent = [decoded.message.id for decoded in await desk.messages(ARTICLES_CLEANED.name)]  # type: ignore[union-attr]
    assert sorted(sent) == sorted(page.id for page in everything)


async def test_a_large_message_travels_as_a_claim_check(desk: Desk) -> None:
    seen: list[Message] = []

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        seen.append(received.message)
        return Drop("seen")

    page = make_page(body=b"<p>" + b"long " * 20_000)
    await desk.send_pages(page)
    await desk.run_until_idle(stage(handle))

    [record] = await desk.records(PAGES_FETCHED.name)
    headers = dict(record.headers)
    assert record.value == b""
    body = desk.blobs.bodies[headers[CLAIM_CHECK].decode()]
    assert headers[CLAIM_BYTES] == str(len(body)).encode()
    assert seen == [page]


@pytest.mark.parametrize(("harm", "words"), [("missing", "has no body"), ("corrupt", "is not")])
async def test_a_lost_or_corrupt_body_is_a_dead_letter_naming_the_hash(desk: Desk, harm: str, words: str) -> None:
    async def handle(received: Received[Message], now: datetime) -> Outcome:
        return Drop("seen")

    await desk.send_pages(make_page(body=b"long " * 20_000))
    [reference] = desk.blobs.bodies
    if harm == "missing":
        desk.blobs.bodies.clear()
    else:
        desk.blobs.bodies[reference] = b"something else"
    await desk.run_until_idle(stage(handle))

    [letter] = await desk.dead()
    assert reference in letter.detail
    assert words in letter.detail


async def test_blob_storage_that_is_away_pauses(desk: Desk) -> None:
    async def handle(received: Received[Message], now: datetime) -> Outcome:
        return Drop("seen")

    await desk.send_pages(make_page(body=b"long " * 20_000))
    desk.blobs.away = True
    async with desk.running(stage(handle)) as loop:
        await eventually(lambda: "blobs" in loop.ready())
        assert await desk.committed() == 0
        desk.blobs.away = False
        await desk.advance_while(lambda: desk.outcome_count() < 1)
    assert await desk.dead() == []


async def test_output_that_no_broker_takes_is_buried(desk: Desk) -> None:
    async def handle(received: Received[Message], now: datetime) -> Outcome:
        if url_of(received).endswith("/1"):
            return Emit((Outgoing(ARTICLES_CLEANED, make_cleaned(url_of(received), id="x" * 200_000)),))
        return emitted(received)

    await desk.send_pages(*pages(3))
    await desk.run_until_idle(stage(handle))

    [letter] = await desk.dead()
    assert letter.error == "record too large"
    assert len(await desk.messages(ARTICLES_CLEANED.name)) == 2
    assert await desk.committed() == 3


async def test_a_batch_has_one_outcome_each(desk: Desk) -> None:
    sizes: list[int] = []

    async def handle(batch: Sequence[Received[Message]], now: datetime) -> Sequence[Outcome]:
        sizes.append(len(batch))
        return [Drop("odd") if int(url_of(r).rpartition("/")[2]) % 2 else emitted(r) for r in batch]

    await desk.send_pages(*pages(100))
    await desk.run_until_idle(stage(batch_handler=handle, batch_size=30))

    reports = await desk.outcomes()
    assert sum(report.outcome == "dropped" for report in reports) == 50
    assert sum(report.outcome == "passed" for report in reports) == 50
    assert max(sizes) <= 30
    assert sum(sizes) == 100
    assert len(sizes) < 20
    assert await desk.committed() == 100


async def test_a_key_may_repeat_in_a_batch_in_its_order(desk: Desk) -> None:
    seen: list[str] = []

    async def handle(batch: Sequence[Received[Message]], now: datetime) -> Sequence[Outcome]:
        seen.extend(str(getattr(received.message, "etag", "")) for received in batch)
        return [Drop("seen")] * len(batch)

    await desk.send_pages(*(make_page(etag=str(n)) for n in range(25)))
    await desk.run_until_idle(stage(batch_handler=handle, batch_size=10))
    assert seen == [str(n) for n in range(25)]


async def test_one_bad_message_does_not_take_its_batch_along(desk: Desk) -> None:
    async def handle(batch: Sequence[Received[Message]], now: datetime) -> Sequence[Outcome]:
        if any(url_of(received).endswith("/7") for received in batch):
            raise ValueError("the seventh is bad")
        return [emitted(received) for received in batch]

    await desk.send_pages(*pages(20))
    await desk.run_until_idle(stage(batch_handler=handle))

    [letter] = await desk.dead()
    assert letter.error == "ValueError: the seventh is bad"
    assert len(await desk.messages(ARTICLES_CLEANED.name)) == 19
    assert await desk.committed() == 20


async def test_memory_is_bounded_while_the_handler_is_stuck(desk: Desk) -> None:
    stuck = asyncio.Event()

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        await stuck.wait()
        return Drop("done")

    def in_hand() -> float:
        value = desk.context.metrics.registry.get_sample_value("copydesk_in_hand_messages", {"stage": "cleaner"})
        return value or 0

    await desk.send_pages(*pages(200))
    async with desk.running(stage(handle, concurrency=4)):
        await eventually(lambda: in_hand() == 8)
        await asyncio.sleep(0.3)
        assert in_hand() == 8
        stuck.set()
        await eventually(lambda: desk.outcome_count() == 200)
    assert await desk.committed() == 200


async def test_retry_headers_on_a_public_topic_mean_nothing(desk: Desk) -> None:
    async def handle(received: Received[Message], now: datetime) -> Outcome:
        assert received.attempt == 1
        return Drop("seen")

    await desk.send_pages(make_page())
    [record] = await desk.records(PAGES_FETCHED.name)
    forged = (*record.headers, ("retry-due", b"2099-01-01T00:00:00+00:00"), ("retry-attempt", b"99"))
    await desk.send_raw(OutgoingRecord(PAGES_FETCHED.name, record.key or b"", record.value, forged))
    await desk.run_until_idle(stage(handle))
    assert desk.outcome_count() == 2
    assert await desk.dead() == []


async def test_a_stop_while_the_broker_is_down_is_obeyed(desk: Desk) -> None:
    asked = asyncio.Event()

    class DownBus(FlakyBus):
        async def ensure_topics(self, topics: Any) -> None:
            asked.set()
            await asyncio.Event().wait()

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        return Drop("never reached")

    desk.context = replace(desk.context, bus=DownBus(desk.bus, set()))
    async with desk.running(stage(handle)) as loop:
        await asked.wait()
        assert loop.ready() == {"broker": "starting"}
        assert loop.alive()
