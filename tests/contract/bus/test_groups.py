"""What any bus promises to consumer groups: every partition has one owner, and nothing is lost when it changes."""

import asyncio

import pytest

from copydesk.runtime.ports import Bus, Partition, PartitionLostError
from copydesk.testing.records import Reader, drain, positions_after, record, until_shared_out

SINGLE = Partition("single", 0)
KEYS = [f"key-{n}" for n in range(40)]


async def send_all(bus: Bus, value: bytes = b"") -> None:
    await (await bus.producer()).send([record("news", key, value) for key in KEYS])


async def read_until(readers: list[Reader], count: int) -> None:
    async with asyncio.timeout(30):
        while sum(len(reader.read) for reader in readers) < count:
            for reader in readers:
                await reader.poll()


async def test_a_crash_between_reading_and_committing_delivers_again(bus: Bus) -> None:
    await send_all(bus)
    crashed = await bus.consumer("readers", ["news"])
    await drain(crashed, len(KEYS))
    await crashed.close()
    assert {item.key for item in await drain(await bus.consumer("readers", ["news"]), len(KEYS))} == {
        key.encode() for key in KEYS
    }


async def test_every_group_that_reads_a_topic_is_known_with_its_positions(bus: Bus) -> None:
    await (await bus.producer()).send([record("single", str(n)) for n in range(10)])
    for group, position in (("readers", 7), ("others", 10)):
        consumer = await bus.consumer(group, ["single"])
        await drain(consumer, 10)
        await consumer.commit({SINGLE: position})
        await consumer.close()
    assert await bus.groups("single") == {"readers": {SINGLE: 7}, "others": {SINGLE: 10}}
    assert await bus.groups("news") == {}


async def test_only_named_positions_are_committed(bus: Bus) -> None:
    """Records 0–9 are read, 5–9 are done first: what may be committed is 0, then 10, never what was fetched."""
    await (await bus.producer()).send([record("single", str(n)) for n in range(10)])
    consumer = await bus.consumer("readers", ["single"])
    await drain(consumer, 10)
    await consumer.commit({SINGLE: 5})
    await consumer.close()
    again = await bus.consumer("readers", ["single"])
    assert [item.offset for item in await drain(again, 5)] == [5, 6, 7, 8, 9]


async def test_a_member_that_joins_takes_a_share_and_nothing_is_lost(bus: Bus) -> None:
    first = await Reader.join(bus, "readers", "news", commits_on_revoke=True)
    await send_all(bus, b"one")
    await read_until([first], len(KEYS))
    second = await Reader.join(bus, "readers", "news", commits_on_revoke=True)
    await until_shared_out([first, second], 3)
    await send_all(bus, b"two")
    await read_until([first, second], 2 * len(KEYS))
    assert first.revoked
    assert second.read
    for value in (b"one", b"two"):
        read = [item.key for item in [*first.read, *second.read] if item.value == value]
        assert sorted(read) == sorted(key.encode() for key in KEYS)


async def test_what_a_member_leaves_behind_is_read_by_the_others(bus: Bus) -> None:
    first = await Reader.join(bus, "readers", "news")
    second = await Reader.join(bus, "readers", "news")
    await until_shared_out([first, second], 3)
    await send_all(bus)
    await read_until([first, second], len(KEYS))
    kept = second.consumer.assignment()
    await first.commit()
    first.read.clear()
    uncommitted = [item for item in second.read if item.partition in kept]
    await second.consumer.close()
    await until_shared_out([first], 3)
    await read_until([first], len(uncommitted))
    assert {item.key for item in uncommitted} <= {item.key for item in first.read}


async def test_a_member_without_a_partition_takes_over_when_there_is_one(bus: Bus) -> None:
    members = [await Reader.join(bus, "readers", "single") for _ in range(2)]
    async with asyncio.timeout(30):
        while not any(member.consumer.assignment() for member in members):
            await members[0].poll()
    owner, waiting = sorted(members, key=lambda member: -len(member.consumer.assignment()))
    assert not waiting.consumer.assignment()
    await (await bus.producer()).send([record("single", "k")])
    await read_until([owner], 1)
    await owner.consumer.close()
    await until_shared_out([waiting], 1)
    await read_until([waiting], 1)
    assert waiting.read == owner.read


async def test_a_commit_for_a_partition_that_has_gone_is_refused(bus: Bus) -> None:
    await send_all(bus)
    zombie = await Reader.join(bus, "readers", "news")
    await read_until([zombie], len(KEYS))
    heir = await Reader.join(bus, "readers", "news")
    await until_shared_out([zombie, heir], 3)
    gone = dict.fromkeys(heir.consumer.assignment(), 1)
    with pytest.raises(PartitionLostError, match="readers"):
        await zombie.consumer.commit(gone)
    positions = await bus.group_positions("readers", "news")
    assert {positions[part] for part in gone} == {0}


async def test_a_member_that_has_left_may_not_commit(bus: Bus) -> None:
    await (await bus.producer()).send([record("single", "k")])
    consumer = await bus.consumer("readers", ["single"])
    read = await drain(consumer, 1)
    await consumer.close()
    with pytest.raises(PartitionLostError):
        await consumer.commit(positions_after(read))
    assert await bus.group_positions("readers", "single") == {SINGLE: 0}


async def test_a_member_that_has_left_reads_nothing(bus: Bus) -> None:
    consumer = await bus.consumer("readers", ["single"])
    await drain(consumer, 0)
    await consumer.close()
    await (await bus.producer()).send([record("single", "k")])
    assert not await consumer.poll(max_records=10, timeout=0.1)
    assert not consumer.assignment()


async def test_what_is_in_hand_is_committed_before_the_next_owner_starts(bus: Bus) -> None:
    await send_all(bus)
    asked, finished = asyncio.Event(), asyncio.Event()

    async def finish(partitions: frozenset[Partition]) -> None:
        asked.set()
        await finished.wait()
        await first.commit({part: offset for part, offset in done.items() if part in partitions})

    first = await bus.consumer("readers", ["news"], on_revoked=finish)
    done = positions_after(await drain(first, len(KEYS)))
    polling = asyncio.create_task(first.poll(max_records=10, timeout=1))
    second = await bus.consumer("readers", ["news"])
    await asyncio.wait_for(asked.wait(), 30)
    assert not await second.poll(max_records=100, timeout=0.3)
    assert not second.assignment()
    finished.set()
    assert not await polling
    async with asyncio.timeout(30):
        while not second.assignment():
            assert not await second.poll(max_records=100, timeout=0.2)
    assert not await second.poll(max_records=100, timeout=0.5)


async def test_an_error_in_a_listener_reaches_whoever_polls(bus: Bus) -> None:
    async def broken(_: frozenset[Partition]) -> None:
        raise KeyError("no such tracker")

    consumer = await bus.consumer("readers", ["news"], on_assigned=broken)
    with pytest.raises(KeyError, match="no such tracker"):
        await drain(consumer, 1)


async def test_commits_beside_a_waiting_poll_are_made_at_once_and_cost_it_no_record(bus: Bus) -> None:
    producer = await bus.producer()
    await producer.send([record("single", "k", b"0")])
    consumer = await bus.consumer("readers", ["single"])
    read = [int(item.value) for item in await drain(consumer, 1)]
    for number in range(1, 30):
        waiting = asyncio.create_task(consumer.poll(max_records=10, timeout=60))
        committing = asyncio.create_task(consumer.commit({SINGLE: number}))
        if number % 2:
            await committing
            assert not waiting.done()
            assert await bus.group_positions("readers", "single") == {SINGLE: number}
        await producer.send([record("single", "k", str(number).encode())])
        read += [int(item.value) for item in await asyncio.wait_for(waiting, 30)]
        await committing
    assert read == list(range(30))


async def test_commits_during_rebalances_cost_nobody_the_membership(bus: Bus) -> None:
    """What is read is committed all the while; at the end all of it is, and nothing was read by both."""
    first = await Reader.join(bus, "readers", "news", commits_on_revoke=True)
    await send_all(bus, b"one")
    await read_until([first], len(KEYS))
    ended = asyncio.Event()

    async def commit_on_and_on() -> None:
        while not ended.is_set():
            done = positions_after([item for item in first.read if item.partition in first.consumer.assignment()])
            try:
                await first.consumer.commit(done)
            except PartitionLostError:
                continue
            finally:
                await asyncio.sleep(0.001)

    committing = asyncio.create_task(commit_on_and_on())
    for _ in range(3):
        other = await Reader.join(bus, "readers", "news", commits_on_revoke=True)
        await until_shared_out([first, other], 3)
        await other.consumer.close()
        await until_shared_out([first], 3)
    ended.set()
    await committing
    assert sum((await bus.group_positions("readers", "news")).values()) == len(KEYS)
    assert not await first.consumer.poll(max_records=10, timeout=0.2)
