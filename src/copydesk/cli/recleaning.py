"""`copydesk replay --stage cleaner`: kept pages through the pipeline again, or only what would come of it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import count
from typing import Protocol

import msgspec

from copydesk.cli.archived_pages import PageArchive
from copydesk.cli.backfill import BackfillSender, page_messages
from copydesk.cli.changes import Compared
from copydesk.cli.cleaning_changes import NOT_STORED, OLDER_FETCH, compared_cleaning, lost
from copydesk.cli.composition import (
    Infrastructure,
    blob_url,
    infrastructure,
    open_bus,
    reading_pool,
    service_command,
)
from copydesk.cli.kept import Kept, Selection
from copydesk.cli.kept_in_database import filed
from copydesk.cli.kept_on_topics import ends_of, lessons, newest_on_topic
from copydesk.cli.replay_state import ReplayState
from copydesk.cli.sending import Done, Pace, first, in_batches, print_sent, progress_bar, send_all
from copydesk.contracts import PAGES_FETCHED, ArticleCleaned, ArticleTagged, Lane, PageFetched, SiteLearned
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.settings import Settings
from copydesk.storage import Pool, open_blobs
from copydesk.storage.archives import OPEN_SUFFIX, ArchivedRecord
from copydesk.telemetry import Metrics

_AT_ONCE = 50
"""Pages cleaned between two questions to the database."""


class CleaningAgain(Protocol):
    """What the cleaner brings: pages as it would clean them now, in their order."""

    def learn(self, record: SiteLearned) -> None:
        """Know what the cleaners know of a site."""
        ...

    async def clean(self, pages: Sequence[PageFetched]) -> list[list[ArticleCleaned] | str]:
        """The articles of each page, the page's own first, or the reason why it has none."""
        ...


OpenCleaning = Callable[[Settings], AbstractAsyncContextManager[CleaningAgain]]


class Recleaning(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for; without an `archive` pages are taken from the topics. `reprocess`: as if never seen."""

    selection: Selection
    archive: str | None = None
    limit: int | None = None
    reprocess: bool = False


async def send_pages(settings: Settings, asked: Recleaning, state: ReplayState, rate: float | None) -> None:
    """Put kept pages before the cleaner on the back-fill lane."""
    position = state.position
    again = f"again {position.started.isoformat()}" if asked.reprocess else ""
    limit = None if asked.limit is None else asked.limit - position.sent
    archive = _archive(settings, asked)
    if archive is not None:
        await asyncio.to_thread(archive.files)
    async with infrastructure(settings, postgres=False) as opened:
        if archive is not None:
            await _send_archived(
                opened, archive, state, BackfillSender(opened, "replay", rate=rate, again=again), limit
            )
        else:
            await _send_from_topics(opened, asked, state, Pace(rate), again, limit)
    state.forget()


async def _send_archived(
    opened: Infrastructure, archive: PageArchive, state: ReplayState, sender: BackfillSender, limit: int | None
) -> None:
    files = await asyncio.to_thread(archive.files)
    position = state.position
    before = position.sent
    left = count(limit, -1) if limit is not None else None

    def sent(name: str, offset: int) -> None:
        state.keep_file(name, offset, before + sender.sent)

    with sender.progress("replaying", sum(file.size for file in files)):
        for file in files:
            name = file.name.removesuffix(OPEN_SUFFIX)
            if name >= position.file:
                start = position.offset if name == position.file else 0
                records = _at_most(left, archive.records(file.name, start))
                await sender.send(file.name, records, partial(sent, name))
            sender.advance(file.size)
    sender.print_summary()


def _at_most(left: Iterator[int] | None, records: Iterator[ArchivedRecord]) -> Iterator[ArchivedRecord]:
    """Records as long as a number of pages, counted down over all files, is not used up."""
    if left is None:
        yield from records
        return
    for record in records:
        if record.page is not None and next(left) <= 0:
            return
        yield record


async def _send_from_topics(
    opened: Infrastructure, asked: Recleaning, state: ReplayState, pace: Pace, again: str, limit: int | None
) -> None:
    if not state.position.ends:
        state.bound(await ends_of(opened.bus, PAGES_FETCHED))
    starts, ends = state.bounds
    pages = _wanted(newest_on_topic(opened.bus, opened.blobs, PageFetched, ends, starts), asked.selection)
    publisher = Publisher(opened.context(Metrics()), "replay", Lane.BACKFILL)
    with progress_bar("replaying", limit) as show:

        def acknowledged(batch: Sequence[Kept[PageFetched]]) -> None:
            state.keep_places([kept.place for kept in batch], state.position.sent + len(batch))
            show(state.position.sent)

        def messages(kept: Kept[PageFetched]) -> list[tuple[Outgoing, str]]:
            return page_messages(kept.message, again, kept.unknown)

        sent = await send_all(publisher, first(pages, limit), messages, pace, acknowledged)
    print_sent(sent, "pages", PAGES_FETCHED.on(Lane.BACKFILL).name)


async def compared_pages(settings: Settings, asked: Recleaning) -> AsyncGenerator[Compared | str, None]:
    """Kept pages as they are cleaned here and now, each with what differs from what is filed; writes nothing.

    A text is the reason why a page could not be compared.
    """
    opening: OpenCleaning = service_command("cleaner", "clean-again", "`replay --diff`")
    async with _to_compare(settings, asked) as (pages, pool), opening(settings) as cleaning:
        await _learn(settings, cleaning)
        async for batch in in_batches(first(pages, asked.limit), _AT_ONCE):
            known = await filed(pool, [page.id for page in batch])
            chosen = []
            for page in batch:
                if page.id not in known:
                    yield NOT_STORED
                elif page.fetched_at < known[page.id].fetched_at:
                    yield OLDER_FETCH
                else:
                    chosen.append(page)
            for one in await _compared(pool, cleaning, chosen, known):
                yield one


async def _compared(
    pool: Pool, cleaning: CleaningAgain, pages: Sequence[PageFetched], known: Mapping[str, ArticleTagged]
) -> list[Compared]:
    found: list[Compared] = []
    split_off: list[ArticleCleaned] = []
    for page, result in zip(pages, await cleaning.clean(pages), strict=True):
        if isinstance(result, str):
            found.append(lost(known[page.id], result))
        else:
            found.append(compared_cleaning(known[page.id], result[0]))
            split_off += result[1:]
    others = await filed(pool, [part.id for part in split_off])
    return found + [compared_cleaning(others[part.id], part) for part in split_off if part.id in others]


@asynccontextmanager
async def _to_compare(settings: Settings, asked: Recleaning) -> AsyncIterator[tuple[AsyncIterator[PageFetched], Pool]]:
    """Pages that are wanted, and the database; both opened for reading alone."""
    async with AsyncExitStack() as stack:
        archive = _archive(settings, asked)
        if archive is not None:
            size = sum(file.size for file in await asyncio.to_thread(archive.files))
            pages = archive.pages(stack.enter_context(progress_bar("cleaning", size, unit="bytes")))
        else:
            bus = open_bus(settings, read_only=True)
            stack.push_async_callback(bus.close)
            ends = await ends_of(bus, PAGES_FETCHED)
            found = newest_on_topic(bus, open_blobs(blob_url(settings)), PageFetched, ends, {})
            show = stack.enter_context(progress_bar("cleaning", asked.limit))
            pages = _shown(_wanted(found, asked.selection), show)
        yield pages, await stack.enter_async_context(reading_pool(settings))


async def _shown(pages: AsyncIterator[Kept[PageFetched]], show: Done) -> AsyncIterator[PageFetched]:
    done = 0
    async for kept in pages:
        show(done := done + 1)
        yield kept.message


async def _wanted(pages: AsyncIterator[Kept[PageFetched]], selection: Selection) -> AsyncIterator[Kept[PageFetched]]:
    async for kept in pages:
        if selection.includes_page(kept.message):
            yield kept


async def _learn(settings: Settings, cleaning: CleaningAgain) -> None:
    """Know of sites what the cleaners know; an embedded log that is not there knows nothing."""
    if not settings.kafka.bootstrap_servers and not (settings.data_dir / "log.sqlite").exists():
        return
    bus = open_bus(settings, read_only=True)
    try:
        async for record in lessons(bus, open_blobs(blob_url(settings))):
            cleaning.learn(record)
    finally:
        await bus.close()


def _archive(settings: Settings, asked: Recleaning) -> PageArchive | None:
    if asked.archive is None:
        return None
    return PageArchive(asked.archive, asked.selection, settings.http.max_body_bytes)
