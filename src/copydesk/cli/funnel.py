"""`copydesk funnel`."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from copydesk.cli.composition import database_pool
from copydesk.cli.output import out, print_json
from copydesk.settings import Settings
from copydesk.storage.funnel import FunnelRow, read_funnel

_COLUMNS = ("discovered", "waiting", "fetched", "split", "cleaned", "tagged", "stored", "in_flight")


def funnel(
    source: Annotated[str | None, typer.Option(help="One source only.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Per source: what was discovered, fetched, cleaned, tagged, stored, dropped and why.

    Example: copydesk funnel --source harbour-gazette --json
    """
    asyncio.run(_print(source, json))


async def _print(source: str | None, as_json: bool) -> None:
    async with database_pool(Settings()) as pool:
        rows = await read_funnel(pool, source)
    if as_json:
        for row in rows:
            print_json(row)
    else:
        out.print(funnel_table(rows))


def funnel_table(rows: Sequence[FunnelRow]) -> Table:
    """A table with one row a source and a sum."""
    table = Table(title="Funnel", title_justify="left")
    table.add_column("source", overflow="fold", min_width=12)
    for column in _COLUMNS:
        table.add_column(column.replace("_", " "), justify="right")
    table.add_column("dropped and why", overflow="fold", min_width=20)
    table.add_column("dead letters", justify="right")
    for row in rows:
        counts = [str(getattr(row, column)) for column in _COLUMNS]
        table.add_row(row.source, *counts, _reasons(row.dropped), _reasons(row.dead_lettered))
    if len(rows) > 1:
        table.add_section()
        sums = [str(sum(getattr(row, column) for row in rows)) for column in _COLUMNS]
        dropped = sum(sum(row.dropped.values()) for row in rows)
        dead = sum(sum(row.dead_lettered.values()) for row in rows)
        table.add_row("all", *sums, str(dropped), str(dead), style="bold")
    return table


def _reasons(counts: dict[str, int]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items())) or "–"
