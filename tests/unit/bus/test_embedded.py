"""What only the embedded bus promises: one file, one process, retention and compaction by its own clock."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.bus import EmbeddedBus, LogInUseError
from copydesk.contracts import Headers, Topic
from copydesk.runtime.ports import BusUnavailableError, OutgoingRecord, Partition, UnknownTopicError
from copydesk.testing.records import drain, positions_after

NEWS = Topic("news", (), "id", "a topic for tests", partitions=3)
LEARNED = Topic("learned", (), "site", "compacted", partitions=2, retention=None, compacted=True)


class TurnedClock:
    """A clock that stands still until a test turns it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[EmbeddedBus]:
    bus = EmbeddedBus(tmp_path / "log.sqlite")
    await bus.ensure_topics([NEWS, LEARNED])
    yield bus
    await bus.close()


def record(key: str, value: str = "", topic: str = "news") -> OutgoingRecord:
    return OutgoingRecord(topic, key.encode(), value.encode(), ())


async def test_a_second_bus_on_the_same_file_is_refused_and_told_what_to_do(bus: EmbeddedBus, tmp_path: Path) -> None:
    with pytest.raises(LogInUseError, match="COPYDESK_KAFKA__BOOTSTRAP_SERVERS"):
        EmbeddedBus(tmp_path / "log.sqlite")


async def test_another_process_is_refused_until_the_first_has_closed(tmp_path: Path) -> None:
    attempt = [
        sys.executable,
        "-c",
        "import sys, pathlib; from copydesk.bus import EmbeddedBus; EmbeddedBus(pathlib.Path(sys.argv[1]))",
        str(tmp_path / "log.sqlite"),
    ]
    bus = EmbeddedBus(tmp_path / "log.sqlite")
    refused = await asyncio.to_thread(subprocess.run, attempt, capture_output=True, text=True, check=False)
    await bus.close()
    admitted = await asyncio.to_thread(subprocess.run, attempt, capture_output=True, text=True, check=False)
    assert "LogInUseError" in refused.stderr
    assert admitted.returncode == 0, admitted.stderr


async def test_a_reader_of_the_same_file_sees_new_records_and_may_not_write(bus: EmbeddedBus, tmp_path: Path) -> None:
    producer = await bus.producer()
    await producer.send([record("a", "before")])
    reader = EmbeddedBus(tmp_path / "log.sqlite", read_only=True)
    consumer = await reader.consumer("tail", ["news"])
    assert [r.value for r in await drain(consumer, 1)] == [b"before"]
    await producer.send([record("b", "after")])
    assert [r.value for r in await drain(consumer, 1)] == [b"after"]
    assert sum((await reader.end_positions("news")).values()) == 2
    with pytest.raises(PermissionError, match="read-only"):
        await reader.producer()
    with pytest.raises(PermissionError, match="read-only"):
        await consumer.commit({Partition("news", 0): 1})
    await reader.close()


def test_reading_a_file_that_is_not_there_names_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.sqlite"):
        EmbeddedBus(tmp_path / "none.sqlite", read_only=True)


async def test_acknowledged_records_and_positions_survive_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    program = """
import asyncio, pathlib, sys
from copydesk.bus import EmbeddedBus
from copydesk.contracts import Topic
from copydesk.runtime.ports import OutgoingRecord
async def main():
    bus = EmbeddedBus(pathlib.Path(sys.argv[1]))
    await bus.ensure_topics([Topic("news", (), "id", "", partitions=3)])
    producer = await bus.producer()
    consumer = await bus.consumer("readers", ["news"])
    sent = 0
    while True:
        await producer.send([OutgoingRecord("news", str(sent + i).encode(), b"x" * 3000, ()) for i in range(10)])
        sent += 10
        read = await consumer.poll(max_records=10, timeout=1)
        await consumer.commit({r.partition: r.offset + 1 for r in read})
        print(sent, flush=True)
asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    acknowledged = 0
    while acknowledged < 200:
        acknowledged = int(await process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    acknowledged = max([acknowledged, *map(int, (await process.stdout.read()).split())])
    await process.wait()

    bus = EmbeddedBus(path)
    consumer = await bus.consumer("auditors", ["news"])
    total = sum((await bus.end_positions("news")).values())
    keys = {int(r.key or b"") for r in await drain(consumer, total)}
    assert set(range(acknowledged)) <= keys
    assert sum((await bus.group_positions("readers", "news")).values()) >= acknowledged - 10
    await bus.close()


async def test_retention_deletes_what_is_older_and_readers_go_on_behind_it(tmp_path: Path) -> None:
    clock = TurnedClock()
    bus = EmbeddedBus(tmp_path / "log.sqlite", clock=clock)
    await bus.ensure_topics([NEWS])
    producer = await bus.producer()
    await producer.send([record("k", "old")] * 3)
    clock.time += timedelta(days=6)
    await producer.send([record("k", "young")])
    clock.time += timedelta(days=2)
    await bus.sweep()
    consumer = await bus.consumer("readers", ["news"])
    (kept,) = await drain(consumer, 1)
    assert (kept.value, kept.offset) == (b"young", 3)
    assert sum((await consumer.lag()).values()) == 1
    await bus.close()


async def test_retention_deletes_any_amount(tmp_path: Path) -> None:
    clock = TurnedClock()
    bus = EmbeddedBus(tmp_path / "log.sqlite", clock=clock)
    await bus.ensure_topics([NEWS])
    producer = await bus.producer()
    for _ in range(4):
        await producer.send([record("k")] * 3_000)
    clock.time += timedelta(days=8)
    await producer.send([record("k", "young")])
    await bus.sweep()
    assert [r.offset for r in await drain(await bus.consumer("readers", ["news"]), 1)] == [12_000]
    await bus.close()


async def test_offsets_are_never_given_out_twice_even_when_retention_left_nothing(tmp_path: Path) -> None:
    clock = TurnedClock()
    bus = EmbeddedBus(tmp_path / "log.sqlite", clock=clock)
    await bus.ensure_topics([NEWS])
    await (await bus.producer()).send([record("k")] * 3)
    clock.time += timedelta(days=8)
    await bus.sweep()
    await bus.close()
    bus = EmbeddedBus(tmp_path / "log.sqlite", clock=clock)
    await (await bus.producer()).send([record("k", "next")])
    consumer = await bus.consumer("readers", ["news"])
    assert [r.offset for r in await drain(consumer, 1)] == [3]
    await bus.close()


async def test_compaction_keeps_the_newest_of_each_key_in_place(bus: EmbeddedBus) -> None:
    producer = await bus.producer()
    for version in range(5):
        await producer.send([record(f"site-{n}", str(version), "learned") for n in range(4)])
    before = await bus.end_positions("learned")
    await bus.sweep()
    consumer = await bus.consumer("readers", ["learned"])
    kept = await drain(consumer, 4)
    assert {r.key: r.value for r in kept} == {f"site-{n}".encode(): b"4" for n in range(4)}
    assert await bus.end_positions("learned") == before


async def test_compaction_under_a_reader_neither_repeats_nor_stalls(bus: EmbeddedBus) -> None:
    producer = await bus.producer()
    await producer.send([record("site", str(n), "learned") for n in range(10)])
    consumer = await bus.consumer("readers", ["learned"])
    first = await consumer.poll(max_records=4, timeout=5)
    await bus.sweep()
    rest = await drain(consumer, 1)
    assert [r.value for r in [*first, *rest]] == [b"0", b"1", b"2", b"3", b"9"]


@given(
    st.lists(
        st.tuples(
            st.binary(max_size=40),
            st.binary(max_size=200),
            st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=40)), max_size=5).map(tuple),
        ),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=25, deadline=None)
def test_any_key_value_and_headers_come_back(contents: list[tuple[bytes, bytes, Headers]]) -> None:
    async def there_and_back() -> list[tuple[bytes | None, bytes, Headers]]:
        with TemporaryDirectory() as folder:
            bus = EmbeddedBus(Path(folder) / "log.sqlite")
            await bus.ensure_topics([NEWS])
            await (await bus.producer()).send([OutgoingRecord("news", *content) for content in contents])
            read = await drain(await bus.consumer("readers", ["news"]), len(contents))
            await bus.close()
        return [(r.key, r.value, r.headers) for r in read]

    assert sorted(asyncio.run(there_and_back()), key=repr) == sorted(contents, key=repr)


async def test_a_file_that_fails_is_an_unavailable_bus_and_gives_out_no_offsets(
    bus: EmbeddedBus, tmp_path: Path
) -> None:
    producer = await bus.producer()
    await producer.send([record("k")])
    with closing(sqlite3.connect(tmp_path / "log.sqlite")) as vandal:
        vandal.execute("ALTER TABLE records RENAME TO stolen")
        with pytest.raises(BusUnavailableError, match=r"log\.sqlite failed: no such table"):
            await producer.send([record("k")])
        vandal.execute("ALTER TABLE stolen RENAME TO records")
    await producer.send([record("k")])
    assert [r.offset for r in await drain(await bus.consumer("readers", ["news"]), 2)] == [0, 1]


async def test_a_poll_of_large_records_stays_small(bus: EmbeddedBus) -> None:
    producer = await bus.producer()
    for n in range(60):
        await producer.send([OutgoingRecord("news", str(n).encode(), bytes(500_000), ())])
    consumer = await bus.consumer("readers", ["news"])
    first = await consumer.poll(max_records=1_000, timeout=5)
    assert sum(len(r.value) for r in first) < 20_000_000
    rest = await drain(consumer, 60 - len(first))
    assert sorted(int(r.key or b"") for r in [*first, *rest]) == list(range(60))


async def test_topics_that_do_not_exist_are_named(bus: EmbeddedBus) -> None:
    with pytest.raises(UnknownTopicError, match="olds"):
        await (await bus.producer()).send([record("k", topic="olds")])
    with pytest.raises(UnknownTopicError, match="olds"):
        await bus.consumer("readers", ["olds"])


async def test_a_waiting_poll_ends_when_the_bus_closes(bus: EmbeddedBus) -> None:
    consumer = await bus.consumer("readers", ["news"])
    waiting = asyncio.create_task(consumer.poll(max_records=1, timeout=60))
    await asyncio.sleep(0)
    await bus.close()
    assert await asyncio.wait_for(waiting, 5) == []


async def test_a_second_process_may_keep_the_positions_of_a_group_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    owner = EmbeddedBus(path)
    await owner.ensure_topics([NEWS])
    await (await owner.producer()).send([record(str(n)) for n in range(5)])
    beside = EmbeddedBus(path, read_only=True, commits=True)
    consumer = await beside.consumer("readers", [NEWS.name])
    await consumer.commit(positions_after(await drain(consumer, 5)))
    with pytest.raises(PermissionError):
        await beside.producer()
    rival = EmbeddedBus(path, read_only=True, commits=True)
    with pytest.raises(LogInUseError, match="group readers"):
        await rival.consumer("readers", [NEWS.name])
    await rival.close()
    await beside.close()
    await (await owner.producer()).send([record("later")])
    await owner.close()

    again = EmbeddedBus(path, read_only=True, commits=True)
    assert [item.key for item in await drain(await again.consumer("readers", [NEWS.name]), 1)] == [b"later"]
    await again.close()
