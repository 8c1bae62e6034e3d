"""`copydesk run` and `copydesk service`."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from copydesk.cli.composition import Infrastructure, create_services, infrastructure, pool_on, service_factories
from copydesk.cli.funnel import funnel_table
from copydesk.cli.output import CommandError, err, out
from copydesk.cli.sources import read_sources
from copydesk.contracts import STAGE_INPUTS, Lane, Source, consumer_group, lanes_of
from copydesk.runtime.health import HealthServer
from copydesk.runtime.lifecycle import run_services
from copydesk.runtime.ports import BusUnavailableError
from copydesk.runtime.service import Service
from copydesk.settings import Settings
from copydesk.storage.funnel import read_funnel
from copydesk.storage.source_health import read_source_health
from copydesk.storage.sources import save_sources
from copydesk.telemetry import Metrics, configure_logging

_QUIET_LOOKS = 3
"""Consecutive looks that must find nothing to do before a run counts as drained."""

_LOOK_SECONDS = 0.3


def run(
    sources: Annotated[Path | None, typer.Option(help="YAML, JSON, OPML or lines of URLs; added to the known.")] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Poll every source once, drain, print the funnel, exit.")
    ] = False,
    services: Annotated[str | None, typer.Option(help="Some only, such as cleaner,tagger.")] = None,
) -> None:
    """The services in one process, on the embedded log and Postgres unless Kafka and a DSN are set.

    Example: copydesk run --sources my.yaml --once
    """
    settings = Settings()
    configure_logging(settings.telemetry)
    names = services.split(",") if services else None
    service_factories(names)
    found = read_sources(sources) if sources else []
    raise typer.Exit(asyncio.run(run_pipeline(settings, names, found, once)))


def service(
    name: Annotated[str, typer.Argument(help="crawler, cleaner, tagger or writer.")],
    lane: Annotated[
        Lane | None, typer.Option(help="Live news only, or back-fill only: what is imported and replayed.")
    ] = None,
) -> None:
    """One service against Kafka and Postgres; what a container runs.

    It works on live news and, where that leaves it time, on back-fill, unless told to keep to one of them.

    Example: COPYDESK_KAFKA__BOOTSTRAP_SERVERS=kafka:9092 copydesk service cleaner
    """
    settings = Settings()
    configure_logging(settings.telemetry)
    service_factories([name])
    if settings.kafka.bootstrap_servers is None:
        raise CommandError(
            "a single service needs Kafka: set COPYDESK_KAFKA__BOOTSTRAP_SERVERS, or start all in one process "
            "with `copydesk run`"
        )
    lanes = (lane,) if lane else tuple(Lane)
    if lane is not None and lane not in lanes_of(STAGE_INPUTS[name]):
        raise CommandError(f"the {name} has no {lane} lane: leave --lane out")
    raise typer.Exit(asyncio.run(_serve(settings, name, lanes)))


async def _serve(settings: Settings, name: str, lanes: tuple[Lane, ...]) -> int:
    metrics = Metrics()
    postgres = name in {"crawler", "writer"}
    async with infrastructure(settings, postgres=postgres) as opened:
        running = create_services([name], opened.context(metrics, lanes=lanes))
        return await run_with_health(running, metrics, settings, asyncio.Event())


async def run_pipeline(settings: Settings, names: Sequence[str] | None, sources: Sequence[Source], once: bool) -> int:
    metrics = Metrics()
    async with infrastructure(settings) as opened:
        await file_sources(opened, sources)
        running = create_services(names, opened.context(metrics, once=once))
        stop = asyncio.Event()
        watcher = asyncio.create_task(stop_when_drained(running, opened, stop)) if once else None
        try:
            code = await run_with_health(running, metrics, settings, stop)
        finally:
            if watcher:
                watcher.cancel()
        if once:
            await print_funnel(opened)
            await name_unread(opened)
        return code


async def run_with_health(
    services: Sequence[Service], metrics: Metrics, settings: Settings, stop: asyncio.Event
) -> int:
    """Run services, with the health endpoints where a port is set. Returns the exit code."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(HealthServer(services, metrics, settings.telemetry))
        except OSError as error:
            port = settings.telemetry.port
            raise CommandError(f"health port {port}: {error}; choose another by COPYDESK_TELEMETRY__PORT") from error
        return await run_services(services, stop)


async def file_sources(opened: Infrastructure, sources: Sequence[Source]) -> None:
    """Put sources into the database, replacing those of the same name."""
    if sources and opened.dsn:
        async with pool_on(opened.dsn, opened.settings) as pool:
            await save_sources(pool, list(sources))


async def print_funnel(opened: Infrastructure) -> None:
    if opened.dsn:
        async with pool_on(opened.dsn, opened.settings) as pool:
            out.print(funnel_table(await read_funnel(pool)))


async def name_unread(opened: Infrastructure) -> None:
    """Say which sources could not be read at all: in the funnel they are missing without a word."""
    if opened.dsn:
        async with pool_on(opened.dsn, opened.settings) as pool:
            for row in await read_source_health(pool):
                if row.enabled and row.failures:
                    said = f"{row.source} could not be read: {row.last_error}; see `copydesk sources check`"
                    err.print(f"[yellow]warning:[/] {escape(said)}", soft_wrap=True)


async def stop_when_drained(services: Sequence[Service], opened: Infrastructure, stop: asyncio.Event) -> None:
    """Set `stop` once every service has been idle and every topic read to its end for a few looks in a row."""
    quiet = 0
    while quiet < _QUIET_LOOKS:
        await asyncio.sleep(_LOOK_SECONDS)
        try:
            drained = all(service.idle() for service in services) and not await unread(opened, services)
        except BusUnavailableError:
            drained = False
        quiet = quiet + 1 if drained else 0
    stop.set()


async def unread(opened: Infrastructure, services: Sequence[Service]) -> int:
    """Records on the topics of the running services, on every lane, that their groups have not committed."""
    stages = [service.name for service in services]
    if "writer" in stages:
        stages.append("funnel")
    waiting = 0
    for stage in stages:
        inputs = STAGE_INPUTS[stage]
        for lane in lanes_of(inputs):
            for topic in inputs:
                waiting += await _unread(opened, consumer_group(stage, lane), topic.on(lane).name)
    return waiting


async def _unread(opened: Infrastructure, group: str, topic: str) -> int:
    ends = await opened.bus.end_positions(topic)
    read = await opened.bus.group_positions(group, topic)
    return sum(end - read.get(partition, 0) for partition, end in ends.items())
