"""Worker processes, with real ones: whatever a document does, it does it to itself."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from copydesk.runtime.workers import (
    DocumentFailedError,
    DocumentMemoryError,
    DocumentTimeoutError,
    WorkerDiedError,
    WorkerPool,
)
from copydesk.settings import WorkerSettings

sys.path.append(str(Path(__file__).parent))  # workers inherit the path and import the tasks from there
tasks = import_module("runtime_worker_tasks")

MakePool = Callable[..., WorkerPool]


@pytest.fixture
async def make_pool() -> AsyncIterator[MakePool]:
    pools = []

    def make(
        processes: int = 1, timeout: float = 10, initializer: Callable[[], None] | None = None, **limits: int
    ) -> WorkerPool:
        settings = WorkerSettings(processes=processes, timeout=timedelta(seconds=timeout), **limits)  # type: ignore[arg-type]
        pools.append(WorkerPool(settings, initializer))
        return pools[-1]

    yield make
    for pool in pools:
        await pool.close()


async def test_work_happens_in_another_process_prepared_once(make_pool: MakePool) -> None:
    pool = make_pool(initializer=tasks.prepare)
    assert await pool.call(tasks.double, 21) == 42
    assert await pool.call(tasks.pid) != os.getpid()
    assert await pool.call(tasks.state) == ["prepared"]


async def test_a_hanging_document_is_killed_within_a_second_and_harms_no_other(make_pool: MakePool) -> None:
    pool = make_pool(processes=2, timeout=1.0)
    await asyncio.gather(pool.call(tasks.pid), pool.call(tasks.pid))

    async def hang() -> float:
        started = time.monotonic()
        with pytest.raises(DocumentTimeoutError, match="longer than 1 s"):
            await pool.call(tasks.hang_in_native_code)
        return time.monotonic() - started

    took, *others = await asyncio.gather(hang(), *(pool.call(tasks.double, n) for n in range(4)))
    assert took < 2.0
    assert others == [0, 2, 4, 6]
    assert await pool.call(tasks.double, 5) == 10


@pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited on Linux only")
async def test_a_memory_hog_fails_alone(make_pool: MakePool) -> None:
    pool = make_pool(memory_bytes=700_000_000)
    with pytest.raises(DocumentMemoryError):
        await pool.call(tasks.hog, 2_000_000_000)
    assert await pool.call(tasks.hog, 1_000) == 1_000


async def test_a_worker_that_dies_costs_one_document_and_is_replaced(make_pool: MakePool) -> None:
    pool = make_pool(processes=2)
    results = await asyncio.gather(
        pool.call(tasks.die, 7), *(pool.call(tasks.double, n) for n in range(4)), return_exceptions=True
    )
    assert isinstance(results[0], WorkerDiedError)
    assert "exit code 7" in str(results[0])
    assert results[1:] == [0, 2, 4, 6]


async def test_a_worker_killed_while_idle_is_replaced(make_pool: MakePool) -> None:
    pool = make_pool()
    os.kill(await pool.call(tasks.pid), 9)
    await asyncio.sleep(0.5)  # the pool looks after its workers every 0.1 s
    assert await pool.call(tasks.double, 4) == 8


async def test_workers_are_recycled(make_pool: MakePool) -> None:
    pool = make_pool(recycle_after=2)
    pids = [await pool.call(tasks.pid) for _ in range(6)]
    assert len(set(pids)) == 3


async def test_exceptions_come_back_as_they_are_or_named(make_pool: MakePool) -> None:
    pool = make_pool()
    with pytest.raises(KeyError, match="no such thing"):
        await pool.call(tasks.fail)
    with pytest.raises(DocumentFailedError, match="AwkwardError: this and that"):
        await pool.call(tasks.fail_awkwardly)
    assert await pool.call(tasks.double, 1) == 2


async def test_cancelling_a_call_frees_its_worker(make_pool: MakePool) -> None:
    pool = make_pool(timeout=60)
    await pool.call(tasks.pid)
    call = asyncio.create_task(pool.call(tasks.nap, 50))
    await asyncio.sleep(0.3)
    call.cancel()
    async with asyncio.timeout(10):
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await pool.call(tasks.double, 3) == 6


async def test_a_worker_that_cannot_start_is_an_error_not_a_hang(make_pool: MakePool) -> None:
    pool = make_pool(initializer=tasks.refuse_to_start)
    with pytest.raises(WorkerDiedError, match="no worker lived"):
        await pool.call(tasks.double, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="CPU time is limited on Linux only")
async def test_a_document_cannot_outlive_a_killed_parent_for_long(make_pool: MakePool) -> None:
    pool = make_pool(timeout=3)
    soft, spent = await pool.call(tasks.cpu_limit)
    assert spent < soft <= spent + 3 * (os.cpu_count() or 1) + 6


async def test_closing_kills_what_hangs(make_pool: MakePool) -> None:
    pool = make_pool(timeout=60)
    pid = await pool.call(tasks.pid)
    call = asyncio.create_task(pool.call(tasks.hang_in_native_code))
    await asyncio.sleep(0.3)
    started = time.monotonic()
    await pool.close()
    assert time.monotonic() - started < 5
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    call.cancel()
