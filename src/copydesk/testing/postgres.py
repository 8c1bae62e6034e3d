"""A real Postgres for tests: one server a session, one migrated template, one fresh clone of it a test.

The fixtures are imported by the conftest of whoever wants them (in one place above all tests that share the server);
then ask for `database` (a DSN) or `pool`.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from copydesk.settings import PostgresSettings
from copydesk.storage import EmbeddedPostgres, Pool, migrate, open_pool

_numbers = count(1)


@dataclass(frozen=True)
class PostgresServer:
    """The session's server; `template` names a database that is migrated and otherwise empty."""

    dsn: str
    template: str

    def dsn_of(self, database: str) -> str:
        return urlunsplit(urlsplit(self.dsn)._replace(path=f"/{database}"))


@pytest.fixture
def postgres_folder() -> Iterator[Path]:
    """An empty folder for a server of the test's own.

    Not in pytest's temporary directory: as root the server runs as another user, and each pytest session that starts
    closes that directory to all others.
    """
    with TemporaryDirectory(prefix="copydesk-postgres-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """An embedded server in a folder of its own, without durability: nobody reads it after a crash."""
    with (
        TemporaryDirectory(prefix="copydesk-postgres-") as folder,
        EmbeddedPostgres(Path(folder) / "data") as dsn,
    ):
        server = PostgresServer(dsn, "copydesk_template")
        asyncio.run(_prepare(server))
        yield server


async def _prepare(server: PostgresServer) -> None:
    connection = await asyncpg.connect(server.dsn)
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        await connection.execute(f"ALTER SYSTEM SET {setting}")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.execute(f"CREATE DATABASE {server.template}")
    await connection.close()
    await migrate(server.dsn_of(server.template))


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest_asyncio.fixture
async def database(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """The DSN of a fresh, migrated database; it is dropped afterwards, open connections or not."""
    name = f"test_{next(_numbers)}"
    await _execute(postgres_server.dsn, f"CREATE DATABASE {name} TEMPLATE {postgres_server.template}")
    yield postgres_server.dsn_of(name)
    await _execute(postgres_server.dsn, f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def empty_database(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """The DSN of a database that nobody has migrated."""
    name = f"test_{next(_numbers)}"
    await _execute(postgres_server.dsn, f"CREATE DATABASE {name}")
    yield postgres_server.dsn_of(name)
    await _execute(postgres_server.dsn, f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    """A pool on `database`, as the services open it."""
    opened = await open_pool(database, PostgresSettings())
    yield opened
    opened.terminate()
