"""`copydesk export`."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer

from copydesk.cli.composition import database_pool
from copydesk.cli.moments import parse_moment
from copydesk.cli.output import print_json
from copydesk.settings import Settings
from copydesk.storage.articles import export as export_articles


def export(
    since: Annotated[str | None, typer.Option(help="Stored since: 2026-03-09, a full time, or 24h, 7d.")] = None,
    source: Annotated[str | None, typer.Option(help="One source only.")] = None,
) -> None:
    """Stored articles with their tags, as JSON lines.

    Example: copydesk export --since 24h --source harbour-gazette > articles.jsonl
    """
    asyncio.run(_export(parse_moment("--since", since), source))


async def _export(since: datetime | None, source: str | None) -> None:
    async with database_pool(Settings()) as pool:
        async for article in export_articles(pool, since=since, source=source):
            print_json(article)
