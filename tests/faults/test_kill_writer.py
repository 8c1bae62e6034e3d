"""Kill -9 of the writer fifty times under load: the set and the hashes of articles, and an event for each revision."""

import asyncio
import random
import time

import pytest

from copydesk.testing.processes import CopydeskProcess

from .load import Load, kafka, result, until_handled

pytestmark = [pytest.mark.faults, pytest.mark.kafka, pytest.mark.postgres]

KILLS = 50
RATE = 40.0
BETWEEN_KILLS = 50
"""Messages that are handled before the writer is killed again."""

PATIENCE_SECONDS = 900


@pytest.fixture
async def writer(broker, dsn, tmp_path):
    environment = {
        "COPYDESK_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "COPYDESK_KAFKA__SESSION_TIMEOUT": "2",
        "COPYDESK_POSTGRES__DSN": dsn,
        "COPYDESK_DATA_DIR": str(tmp_path / "data"),
    }
    process = CopydeskProcess(["service", "writer"], environment, tmp_path / "writer.log")
    process.start()
    yield process
    if process.alive():
        process.kill()


@pytest.mark.timeout(2 * PATIENCE_SECONDS)
async def test_articles_and_events_survive_fifty_kills(broker, pool, writer):
    chance = random.Random(50)
    started = time.monotonic()
    recoveries = []
    async with kafka(broker) as bus:
        load = Load(bus, RATE)
        async with load.flowing():
            for _ in range(KILLS):
                await handled(pool, await fetches(pool) + BETWEEN_KILLS, writer, started)
                await asyncio.sleep(chance.random() / 2)
                before, killed = await fetches(pool), time.monotonic()
                writer.kill()
                writer.start()
                await handled(pool, before + 1, writer, started)
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


async def fetches(pool):
    return await pool.fetchval("SELECT count(*) FROM copydesk.fetches")


async def handled(pool, wanted, process, started):
    """Wait for progress; a writer that ended by itself, or no progress for too long, fails the test."""
    while (count := await fetches(pool)) < wanted:
        assert process.alive(), f"the writer ended by itself:\n{process.log_tail()}"
        assert time.monotonic() - started < PATIENCE_SECONDS, f"{count} of {wanted} messages handled"
        await asyncio.sleep(0.1)
