"""`copydesk funnel`."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from copydesk.cli.composition import reading_pool
from copydesk.cli.output import CommandError, err, out, print_json
from copydesk.settings import Settings
from copydesk.storage.funnel import FunnelRow, contradictions, read_funnel

_COUNTED = ("fetched", "split", "cleaned", "tagged", "stored")


def funnel(
    source: Annotated[str | None, typer.Option(help="One source only.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Name URLs of which funnel, crawler and articles do not say the same.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Per source: what was discovered, fetched, cleaned, tagged, stored, withdrawn, dropped and why.

    With --check it exits with 1 where a URL is in no state or in two.

    Example: copydesk funnel --source harbour-gazette --json
    """
    if not asyncio.run(_check(source, json) if check else _print(source, json)):
        raise typer.Exit(1)


async def _check(source: str | None, as_json: bool) -> bool:
    async with reading_pool(Settings()) as pool:
        rows, found = await read_funnel(pool, source), await contradictions(pool, source)
    for each in found:
        if as_json:
            print_json(each)
            continue
        stands = f"funnel: {each.funnel or 'nothing'} · {each.elsewhere}"
        out.print(f"{escape(each.url)}\n  [yellow]{each.problem}[/] [dim]{escape(stands)}[/]", soft_wrap=True)
    urls = sum(row.discovered + row.split for row in rows)
    if not found:
        err.print(f"{urls} URLs and articles split off pages, each in one state")
    return not found and all(row.adds_up for row in rows)


async def _print(source: str | None, as_json: bool) -> bool:
    async with reading_pool(Settings()) as pool:
        rows = await read_funnel(pool, source)
    if source is not None and not rows:
        raise CommandError(f"the funnel has no URL of a source named {source!r}; `copydesk funnel` names those it has")
    if as_json:
        for row in rows:
            print_json(row)
    else:
        out.print(funnel_table(rows))
    return True


def funnel_table(rows: Sequence[FunnelRow]) -> Table:
    """A table with one row a source and a sum, narrow enough for a terminal of 80 columns."""
    table = Table(title="Funnel", title_justify="left", box=SIMPLE_HEAD, padding=0, show_edge=False)
    table.add_column("source", overflow="fold")
    for heading in ("dis-\ncovered", "under\nway", *_COUNTED):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("dropped, and why", overflow="fold", min_width=16)
    for row in rows:
        table.add_row(row.source, *_counts([row]), _reasons(row))
    if len(rows) > 1:
        dropped = sum(sum(row.dropped.values()) for row in rows)
        dead = sum(sum(row.dead_lettered.values()) for row in rows)
        table.add_section()
        table.add_row("all", *_counts(rows), f"{dropped} dropped,\n{dead} dead letters", style="bold")
    return table


def _counts(rows: Sequence[FunnelRow]) -> list[str]:
    under_way = sum(row.waiting + row.in_flight for row in rows)
    counted = [sum(getattr(row, column) for row in rows) for column in _COUNTED]
    return [str(count) for count in (sum(row.discovered for row in rows), under_way, *counted)]


def _reasons(row: FunnelRow) -> str:
    gone = [f"withdrawn {row.withdrawn}"] if row.withdrawn else []
    dropped = [f"{reason} {count}" for reason, count in sorted(row.dropped.items())]
    dead = [f"dead letter: {reason} {count}" for reason, count in sorted(row.dead_lettered.items())]
    return escape(", ".join(gone + dropped + dead)) or "–"
