"""What pages said of the query parameters of their sites; methods raise `DependencyUnavailableError`."""

from collections.abc import Sequence
from typing import NamedTuple

from copydesk.storage.outage import database_outages
from copydesk.storage.pool import Pool
from copydesk.storage.statements import load_statements

_SQL = load_statements("url_parameters")


class ParameterCount(NamedTuple):
    """So many pages of a site whose canonical URL kept or dropped a parameter."""

    site: str
    parameter: str
    kept: int
    dropped: int


class UrlParameters:
    """The table of parameters, shared by all crawlers."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def load(self, least_dropped: int) -> list[ParameterCount]:
        """What any page kept, or at least so many dropped."""
        with database_outages():
            rows = await self._pool.fetch(_SQL["load_parameters"], least_dropped)
        return [ParameterCount(**dict(row)) for row in rows]

    async def add(self, counts: Sequence[ParameterCount]) -> None:
        """Add pages to the counts."""
        with database_outages():
            await self._pool.execute(_SQL["count_parameters"], *map(list, zip(*counts, strict=True)))
