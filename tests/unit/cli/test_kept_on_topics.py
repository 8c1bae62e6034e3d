"""What a replay takes from the topics: of each article the newest, and nothing that it sent itself."""

from datetime import timedelta
from pathlib import Path

from copydesk.bus import EmbeddedBus
from copydesk.cli.kept_on_topics import ends_of, newest_on_topic
from copydesk.contracts import ARTICLES_CLEANED, REGISTRY, ArticleCleaned, Lane, PageWithdrawn
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.settings import Settings
from copydesk.storage import open_blobs
from copydesk.telemetry import Metrics
from copydesk.testing.factories import FETCHED_AT, make_cleaned

FERRY, BRIDGE, QUAY = (f"https://courier.example/{name}" for name in ("ferry", "bridge", "quay"))


async def test_the_newest_of_each_on_both_lanes_up_to_where_the_topics_ended(tmp_path: Path) -> None:
    bus, blobs = EmbeddedBus(tmp_path / "log.sqlite"), open_blobs(str(tmp_path / "blobs"))
    await bus.ensure_topics([*REGISTRY.values()])
    context = ServiceContext(
        bus=bus, blobs=blobs, clock=SystemClock(), metrics=Metrics(), settings=Settings(), dsn=None
    )
    live, backfill = (Publisher(context, "cleaner", lane) for lane in Lane)
    later = FETCHED_AT + timedelta(hours=1)
    quay = make_cleaned(QUAY)
    gone = PageWithdrawn(id=quay.id, url=QUAY, source=quay.source, fetched_at=later, status=410)

    async def send(publisher: Publisher, *messages: ArticleCleaned | PageWithdrawn) -> None:
        await publisher.publish_roots(
            [(Outgoing(ARTICLES_CLEANED, one), str(number)) for number, one in enumerate(messages)]
        )

    await send(
        live, make_cleaned(FERRY, title="Newer", fetched_at=later), make_cleaned(BRIDGE, title="Older"), quay, gone
    )
    await send(backfill, make_cleaned(FERRY, title="Older"), make_cleaned(BRIDGE, title="Newer", fetched_at=later))
    ends = await ends_of(bus, ARTICLES_CLEANED)
    await send(backfill, make_cleaned(FERRY, title="Sent by the replay", fetched_at=later))

    kept = [one async for one in newest_on_topic(bus, blobs, ArticleCleaned, ends, {})]
    assert sorted((one.message.url, one.message.title) for one in kept) == [(BRIDGE, "Newer"), (FERRY, "Newer")]

    [first] = [one.place for one in kept if one.message.url == FERRY]
    assert first.partition is not None
    rest = newest_on_topic(bus, blobs, ArticleCleaned, ends, {first.partition: first.next_offset})
    assert [one.message.url async for one in rest] == [BRIDGE]
    await bus.close()
