"""Articles tagged again by the models that are installed here, for comparison with the tags that they have."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from copydesk.contracts import ArticleCleaned, ArticleTagged
from copydesk.settings import Settings
from copydesk_tagger.adapters.tagging_pool import CHUNK, TaggingPool
from copydesk_tagger.core.article import tagged, to_document


async def tag_again(articles: AsyncIterator[ArticleCleaned], settings: Settings) -> AsyncIterator[ArticleTagged]:
    """Each article with its tags, in order; works in as many processes as the tagger would."""
    pool = TaggingPool(settings)
    size = 2 * CHUNK * settings.worker.processes
    async with pool.workers:
        batch: list[ArticleCleaned] = []
        async for article in articles:
            batch.append(article)
            if len(batch) == size:
                for result in await _tag(pool, batch):
                    yield result
                batch = []
        for result in await _tag(pool, batch):
            yield result


async def _tag(pool: TaggingPool, batch: list[ArticleCleaned]) -> list[ArticleTagged]:
    found = await pool.tag([to_document(article) for article in batch], datetime.now(UTC))
    return [tagged(article, tags) for article, tags in zip(batch, found, strict=True)]
