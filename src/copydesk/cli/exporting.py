"""`copydesk export`."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from copydesk.cli.composition import database_pool
from copydesk.cli.output import CommandError, print_json
from copydesk.settings import Settings
from copydesk.storage.articles import export as export_articles


def export(
    since: Annotated[str | None, typer.Option(help="Stored since: 2026-03-09, a full time, or 24h, 7d.")] = None,
    source: Annotated[str | None, typer.Option(help="One source only.")] = None,
) -> None:
    """Stored articles with their tags, as JSON lines.

    Example: copydesk export --since 24h --source harbour-gazette > articles.jsonl
    """
    asyncio.run(_export(parse_since(since), source))


async def _export(since: datetime | None, source: str | None) -> None:
    async with database_pool(Settings()) as pool:
        async for article in export_articles(pool, since=since, source=source):
            print_json(article)


def parse_since(text: str | None) -> datetime | None:
    """A point in time from an ISO 8601 date or time (UTC where no offset is given) or an age such as `24h` or `7d`."""
    if text is None:
        return None
    units = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
    if text[:-1].isdigit() and text[-1] in units:
        return datetime.now(UTC) - timedelta(**{units[text[-1]]: int(text[:-1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--since {text!r}: expected 2026-03-09, 2026-03-09T08:00Z, or an age: 24h") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
