"""`copydesk takedown`: nothing of an article is left in any place, and nothing brings it back."""

import asyncio
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from copydesk_crawler.adapters.archive import Archive
from copydesk_writer.adapters.search_pass import index_some

from copydesk.bus import EmbeddedBus
from copydesk.cli.output import CommandError
from copydesk.cli.takedown import take_down
from copydesk.contracts import (
    ARTICLES_STORED,
    ARTICLES_TAGGED,
    PAGES_FETCHED,
    REGISTRY,
    ArticleStored,
    ArticleTagged,
    Message,
    PageWithdrawn,
    Part,
    StageOutcome,
    Topic,
    decode,
)
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import Drop, Emit, Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.settings import Settings
from copydesk.storage import Pool, open_blobs
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import NewUrl
from copydesk.storage.takedowns import Receipt, load_receipts
from copydesk.telemetry import Metrics
from tests.integration.writer.test_filing import NOON, article, file, row
from tests.integration.writer.test_filing import received as message_of
from tests.unit.crawler.archived import exchange, page

URL = "https://harbour.example/ferry"
REASON = "request of the publisher"


@dataclass
class Desk:
    """A newsroom's places, with one article in each of them."""

    folder: Path
    pool: Pool
    settings: Settings
    archive: Path

    async def send(self, *sent: tuple[Topic, Message]) -> None:
        bus = EmbeddedBus(self.folder / "log.sqlite")
        await bus.ensure_topics([*REGISTRY.values()])
        context = ServiceContext(
            bus=bus,
            blobs=open_blobs(str(self.folder / "blobs")),
            clock=SystemClock(),
            metrics=Metrics(),
            settings=self.settings,
            dsn=None,
        )
        await Publisher(context, "test").publish_roots([(Outgoing(topic, message), "1") for topic, message in sent])
        await bus.close()

    async def read(self, topic: Topic) -> list[Message]:
        bus = EmbeddedBus(self.folder / "log.sqlite")
        consumer = await bus.consumer("look", [topic.name])
        found: list[Message] = []
        while records := await consumer.poll(max_records=100, timeout=0.5):
            found += [decode(record.headers, record.value).message for record in records if record.value]
        await bus.close()
        return found

    async def remembers(self, word: str) -> Sequence[str]:
        """Tables in which any row holds a word."""
        tables = await self.pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'copydesk'")
        return [
            name
            for (name,) in tables
            if await self.pool.fetchval(f"SELECT EXISTS (SELECT FROM copydesk.{name} t WHERE t::text ILIKE $1)", word)
        ]


@pytest.fixture
async def desk(tmp_path: Path, database: str, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> Desk:
    archive = tmp_path / "warc"
    monkeypatch.setenv("COPYDESK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COPYDESK_POSTGRES__DSN", database)
    monkeypatch.setenv("COPYDESK_CRAWLER__ARCHIVE_URL", str(archive))
    async with Archive(str(archive), archive, 1_000_000, SystemClock()) as opened:
        for url in (URL, "https://harbour.example/moor"):
            fetched = page(url)
            await opened.record(exchange(url, payload=fetched.body), fetched)
    return Desk(tmp_path / "data", pool, Settings(), archive)


def ferry(minute: int = 0, **changes: object) -> ArticleTagged:
    return article(
        minute=minute,
        title="Zeppelin over the ferry",
        text="A zeppelin crossed over the ferry.\n\nNobody was hurt on the zeppelin." + " Calm." * minute,
        authors=["Zeppelin Reporter"],
        keywords=["zeppelin"],
        minhash=list(range(128)),
        bands=list(range(42)),
        **changes,
    )


def places(receipt: Receipt) -> dict[str, tuple[str, int]]:
    return {place.place: (place.result, place.count) for place in receipt.places if place.result != "nothing there"}


async def test_an_article_leaves_every_place_and_the_receipt_says_so(desk: Desk) -> None:
    frontier = Frontier(desk.pool, "crawler", timedelta(seconds=60))
    discovered = StageOutcome(
        id=ferry().id, source="harbour-post", url=URL, stage="crawler", outcome="discovered", version=0, at=NOON
    )
    met = NewUrl(ferry().id, URL, "harbour.example", "harbour-post", hints={"title": "Zeppelin seen"})
    await frontier.discover([met], [discovered])
    await file(desk.pool, ferry(), article("/moor"))
    await file(desk.pool, ferry(5))
    await index_some(desk.pool)
    large = msgspec.structs.replace(ferry(), text="zeppelin " * 200_000)
    await desk.send((PAGES_FETCHED, page(URL)), (ARTICLES_TAGGED, ferry()), (ARTICLES_TAGGED, large))
    assert await desk.remembers("%zeppelin%")

    (receipt,) = await take_down(desk.settings, [f"{URL}?utm_source=mail"], REASON, "A. Counsel")

    assert await desk.remembers("%zeppelin%") == []
    assert receipt.complete
    found = places(receipt)
    assert found["postgres: articles"] == ("removed", 1)
    assert found["postgres: revisions"] == ("removed", 2)
    assert found["postgres: article_search"] == ("removed", 1)
    assert found["postgres: article_bands"] == ("removed", 42)
    assert found["crawler: frontier"] == ("blocked", 1)
    assert found[f"archive: {desk.archive}"] == ("removed", 1)
    assert found[f"blob storage: {(desk.folder / 'blobs').absolute()}"] == ("removed", 1)
    remaining = {place.place: place for place in receipt.places if place.result == "remains"}
    assert set(remaining) == {"topic: pages.fetched", "topic: articles.tagged"}
    until = remaining["topic: articles.tagged"].until
    assert until is not None
    assert timedelta(days=6) < until - datetime.now(UTC) <= timedelta(days=7)
    (file_left,) = desk.archive.glob("*.warc.gz")
    assert b"/ferry" not in b"".join(gzip.decompress(file_left.read_bytes()).split(b"WARC-Type: request")[:1])
    assert (await row(desk.pool, "/moor"))["title"] == "Ferry /moor"


async def test_a_dry_run_says_the_same_and_changes_nothing(desk: Desk) -> None:
    await file(desk.pool, ferry())
    large = msgspec.structs.replace(ferry(), text="zeppelin " * 200_000)
    await desk.send((PAGES_FETCHED, page(URL)), (ARTICLES_TAGGED, large))
    tables = [
        name for (name,) in await desk.pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'copydesk'")
    ]

    async def everything() -> list[object]:
        rows = [
            await desk.pool.fetch(f"SELECT xmin::text, t::text FROM copydesk.{name} t ORDER BY 2") for name in tables
        ]
        return [*rows, [file.read_bytes() for file in sorted(desk.archive.glob("*.*z*"))]]

    before = await everything()
    (told,) = await take_down(desk.settings, [URL], "", None, dry_run=True)
    assert await everything() == before
    assert await desk.read(ARTICLES_STORED) == []
    (done,) = await take_down(desk.settings, [URL], REASON, None)
    assert places(told) == {name: what for name, what in places(done).items() if what[0] != "sent"} | {
        name: what for name, what in places(told).items() if what[0] == "sent"
    }


async def test_consumers_are_told_once_and_again_the_same(desk: Desk) -> None:
    await file(desk.pool, ferry())
    (first,) = await take_down(desk.settings, [URL], REASON, None)
    (event,) = await desk.read(ARTICLES_STORED)
    assert isinstance(event, ArticleStored)
    assert (event.id, event.change, event.revision, event.title) == (ferry().id, "withdrawn", 2, None)
    (withdrawn,) = await desk.read(PAGES_FETCHED)
    assert isinstance(withdrawn, PageWithdrawn)
    assert (withdrawn.id, withdrawn.reason) == (ferry().id, "takedown")

    (again,) = await take_down(desk.settings, [ferry().id], REASON, None)
    assert await desk.read(ARTICLES_STORED) == [event, event]
    assert again.requested_at == first.requested_at
    assert not [place for place in again.places if place.result == "removed"]
    assert await desk.pool.fetchval("SELECT count(*) FROM copydesk.revisions") == 2
    assert await load_receipts(desk.pool) == [again]


async def test_neither_redelivery_nor_replay_nor_a_newer_fetch_brings_it_back(desk: Desk) -> None:
    first = message_of(ferry())
    await file(desk.pool, first)
    await take_down(desk.settings, [URL], REASON, None)
    (redelivered,) = await file(desk.pool, first)
    assert isinstance(redelivered, Emit)
    assert [out.message.title for out in redelivered.messages if isinstance(out.message, ArticleStored)] == [None]
    for later in (ferry(1), ferry(60 * 24 * 365 * 40), withdrawal()):
        assert await file(desk.pool, later) == [Drop("taken-down")]
    assert (await row(desk.pool))["text"] == ""
    assert "articles" not in await desk.remembers("%zeppelin%")


def withdrawal() -> PageWithdrawn:
    return PageWithdrawn(
        id=ferry().id, url=URL, source="harbour-post", fetched_at=NOON + timedelta(days=20_000), status=410
    )


async def test_what_was_never_seen_is_kept_out_from_then_on(desk: Desk) -> None:
    (receipt,) = await take_down(desk.settings, [URL], REASON, None)
    assert receipt.complete
    assert places(receipt)["crawler: frontier"] == ("blocked", 1)
    assert await file(desk.pool, ferry()) == [Drop("taken-down")]
    frontier = Frontier(desk.pool, "crawler", timedelta(seconds=60))
    discovered = StageOutcome(
        id=ferry().id, source="harbour-post", url=URL, stage="crawler", outcome="discovered", version=0, at=NOON
    )
    await frontier.discover([NewUrl(ferry().id, URL, "harbour.example", "harbour-post")], [discovered])
    assert await frontier.claim(10, 10) == []
    known = await frontier.known([URL])
    assert known[URL].state == "taken-down"


async def test_a_part_leaves_its_page_which_stays_itself(desk: Desk) -> None:
    part = ferry(part_of=article("/moor").id)
    whole = article("/moor", parts=[Part(id=part.id, title="Zeppelin", text="A zeppelin crossed.")])
    await file(desk.pool, whole, part)
    (receipt,) = await take_down(desk.settings, [part.id], REASON, None)
    assert await desk.remembers("%zeppelin%") == []
    assert places(receipt)["postgres: articles.parts of its page"] == ("removed", 1)
    newer = msgspec.structs.replace(whole, fetched_at=NOON + timedelta(hours=1), section="Harbour")
    await file(desk.pool, newer)
    assert (await row(desk.pool, "/moor"))["section"] == "Harbour"
    assert await desk.remembers("%zeppelin%") == []


async def test_an_address_means_all_articles_of_its_page_and_an_id_means_one(desk: Desk) -> None:
    page = article("/moor")
    part = msgspec.structs.replace(ferry(part_of=page.id), url="https://harbour.example/linked")
    await file(desk.pool, msgspec.structs.replace(page, parts=[Part(id=part.id, title=None, text="Zeppelin.")]), part)
    (one,) = await take_down(desk.settings, [page.id], REASON, None)
    assert [(kin.kind, kin.id) for kin in one.kin] == [("same page", part.id)]
    assert await desk.remembers("%zeppelin%")

    whole = article("/bay")
    split = msgspec.structs.replace(part, id=str(UUID(int=5)), part_of=whole.id)
    whole = msgspec.structs.replace(whole, parts=[Part(id=split.id, title=None, text="Zeppelin.")])
    await file(desk.pool, whole, split)
    for _ in range(2):
        receipts = await take_down(desk.settings, [whole.url], REASON, None)
        assert {receipt.article_id for receipt in receipts} == {whole.id, split.id}
        assert not [kin for receipt in receipts for kin in receipt.kin if kin.kind == "same page"]
    await take_down(desk.settings, [part.id], REASON, None)
    assert await desk.remembers("%zeppelin%") == []


async def test_copies_are_named_and_stay(desk: Desk) -> None:
    copy = msgspec.structs.replace(article("/copy", source="bay"), duplicate_of=ferry().id)
    await file(desk.pool, ferry(), copy)
    (receipt,) = await take_down(desk.settings, [URL], REASON, None)
    assert [(kin.kind, kin.source) for kin in receipt.kin] == [("copy", "bay")]


async def test_a_place_that_fails_is_named_and_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await file(desk.pool, ferry())
    used = EmbeddedBus(desk.folder / "log.sqlite")
    (receipt,) = await take_down(desk.settings, [URL], REASON, None)
    await used.close()
    (failed,) = [place for place in receipt.places if place.result == "failed"]
    assert (failed.place, receipt.complete) == ("topics", False)
    assert "in use" in failed.detail
    assert (await row(desk.pool))["text"] == ""
    (again,) = await take_down(desk.settings, [URL], REASON, None)
    assert again.complete
    assert len(await desk.read(ARTICLES_STORED)) == 1


async def test_a_takedown_waits_for_writers_that_have_begun(desk: Desk) -> None:
    async with desk.pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
        await connection.execute("LOCK TABLE copydesk.takedowns IN ROW SHARE MODE")
        waiting = asyncio.create_task(take_down(desk.settings, [URL], REASON, None))
        async with asyncio.timeout(60):
            while not await desk.pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert not waiting.done()
    (receipt,) = await waiting
    assert receipt.complete


async def test_what_is_no_article_is_refused_by_name(desk: Desk) -> None:
    with pytest.raises(CommandError, match="neither an article's id nor an address"):
        await take_down(desk.settings, ["ferry"], REASON, None)
    with pytest.raises(CommandError, match="print ids and addresses"):
        await take_down(desk.settings, [str(UUID(int=7))], REASON, None)
