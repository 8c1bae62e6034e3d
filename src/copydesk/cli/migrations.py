"""`copydesk migrate up|status`."""

import asyncio

import typer

from copydesk.cli.composition import database_server, outages_named
from copydesk.cli.output import out
from copydesk.settings import Settings
from copydesk.storage import MigrationStatus, migrate, migration_status

app = typer.Typer(help="The database schema.", no_args_is_help=True, add_completion=False)


@app.command()
def up() -> None:
    """Bring the database to the newest schema; harmless when it is there already, and from many places at once."""
    before = asyncio.run(_up())
    if before.up_to_date:
        out.print(f"nothing to do: at {before.current}", markup=False)
    else:
        out.print(f"migrated from {before.current or 'an empty database'} to {before.head}", markup=False)


@app.command()
def status() -> None:
    """Print the schema's revision; exits with 1 when migrations are pending."""
    found = asyncio.run(_status())
    pending = "" if found.up_to_date else "; pending: run `copydesk migrate up`"
    out.print(f"at {found.current or 'nothing'}, newest {found.head}{pending}", markup=False)
    if not found.up_to_date:
        raise typer.Exit(1)


async def _up() -> MigrationStatus:
    async with database_server(Settings()) as dsn:
        with outages_named():
            return await migrate(dsn)


async def _status() -> MigrationStatus:
    async with database_server(Settings()) as dsn:
        with outages_named():
            return await migration_status(dsn)
