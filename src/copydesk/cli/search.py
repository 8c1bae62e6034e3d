"""`copydesk search`."""

import asyncio
from typing import Annotated, Any

import typer
from rich.text import Text

from copydesk.cli.composition import reading_pool
from copydesk.cli.moments import parse_moment
from copydesk.cli.output import CommandError, UsageError, err, out, print_json
from copydesk.settings import Settings
from copydesk.storage.search import Filters, Found, QueryError, SearchTimeoutError
from copydesk.storage.search import search as search_articles

_AGES = "2026-03-09, a full time, or an age such as 24h"


def search(
    query: Annotated[
        str, typer.Argument(help='Words; "a phrase", minist* for a beginning, -word to exclude, OR between two.')
    ] = "",
    source: Annotated[str | None, typer.Option(help="A source's name.")] = None,
    place: Annotated[str | None, typer.Option(help="A place's name or GeoNames id, or a country code.")] = None,
    entity: Annotated[str | None, typer.Option(help="A person, organisation or place: name, URI or Q42.")] = None,
    topic: Annotated[str | None, typer.Option(help="An IPTC media topic's code or label.")] = None,
    story: Annotated[str | None, typer.Option(help="A story's id.")] = None,
    since: Annotated[str | None, typer.Option(help=f"Published since: {_AGES}.")] = None,
    until: Annotated[str | None, typer.Option(help=f"Published before: {_AGES}.")] = None,
    language: Annotated[str | None, typer.Option(help="BCP 47, such as nl; regions included.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Full-text search over stored articles, best first; without words, the newest that pass the filters.

    Of a common word the newest 300 hits are ranked. Example: copydesk search 'ferr* -"ferry tale"' --since 7d
    """
    filters = Filters(
        language=language,
        source=source,
        place=place,
        entity=entity,
        topic=topic,
        story=story,
        since=parse_moment("--since", since),
        until=parse_moment("--until", until),
    )
    asyncio.run(_search(query, filters, limit, json))


async def _search(query: str, filters: Filters, limit: int, as_json: bool) -> None:
    async with reading_pool(Settings()) as pool:
        try:
            hits = await search_articles(pool, query, filters, limit=limit)
        except QueryError as error:
            raise UsageError(str(error)) from error
        except SearchTimeoutError as error:
            raise CommandError(str(error)) from error
    for hit in hits:
        if as_json:
            print_json(hit)
        else:
            _show(hit)
    err.print(_counted(hits))
    if hits.back_to:
        back_to = f"{hits.back_to:%Y-%m-%dT%H:%M}"
        err.print(
            f"so many articles have these words that only those since {back_to} were read; older: --until {back_to}"
        )


def _counted(hits: Found) -> str:
    if not hits:
        return "nothing found"
    if hits.whole or hits.back_to:
        return f"{len(hits)} of {hits.total}"
    return f"{len(hits)} of {hits.total} or more: the newest were ranked"


def _show(hit: dict[str, Any]) -> None:
    when = hit["published"].date().isoformat() if hit["published"] else "undated"
    copied = " · copy" if hit["duplicate_of"] else ""
    headline = Text(hit["title"] or hit["url"], style="bold")
    headline.append(f"  {hit['source']} · {hit['language']} · {when}{copied}", style="not bold dim")
    out.print(headline, soft_wrap=True)
    out.print(Text("  ").append_text(_marked(hit["snippet"], hit["marks"])), soft_wrap=True)
    out.print(Text(f"  {hit['url']}", style="blue"), soft_wrap=True)


def _marked(snippet: str, marks: list[list[int]]) -> Text:
    """Hits stand out by colour, and by « » where there is none."""
    shown, done = Text(), 0
    plain = out.color_system is None
    for start, end in marks:
        shown.append(snippet[done:start])
        hit = snippet[start:end]
        shown.append(f"«{hit}»" if plain else hit, style="bold yellow")
        done = end
    return shown.append(snippet[done:])
