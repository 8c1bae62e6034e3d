"""`copydesk replay --stage tagger`: kept articles through the tagger again, or only what would come of it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from functools import partial

import msgspec

from copydesk.cli.changes import Compared
from copydesk.cli.composition import (
    Infrastructure,
    blob_url,
    infrastructure,
    open_bus,
    pool_on,
    reading_pool,
    service_command,
)
from copydesk.cli.kept import Kept, Selection, untagged
from copydesk.cli.kept_in_database import count_in_database, from_database
from copydesk.cli.kept_on_topics import ends_of, newest_on_topic
from copydesk.cli.output import err
from copydesk.cli.replay_state import ReplayState
from copydesk.cli.sending import Pace, first, print_sent, progress_bar, send_all
from copydesk.cli.tag_changes import compared_tags
from copydesk.contracts import ARTICLES_CLEANED, ARTICLES_TAGGED, ArticleCleaned, ArticleTagged, Lane
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.settings import Settings
from copydesk.storage import Pool, open_blobs
from copydesk.telemetry import Metrics

TagAgain = Callable[[AsyncIterator[ArticleCleaned], Settings], AsyncIterator[ArticleTagged]]
"""What the tagger brings: the articles in their order, each with the tags of the models that are installed here."""


class Retagging(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for. `topics`: articles are taken from the topics instead of the database."""

    selection: Selection
    limit: int | None = None
    topics: bool = False


async def send_articles(settings: Settings, asked: Retagging, state: ReplayState, rate: float | None) -> None:
    """Put kept articles before the tagger on the back-fill lane; what it makes of them replaces their tags."""
    position = state.position
    limit = None if asked.limit is None else asked.limit - position.sent
    async with infrastructure(settings, postgres=not asked.topics) as opened, AsyncExitStack() as stack:
        articles, total = await _to_send(opened, asked, state, stack)
        show = stack.enter_context(progress_bar("replaying", _least(total, limit)))

        def acknowledged(batch: Sequence[Kept[ArticleCleaned]]) -> None:
            state.keep_places([kept.place for kept in batch], state.position.sent + len(batch))
            show(state.position.sent - position.sent)

        publisher = Publisher(opened.context(Metrics()), "replay", Lane.BACKFILL)
        messages = partial(_messages, named=position.started.isoformat())
        sent = await send_all(publisher, first(articles, limit), messages, Pace(rate), acknowledged)
    state.forget()
    print_sent(sent, "articles", ARTICLES_CLEANED.on(Lane.BACKFILL).name)


async def compared_articles(settings: Settings, asked: Retagging) -> AsyncGenerator[Compared | str, None]:
    """Kept articles as they are tagged here and now, each with what differs from its tags; writes nothing."""
    tag_again: TagAgain = service_command("tagger", "tag-again", "`replay --diff`")
    async with _to_compare(settings, asked) as (articles, total):
        waiting: asyncio.Queue[ArticleTagged] = asyncio.Queue()

        async def to_tag() -> AsyncGenerator[ArticleCleaned, None]:
            async for kept in first(articles, asked.limit):
                if isinstance(kept.message, ArticleTagged):
                    waiting.put_nowait(kept.message)
                    yield untagged(kept.message)

        with progress_bar("tagging", _least(total, asked.limit)) as show:
            async with aclosing(to_tag()) as source:
                done = 0
                async for after in tag_again(source, settings):
                    show(done := done + 1)
                    yield compared_tags(waiting.get_nowait(), after)


def _messages(kept: Kept[ArticleCleaned], named: str) -> list[tuple[Outgoing, str]]:
    version = f"{kept.message.fetched_at.isoformat()} tagged again {named}"
    return [(Outgoing(ARTICLES_CLEANED, untagged(kept.message), kept.unknown), version)]


async def _to_send(
    opened: Infrastructure, asked: Retagging, state: ReplayState, stack: AsyncExitStack
) -> tuple[AsyncIterator[Kept[ArticleCleaned]], int | None]:
    if opened.dsn is not None:
        pool = await stack.enter_async_context(pool_on(opened.dsn, opened.settings))
        after = state.position.after
        return from_database(pool, asked.selection, after), await _count(pool, asked.selection, after)
    topic = ARTICLES_TAGGED if asked.selection.by_tags else ARTICLES_CLEANED
    if not state.position.ends:
        state.bound(await ends_of(opened.bus, topic))
    starts, ends = state.bounds
    found = newest_on_topic(opened.bus, opened.blobs, ArticleCleaned, ends, starts)
    return _wanted(found, asked.selection), None


@asynccontextmanager
async def _to_compare(
    settings: Settings, asked: Retagging
) -> AsyncIterator[tuple[AsyncIterator[Kept[ArticleCleaned]], int | None]]:
    """Kept articles with their tags, opened for reading alone: no topic is created, no migration made."""
    async with AsyncExitStack() as stack:
        if asked.topics:
            bus = open_bus(settings, read_only=True)
            stack.push_async_callback(bus.close)
            blobs, ends = open_blobs(blob_url(settings)), await ends_of(bus, ARTICLES_TAGGED)
            yield _wanted(newest_on_topic(bus, blobs, ArticleCleaned, ends, {}), asked.selection), None
            return
        pool = await stack.enter_async_context(reading_pool(settings))
        yield from_database(pool, asked.selection), await _count(pool, asked.selection)


async def _wanted(
    articles: AsyncIterator[Kept[ArticleCleaned]], selection: Selection
) -> AsyncIterator[Kept[ArticleCleaned]]:
    async for kept in articles:
        if selection.includes(kept.message) and kept.message.text:
            yield kept


async def _count(pool: Pool, selection: Selection, after: str = "") -> int | None:
    """Only for the bar: of a large table it takes seconds."""
    return await count_in_database(pool, selection, after) if err.is_terminal else None


def _least(total: int | None, limit: int | None) -> int | None:
    return min((one for one in (total, limit) if one is not None), default=None)
