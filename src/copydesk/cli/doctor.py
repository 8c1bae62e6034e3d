"""`copydesk doctor`."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from importlib.metadata import entry_points
from typing import Annotated

import asyncpg
import typer

from copydesk.cli.composition import open_bus
from copydesk.cli.output import CommandError, out, print_json
from copydesk.contracts import REGISTRY, STAGE_INPUTS, dead_letters
from copydesk.runtime.ports import BusUnavailableError
from copydesk.runtime.service import Check, Finding
from copydesk.settings import Settings
from copydesk.storage import Connection, migration_status
from copydesk.storage.search import backlog

_LEAST_DISK_BYTES = 2_000_000_000
_MOST_CLOCK_SKEW = timedelta(seconds=5)
_MOST_SEARCH_LAG = timedelta(minutes=5)
_PATIENCE_SECONDS = 10


def doctor(json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Check settings, broker, topics, database, migrations, services, clock and disk; say how to mend each.

    Changes nothing. Exits with 1 when something is not well.
    """
    if not asyncio.run(_examine(json)):
        raise typer.Exit(1)


async def _examine(as_json: bool) -> bool:
    well = True
    async for finding in examine(Settings()):
        well &= finding.well
        if as_json:
            print_json(finding._asdict())
            continue
        mark = "[green]✓[/]" if finding.well else "[red]✗[/]"
        out.print(f"{mark} [bold]{finding.part:<10}[/]", end=" ")
        out.print(finding.seen + (f"\n             → {finding.mend}" if finding.mend else ""), markup=False)
    return well


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Every finding, in the order in which they should be mended."""
    yield Finding("settings", True, f"data in {settings.data_dir.absolute()}")
    checks: list[Callable[[Settings], Coroutine[None, None, list[Finding]]]] = [
        _broker,
        _database,
        _services,
        _models,
        _disk,
    ]
    for check in checks:
        for finding in await check(settings):
            yield finding


async def _broker(settings: Settings) -> list[Finding]:
    servers = settings.kafka.bootstrap_servers
    if servers is None:
        path = settings.data_dir / "log.sqlite"
        seen = f"embedded log {path}" + ("" if path.exists() else " (made by the first run)")
        return [Finding("broker", True, seen), *(await _topics(settings) if path.exists() else [])]
    bus = open_bus(settings)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await bus.check()
    except (BusUnavailableError, TimeoutError) as error:
        mend = "start the broker (`copydesk broker` for a local one) or mend COPYDESK_KAFKA__BOOTSTRAP_SERVERS"
        return [Finding("broker", False, f"{servers} does not answer: {error or 'time-out'}", mend)]
    finally:
        await bus.close()
    return [Finding("broker", True, f"{servers} answers"), *await _topics(settings)]


async def _topics(settings: Settings) -> list[Finding]:
    bus = open_bus(settings, read_only=True)
    try:
        missing = [name for name in REGISTRY if not await bus.end_positions(name)]
        letters = 0
        for stage in STAGE_INPUTS:
            letters += sum((await bus.end_positions(dead_letters(stage).name)).values())
    finally:
        await bus.close()
    if missing:
        mend = "`copydesk run` or any `copydesk service` creates them; it needs the right to"
        return [Finding("topics", False, f"missing: {', '.join(missing)}", mend)]
    known = f"{len(REGISTRY)} topics, {letters} dead letters so far"
    return [Finding("topics", True, known, "`copydesk dlq list` names them" if letters else "")]


async def _database(settings: Settings) -> list[Finding]:
    if settings.postgres.dsn is None:
        path = settings.data_dir / "postgres"
        made = "" if path.exists() else " (made by the first run)"
        return [Finding("database", True, f"embedded Postgres in {path}{made}")]
    dsn = settings.postgres.dsn.get_secret_value()
    try:
        connection = await asyncpg.connect(dsn, timeout=_PATIENCE_SECONDS)
    except (OSError, asyncpg.PostgresError, ValueError) as error:
        mend = "start Postgres, or mend COPYDESK_POSTGRES__DSN (postgresql://user:password@host:5432/name)"
        return [Finding("database", False, f"no connection: {error or type(error).__name__}", mend)]
    try:
        skew = datetime.now(UTC) - await connection.fetchval("SELECT clock_timestamp()")
        version = await connection.fetchval("SHOW server_version")
        status = await migration_status(dsn)
        searching = [await _search(connection)] if status.up_to_date else []
    finally:
        await connection.close()
    mend = "" if status.up_to_date else "`copydesk migrate up`"
    return [
        Finding("database", True, f"Postgres {version}"),
        Finding("migrations", status.up_to_date, f"at {status.current}, newest {status.head}", mend),
        Finding(
            "clock",
            abs(skew) <= _MOST_CLOCK_SKEW,
            f"{skew.total_seconds():+.1f} s against the database",
            "" if abs(skew) <= _MOST_CLOCK_SKEW else "switch time synchronisation on (NTP), here or there",
        ),
        *searching,
    ]


async def _search(connection: Connection) -> Finding:
    """Whether the writers' second pass keeps up with what they file."""
    waiting = await backlog(connection)
    if waiting.since is None:
        return Finding("search", True, "has taken up everything that is filed")
    behind = datetime.now(UTC) - waiting.since
    well = behind <= _MOST_SEARCH_LAG
    seen = f"{waiting.articles:,} articles wait to be found, the first for {behind.total_seconds():.0f} s"
    mend = "" if well else "writers index what they file: start one, or more of them"
    return Finding("search", well, seen, mend)


async def _services(settings: Settings) -> list[Finding]:
    findings = []
    for point in sorted(entry_points(group="copydesk.services"), key=lambda point: point.name):
        try:
            await asyncio.to_thread(point.load)
        except (ImportError, CommandError) as error:
            mend = f"install copydesk[{point.name}]"
            findings.append(Finding(point.name, False, f"cannot be loaded: {error}", mend))
        else:
            findings.append(Finding(point.name, True, "installed"))
    return findings


async def _models(settings: Settings) -> list[Finding]:
    """What installed services look at themselves; one that cannot be loaded was found before."""
    findings: list[Finding] = []
    for point in sorted(entry_points(group="copydesk.checks"), key=lambda point: point.name):
        try:
            check: Check = await asyncio.to_thread(point.load)
        except ImportError:
            continue
        findings += await check(settings)
    return findings


async def _disk(settings: Settings) -> list[Finding]:
    folder = settings.data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    enough = free >= _LEAST_DISK_BYTES
    mend = "" if enough else "make room, or move the data with COPYDESK_DATA_DIR"
    return [Finding("disk", enough, f"{free / 1e9:.1f} GB free in {folder}", mend)]
