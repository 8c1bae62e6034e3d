"""News sources as operators configured them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from copydesk.contracts import Source
from copydesk.storage.array_literals import array_literal
from copydesk.storage.pool import Pool
from copydesk.storage.statements import load_statements

_SQL = load_statements("sources")


async def save_sources(pool: Pool, sources: Sequence[Source]) -> None:
    """Add sources; one with a name that exists replaces it, and of two with one name the last counts."""
    unique = {source.name: source for source in sources}
    columns = zip(*(_row(unique[name]) for name in sorted(unique)), strict=True)
    arguments: list[Iterable[Any]] = [list(column) for column in columns]
    if arguments:
        await pool.execute(_SQL["save_sources"], *arguments)


async def load_sources(pool: Pool) -> list[Source]:
    """All sources, in the order of names."""
    return [msgspec.convert(dict(row), Source) for row in await pool.fetch(_SQL["load_sources"])]


async def text_floors(pool: Pool) -> dict[str, datetime]:
    """By source the time before which nothing that was fetched may be kept with its text; most sources have none."""
    return {row["name"]: row["floor"] for row in await pool.fetch(_SQL["floors"])}


def _row(source: Source) -> tuple[object, ...]:
    return (
        source.name,
        source.url,
        array_literal(source.feeds),
        array_literal(source.sitemaps),
        array_literal(source.sections),
        source.language,
        source.country,
        source.enabled,
        source.ignore_robots,
        source.poll_every,
        source.retention,
        source.licence,
        source.display_rights,
        array_literal(source.opt_outs),
    )
