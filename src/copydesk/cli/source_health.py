"""`copydesk sources health`."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from copydesk.cli.composition import reading_pool
from copydesk.cli.output import out, print_json
from copydesk.settings import Settings
from copydesk.storage.source_health import SourceHealthRow, read_source_health

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_UNKNOWN = "–"


def health(json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Per source: its interval, polls, newest article, volume, recall and open problems. Exit code 1 if there are any.

    Example: copydesk sources health --json
    """
    rows = asyncio.run(_read())
    if json:
        for row in rows:
            print_json(row)
    else:
        out.print(health_table(rows, datetime.now(UTC)))
    if any(row.problems for row in rows if row.enabled):
        raise typer.Exit(1)


async def _read() -> list[SourceHealthRow]:
    async with reading_pool(Settings()) as pool:
        return await read_source_health(pool)


def health_table(rows: Sequence[SourceHealthRow], now: datetime) -> Table:
    """One row a source, narrow enough for a terminal of 100 columns."""
    table = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)
    table.add_column("source", overflow="fold")
    for heading in ("polled\nevery", "last\npoll", "next\npoll", "newest\narticle", "a day", "recall", "failed\npolls"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("problems", overflow="fold", min_width=12)
    for row in rows:
        waiting = (row.next_poll - now).total_seconds() if row.next_poll else None
        table.add_row(
            escape(row.source),
            _span(row.pace),
            _ago(row.last_polled, now),
            _UNKNOWN if not row.enabled else "now" if waiting is not None and waiting < 1 else _span(waiting),
            _ago(row.newest_entry, now),
            _UNKNOWN if row.per_day is None else f"{row.per_day:.1f}",
            _UNKNOWN if row.recall is None else f"{row.recall:.0%}",
            str(row.failures or 0),
            escape(_problems(row)),
        )
    return table


def _problems(row: SourceHealthRow) -> str:
    if not row.enabled:
        return "off"
    said = [*row.problems, *([f"last poll: {row.last_error}"] if row.last_error else [])]
    return ", ".join(said) or _UNKNOWN


def _ago(moment: datetime | None, now: datetime) -> str:
    return _UNKNOWN if moment is None else f"{_span(max((now - moment).total_seconds(), 0))} ago"


def _span(seconds: float | None) -> str:
    """The largest unit of which there are two, or the smallest."""
    if seconds is None:
        return _UNKNOWN
    size, name = next(((size, name) for size, name in _UNITS if seconds >= 2 * size), _UNITS[-1])
    return f"{seconds / size:.0f} {name}"
