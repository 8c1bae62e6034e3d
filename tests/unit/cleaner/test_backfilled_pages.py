"""Pages of long ago: they teach what returns on a site, but old layouts are no drift and old links no news."""

from dataclasses import replace
from pathlib import Path

from copydesk_cleaner.adapters.site_store import SiteStore
from copydesk_cleaner.adapters.site_watch import SiteWatch
from copydesk_cleaner.core.document import CleanedArticle, CleanedDocument
from copydesk_cleaner.core.site_memory import SiteMemory
from copydesk_cleaner.service import Cleaner

from copydesk.bus import EmbeddedBus
from copydesk.contracts import Block, Envelope, Lane, UrlDiscovered
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import Emit, Received
from copydesk.runtime.ports import Partition
from copydesk.runtime.service import ServiceContext
from copydesk.runtime.workers import WorkerPool
from copydesk.settings import CleanerSettings, Settings, WorkerSettings
from copydesk.telemetry import Metrics
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.factories import FETCHED_AT, make_page

PAGE = f"""<!doctype html><html lang="en"><head><title>Mill burns down</title>
<meta property="article:published_time" content="{FETCHED_AT.isoformat()}"></head><body><article><h1>Mill burns down</h1>
<p>The old mill on the river burnt down in the night to Monday, and the fire brigade could save only its wheel.</p>
<p>Nobody was hurt, said the chief of the brigade, who had been called at four in the morning by a baker nearby.</p>
</article><aside><h2>More</h2><a href="/news/baker-saw-the-fire-first">Baker saw the fire first from his window</a></aside>
</body></html>""".encode()


def context_in(folder: Path, settings: CleanerSettings) -> ServiceContext:
    return ServiceContext(
        bus=EmbeddedBus(folder / "log.sqlite"),
        blobs=MemoryBlobs(),
        clock=SystemClock(),
        metrics=Metrics(),
        settings=Settings(cleaner=settings),
    )


def test_empty_pages_of_long_ago_raise_no_alarm(tmp_path: Path) -> None:
    alarms = {}
    for lane in Lane:
        context = context_in(tmp_path / lane, CleanerSettings())
        memory = SiteMemory()
        sites = SiteWatch(memory, SiteStore(context, memory), context.settings.cleaner, context.metrics)
        for number in range(80):
            kept = tuple(Block(kind="paragraph", text=f"Report {number}, paragraph {at}.") for at in range(5))
            full = CleanedDocument((CleanedArticle(title=f"Report {number}", blocks=kept),), "test", 1.0)
            document = full if number < 50 else CleanedDocument((), "test", 0.0)
            sites.learn(make_page(f"https://courier.example/{number}"), document, FETCHED_AT, lane)
        alarms[lane] = context.metrics.registry.get_sample_value("copydesk_site_drifts_total", {"figure": "empty"})
    assert alarms == {Lane.LIVE: 1, Lane.BACKFILL: None}


async def test_links_of_pages_of_long_ago_are_not_followed(tmp_path: Path) -> None:
    context = context_in(tmp_path, CleanerSettings(follow_links=True))
    page = make_page("https://courier.example/news/mill", body=PAGE, links_from="https://courier.example/feed")
    envelope = Envelope(id="1", type="copydesk.PageFetched.v1", source="crawler", time=FETCHED_AT)
    live = Received(page, envelope, {}, Partition("pages.fetched", 0), 0)
    followed = {}
    async with WorkerPool(WorkerSettings()) as workers:
        for received in (live, replace(live, lane=Lane.BACKFILL)):
            memory = SiteMemory()
            sites = SiteWatch(memory, SiteStore(context, memory), context.settings.cleaner, context.metrics)
            outcome = await Cleaner(workers, sites).handle(received, FETCHED_AT)
            assert isinstance(outcome, Emit)
            links = [out.message.url for out in outcome.messages if isinstance(out.message, UrlDiscovered)]
            followed[received.lane] = links
    assert followed == {Lane.LIVE: ["https://courier.example/news/baker-saw-the-fire-first"], Lane.BACKFILL: []}
