"""What storing articles costs, beside bare statements over the same rows, in an empty database and in a full one.

The writer is measured three times: filing (deciding against what is stored, and the rows of every table but those of
stories), filing and looking for copies, and all of it with stories. Each is held against an `unnest` of the rows that
it leaves behind, which are made before the clock starts.

    python -m benchmarks.writer [--rows N] [--filed N] [--turns N] [--plans] [--out FILE]

Every way of storing files batches of 500 articles of its own in turn into the same tables of two embedded Postgres with
the settings of docker-compose.yml: one is empty, the other was filled to `--rows` articles, spread over 100 days. As
they take turns, what else the machine does falls on both. Prints articles a second, CPU milliseconds an article of
writer and database, and the ratios. A million rows take some 25 GB.
"""

import argparse
import asyncio
import json
import random
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import asyncpg
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.writer.articles import received
from benchmarks.writer.filling import fill
from benchmarks.writer.plans import plans
from benchmarks.writer.ways import ALL, WAYS, Way
from copydesk.settings import PostgresSettings
from copydesk.storage import EmbeddedPostgres, Pool, migrate, open_pool

BATCH = 500
_SETTINGS = {"shared_buffers": "2GB", "max_wal_size": "8GB", "checkpoint_timeout": "30min", "jit": "off"}
"""Those of docker-compose.yml but for `wal_compression`: the embedded server is built without lz4."""

_TEMPLATES = 2_000
_STATES = ("empty", "full")
_BYTES_A_ROW = 26_000
_BARE = {way.name: way.bare for way in WAYS}


@dataclass
class Cost:
    """What storing some articles took: seconds, of the processor for `writer` and `database`, and bytes of `log`."""

    articles: int = 0
    wall: float = 0.0
    writer: float = 0.0
    database: float = 0.0
    log: float = 0.0

    def add(self, other: "Cost") -> None:
        self.articles += other.articles
        self.wall += other.wall
        self.writer += other.writer
        self.database += other.database
        self.log += other.log

    @property
    def rate(self) -> float:
        return self.articles / self.wall

    @property
    def processor(self) -> float:
        """Milliseconds an article."""
        return 1000 * (self.writer + self.database) / self.articles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="articles in the full database; 0: only the empty")
    parser.add_argument("--filed", type=int, default=1_500, help="articles a turn and way")
    parser.add_argument("--turns", type=int, default=4)
    parser.add_argument(
        "--ways", default="", help="only ways whose name has one of these in it, such as filing|rows filed"
    )
    parser.add_argument("--plans", action="store_true", help="print those of the lookups, in the fullest database")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-writer-") as folder:
        free = shutil.disk_usage(folder).free
        if free < given.rows * _BYTES_A_ROW:
            parser.exit(2, f"{folder}: {free / 1e9:.0f} GB free, {given.rows:,} rows need more; give fewer by --rows\n")
        with ExitStack() as servers:
            dsns = [servers.enter_context(_server(Path(folder) / name)) for name in _STATES[: 2 if given.rows else 1]]
            asyncio.run(compare(dsns, given, Console(width=140)))


def _server(folder: Path) -> EmbeddedPostgres:
    with EmbeddedPostgres(folder) as dsn:
        asyncio.run(_set_up(dsn))
    return EmbeddedPostgres(folder)


async def _set_up(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    for name, value in _SETTINGS.items():
        await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    await connection.close()


async def compare(dsns: Sequence[str], given: argparse.Namespace, console: Console) -> None:
    pools = []
    for dsn in dsns:
        await migrate(dsn)
        pools.append(await open_pool(dsn, PostgresSettings(command_timeout=timedelta(hours=1))))
        await _file(pools[-1], ALL, list(range(_TEMPLATES)))
    if given.rows:
        started = time.monotonic()
        async with pools[-1].acquire() as connection:
            await fill(connection, max(1, given.rows // _TEMPLATES))
        console.print(f"filled in {time.monotonic() - started:.0f} s: {await _sizes(pools[-1])}")
    ways = [way for way in WAYS if any(name in way.name for name in given.ways.split("|"))]
    costs = await _turns(pools, ways, given, count(_TEMPLATES))
    for state, pool, found in zip(_STATES, pools, costs, strict=False):
        title = f"{state} at first, {await _rows(pool):,} articles at the end"
        console.print(_table(title, found, costs[0] if state != _STATES[0] else None))
    if given.plans:
        async for name, plan in plans(pools[-1]):
            console.print(f"{name}\n{plan}\n", highlight=False, soft_wrap=True)
    for pool in pools:
        await pool.close()
    if given.out:
        records = {
            state: {name: asdict(cost) for name, cost in found.items()}
            for state, found in zip(_STATES, costs, strict=False)
        }
        given.out.write_text(json.dumps(records, indent=1) + "\n", encoding="utf-8")


async def _turns(
    pools: Sequence[Pool], ways: Sequence[Way], given: argparse.Namespace, numbers: "count[int]"
) -> list[dict[str, Cost]]:
    """Each way in turn, in an order that changes, on one database after the other; the first turn does not count."""
    dice = random.Random(3)
    costs = [{way.name: Cost() for way in ways} for _ in pools]
    for turn in range(given.turns + 1):
        for way in dice.sample(ways, len(ways)):
            articles = [next(numbers) for _ in range(min(given.filed, way.at_most))]
            for number in dice.sample(range(len(pools)), len(pools)):
                cost = await _file(pools[number], way, articles)
                if turn:
                    costs[number][way.name].add(cost)
    return costs


async def _file(pool: Pool, way: Way, numbers: Sequence[int]) -> Cost:
    batches = [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]
    prepared = [way.prepare([received(number) for number in batch]) for batch in batches]
    log = await _log_bytes(pool)
    database, writer, begin = await _database_seconds(pool), time.process_time(), time.perf_counter()
    for batch in prepared:
        await way.store(pool, batch)
    wall, own = time.perf_counter() - begin, time.process_time() - writer
    return Cost(len(numbers), wall, own, await _database_seconds(pool) - database, await _log_bytes(pool) - log)


async def _log_bytes(pool: Pool) -> int:
    written: int = await pool.fetchval("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
    return written


async def _database_seconds(pool: Pool) -> float:
    """Of the sessions; what the database does by itself is left out."""
    rows = await pool.fetch("SELECT pid FROM pg_stat_activity WHERE application_name = 'copydesk'")
    times = [psutil.Process(row["pid"]).cpu_times() for row in rows]
    return sum(one.user + one.system for one in times)


async def _rows(pool: Pool) -> int:
    found: int = await pool.fetchval("SELECT count(*) FROM copydesk.articles")
    return found


async def _sizes(pool: Pool) -> str:
    rows = await pool.fetch(
        """
        SELECT coalesce(i.inhparent, c.oid)::regclass::text AS name, sum(pg_total_relation_size(c.oid)) / 1e6 AS size
        FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
        WHERE c.relnamespace = 'copydesk'::regnamespace AND c.relkind = 'r' GROUP BY 1 ORDER BY 2 DESC LIMIT 12
        """
    )
    return ", ".join(f"{row['name'].removeprefix('copydesk.')} {row['size']:,.0f} MB" for row in rows)


def _table(title: str, costs: dict[str, Cost], empty: dict[str, Cost] | None = None) -> Table:
    table = Table(
        "",
        "articles/s",
        "of bare unnest",
        "CPU ms an article",
        "bare: CPU",
        "writer",
        "database",
        "WAL kB",
        title=title,
    )
    if empty:
        table.add_column("of the rate when empty")
    for name, cost in costs.items():
        bare = costs.get(_BARE[name])
        figures = [
            name,
            f"{cost.rate:,.0f}",
            f"{cost.rate / bare.rate:.2f}" if bare else "",
            f"{cost.processor:.2f}",
            f"{bare.processor / cost.processor:.2f}" if bare else "",
            f"{1000 * cost.writer / cost.articles:.2f}",
            f"{1000 * cost.database / cost.articles:.2f}",
            f"{cost.log / cost.articles / 1000:.1f}",
        ]
        table.add_row(*figures, *([f"{cost.rate / empty[name].rate:.2f}"] if empty else []))
    return table


if __name__ == "__main__":
    main()
