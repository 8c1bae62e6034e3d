"""`copydesk sources list|add|import|check|health`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from copydesk.cli.composition import database_pool, service_command
from copydesk.cli.output import CommandError, out, print_json
from copydesk.cli.source_health import health
from copydesk.cli.source_lists import SourceListError, read_source_list, source_from_url
from copydesk.contracts import Source
from copydesk.settings import Settings
from copydesk.storage.sources import load_sources, save_sources

app = typer.Typer(help="The news sources that are crawled.", no_args_is_help=True, add_completion=False)
app.command()(health)

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command("list")
def list_sources(json: Json = False) -> None:
    """Every source in the database."""
    found = asyncio.run(_load())
    if json:
        for source in found:
            print_json(source)
        return
    table = Table("name", "url", "feeds", "sitemaps", "language", "country", "enabled")
    for source in found:
        counts = (str(len(source.feeds) or "auto"), str(len(source.sitemaps) or "auto"))
        enabled = "yes" if source.enabled else "no"
        table.add_row(source.name, source.url, *counts, source.language or "–", source.country or "–", enabled)
    out.print(table)


@app.command()
def add(url: Annotated[str, typer.Argument(help="The home page; feeds and sitemaps are found from it.")]) -> None:
    """Add one source.

    Example: copydesk sources add https://harbour-gazette.example/
    """
    try:
        source = source_from_url(url)
    except SourceListError as error:
        raise CommandError(str(error)) from error
    asyncio.run(_save([source]))
    out.print(f"added {source.name}", markup=False)


@app.command("import")
def import_sources(file: Annotated[Path, typer.Argument(help="YAML, JSON, OPML, or lines of URLs.")]) -> None:
    """Add the sources of a file; those with a known name are replaced."""
    found = read_sources(file)
    asyncio.run(_save(found))
    out.print(f"{len(found)} sources", markup=False)


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="A list; without it, the sources in the database.")] = None,
    json: Json = False,
) -> None:
    """Ask each source what it offers: feeds, sitemaps, articles a day, and what is wrong with it.

    ✗ has to be solved, and makes the command fail; ! is worth a look.
    """
    found = read_sources(file) if file else asyncio.run(_load())
    if not found:
        raise CommandError("no sources: name a file, or add one with `copydesk sources add URL`")
    if asyncio.run(_check(found, json)):
        raise typer.Exit(1)


def read_sources(file: Path) -> list[Source]:
    """Like `read_source_list`, with an error that the command line prints."""
    try:
        return read_source_list(file)
    except SourceListError as error:
        raise CommandError(str(error)) from error


async def _load() -> list[Source]:
    async with database_pool(Settings()) as pool:
        return await load_sources(pool)


async def _save(sources: list[Source]) -> None:
    async with database_pool(Settings()) as pool:
        await save_sources(pool, sources)


async def _check(sources: list[Source], as_json: bool) -> int:
    """Print a row a source; return how many have problems."""
    checks: Callable[[list[Source], Settings], AsyncIterator[Any]] = service_command(
        "crawler", "sources-check", "`sources check`"
    )
    failed = 0
    async for row in checks(sources, Settings()):
        failed += bool(row.problems)
        if as_json:
            print_json(row)
            continue
        _print_check(row)
    return failed


def _print_check(row: Any) -> None:
    """One source: a line of its own, and below it what was found and what is wrong."""
    mark = "[red]✗[/]" if row.problems else "[green]✓[/]"
    daily = "unknown" if row.articles_a_day is None else f"{row.articles_a_day:g}"
    out.print(
        f"{mark} [bold]{row.name}[/] {row.url}: {len(row.feeds)} feeds, {len(row.sitemaps)} sitemaps, "
        f"{row.entries} entries, newest {row.newest or 'unknown'}, {daily} articles a day",
        soft_wrap=True,
    )
    for document in row.documents:
        newest = f", newest {document.newest:%Y-%m-%d %H:%M}" if document.newest else ""
        hub = f", hub {document.hub}" if document.hub else ""
        out.print(
            f"    {document.kind} {document.url}: {document.status}, {document.entries} entries{newest}{hub}",
            markup=False,
            soft_wrap=True,
        )
    for sign, lines in (("✗", row.problems), ("!", row.notes)):
        for line in lines:
            out.print(f"    {sign} {line}", markup=False, soft_wrap=True)
