"""Bringing a database up to date."""

import asyncio
from dataclasses import dataclass

import asyncpg

from copydesk.storage.migrations import head
from copydesk.storage.migrations.files import FOLDER

_LOCK = 4_171_984_201
"""Advisory lock number; whoever migrates holds it, others wait and then find nothing left to do."""


class MigrationError(RuntimeError):
    """The database refuses to be migrated; what it holds is as it was."""


@dataclass(frozen=True)
class MigrationStatus:
    """`current` is the newest migration in the database, None when it is empty; `head` the newest one we carry."""

    current: str | None
    head: str

    @property
    def up_to_date(self) -> bool:
        """A database that is ahead of us counts: old and new versions run side by side during a roll-out."""
        return self.current is not None and self.current >= self.head


async def migration_status(dsn: str) -> MigrationStatus:
    """Ask the database; one connection, no migration library."""
    connection = await asyncpg.connect(dsn)
    try:
        if await connection.fetchval("SELECT to_regclass('copydesk.schema_version')") is None:
            return MigrationStatus(None, head())
        return MigrationStatus(await connection.fetchval("SELECT version_num FROM copydesk.schema_version"), head())
    finally:
        await connection.close()


async def migrate(dsn: str) -> MigrationStatus:
    """Apply what is missing and return the status before. Safe to call from many processes at once.

    Raises `MigrationError`.
    """
    before = await migration_status(dsn)
    if not before.up_to_date:
        await asyncio.to_thread(_upgrade, dsn)
    return before


def _upgrade(dsn: str) -> None:
    # Imported here: a service whose database is up to date never pays for them.
    import psycopg
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import NullPool, create_engine
    from sqlalchemy.exc import DBAPIError

    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(dsn), poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK})")
            connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS copydesk")
            connection.exec_driver_sql("COMMENT ON SCHEMA copydesk IS 'News articles as filed by Copydesk'")
            connection.commit()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except (DBAPIError, psycopg.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise MigrationError(
            f"the database refuses to be migrated: {cause}; run `copydesk migrate up` as the owner of the database"
        ) from error
    finally:
        engine.dispose()
