"""Immediate stops of Postgres under load: nothing is lost, and the writer goes on by itself soon after it is back."""

import asyncio
import os
import random
import signal
import time

import pytest

from copydesk.settings import PostgresSettings
from copydesk.storage import EmbeddedPostgres, migrate, open_pool

from .load import Load, kafka, result, until_handled
from .writer_process import handled, running_writer, until_handled_so_many

pytestmark = [pytest.mark.faults, pytest.mark.kafka, pytest.mark.postgres]

STOPS = 10
RATE = 200.0
RESUMES_WITHIN = 5.0
PATIENCE_SECONDS = 300


@pytest.fixture
def server(postgres_folder):
    running = EmbeddedPostgres(postgres_folder / "data")
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def writer(broker, server, tmp_path):
    dsn = server.start()
    await migrate(dsn)
    with running_writer(broker, dsn, tmp_path) as process:
        yield process


@pytest.mark.timeout(2 * PATIENCE_SECONDS)
async def test_nothing_is_lost_when_postgres_is_stopped_at_once(broker, server, writer, postgres_folder):
    chance = random.Random(10)
    started = time.monotonic()
    resumed = []
    async with kafka(broker) as bus:
        load = Load(bus, RATE)
        async with load.flowing():
            for _ in range(STOPS):
                await progress(server, writer, 200, started)
                await asyncio.sleep(chance.random())
                stop_at_once(postgres_folder / "data")
                await asyncio.sleep(2 * chance.random())
                resumed.append(await start_again(server, writer, started))
        await until_handled(bus, writer, PATIENCE_SECONDS)
        pool = await open_pool(server.start(), PostgresSettings())
        found = await result(bus, pool, load)
        await pool.close()
    resumed.sort()
    print(
        f"\nstopped Postgres {STOPS} times in {time.monotonic() - started:.0f} s while {load.sent} messages came; "
        f"{len(found.stored)} of {len(load.manifest)} articles, {len(found.revisions)} revisions, {len(found.events)} events; "
        f"{found.redelivered} of {found.handled} messages handled again; the writer went on {resumed[STOPS // 2]:.1f} s "
        f"(median), {resumed[-1]:.1f} s (most) after Postgres was ready"
    )

    assert found.stored == load.manifest
    assert found.events.keys() == found.revisions
    assert found.funnel == {("writer", "passed"): len(load.manifest)}
    assert resumed[-1] <= RESUMES_WITHIN
    assert await writer.stop() == 0, "the writer was one process all the time"


def stop_at_once(data_dir):
    """SIGQUIT is the immediate shutdown: no checkpoint, recovery at the next start (PostgreSQL manual, 18.5)."""
    os.kill(int((data_dir / "postmaster.pid").read_text().splitlines()[0]), signal.SIGQUIT)


async def start_again(server, process, started):
    """Seconds from when Postgres was ready until the writer had written something new."""
    dsn = await asyncio.to_thread(server.start)
    ready = time.monotonic()
    pool = await open_pool(dsn, PostgresSettings())
    try:
        await grown(pool, process, 1, started)
        return time.monotonic() - ready
    finally:
        await pool.close()


async def progress(server, process, messages, started):
    pool = await open_pool(server.start(), PostgresSettings())
    try:
        await grown(pool, process, messages, started)
    finally:
        await pool.close()


async def grown(pool, process, messages, started):
    """Wait for so many more messages."""
    await until_handled_so_many(pool, await handled(pool) + messages, process, started, PATIENCE_SECONDS)
