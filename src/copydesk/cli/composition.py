"""The composition root: the one place that chooses Kafka or the embedded log, a DSN or the embedded Postgres."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

from copydesk.bus import open_bus as configured_bus
from copydesk.cli.output import CommandError
from copydesk.contracts import REGISTRY, Lane
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.ports import BlobStore, Bus
from copydesk.runtime.service import Service, ServiceContext, ServiceFactory
from copydesk.settings import Settings
from copydesk.storage import EmbeddedPostgres, Pool, migrate, migration_status, open_blobs, open_pool
from copydesk.storage.outage import OUTAGES
from copydesk.telemetry import Metrics

_OUTAGES_OF_POSTGRES = tuple(kind for kind in OUTAGES if kind is not OSError)
"""Without what files and a closed stdout raise, too."""


@dataclass(frozen=True)
class Infrastructure:
    """Everything a service needs from outside, opened."""

    settings: Settings
    bus: Bus
    blobs: BlobStore
    dsn: str | None

    def context(self, metrics: Metrics, *, once: bool = False, lanes: tuple[Lane, ...] = tuple(Lane)) -> ServiceContext:
        return ServiceContext(
            bus=self.bus,
            blobs=self.blobs,
            clock=SystemClock(),
            metrics=metrics,
            settings=self.settings,
            dsn=self.dsn,
            once=once,
            lanes=lanes,
        )


def open_bus(settings: Settings, *, read_only: bool = False) -> Bus:
    """The bus that the settings mean. Raises `CommandError` for an embedded log to be read that does not exist."""
    try:
        return configured_bus(settings, read_only=read_only)
    except FileNotFoundError as error:
        raise CommandError(str(error)) from error


def blob_url(settings: Settings) -> str:
    return settings.blob_place


@asynccontextmanager
async def database_server(settings: Settings) -> AsyncIterator[str]:
    """The DSN of the database as it is; the embedded Postgres runs as long as the context."""
    if settings.postgres.dsn is not None:
        yield settings.postgres.dsn.get_secret_value()
        return
    server = EmbeddedPostgres(settings.data_dir / "postgres")
    dsn = await asyncio.to_thread(server.start)
    try:
        yield dsn
    finally:
        await asyncio.to_thread(server.stop)


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[str]:
    """The DSN of the database, brought up to date. Raises `CommandError` where it does not answer."""
    async with database_server(settings) as dsn:
        with outages_named():
            await migrate(dsn)
        yield dsn


@asynccontextmanager
async def existing_database(settings: Settings) -> AsyncIterator[str]:
    """The DSN of the database for those who only read it.

    One that others may use is left as it is: raises `CommandError` where it is of an older version, as well as where
    no embedded one was made yet, so that reading in the wrong folder does not make one there.
    """
    if settings.postgres.dsn is None:
        if not (settings.data_dir / "postgres").exists():
            raise CommandError(
                f"{settings.data_dir / 'postgres'}: no database here yet; `copydesk run` makes one. Name another "
                "--data-dir, or set COPYDESK_POSTGRES__DSN"
            )
        async with database(settings) as dsn:
            yield dsn
        return
    dsn = settings.postgres.dsn.get_secret_value()
    with outages_named():
        status = await migration_status(dsn)
    if not status.up_to_date:
        at = f"at {status.current}" if status.current else "empty"
        raise CommandError(f"the database is {at} and not at {status.head}: `copydesk migrate up`")
    yield dsn


@asynccontextmanager
async def database_pool(settings: Settings) -> AsyncIterator[Pool]:
    """A small pool for commands that write to the database."""
    async with database(settings) as dsn, pool_on(dsn, settings) as pool:
        yield pool


@asynccontextmanager
async def reading_pool(settings: Settings) -> AsyncIterator[Pool]:
    """A small pool on `existing_database`."""
    async with existing_database(settings) as dsn, pool_on(dsn, settings) as pool:
        yield pool


@asynccontextmanager
async def pool_on(dsn: str, settings: Settings) -> AsyncIterator[Pool]:
    """A pool on a database that is open already; closed with the context, whatever happens in it."""
    pool = await open_pool(dsn, settings.postgres)
    try:
        with outages_named(_OUTAGES_OF_POSTGRES):
            yield pool
    finally:
        await pool.close()


@contextmanager
def outages_named(outages: tuple[type[Exception], ...] = OUTAGES) -> Iterator[None]:
    """Turn what an operator can mend into a `CommandError` that says so."""
    try:
        yield
    except outages as error:
        raise CommandError(
            f"the database cannot be used ({type(error).__name__}: {error}): start Postgres, grant what is "
            "lacking, or mend COPYDESK_POSTGRES__DSN (postgresql://user:password@host:5432/name); `copydesk doctor` "
            "looks closer"
        ) from error


@asynccontextmanager
async def infrastructure(settings: Settings, *, postgres: bool = True) -> AsyncIterator[Infrastructure]:
    """Bus with its topics, blobs and (if wanted) database."""
    async with AsyncExitStack() as stack:
        bus = open_bus(settings)
        stack.push_async_callback(bus.close)
        await bus.ensure_topics(list(REGISTRY.values()))
        dsn = await stack.enter_async_context(database(settings)) if postgres else None
        yield Infrastructure(settings=settings, bus=bus, blobs=open_blobs(blob_url(settings)), dsn=dsn)


def service_factories(names: Sequence[str] | None = None) -> dict[str, ServiceFactory]:
    """The services installed here, by name. Raises `CommandError` for one that is not."""
    points = {point.name: point for point in entry_points(group="copydesk.services")}
    found = {}
    for name in names or sorted(points):
        if name not in points:
            raise CommandError(f"no service is named {name!r}; there are {', '.join(sorted(points))}")
        try:
            found[name] = points[name].load()
        except ImportError as error:
            raise CommandError(f"the {name} needs {error.name}: install copydesk[{name}]") from error
    return found


def service_command(service: str, name: str, purpose: str) -> Any:
    """What a service brings to a command. Raises `CommandError` where the service is not installed."""
    (point,) = entry_points(group="copydesk.commands", name=name)
    try:
        return point.load()
    except ImportError as error:
        raise CommandError(f"{purpose} needs {error.name}: install copydesk[{service}]") from error


def create_services(names: Sequence[str] | None, context: ServiceContext) -> list[Service]:
    return [create(context) for create in service_factories(names).values()]
