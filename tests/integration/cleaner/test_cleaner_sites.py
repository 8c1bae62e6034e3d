"""What the cleaner learns of sites and notices about them, on the embedded bus with real worker processes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from copydesk_cleaner.adapters.site_store import SiteStore
from copydesk_cleaner.core.site_knowledge import block_signature
from copydesk_cleaner.core.site_memory import SiteMemory
from copydesk_cleaner.service import create

from copydesk.bus import EmbeddedBus, KafkaBus
from copydesk.contracts import (
    ARTICLES_CLEANED,
    PAGES_FETCHED,
    REGISTRY,
    SITES_DRIFT,
    SITES_LEARNED,
    STAGE_OUTCOMES,
    URLS_DISCOVERED,
    ArticleCleaned,
    BlockSignature,
    Message,
    PageFetched,
    SiteDrift,
    SiteLearned,
    Topic,
    UrlDiscovered,
    decode,
)
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.ports import Bus, OutgoingRecord
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.settings import CleanerSettings, KafkaSettings, Settings
from copydesk.telemetry import Metrics
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.factories import make_page

pytestmark = pytest.mark.timeout(240)

SITE = "courier.example"
WITHIN = 120.0
AT = datetime(2030, 1, 1, 12, tzinfo=UTC)
PLACES = ("harbour", "bakery", "orchard", "school", "bridge", "library", "station", "mill", "market", "tower")
DEEDS = ("reopens", "closes early", "is painted", "gets a roof", "turns eighty", "is sold", "wins a prize", "floods")
LETTER = "The evening letter of this newspaper reaches forty thousand readers; join them on our front page today."


def report(number: int) -> list[str]:
    """The paragraphs of the article with this number; no two articles share one."""
    place, deed = PLACES[number % 10], DEEDS[number // 10 % 8]
    return [
        f"The {place} {deed}, the council said on Monday after its meeting number {number} of the year had ended.",
        f"Neighbours of the {place} had waited for {number + 3} months, and many came to see the work begin at last.",
        f"It costs {number * 7 + 11} thousand crowns, which is less than the {number + 12} families had been told.",
        f"In spring the second stage follows, said Vera Lind, who has looked after the {place} for {number + 2} years.",
    ]


def old_layout(number: int, *more: str) -> PageFetched:
    title = f"The {PLACES[number % 10]} {DEEDS[number // 10 % 8]} ({number})"
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in (*report(number), *more))
    head = f'<title>{title}</title><meta property="article:published_time" content="2029-12-30T08:00:00Z">'
    body = f'<article><h1>{title}</h1><p class="byline" rel="author">By Vera Lind</p>{paragraphs}</article>'
    return page(number, f"<html><head>{head}</head><body><main>{body}</main></body></html>")


def rendered_by_script(number: int) -> PageFetched:
    shell = f'<div id="root"></div><script>load({number})</script>'
    return page(number, f"<html><head><title>Courier</title></head><body>{shell}</body></html>")


def page(number: int, html: str) -> PageFetched:
    return make_page(f"https://{SITE}/2030/{number}", body=html.encode())


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def any_bus(request: pytest.FixtureRequest, tmp_path: Path) -> Bus:
    if request.param == "embedded":
        return EmbeddedBus(tmp_path / "log.sqlite")
    broker = request.getfixturevalue("kafka_broker")
    return KafkaBus(KafkaSettings(bootstrap_servers=broker.bootstrap_servers, topic_prefix=f"{uuid4().hex[:8]}."))


def context_in(folder: Path, bus: Bus | None = None, cleaner: CleanerSettings | None = None) -> ServiceContext:
    return ServiceContext(
        bus=bus or EmbeddedBus(folder / "log.sqlite"),
        blobs=MemoryBlobs(),
        clock=SystemClock(),
        metrics=Metrics(),
        settings=Settings(cleaner=cleaner or CleanerSettings()),
    )


@asynccontextmanager
async def cleaner(context: ServiceContext) -> AsyncIterator[None]:
    stop = asyncio.Event()
    service = create(context)
    task = asyncio.create_task(service.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def send(context: ServiceContext, pages: Sequence[PageFetched]) -> None:
    await context.bus.ensure_topics([*REGISTRY.values()])
    outgoing = [(Outgoing(PAGES_FETCHED, one), one.content_sha256) for one in pages]
    await Publisher(context, "crawler").publish_roots(outgoing)


class Merging(SiteMemory):
    """A memory that says when it has taken something in."""

    def __init__(self) -> None:
        super().__init__()
        self.merged: asyncio.Queue[SiteLearned] = asyncio.Queue()

    def merge(self, record: SiteLearned) -> None:
        super().merge(record)
        self.merged.put_nowait(record)


class Reading:
    """What comes on a topic, one message after the other."""

    def __init__(self, bus: Bus, topic: Topic) -> None:
        self._bus = bus
        self._topic = topic

    async def take(self, count: int) -> list[Message]:
        consumer = await self._bus.consumer(f"test.{self._topic.name}", [self._topic.name])
        found: list[Message] = []
        async with asyncio.timeout(WITHIN):
            while len(found) < count:
                for record in await consumer.poll(max_records=count - len(found), timeout=0.2):
                    found.append(decode(record.headers, record.value).message)
                    await consumer.commit({record.partition: record.offset + 1})
        await consumer.close()
        return found


async def test_a_redesign_raises_an_event_with_examples_and_its_end_clears_it(tmp_path: Path) -> None:
    context = context_in(tmp_path)
    async with cleaner(context):
        await send(context, [old_layout(number) for number in range(40)])
        done, drifts = Reading(context.bus, STAGE_OUTCOMES), Reading(context.bus, SITES_DRIFT)
        await done.take(40)
        await send(context, [rendered_by_script(number) for number in range(40, 60)])
        [raised] = await drifts.take(1)
        await done.take(20)
        gauge = context.metrics.registry.get_sample_value("copydesk_site_in_drift", {"site": SITE})
        await send(context, [old_layout(number) for number in range(60, 80)])
        [cleared] = await drifts.take(1)
    await context.bus.close()

    assert isinstance(raised, SiteDrift)
    assert (raised.site, raised.state, gauge) == (SITE, "raised", 1)
    [change] = raised.changes
    assert (change.figure, change.baseline, change.current) == ("empty", 0, 1)
    broken = {rendered_by_script(number).url for number in range(40, 60)}
    assert len(raised.examples) == 5
    assert set(raised.examples) <= broken
    assert isinstance(cleared, SiteDrift)
    assert (cleared.site, cleared.state, cleared.ended) == (SITE, "cleared", "returned")
    assert context.metrics.registry.get_sample_value("copydesk_site_in_drift", {"site": SITE}) is None
    assert context.metrics.registry.get_sample_value("copydesk_site_drifts_total", {"figure": "empty"}) == 1


async def test_a_block_of_the_site_is_published_once_it_returns(tmp_path: Path) -> None:
    context = context_in(tmp_path)
    async with cleaner(context):
        await send(context, [old_layout(number, LETTER) for number in range(3)])
        [record] = await Reading(context.bus, SITES_LEARNED).take(1)
    await context.bus.close()
    assert isinstance(record, SiteLearned)
    assert record.site == SITE
    assert block_signature(LETTER) in {block.sha256 for block in record.signatures}
    own = {block_signature(paragraph) for number in range(3) for paragraph in report(number)}
    assert not own & {block.sha256 for block in record.signatures}


def lesson(text: str, learned_at: datetime = AT) -> SiteLearned:
    block = BlockSignature(sha256=block_signature(text), articles=9, last_seen=learned_at)
    return SiteLearned(site=SITE, learned_at=learned_at, articles_seen=20, signatures=[block])


async def test_cleaners_know_what_others_learned_before_and_while_they_run(tmp_path: Path, any_bus: Bus) -> None:
    context = context_in(tmp_path, any_bus)
    earlier, later = block_signature("before"), block_signature("meanwhile")
    async with SiteStore(context, SiteMemory()) as other:
        await other.catch_up(asyncio.Event())
        other.publish(lesson("before"))
    memory = Merging()
    async with SiteStore(context, memory) as store, SiteStore(context, SiteMemory()) as other:
        await store.catch_up(asyncio.Event())
        assert memory.knowledge(SITE, "any").boilerplate == {earlier}
        other.publish(lesson("meanwhile", AT + timedelta(minutes=1)))
        async with asyncio.timeout(WITHIN):
            assert [await memory.merged.get() for _ in range(2)][1].learned_at > AT
        assert memory.knowledge(SITE, "any").boilerplate == {earlier, later}
    await context.bus.close()


async def test_what_waits_is_sent_before_the_store_closes(tmp_path: Path, any_bus: Bus) -> None:
    context = context_in(tmp_path, any_bus)
    async with SiteStore(context, SiteMemory()) as store:
        await store.catch_up(asyncio.Event())
        store.publish(lesson("first"))
        store.publish(lesson("second", AT + timedelta(minutes=1)))
    [record] = await Reading(context.bus, SITES_LEARNED).take(1)
    assert isinstance(record, SiteLearned)
    assert record.signatures[0].sha256 == block_signature("second"), "the newest of a site stands for those before"
    await context.bus.close()


async def test_unreadable_records_are_passed_over(tmp_path: Path, any_bus: Bus) -> None:
    context = context_in(tmp_path, any_bus)
    await context.bus.ensure_topics([SITES_LEARNED, SITES_DRIFT])
    producer = await context.bus.producer()
    await producer.send([OutgoingRecord(SITES_LEARNED.name, b"x", b"{", ())])
    memory = Merging()
    async with SiteStore(context, memory) as store:
        await store.catch_up(asyncio.Event())
        store.publish(lesson("after"))
        async with asyncio.timeout(WITHIN):
            await memory.merged.get()
    assert memory.knowledge(SITE, "any").boilerplate == {block_signature("after")}
    await context.bus.close()


async def test_a_learned_block_is_cut_and_told_and_the_rest_is_kept(tmp_path: Path) -> None:
    context = context_in(tmp_path)
    async with cleaner(context):
        await send(context, [old_layout(number, LETTER) for number in range(3)])
        await Reading(context.bus, STAGE_OUTCOMES).take(3)
        await send(context, [old_layout(3, LETTER)])
        articles = await Reading(context.bus, ARTICLES_CLEANED).take(4)
    await context.bus.close()
    [article] = [one for one in articles if isinstance(one, ArticleCleaned) and one.url.endswith("/3")]
    assert article.text == "\n\n".join(report(3))
    assert [cut.text for cut in article.cuts if cut.reason == "site-boilerplate"] == [LETTER]


async def test_the_rules_of_a_site_are_followed(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(f"{SITE}: {{remove: [.promo]}}\n", encoding="utf-8")
    context = context_in(tmp_path, cleaner=CleanerSettings(rules_file=rules))
    plain = old_layout(1)
    promo = f'<p class="promo">{LETTER}</p></article>'
    async with cleaner(context):
        await send(context, [make_page(plain.url, body=plain.body.replace(b"</article>", promo.encode()))])
        [article] = await Reading(context.bus, ARTICLES_CLEANED).take(1)
    await context.bus.close()
    assert isinstance(article, ArticleCleaned)
    assert article.text == "\n\n".join(report(1))


def crawled(number: int, published: str, *hrefs: str, **fields: object) -> PageFetched:
    plain = old_layout(number)
    anchors = "".join(f'<li><a href="{href}">Also in the paper</a></li>' for href in hrefs)
    html = plain.body.decode().replace("2029-12-30T08:00:00Z", published).replace("</main>", f"</main>{anchors}")
    return make_page(plain.url, body=html.encode(), **({"links_from": f"https://{SITE}/feed.xml"} | fields))


async def test_links_of_new_articles_go_to_the_crawler_once_where_that_is_wanted(tmp_path: Path) -> None:
    context = context_in(tmp_path, cleaner=CleanerSettings(follow_links=True))
    new, old = "2029-12-31T08:00:00Z", "2029-11-01T08:00:00Z"
    pages = [
        crawled(1, new, "/2030/mill-burns-down-in-the-night", "/sport", "https://other.example/a-story-of-their-own"),
        crawled(2, new, "/2030/mill-burns-down-in-the-night", "/2030/tower-is-sold-to-the-town"),
        crawled(3, old, "/2029/what-happened-last-year-1234567"),
        crawled(4, new, "/2030/read-by-nobody-but-an-import", links_from=None),
        crawled(5, new, "/2030/the-last-one-of-all-stories"),
    ]
    async with cleaner(context):
        await send(context, pages)
        await Reading(context.bus, STAGE_OUTCOMES).take(len(pages))
        found = await Reading(context.bus, URLS_DISCOVERED).take(3)
        ends = await context.bus.end_positions(URLS_DISCOVERED.name)
    await context.bus.close()
    assert sum(ends.values()) == 3
    assert {one.url.rpartition("/")[2] for one in found if isinstance(one, UrlDiscovered)} == {
        "mill-burns-down-in-the-night",
        "tower-is-sold-to-the-town",
        "the-last-one-of-all-stories",
    }
    assert all(isinstance(one, UrlDiscovered) and one.source == "courier" for one in found)
