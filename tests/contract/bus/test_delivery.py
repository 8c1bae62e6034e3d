"""What any bus promises about records: order, content, positions, limits."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from copydesk.bus.partitioner import partition_of
from copydesk.runtime.ports import Bus, BusUnavailableError, Partition, RecordTooLargeError, UnknownTopicError
from copydesk.testing.records import drain, positions_after, record

SINGLE = Partition("single", 0)
LIMIT_OF_A_VALUE = 900_000


async def test_records_of_one_key_come_in_the_order_they_were_sent(bus: Bus) -> None:
    producer = await bus.producer()
    for start in range(0, 60, 20):
        await producer.send(
            [record("news", f"key-{n % 7}", str(n).encode()) for n in range(start, start + 20)],
        )
    read = await drain(await bus.consumer("readers", ["news"]), 60)
    by_key = defaultdict(list)
    for item in read:
        by_key[item.key].append(int(item.value))
    assert by_key == {f"key-{k}".encode(): list(range(k, 60, 7)) for k in range(7)}


async def test_a_key_has_the_same_partition_on_every_bus(bus: Bus) -> None:
    keys = [f"key-{n}" for n in range(30)] + ["", "ä", "新闻", "x" * 200]
    await (await bus.producer()).send([record("news", key) for key in keys])
    read = await drain(await bus.consumer("readers", ["news"]), len(keys))
    assert {item.key: item.partition.number for item in read} == {
        key.encode(): partition_of(key.encode(), 3) for key in keys
    }


async def test_content_comes_back_as_it_went(bus: Bus) -> None:
    headers = (("ce_id", b"1"), ("ce_id", b"2"), ("empty", b""), ("bytes", bytes(range(256))), ("Größe", b"\xff"))
    before = datetime.now(UTC) - timedelta(minutes=1)
    await (await bus.producer()).send([record("single", "k", b"\x00\xff\xfe not a text", headers)])
    (read,) = await drain(await bus.consumer("readers", ["single"]), 1)
    assert (read.partition, read.offset, read.key) == (SINGLE, 0, b"k")
    assert (read.value, read.headers) == (b"\x00\xff\xfe not a text", headers)
    assert before < read.timestamp < datetime.now(UTC) + timedelta(minutes=1)


async def test_sends_at_the_same_time_all_arrive_once(bus: Bus) -> None:
    producer = await bus.producer()
    await asyncio.gather(
        *(producer.send([record("news", f"{n}-{part}") for part in range(5)]) for n in range(50)),
    )
    read = await drain(await bus.consumer("readers", ["news"]), 250)
    assert {item.key for item in read} == {f"{n}-{part}".encode() for n in range(50) for part in range(5)}


async def test_groups_read_independently(bus: Bus) -> None:
    await (await bus.producer()).send([record("news", str(n)) for n in range(10)])
    first = await bus.consumer("first", ["news"])
    await first.commit(positions_after(await drain(first, 10)))
    second = await bus.consumer("second", ["news"])
    await drain(second, 10)
    assert sum((await bus.group_positions("first", "news")).values()) == 10
    assert set((await bus.group_positions("second", "news")).values()) == {0}


async def test_lag_counts_what_is_not_committed(bus: Bus) -> None:
    await (await bus.producer()).send([record("single", str(n)) for n in range(10)])
    consumer = await bus.consumer("readers", ["single"])
    await drain(consumer, 10)
    assert await consumer.lag() == {SINGLE: 10}
    await consumer.commit({SINGLE: 4})
    assert await consumer.lag() == {SINGLE: 6}
    assert await bus.end_positions("single") == {SINGLE: 10}
    assert await bus.group_positions("readers", "single") == {SINGLE: 4}


async def test_a_group_may_begin_at_the_end(bus: Bus) -> None:
    producer = await bus.producer()
    await producer.send([record("single", "old")] * 3)
    assigned = asyncio.Event()

    async def note(_: frozenset[Partition]) -> None:
        assigned.set()

    consumer = await bus.consumer("readers", ["single"], from_beginning=False, on_assigned=note)
    await asyncio.wait_for(assigned.wait(), 30)
    assert await consumer.lag() == {SINGLE: 0}
    await producer.send([record("single", "new")])
    (read,) = await drain(consumer, 1)
    assert read.key == b"new"
    await consumer.commit({SINGLE: 2})
    await consumer.close()
    again = await bus.consumer("readers", ["single"], from_beginning=False)
    assert [item.key for item in await drain(again, 2)] == [b"old", b"new"]


async def test_seek_replays_and_skips(bus: Bus) -> None:
    await (await bus.producer()).send([record("single", str(n)) for n in range(10)])
    consumer = await bus.consumer("readers", ["single"])
    await drain(consumer, 10)
    await consumer.seek(SINGLE, 7)
    assert [item.offset for item in await drain(consumer, 3)] == [7, 8, 9]
    await consumer.seek(SINGLE, 0)
    assert [item.offset for item in await drain(consumer, 10)] == list(range(10))
    assert await bus.group_positions("readers", "single") == {SINGLE: 0}


async def test_paused_partitions_keep_silent_and_lose_nothing(bus: Bus) -> None:
    producer = await bus.producer()
    await producer.send([record("news", str(n)) for n in range(30)])
    consumer = await bus.consumer("readers", ["news"])
    await drain(consumer, 30)
    paused = frozenset({Partition("news", 0), Partition("news", 1)})
    consumer.pause(paused)
    await producer.send([record("news", str(n), b"second") for n in range(30)])
    expected = {number: sum(partition_of(str(n).encode(), 3) == number for n in range(30)) for number in range(3)}
    assert {item.partition.number for item in await drain(consumer, expected[2])} == {2}
    consumer.resume(frozenset({Partition("news", 0)}))
    assert {item.partition.number for item in await drain(consumer, expected[0])} == {0}
    consumer.resume(paused)
    rest = await drain(consumer, expected[1])
    assert [item.value for item in rest] == [b"second"] * expected[1]


async def test_pausing_holds_back_what_was_fetched_ahead(bus: Bus) -> None:
    await (await bus.producer()).send([record("single", str(n)) for n in range(20)])
    consumer = await bus.consumer("readers", ["single"])
    first: list[int] = []
    while not first:
        first = [item.offset for item in await consumer.poll(max_records=5, timeout=5)]
    consumer.pause(frozenset({SINGLE}))
    assert not await consumer.poll(max_records=5, timeout=0.3)
    consumer.resume(frozenset({SINGLE}))
    rest = await drain(consumer, 20 - len(first))
    assert first + [item.offset for item in rest] == list(range(20))


async def test_a_poll_never_gives_more_than_asked_for(bus: Bus) -> None:
    await (await bus.producer()).send([record("news", str(n)) for n in range(50)])
    consumer = await bus.consumer("readers", ["news"])
    sizes = []
    while sum(sizes) < 50:
        sizes.append(len(await consumer.poll(max_records=7, timeout=5)))
    assert max(sizes) <= 7


async def test_an_empty_poll_ends_in_time(bus: Bus) -> None:
    consumer = await bus.consumer("readers", ["news"])
    async with asyncio.timeout(10):
        assert not await consumer.poll(max_records=1, timeout=0.1)


async def test_a_waiting_poll_is_woken_by_a_send(bus: Bus) -> None:
    consumer = await bus.consumer("readers", ["single"])
    await drain(consumer, 0)
    waiting = asyncio.create_task(consumer.poll(max_records=10, timeout=60))
    await (await bus.producer()).send([record("single", "k")])
    assert len(await asyncio.wait_for(waiting, 30)) == 1


async def test_an_oversize_record_is_refused_before_anything_of_its_batch_is_sent(bus: Bus) -> None:
    producer = await bus.producer()
    with pytest.raises(RecordTooLargeError, match=r"single.*limit"):
        await producer.send([record("single", "fits"), record("single", "huge", bytes(LIMIT_OF_A_VALUE + 100_001))])
    assert await bus.end_positions("single") == {SINGLE: 0}


async def test_the_largest_value_with_a_large_envelope_fits(bus: Bus) -> None:
    value = os.urandom(LIMIT_OF_A_VALUE)
    headers = (("traceback", os.urandom(99_000)),)
    await (await bus.producer()).send([record("single", "k", value, headers), record("single", "k")])
    read = await drain(await bus.consumer("readers", ["single"]), 2)
    assert (read[0].value, read[0].headers) == (value, headers)


async def test_what_was_acknowledged_outlives_the_process(bus: Bus, reopen: Callable[[], Awaitable[Bus]]) -> None:
    await (await bus.producer()).send([record("news", str(n)) for n in range(100)])
    consumer = await bus.consumer("readers", ["news"])
    some = await consumer.poll(max_records=40, timeout=30)
    await consumer.commit(positions_after(some))
    other = await reopen()
    assert sum((await other.end_positions("news")).values()) == 100
    rest = await drain(await other.consumer("readers", ["news"]), 100 - len(some))
    assert {item.key for item in [*some, *rest]} == {str(n).encode() for n in range(100)}


async def test_creating_a_topic_again_leaves_it_as_it_is(bus: Bus) -> None:
    await (await bus.producer()).send([record("single", "k")])
    from_registry = (await bus.end_positions("single")).keys()
    await bus.ensure_topics([])
    assert (await bus.end_positions("single")).keys() == from_registry
    assert await bus.end_positions("single") == {SINGLE: 1}


async def test_unknown_topics_are_named(bus: Bus) -> None:
    with pytest.raises(UnknownTopicError, match="olds"):
        await (await bus.producer()).send([record("olds", "k")])
    with pytest.raises(UnknownTopicError, match="olds"):
        await bus.consumer("readers", ["olds"])
    with pytest.raises(UnknownTopicError, match="olds"):
        await bus.end_positions("olds")


async def test_a_bus_that_works_passes_its_check(bus: Bus) -> None:
    await bus.check()


async def test_a_closed_bus_says_so_instead_of_waiting(bus: Bus) -> None:
    producer = await bus.producer()
    await producer.send([record("single", "k")])
    await bus.close()
    with pytest.raises(BusUnavailableError, match="closed"):
        await producer.send([record("single", "k")])
    with pytest.raises(BusUnavailableError, match="closed"):
        await bus.check()
    with pytest.raises(BusUnavailableError, match="closed"):
        await bus.ensure_topics([])
