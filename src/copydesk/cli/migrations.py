"""`copydesk migrate up|status`."""

import asyncio

import typer

from copydesk.cli.composition import database
from copydesk.cli.output import out
from copydesk.settings import Settings
from copydesk.storage import migration_status

app = typer.Typer(help="The database schema.", no_args_is_help=True)


@app.command()
def up() -> None:
    """Bring the database to the newest schema; harmless when it is there already."""
    asyncio.run(_report())


@app.command()
def status() -> None:
    """Print the schema's revision and what is pending."""
    asyncio.run(_report())


async def _report() -> None:
    async with database(Settings()) as dsn:
        out.print(str(await migration_status(dsn)), markup=False)
