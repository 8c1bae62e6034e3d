"""A broker that is killed, hangs or comes late, and members that hang."""

import asyncio
import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from copydesk.bus import KafkaBus
from copydesk.contracts import Topic
from copydesk.runtime.ports import BusUnavailableError, Partition
from copydesk.settings import KafkaSettings
from copydesk.testing.broker import LocalBroker
from copydesk.testing.records import drain, positions_after, record

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]

SINGLE = Partition("single", 0)
TOPIC = Topic("single", (), "id", "one partition", partitions=1)
SEND_DEADLINE = 2


@pytest.fixture
def settings(kafka_broker: LocalBroker) -> KafkaSettings:
    return KafkaSettings(
        bootstrap_servers=kafka_broker.bootstrap_servers,
        topic_prefix=f"{uuid4().hex[:8]}.",
        send_deadline=timedelta(seconds=SEND_DEADLINE),
        session_timeout=timedelta(seconds=2),
    )


async def test_everything_goes_on_after_the_broker_was_killed(
    kafka_broker: LocalBroker, settings: KafkaSettings
) -> None:
    """Also the traps that `start` fails at once while a broker is down, and that a commit then waits for ever."""
    bus = KafkaBus(settings)
    await bus.ensure_topics([TOPIC])
    producer = await bus.producer()
    await producer.send([record("single", f"before-{n}") for n in range(50)])
    consumer = await bus.consumer("readers", ["single"])
    read = await drain(consumer, 50)
    await consumer.commit({SINGLE: 20})

    await kafka_broker.kill()
    loop = asyncio.get_running_loop()
    started = loop.time()
    with pytest.raises(BusUnavailableError, match="sending"):
        await producer.send([record("single", "lost?")])
    with pytest.raises(BusUnavailableError, match="committing"):
        await consumer.commit(positions_after(read))
    assert loop.time() - started < 2 * SEND_DEADLINE + 5
    with pytest.raises(BusUnavailableError):
        await bus.check()
    with pytest.raises(BusUnavailableError):
        await drain(consumer, 1)
    with pytest.raises(BusUnavailableError):
        await consumer.poll(max_records=1, timeout=0.1)
    late = KafkaBus(settings)
    waiting = [asyncio.create_task(late.ensure_topics([TOPIC])), asyncio.create_task(late.producer())]

    await kafka_broker.start()
    await asyncio.wait_for(asyncio.gather(*waiting), 60)
    async with asyncio.timeout(60):
        while True:
            try:
                await producer.send([record("single", "after")])
                break
            except BusUnavailableError:
                continue
    async with asyncio.timeout(60):
        seen = list(read)
        while not any(item.key == b"after" for item in seen):
            seen += await consumer.poll(max_records=100, timeout=1)
    auditor = await late.consumer("auditors", ["single"])
    total = (await late.end_positions("single"))[SINGLE]
    keys = [item.key for item in await drain(auditor, total)]
    assert keys[:50] == [f"before-{n}".encode() for n in range(50)]
    assert set(keys[50:]) <= {b"lost?", b"after"}
    assert (await late.group_positions("readers", "single"))[SINGLE] == 20
    await bus.close()
    await late.close()


async def test_trap_the_idempotent_producer_never_gives_up_by_itself(
    kafka_broker: LocalBroker, settings: KafkaSettings
) -> None:
    """A broker that hangs: sends end at the deadline, hold nothing back, and a bus still closes in time to stop."""
    bus, closing = KafkaBus(settings), KafkaBus(settings)
    await bus.ensure_topics([TOPIC])
    producer = await bus.producer()
    await producer.send([record("single", "before")])
    consumer = await bus.consumer("readers", ["single"])
    await drain(consumer, 1)
    tasks = len(asyncio.all_tasks())
    await (await closing.producer()).send([record("single", "before")])
    await drain(await closing.consumer("others", ["single"]), 2)
    await closing.end_positions("single")
    os.kill(kafka_broker.pid, signal.SIGSTOP)
    try:
        for _ in range(2):
            with pytest.raises(BusUnavailableError, match="within 2 s"):
                await producer.send([record("single", "hanging", bytes(500_000))])
        async with asyncio.timeout(5):
            await consumer.close()
        async with asyncio.timeout(8):
            await closing.close()
    finally:
        os.kill(kafka_broker.pid, signal.SIGCONT)
    async with asyncio.timeout(60):
        await producer.send([record("single", "after")])
        while len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110 (what was given up says nothing when it ends)
            await asyncio.sleep(0.1)
    await bus.close()


async def test_trap_work_that_blocks_the_loop_past_the_session_loses_its_partitions(
    kafka_broker: LocalBroker, settings: KafkaSettings
) -> None:
    """A zombie: it stops, its group moves on, it comes back, and its commit must change nothing."""
    bus = KafkaBus(settings)
    await bus.ensure_topics([TOPIC])
    await (await bus.producer()).send([record("single", str(n)) for n in range(10)])
    code = (
        "import asyncio, sys\n"
        "from copydesk.bus import KafkaBus\n"
        "from copydesk.runtime.ports import Partition, PartitionLostError\n"
        "from copydesk.settings import KafkaSettings\n"
        "async def main():\n"
        "    bus = KafkaBus(KafkaSettings.model_validate_json(sys.argv[1]))\n"
        "    consumer = await bus.consumer('readers', ['single'])\n"
        "    while not await consumer.poll(max_records=3, timeout=5):\n"
        "        pass\n"
        "    print('read', flush=True)\n"
        "    sys.stdin.readline()\n"
        "    try:\n"
        "        await consumer.commit({Partition('single', 0): 3})\n"
        "        print('committed', flush=True)\n"
        "    except PartitionLostError:\n"
        "        print('refused', flush=True)\n"
        "    await bus.close()\n"
        "asyncio.run(main())\n"
    )
    zombie = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, settings.model_dump_json()),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert zombie.stdout is not None
    assert zombie.stdin is not None
    assert await zombie.stdout.readline() == b"read\n"
    heir = await bus.consumer("readers", ["single"])
    read = await drain(heir, 10)
    await heir.commit(positions_after(read))
    zombie.stdin.write(b"go on\n")
    assert await zombie.stdout.readline() == b"refused\n"
    await zombie.wait()
    assert (await bus.group_positions("readers", "single"))[SINGLE] == 10
    await bus.close()


def test_the_broker_dies_with_a_parent_that_is_killed(kafka_broker: LocalBroker, tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("needs PR_SET_PDEATHSIG")
    code = (
        "import asyncio, pathlib, sys\n"
        "from copydesk.testing.broker import LocalBroker\n"
        "asyncio.run(LocalBroker(pathlib.Path(sys.argv[1])).start())\n"
    )
    parent = psutil.Popen([sys.executable, "-c", code, str(tmp_path)])
    deadline = time.monotonic() + 30
    while not parent.children() and time.monotonic() < deadline:
        time.sleep(0.05)
    (java,) = parent.children()
    parent.kill()
    parent.wait()
    assert not psutil.wait_procs([java], timeout=10)[1]
