"""Kill -9 of the writer fifty times under load: the set and the hashes of articles, and an event for each revision."""

import asyncio
import random
import time

import pytest

from .load import Load, kafka, result, until_handled
from .writer_process import handled, running_writer, until_handled_so_many

pytestmark = [pytest.mark.faults, pytest.mark.kafka, pytest.mark.postgres]

KILLS = 50
RATE = 40.0
BETWEEN_KILLS = 50
"""Messages that are handled before the writer is killed again."""

PATIENCE_SECONDS = 900


@pytest.fixture
async def writer(broker, dsn, tmp_path):
    with running_writer(broker, dsn, tmp_path, COPYDESK_KAFKA__SESSION_TIMEOUT="2") as process:
        yield process


@pytest.mark.timeout(2 * PATIENCE_SECONDS)
async def test_articles_and_events_survive_fifty_kills(broker, pool, writer):
    chance = random.Random(50)
    started = time.monotonic()
    recoveries = []
    async with kafka(broker) as bus:
        load = Load(bus, RATE)
        async with load.flowing():
            for _ in range(KILLS):
                wanted = await handled(pool) + BETWEEN_KILLS
                await until_handled_so_many(pool, wanted, writer, started, PATIENCE_SECONDS)
                await asyncio.sleep(chance.random() / 2)
                before, killed = await handled(pool), time.monotonic()
                writer.kill()
                writer.start()
                await until_handled_so_many(pool, before + 1, writer, started, PATIENCE_SECONDS)
                recoveries.append(time.monotonic() - killed)
        await until_handled(bus, writer, PATIENCE_SECONDS)
        found = await result(bus, pool)
    recoveries.sort()
    print(
        f"\nkilled {KILLS} times in {time.monotonic() - started:.0f} s while {load.sent} messages came; "
        f"{len(found.stored)} of {len(load.manifest)} articles, {len(found.revisions)} revisions, {len(found.events)} events; "
        f"{found.redelivered} of {found.handled} messages handled again ({found.redelivered / found.handled:.1%}), "
        f"{found.repeated_events} events sent again; recovered in {recoveries[KILLS // 2]:.1f} s (median), "
        f"{recoveries[-1]:.1f} s (most)"
    )

    assert found.stored == load.manifest
    assert found.events.keys() == found.revisions
    assert all(len(ids) == 1 for ids in found.events.values()), "an event that is sent again has its old id"
    assert found.funnel == {("writer", "passed"): len(load.manifest)}
    assert await writer.stop() == 0
