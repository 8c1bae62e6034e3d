"""`copydesk search`."""

import asyncio
from typing import Annotated

import typer
from rich.markup import escape

from copydesk.cli.composition import database_pool
from copydesk.cli.exporting import parse_since
from copydesk.cli.output import err, out, print_json
from copydesk.settings import Settings
from copydesk.storage import articles


def search(
    query: Annotated[str, typer.Argument(help='Words; "quoted" for a phrase, -word to exclude.')],
    language: Annotated[str | None, typer.Option(help="BCP 47, such as nl.")] = None,
    place: Annotated[str | None, typer.Option(help="A place's name or GeoNames id.")] = None,
    topic: Annotated[str | None, typer.Option(help="An IPTC media topic code.")] = None,
    since: Annotated[str | None, typer.Option(help="Published since: 2026-03-09, or an age such as 24h.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Full-text search over stored articles.

    Example: copydesk search "ferry terminal" --language en --since 7d
    """
    asyncio.run(_search(query, language, place, topic, since, limit, json))


async def _search(
    query: str, language: str | None, place: str | None, topic: str | None, since: str | None, limit: int, as_json: bool
) -> None:
    moment = parse_since(since)
    async with database_pool(Settings()) as pool:
        hits = await articles.search(
            pool, query, language=language, place=place, topic=topic, since=moment, limit=limit
        )
    for hit in hits:
        if as_json:
            print_json(hit)
            continue
        when = hit["published"].date().isoformat() if hit["published"] else "undated"
        copied = " · copy" if hit["duplicate_of"] else ""
        about = escape(f"{hit['source']} · {hit['language']} · {when}{copied}")
        out.print(f"[bold]{escape(hit['title'] or hit['url'])}[/]  [dim]{about}[/]", soft_wrap=True)
        out.print(f"  {escape(hit['snippet'])}\n  [blue]{escape(hit['url'])}[/]", soft_wrap=True)
    if not hits:
        err.print("nothing found")
