"""`copydesk replay --stage tagger`: kept articles through the tagger again, or only what would come of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from copydesk.cli.composition import (
    Infrastructure,
    blob_url,
    database_server,
    infrastructure,
    open_bus,
    pool_on,
    service_command,
)
from copydesk.cli.output import CommandError, err, out, print_json
from copydesk.cli.stored_articles import KeptArticle, Selection, from_database, from_topic
from copydesk.cli.tag_changes import Tally, article_json, article_lines, tag_changes
from copydesk.contracts import ARTICLES_CLEANED, ARTICLES_TAGGED, ArticleCleaned, ArticleTagged, Lane
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.settings import Settings
from copydesk.storage import migration_status, open_blobs
from copydesk.telemetry import Metrics

_BATCH = 100

TagAgain = Callable[[AsyncIterator[ArticleCleaned], Settings], AsyncIterator[ArticleTagged]]
"""What the tagger brings: the articles in their order, each with the tags of the models that are installed here."""


@dataclass(frozen=True, kw_only=True)
class Retagging:
    """What was asked for. `topics`: articles are taken from the topics instead of the database."""

    selection: Selection
    limit: int | None = None
    topics: bool = False
    rate: float | None = None


async def send_again(settings: Settings, asked: Retagging) -> None:
    """Put kept articles before the tagger on the back-fill lane; what it makes of them replaces their tags."""
    started = datetime.now(UTC).isoformat()
    sent = 0
    begun = time.monotonic()
    async with infrastructure(settings, postgres=not asked.topics) as opened:
        publisher = Publisher(opened.context(Metrics()), "replay", Lane.BACKFILL)
        async with _to_send(opened, asked) as articles:
            async for batch in _batches(_first(articles, asked.limit), _batch_size(asked.rate)):
                await publisher.publish_roots(
                    [
                        (
                            Outgoing(ARTICLES_CLEANED, kept.untagged(), kept.unknown),
                            f"{kept.article.fetched_at.isoformat()} tagged again {started}",
                        )
                        for kept in batch
                    ]
                )
                sent += len(batch)
                if asked.rate:
                    await asyncio.sleep(max(0.0, sent / asked.rate - (time.monotonic() - begun)))
    topic = ARTICLES_CLEANED.on(Lane.BACKFILL).name
    err.print(f"{sent} articles on {topic}; `copydesk run --once` takes them through", soft_wrap=True)


async def print_diff(settings: Settings, asked: Retagging, *, as_json: bool) -> None:
    """Tag kept articles with what is installed here, and print what differs from their tags; writes nothing."""
    tag_again: TagAgain = service_command("tagger", "tag-again", "`replay --diff`")
    tally = Tally()
    async with _to_compare(settings, asked) as articles:
        waiting: asyncio.Queue[ArticleTagged] = asyncio.Queue()

        async def untagged() -> AsyncIterator[ArticleCleaned]:
            async for kept in _first(articles, asked.limit):
                if isinstance(kept.article, ArticleTagged):
                    waiting.put_nowait(kept.article)
                    yield kept.untagged()

        async for after in tag_again(untagged(), settings):
            before = waiting.get_nowait()
            changes = tag_changes(before, after)
            tally.add(before, after, changes)
            if changes and as_json:
                print_json(article_json(after, changes))
            elif changes:
                for line in article_lines(after, changes):
                    out.print(line, soft_wrap=True)
    if as_json:
        print_json(tally.as_json())
    else:
        for table in tally.tables():
            out.print(table)


@asynccontextmanager
async def _to_send(opened: Infrastructure, asked: Retagging) -> AsyncIterator[AsyncIterator[KeptArticle]]:
    if opened.dsn is None:
        topic = ARTICLES_TAGGED if asked.selection.by_tags else ARTICLES_CLEANED
        yield from_topic(opened.bus, opened.blobs, topic, asked.selection)
        return
    async with pool_on(opened.dsn, opened.settings) as pool:
        yield from_database(pool, asked.selection)


@asynccontextmanager
async def _to_compare(settings: Settings, asked: Retagging) -> AsyncIterator[AsyncIterator[KeptArticle]]:
    """Kept articles with their tags, opened for reading alone: no topic is created, no migration made."""
    async with AsyncExitStack() as stack:
        if asked.topics:
            bus = open_bus(settings, read_only=True)
            stack.push_async_callback(bus.close)
            yield from_topic(bus, open_blobs(blob_url(settings)), ARTICLES_TAGGED, asked.selection)
            return
        dsn = await stack.enter_async_context(database_server(settings))
        status = await migration_status(dsn)
        if not status.up_to_date:
            raise CommandError(f"the database is at {status.current} and not at {status.head}: `copydesk migrate up`")
        pool = await stack.enter_async_context(pool_on(dsn, settings))
        yield from_database(pool, asked.selection)


async def _first(articles: AsyncIterator[KeptArticle], limit: int | None) -> AsyncIterator[KeptArticle]:
    count = 0
    async for kept in articles:
        yield kept
        count += 1
        if count == limit:
            return


async def _batches(articles: AsyncIterator[KeptArticle], size: int) -> AsyncIterator[list[KeptArticle]]:
    batch: list[KeptArticle] = []
    async for kept in articles:
        batch.append(kept)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _batch_size(rate: float | None) -> int:
    return min(_BATCH, max(1, int(rate))) if rate else _BATCH
