"""Articles of a source that were fetched, as examples of what their addresses look like."""

from copydesk.storage.outage import database_outages
from copydesk.storage.pool import Pool
from copydesk.storage.statements import load_statements

_SQL = load_statements("known_articles")


class KnownArticles:
    """The fetched pages of the frontier."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of(self, source: str, hosts: list[str], limit: int = 500) -> list[str]:
        """URLs of up to `limit` pages of these hosts that feeds and sitemaps of a source named and that were published.

        By host, since the frontier is indexed by it. Raises `DependencyUnavailableError` while the database is away.
        """
        with database_outages():
            rows = await self._pool.fetch(_SQL["known_articles"], source, hosts, limit)
        return [row["url"] for row in rows]
