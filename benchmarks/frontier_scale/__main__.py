"""What the frontier's size does to the crawler's statements.

    python -m benchmarks.frontier_scale [--urls N] [--hosts N] [--claims N] [--plans] [--out FILE]

A Postgres as it ships is filled in steps of 100,000, 1, 3 and 10 million URLs (those up to `--urls`) over the hosts, a
few of which have a great many; then come claims of 16 hosts with 8 URLs each, visits written down as crawlers do,
discoveries of 1,000 URLs, and looks for what is due. Prints milliseconds, p50 and p95, and the plans of the largest
step, or of each with `--plans`. Ten million take some 10 GB of disk and a quarter of an hour.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import asyncpg
from rich.console import Console
from rich.table import Table

from benchmarks.frontier_scale.filling import Sizes, add_hosts, grow
from benchmarks.frontier_scale.latency import Latencies, measured, plans
from copydesk.settings import PostgresSettings
from copydesk.storage import EmbeddedPostgres, migrate, open_pool

_STEPS = (100_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000)
_BYTES_A_URL = 1_500
"""With indexes, the write-ahead log and room to build indexes in."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--urls", type=int, default=10_000_000)
    parser.add_argument("--hosts", type=int, default=200_000)
    parser.add_argument("--claims", type=int, default=100)
    parser.add_argument("--plans", action="store_true", help="print them at every step")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-frontier-") as folder:
        free = shutil.disk_usage(folder).free
        if free < given.urls * _BYTES_A_URL:
            parser.exit(
                2, f"{folder}: {free / 1e9:.0f} GB free, {given.urls:,} URLs need more; give fewer with --urls\n"
            )
        with EmbeddedPostgres(Path(folder) / "postgres") as dsn:
            asyncio.run(curve(dsn, given, Console(width=160)))


async def curve(dsn: str, given: argparse.Namespace, console: Console) -> None:
    await migrate(dsn)
    steps = [*(step for step in _STEPS if step < given.urls), given.urls]
    connection = await asyncpg.connect(dsn)
    pool = await open_pool(dsn, PostgresSettings())
    await add_hosts(connection, given.hosts)
    records: list[dict[str, Any]] = []
    for before, step in zip([0, *steps], steps, strict=False):
        started = time.monotonic()
        sizes = await grow(connection, before, step, given.hosts)
        filled = time.monotonic() - started
        taken = await measured(pool, given.hosts, given.claims)
        console.print(_table(sizes, filled, taken))
        records.append({**asdict(sizes), "milliseconds": _figures(taken)})
        if given.plans or step == given.urls:
            async for name, plan in plans(pool):
                console.print(f"{name}\n{plan}\n", highlight=False, soft_wrap=True)
    await pool.close()
    await connection.close()
    console.print(_summary(records))
    if given.out:
        given.out.write_text(json.dumps(records, indent=1, default=float) + "\n", encoding="utf-8")


def _table(sizes: Sizes, filled: float, taken: Latencies) -> Table:
    title = (
        f"{sizes.urls:,} URLs ({sizes.due:,} due, {sizes.largest_host:,} on the largest host), "
        f"{sizes.ready_hosts:,} hosts ready, {sizes.gigabytes:.1f} GB, filled in {filled:.0f} s"
    )
    table = Table("milliseconds", "p50", "p95", "most", "calls", title=title)
    for name, held in taken.taken.items():
        table.add_row(
            name, f"{taken.share(name, 0.5):.2f}", f"{taken.share(name, 0.95):.2f}", f"{max(held):.2f}", str(len(held))
        )
    return table


def _figures(taken: Latencies) -> dict[str, dict[str, float]]:
    return {name: {"p50": taken.share(name, 0.5), "p95": taken.share(name, 0.95)} for name in taken.taken}


def _summary(records: list[dict[str, Any]]) -> Table:
    names = list(records[0]["milliseconds"])
    table = Table("URLs", *names, title="the curve: p50 / p95 in milliseconds")
    for record in records:
        held = record["milliseconds"]
        table.add_row(f"{record['urls']:,}", *(f"{held[name]['p50']:.2f} / {held[name]['p95']:.2f}" for name in names))
    return table


if __name__ == "__main__":
    main()
