"""The tagger on the embedded bus, with real worker processes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from copydesk_tagger.service import create

from copydesk.bus import EmbeddedBus
from copydesk.contracts import (
    ARTICLES_CLEANED,
    ARTICLES_TAGGED,
    STAGE_OUTCOMES,
    ArticleCleaned,
    ArticleTagged,
    Decoded,
    PageWithdrawn,
    StageOutcome,
    Topic,
    decode,
)
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.settings import Settings, WorkerSettings
from copydesk.telemetry import Metrics
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.factories import FETCHED_AT, make_cleaned

pytestmark = pytest.mark.timeout(120)

WITHIN = 90.0
"""Seconds; starting a worker reads the models."""


def context_in(folder: Path, worker: WorkerSettings) -> ServiceContext:
    return ServiceContext(
        bus=EmbeddedBus(folder / "log.sqlite"),
        blobs=MemoryBlobs(),
        clock=SystemClock(),
        metrics=Metrics(),
        settings=Settings(worker=worker),
    )


@asynccontextmanager
async def tagger(context: ServiceContext) -> AsyncIterator[None]:
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
    publisher = Publisher(context, "cleaner")
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


def cleaned(number: int, text: str, **fields: object) -> ArticleCleaned:
    return make_cleaned(f"https://courier.example/{number}", title=None, text=text, **fields)


async def test_articles_are_tagged_in_batches_and_withdrawals_pass(tmp_path: Path) -> None:
    context = context_in(tmp_path, WorkerSettings())
    articles = [
        cleaned(number, f"Ferry number {number} sailed from Oslo to Copenhagen on Monday.") for number in range(40)
    ]
    gone = PageWithdrawn(
        id=articles[3].id, url=articles[3].url, source="courier", fetched_at=FETCHED_AT, status=410, reason="gone"
    )
    async with tagger(context):
        await context.bus.ensure_topics([ARTICLES_CLEANED, ARTICLES_TAGGED, STAGE_OUTCOMES])
        unknown = {"mood": msgspec.Raw(b'"calm"')}
        await send(context, *(Outgoing(ARTICLES_CLEANED, article, unknown) for article in articles))
        await send(context, Outgoing(ARTICLES_CLEANED, gone))
        found = await messages(context, ARTICLES_TAGGED, lambda found: len(found) >= 41)
        reports = await messages(context, STAGE_OUTCOMES, lambda found: len(found) >= 40)

    tagged = {one.message.id: one for one in found if isinstance(one.message, ArticleTagged)}
    assert tagged.keys() == {article.id for article in articles}
    for article in articles:
        result = tagged[article.id].message
        assert isinstance(result, ArticleTagged)
        assert result.text == article.text
        assert result.language.tag == "en"
        assert result.countries == ["DK", "NO"]
        assert tagged[article.id].unknown == unknown
    assert [one.message for one in found if isinstance(one.message, PageWithdrawn)] == [gone]
    outcomes = [one.message for one in reports if isinstance(one.message, StageOutcome)]
    assert {(report.stage, report.outcome) for report in outcomes} == {("tagger", "passed")}


async def test_a_document_that_takes_too_long_goes_on_untagged_with_the_reason(tmp_path: Path) -> None:
    context = context_in(tmp_path, WorkerSettings(timeout=timedelta(milliseconds=1)))
    article = cleaned(1, "The ferry left Oslo on Monday. " * 3_000)
    async with tagger(context):
        await context.bus.ensure_topics([ARTICLES_CLEANED, ARTICLES_TAGGED])
        await send(context, Outgoing(ARTICLES_CLEANED, article))
        [result] = await messages(context, ARTICLES_TAGGED, lambda found: len(found) >= 1)

    assert isinstance(result.message, ArticleTagged)
    assert result.message.text == article.text
    assert result.message.models == {}
    assert [flag for flag in result.message.flags if flag.startswith("tagger: the document took longer")]
