"""Visits of many hosts are published and stored together, and one bad record spoils none of the others."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from copydesk_crawler.adapters.recorder import Record, Recorder

from copydesk.contracts import PAGES_FETCHED, PageFetched, StageOutcome, article_id
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import Finished, HostClaim, NewUrl, Visit
from copydesk.storage.funnel import read_funnel

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
HOSTS = 12


@pytest.fixture
async def claims(pool):
    frontier = Frontier(pool, "one", timedelta(minutes=1))
    addresses = [f"https://h{number:02}.example/brug" for number in range(HOSTS)]
    urls = [NewUrl(article_id(url), url, url.split("/")[2], "courier") for url in addresses]
    await frontier.discover(urls, [outcome(url.id, url.url, "discovered", 0) for url in urls])
    return sorted(await frontier.claim(HOSTS, 1), key=lambda claim: claim.lease.host)


@pytest.fixture
def recorder(desk):
    context: ServiceContext = desk.service()._context

    async def at_once(action):
        return await action()

    return Recorder(Publisher(context, "crawler"), Frontier(desk.pool, "one", timedelta(minutes=1)), at_once)


def outcome(identity: str, url: str, kind: str, version: int) -> StageOutcome:
    return StageOutcome(
        id=identity,
        source="courier",
        url=url,
        stage="crawler",
        outcome=kind,
        version=version,
        at=NOW,  # type: ignore[arg-type]
    )


def record(claim: HostClaim, title: str = "Brug") -> Record:
    due = claim.urls[0]
    page = PageFetched(
        id=due.id, url=due.url, source="courier", fetched_at=NOW, body=b"<p>", content_sha256="ab" * 32,
        canonical_url=due.url, hints={"title": title},
    )  # fmt: skip
    visit = Visit("done", content_sha256="ab" * 32, answered=True, outcome=outcome(due.id, due.url, "passed", 1))
    return Record(Finished(claim.lease, due.id, visit, timedelta(0), False), (Outgoing(PAGES_FETCHED, page), "1"))


async def test_what_many_hosts_answered_is_published_and_stored(desk, claims, recorder) -> None:
    assert await asyncio.gather(*(recorder.record(record(claim)) for claim in claims)) == [True] * HOSTS
    assert {message.id for message in await desk.published()} == {claim.urls[0].id for claim in claims}
    (row,) = await read_funnel(desk.pool)
    assert (row.fetched, row.waiting) == (HOSTS, 0)


async def test_a_record_that_cannot_be_sent_fails_alone(desk, claims, recorder) -> None:
    bad = HOSTS // 2
    records = [record(claim, "\udc80" if number == bad else "Brug") for number, claim in enumerate(claims)]
    results = await asyncio.gather(*map(recorder.record, records), return_exceptions=True)
    assert [number for number, result in enumerate(results) if isinstance(result, Exception)] == [bad]
    assert [result for number, result in enumerate(results) if number != bad] == [True] * (HOSTS - 1)
    published = {message.id for message in await desk.published()}
    assert published == {claim.urls[0].id for number, claim in enumerate(claims) if number != bad}


async def test_nothing_is_stored_where_the_lease_was_lost(desk, claims, recorder) -> None:
    await desk.pool.execute("UPDATE copydesk.hosts SET fence = fence + 1 WHERE host = $1", claims[3].lease.host)
    held = await asyncio.gather(*(recorder.record(record(claim)) for claim in claims))
    assert held == [number != 3 for number in range(HOSTS)]
    assert (await desk.states())[claims[3].urls[0].url] == ("waiting", None)
