"""The cleaner on the embedded bus, with real worker processes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from copydesk_cleaner.service import create

from copydesk.bus import EmbeddedBus
from copydesk.contracts import (
    ARTICLES_CLEANED,
    PAGES_FETCHED,
    STAGE_OUTCOMES,
    ArticleCleaned,
    DeadLetter,
    Decoded,
    PageFetched,
    PageWithdrawn,
    StageOutcome,
    Topic,
    dead_letters,
    decode,
)
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.settings import CleanerSettings, Settings
from copydesk.telemetry import Metrics
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.factories import FETCHED_AT, make_page

pytestmark = pytest.mark.timeout(180)

WITHIN = 120.0
"""Seconds; starting a worker reads the locale data."""
FIRST = (
    "Orchard wall falls in the storm",
    "Villagers rebuilt the orchard wall on Sunday. It had stood for two hundred years.",
)
SECOND = (
    "Bakery opens a second oven",
    "The bakery by the mill opened a second oven on Monday. It is fired with beech wood.",
)
MORE = (
    "The mayor thanked everyone who had carried stones. There was soup for all of them afterwards in the town hall.",
) * 1


def article(title: str, lead: str) -> str:
    more = f"{lead} Nobody was hurt, and the work went on until late in the evening, when the lamps were lit."
    return f"<article><h1>{title}</h1><p>{lead}</p><p>{MORE[0]} {title}.</p><p>{more}</p><p>{MORE[0]}</p></article>"


def web_page(name: str, *articles: tuple[str, str]) -> PageFetched:
    body = f"<html><body><main>{''.join(article(*one) for one in articles)}</main></body></html>"
    return make_page(f"https://courier.example/{name}", body=body.encode())


def context_in(folder: Path, **cleaner: object) -> ServiceContext:
    return ServiceContext(
        bus=EmbeddedBus(folder / "log.sqlite"),
        blobs=MemoryBlobs(),
        clock=SystemClock(),
        metrics=Metrics(),
        settings=Settings(cleaner=CleanerSettings.model_validate(cleaner)),
    )


@asynccontextmanager
async def cleaner(context: ServiceContext) -> AsyncIterator[None]:
    service = create(context)
    stop = asyncio.Event()
    task = asyncio.create_task(service.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task
        await context.bus.close()


async def send(context: ServiceContext, *outgoing: Outgoing) -> None:
    await context.bus.ensure_topics([PAGES_FETCHED, ARTICLES_CLEANED, STAGE_OUTCOMES, dead_letters("cleaner")])
    publisher = Publisher(context, "crawler")
    await publisher.publish_roots([(message, str(index)) for index, message in enumerate(outgoing)])


async def messages(context: ServiceContext, topic: Topic, enough: Callable[[list[Decoded]], bool]) -> list[Decoded]:
    consumer = await context.bus.consumer(f"test.{topic.name}", [topic.name])
    found: list[Decoded] = []
    async with asyncio.timeout(WITHIN):
        while not enough(found):
            records = await consumer.poll(max_records=100, timeout=0.2)
            found.extend(decode(record.headers, record.value) for record in records)
    await consumer.close()
    return found


async def test_pages_become_articles_parts_and_counted_drops(tmp_path: Path) -> None:
    context = context_in(tmp_path)
    double = web_page("double", FIRST, SECOND)
    text = make_page(
        "import://seeds/one.txt",
        body="\n\n".join([*FIRST, *MORE]).encode(),
        content_type="text/plain",
        encoding="utf-8",
    )
    empty = make_page(
        "https://courier.example/empty", body=b"<html><body><nav><a href='/'>Home</a></nav></body></html>"
    )
    gone = PageWithdrawn(id=double.id, url=double.url, source="courier", fetched_at=FETCHED_AT, status=410)
    async with cleaner(context):
        unknown = {"mood": msgspec.Raw(b'"calm"')}
        pages = (Outgoing(PAGES_FETCHED, page, unknown) for page in (double, text, empty))
        await send(context, *pages, Outgoing(PAGES_FETCHED, gone))
        found = await messages(context, ARTICLES_CLEANED, lambda found: len(found) >= 4)
        reports = await messages(context, STAGE_OUTCOMES, lambda found: len(found) >= 4)

    cleaned = {
        one.message.title: one
        for one in found
        if isinstance(one.message, ArticleCleaned) and one.message.url != text.url
    }
    main, part = cleaned[FIRST[0]], cleaned[SECOND[0]]
    assert isinstance(main.message, ArticleCleaned)
    assert isinstance(part.message, ArticleCleaned)
    assert (main.message.id, main.message.part_of, main.unknown) == (double.id, None, unknown)
    assert (part.message.part_of, part.unknown) == (double.id, {})
    assert [one.id for one in main.message.parts] == [part.message.id]
    assert SECOND[1] not in main.message.text
    [plain] = [one.message for one in found if isinstance(one.message, ArticleCleaned) and one.message.id == text.id]
    assert plain.text == "\n\n".join([FIRST[1], *MORE])
    assert [one.message for one in found if isinstance(one.message, PageWithdrawn)] == [gone]
    outcomes = {
        (one.message.id, one.message.outcome, one.message.reason)
        for one in reports
        if isinstance(one.message, StageOutcome)
    }
    assert outcomes >= {
        (double.id, "passed", None),
        (part.message.id, "passed", None),
        (text.id, "passed", None),
        (empty.id, "dropped", "no-main-text"),
    }


async def test_hostile_pages_are_dead_letters_and_leave_the_others_alone(tmp_path: Path) -> None:
    context = context_in(tmp_path, page_timeout=timedelta(seconds=1))
    breaks = make_page(
        "https://courier.example/breaks", body=b"<html><body><p>x" + b"<br>" * 3_000_000 + b"</body></html>"
    )
    document = make_page("https://courier.example/report", body=b"%PDF-1.7 binary")
    good = web_page("good", FIRST)
    async with cleaner(context):
        await send(context, *(Outgoing(PAGES_FETCHED, page) for page in (breaks, document, good)))
        [cleaned] = await messages(context, ARTICLES_CLEANED, lambda found: len(found) >= 1)
        letters = await messages(context, dead_letters("cleaner"), lambda found: len(found) >= 2)

    assert isinstance(cleaned.message, ArticleCleaned)
    assert cleaned.message.id == good.id
    errors = {one.message.error: one.message.detail for one in letters if isinstance(one.message, DeadLetter)}
    assert errors.keys() == {"document-timeout", "unreadable-document"}
    assert breaks.url in errors["document-timeout"]
    assert document.url in errors["unreadable-document"]
