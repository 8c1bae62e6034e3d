"""Whether reading everything again changes anything: articles.tagged from offset 0, in a new group, into one database.

    python -m benchmarks.replay [--messages N]

An edition with copies, updates, withdrawals and articles tagged anew is filed by the writer, on the embedded log and
the embedded Postgres. Then the whole topic is replayed. Compared are a checksum over every row of every table,
whether Postgres wrote any row anew, and the ids and bodies of all events. Exit code 1 where anything is different.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from benchmarks.replay.replaying import Replayed, file_and_replay
from copydesk.bus import EmbeddedBus
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.service import ServiceContext
from copydesk.settings import PostgresSettings, Settings, TelemetrySettings
from copydesk.storage import EmbeddedPostgres, migrate, open_blobs, open_pool
from copydesk.telemetry import Metrics, configure_logging

_console = Console()


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=2_000)
    given = parser.parse_args()
    configure_logging(TelemetrySettings(log_level="ERROR"))
    with (
        tempfile.TemporaryDirectory(prefix="copydesk-replay-") as folder,
        EmbeddedPostgres(Path(folder) / "postgres") as dsn,
    ):
        await _without_durability(dsn)
        await migrate(dsn)
        pool = await open_pool(dsn, PostgresSettings())
        bus = EmbeddedBus(Path(folder) / "log.sqlite")
        context = ServiceContext(
            bus=bus,
            blobs=open_blobs(str(Path(folder) / "blobs")),
            clock=SystemClock(),
            metrics=Metrics(),
            settings=Settings(),
            dsn=dsn,
        )
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=_console, transient=True) as progress:
            task = progress.add_task("publishing", total=given.messages)
            found = await file_and_replay(
                context,
                pool,
                given.messages,
                lambda what, done, total: progress.update(task, description=what, completed=done, total=total),
            )
        await bus.close()
        await pool.close()
    _print(found)
    return 1 if found.changed or found.unequal_events else 0


async def _without_durability(dsn: str) -> None:
    """Nobody reads this database after a crash."""
    connection = await asyncpg.connect(dsn)
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        await connection.execute(f"ALTER SYSTEM SET {setting}")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


def _print(found: Replayed) -> None:
    table = Table(
        Column("table", no_wrap=True), "rows", "checksum", "after the replay", "rows written anew", title="State"
    )
    for name, state in found.before.items():
        after = found.after[name]
        if state.rows or after.rows:
            same = "[red]changed[/]" if name in found.changed else "the same"
            table.add_row(name, str(state.rows), state.checksum, same, "yes" if name in found.rewritten else "none")
    _console.print(table)
    told, again = found.told_before, found.told_after
    _console.print(
        f"{found.messages} messages filed in {found.filing_seconds:.0f} s, replayed from offset 0 in "
        f"{found.replay_seconds:.0f} s: {len(found.changed)} of {len(found.before)} tables changed"
    )
    _console.print(
        f"{len(told.events)} events; the replay told {again.repeats - told.repeats} again, "
        f"{len(again.events) - len(told.events)} new, {len(again.contradictions)} with another body"
    )


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
