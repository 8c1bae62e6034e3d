"""Writes docs/database.md from the comments in a fresh database: `make views`."""

import asyncio
from collections.abc import Sequence
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from copydesk.cli.composition import pool_on
from copydesk.settings import Settings
from copydesk.storage import EmbeddedPostgres, migrate
from copydesk.storage.views import ViewColumn, view_columns

_SHORT = {"timestamp with time zone": "timestamptz", "double precision": "float8"}


def render(columns: Sequence[ViewColumn]) -> str:
    """The page, in Markdown."""
    head = (files("copydesk.cli") / "views_page.md").read_text(encoding="utf-8")
    return "\n".join([head, *(_section(list(held)) for _, held in groupby(columns, lambda column: column.view))])


def _section(columns: Sequence[ViewColumn]) -> str:
    rows = [f"| `{one.column}` | {_SHORT.get(one.type, one.type)} | {_cell(one.holds)} |" for one in columns]
    return "\n".join(
        [f"## {columns[0].view}", "", f"{columns[0].about}.", "", "| Column | Type | |", "|---|---|---|", *rows, ""]
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


async def _read(dsn: str) -> list[ViewColumn]:
    await migrate(dsn)
    async with pool_on(dsn, Settings()) as pool:
        return await view_columns(pool)


def _columns_of_a_fresh_database() -> list[ViewColumn]:
    with TemporaryDirectory(prefix="copydesk-views-") as folder:
        # As root the embedded server runs as another user, who has to get here.
        Path(folder).chmod(0o755)
        with EmbeddedPostgres(Path(folder) / "data") as dsn:
            return asyncio.run(_read(dsn))


if __name__ == "__main__":
    print(render(_columns_of_a_fresh_database()), end="")
