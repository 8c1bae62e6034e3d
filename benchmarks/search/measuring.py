"""What a query takes: by the clock, and of processor time, which other work on a machine makes no dearer."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.search.queries import Asked
from copydesk.settings import PostgresSettings
from copydesk.storage import Pool, open_pool
from copydesk.storage.search import search

_COLD = 6


@dataclass
class Taken:
    """Milliseconds of each query: `cold` the first of a connection, `warm` after others, `processor` of the warm."""

    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


async def measure(dsn: str, pool: Pool, queries: list[Asked]) -> Taken:
    """Some queries on a connection each, then all of them on the pool's only one."""
    taken = Taken()
    for one in queries[:_COLD]:
        fresh = await open_pool(dsn, PostgresSettings(pool_size=1))
        await fresh.fetchval("SELECT 1")
        taken.cold.append(await _milliseconds(fresh, one))
        await fresh.close()
    server = psutil.Process(await pool.fetchval("SELECT pg_backend_pid()"))
    for one in queries:
        before = _processor(server)
        taken.warm.append(await _milliseconds(pool, one))
        taken.processor.append(_processor(server) - before)
    return taken


def share(figures: list[float], part: float) -> float:
    """The figure that this part of all figures does not exceed."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


async def _milliseconds(pool: Pool, one: Asked) -> float:
    started = time.perf_counter()
    await search(pool, one.query, one.filters)
    return 1000 * (time.perf_counter() - started)


def _processor(server: psutil.Process) -> float:
    """Milliseconds so far, of the database's process and of ours; where Linux tells them, to the nanosecond."""
    told = Path(f"/proc/{server.pid}/schedstat")
    if told.exists():
        return int(told.read_text().split()[0]) / 1e6 + 1000 * time.process_time()
    spent = server.cpu_times()
    return 1000 * (spent.user + spent.system + time.process_time())
