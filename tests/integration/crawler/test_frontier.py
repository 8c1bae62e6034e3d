"""The frontier on a real Postgres: nothing claimed twice, nothing lost, nobody writes with a lost lease."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from copydesk.contracts import Source, StageOutcome, article_id
from copydesk.runtime.outcomes import DependencyUnavailableError
from copydesk.settings import PostgresSettings
from copydesk.storage import Pool, open_pool
from copydesk.storage.frontier import Frontier
from copydesk.storage.frontier_rows import Adopted, DueUrl, Finished, HostLease, NewUrl, Priority, Visit
from copydesk.storage.funnel import contradictions, read_funnel
from copydesk.storage.polls import PolledDocument, PollSchedule
from copydesk.storage.sources import save_sources

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
NONE = timedelta(0)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def url(number: int, host: str = "courier.example", **fields: object) -> NewUrl:
    address = f"https://{host}/{number}"
    return NewUrl(id=article_id(address), url=address, host=host, source="courier", **fields)  # type: ignore[arg-type]


def outcome(new: NewUrl, kind: str = "discovered", version: int = 0, reason: str | None = None) -> StageOutcome:
    return StageOutcome(
        id=new.id, source=new.source, url=new.url, stage="crawler", outcome=kind, version=version, at=NOW, reason=reason
    )  # type: ignore[arg-type]


async def discover(frontier: Frontier, *urls: NewUrl) -> int:
    return await frontier.discover(urls, [outcome(new) for new in urls])


async def finish(
    frontier: Frontier, lease: HostLease, due: DueUrl, visit: Visit, rest: timedelta, *, more: bool
) -> bool:
    (held,) = await frontier.finish([Finished(lease, due.id, visit, rest, more)])
    return held


def frontier_of(pool: Pool, owner: str = "one", lease: timedelta = MINUTE) -> Frontier:
    return Frontier(pool, owner, lease)


async def expire(pool: Pool) -> None:
    """Let an hour pass for leases and politeness."""
    await pool.execute(
        "UPDATE copydesk.hosts SET lease_until = lease_until - interval '1 hour', ready_at = ready_at - interval '1 hour',"
        " next_allowed = next_allowed - interval '1 hour', wanted_until = '-infinity'"
    )


async def test_discovery_is_counted_once_whoever_repeats_it(pool: Pool) -> None:
    frontier = frontier_of(pool)
    assert await discover(frontier, url(1), url(2), url(1)) == 2
    assert await discover(frontier, url(2), url(3)) == 1
    (row,) = await read_funnel(pool, "courier")
    assert (row.discovered, row.waiting) == (3, 3)


async def test_a_very_long_url_and_strange_characters_are_stored(pool: Pool) -> None:
    frontier = frontier_of(pool)
    long = url(1)
    long = NewUrl(
        long.id, long.url + "/" + "a" * 9_000, long.host, "courier", hints={"title": "a\0b\udc80'; DROP TABLE"}
    )
    await discover(frontier, long)
    (claim,) = await frontier.claim(1, 1)
    assert claim.urls[0].url == long.url
    assert claim.urls[0].hints["title"].endswith("'; DROP TABLE")


async def test_a_leased_host_is_nobody_elses(pool: Pool) -> None:
    one, two = frontier_of(pool, "one"), frontier_of(pool, "two")
    await discover(one, url(1), url(2))
    (claim,) = await one.claim(5, 1)
    assert await two.claim(5, 1) == []
    assert isinstance(await two.claim_host("courier.example"), timedelta)
    await pool.execute("UPDATE copydesk.hosts SET wanted_until = '-infinity'")
    await discover(two, url(3))
    assert await two.claim(5, 1) == []
    assert await finish(one, claim.lease, claim.urls[0], Visit("done"), NONE, more=False)
    left = {url(number).url for number in (1, 2, 3)} - {claim.urls[0].url}
    assert {due.url for claim in await two.claim(5, 8) for due in claim.urls} == left


async def test_an_expired_lease_passes_on_and_its_holder_writes_nothing(pool: Pool) -> None:
    one, two = frontier_of(pool, "one"), frontier_of(pool, "two")
    await discover(one, url(1))
    (stale,) = await one.claim(1, 1)
    await expire(pool)
    (fresh,) = await two.claim(1, 1)
    assert fresh.lease.fence > stale.lease.fence
    assert not await finish(one, stale.lease, stale.urls[0], Visit("dropped", "x", outcome=None), NONE, more=False)
    assert not await one.keep(stale.lease, NONE)
    assert not await one.release(stale.lease)
    assert await finish(two, fresh.lease, fresh.urls[0], Visit("done"), NONE, more=False)
    assert await pool.fetchval("SELECT state FROM copydesk.frontier") == "done"


async def test_of_two_leases_of_one_crawler_only_the_newer_writes(pool: Pool) -> None:
    frontier = frontier_of(pool)
    await discover(frontier, url(1))
    (stale,) = await frontier.claim(1, 1)
    await expire(pool)
    (fresh,) = await frontier.claim(1, 1)
    visits = [Finished(each.lease, url(1).id, Visit("done"), HOUR, False) for each in (stale, fresh)]
    assert await frontier.finish(visits) == [False, True]
    assert await frontier.finish(visits[:1]) == [False]


async def test_politeness_outlives_the_lease(pool: Pool) -> None:
    frontier = frontier_of(pool)
    await discover(frontier, url(1), url(2))
    (claim,) = await frontier.claim(1, 1)
    await finish(frontier, claim.lease, claim.urls[0], Visit("done"), HOUR, more=False)
    assert await frontier.claim(1, 1) == []
    wait = await frontier.claim_host("courier.example")
    assert isinstance(wait, timedelta)
    assert timedelta(minutes=59) < wait <= HOUR
    await expire(pool)
    await expire(pool)
    assert len(await frontier.claim(1, 1)) == 1


async def test_priority_and_due_times_order_a_host(pool: Pool) -> None:
    frontier = frontier_of(pool)
    await discover(frontier, url(1, priority=Priority.BACKFILL), url(2, priority=Priority.FRESH), url(3))
    (claim,) = await frontier.claim(1, 2)
    assert [due.url for due in claim.urls] == [url(2).url, url(3).url]
    await finish(frontier, claim.lease, claim.urls[0], Visit("waiting", again=HOUR), NONE, more=False)
    (claim,) = await frontier.claim(1, 9)
    assert [due.url for due in claim.urls] == [url(3).url, url(1).url]
    for index, due in enumerate(claim.urls):
        await finish(frontier, claim.lease, due, Visit("done"), NONE, more=index == 0)
    assert not await frontier.due_within(MINUTE)
    assert await frontier.due_within(2 * HOUR)
    assert await frontier.claim(1, 9) == []


async def test_urgent_hosts_go_first_and_waiting_makes_up_for_rank(pool: Pool) -> None:
    frontier = frontier_of(pool)
    await discover(
        frontier, url(1, "old.example", priority=Priority.BACKFILL), url(1, "seen.example", priority=Priority.REVISIT)
    )
    await discover(frontier, url(1, "fresh.example", priority=Priority.FRESH), url(1, "listed.example"))
    order = [claim.lease.host for _ in range(4) for claim in await frontier.claim(1, 1)]
    assert order == ["fresh.example", "listed.example", "seen.example", "old.example"]
    await expire(pool)
    await pool.execute("UPDATE copydesk.hosts SET ready_at = now() - interval '2 hours' WHERE host = 'old.example'")
    await pool.execute("UPDATE copydesk.hosts SET ready_at = now() WHERE host <> 'old.example'")
    assert [claim.lease.host for claim in await frontier.claim(1, 1)] == ["old.example"]


async def test_a_poll_gets_its_host_before_the_next_visit(pool: Pool) -> None:
    frontier = frontier_of(pool)
    await discover(frontier, *(url(number) for number in range(3)))
    (claim,) = await frontier.claim(1, 1)
    assert isinstance(await frontier.claim_host("courier.example"), timedelta)
    await finish(frontier, claim.lease, claim.urls[0], Visit("done"), NONE, more=False)
    assert await frontier.claim(1, 1) == []
    lease = await frontier.claim_host("courier.example")
    assert isinstance(lease, HostLease)
    await frontier.release(lease, NONE)
    assert len(await frontier.claim(1, 1)) == 1


async def test_a_host_given_back_is_as_urgent_as_what_is_due_then(pool: Pool) -> None:
    frontier = frontier_of(pool)
    await discover(frontier, url(1, priority=Priority.FRESH), url(2, priority=Priority.BACKFILL))
    (claim,) = await frontier.claim(1, 1)
    await finish(
        frontier, claim.lease, claim.urls[0], Visit("waiting", "timeout", again=HOUR, attempts=1), NONE, more=False
    )
    assert await pool.fetchval("SELECT rank FROM copydesk.hosts") == Priority.BACKFILL
    (claim,) = await frontier.claim(1, 9)
    assert [due.url for due in claim.urls] == [url(2).url]
    await finish(frontier, claim.lease, claim.urls[0], Visit("done"), 2 * HOUR, more=False)
    assert await pool.fetchval("SELECT rank FROM copydesk.hosts") == Priority.FRESH


async def test_a_url_met_again_in_a_feed_becomes_urgent_until_it_was_fetched(pool: Pool) -> None:
    frontier = frontier_of(pool)
    await discover(frontier, url(1, priority=Priority.BACKFILL, hints={"title": "Brug"}), url(2))
    again = url(1, priority=Priority.FRESH, listed=True, hints={"title": "Anders", "published": "2030-01-01"})
    assert await discover(frontier, again) == 0
    (claim,) = await frontier.claim(1, 1)
    assert (claim.urls[0].url, claim.urls[0].hints) == (url(1).url, {"title": "Brug", "published": "2030-01-01"})
    seen = Visit("waiting", again=NONE, content_sha256="ab" * 32, answered=True, whole=True)
    await finish(frontier, claim.lease, claim.urls[0], seen, NONE, more=False)
    assert await discover(frontier, again) == 0
    rows = await pool.fetch("SELECT url, priority, listed FROM copydesk.frontier ORDER BY url")
    assert [(row["priority"], row["listed"]) for row in rows] == [(Priority.REVISIT, True), (Priority.LISTED, False)]
    assert (await read_funnel(pool))[0].discovered == 2


async def test_what_was_fetched_under_another_address_is_due_in_its_time(pool: Pool) -> None:
    frontier = frontier_of(pool)
    await discover(frontier, url(1, adopted=Adopted("ab" * 32, HOUR)))
    assert await frontier.claim(1, 1) == []
    assert not await frontier.due_within(MINUTE)
    assert await frontier.due_within(2 * HOUR)
    await expire(pool)
    await pool.execute("UPDATE copydesk.frontier SET not_before = not_before - interval '1 hour'")
    (claim,) = await frontier.claim(1, 1)
    assert (claim.urls[0].known, claim.urls[0].content_sha256) == (True, "ab" * 32)


async def test_duplicates_of_a_url_are_counted_by_their_addresses(pool: Pool) -> None:
    frontier = frontier_of(pool)
    others = [
        NewUrl(id=article_id(address), url=address, host="courier.example", source="courier")
        for address in ("https://courier.example/a?x=1", "https://courier.example/a?x=2", "https://courier.example/b")
    ]
    await discover(frontier, url(1), *others)
    (claim,) = await frontier.claim(1, 9)
    for index, due in enumerate(claim.urls):
        visit = Visit("done") if due.id == url(1).id else Visit("duplicate", "duplicate-of", duplicate_of=url(1).id)
        await finish(frontier, claim.lease, due, visit, NONE, more=index < 3)
    found = await frontier.known([url(1).url, url(9).url])
    assert set(found) == {url(1).url}
    assert (found[url(1).url].state, found[url(1).url].declared_by) == ("done", 2)


async def test_many_visits_are_written_at_once_but_those_of_lost_leases(pool: Pool) -> None:
    one, two = frontier_of(pool, "one"), frontier_of(pool, "two")
    await discover(one, *(url(1, f"h{number}.example") for number in range(6)))
    claims = await one.claim(6, 1)
    stale = {claims[0].lease.host, claims[3].lease.host}
    await pool.execute(
        "UPDATE copydesk.hosts SET lease_until = now(), ready_at = now() WHERE host = ANY($1)", list(stale)
    )
    await two.claim(6, 1)
    slow = [
        Finished(replace(each.lease, latency=1.5, failures=2), each.urls[0].id, Visit("done"), HOUR, False)
        for each in claims
    ]
    assert await one.finish(slow) == [each.lease.host not in stale for each in claims]
    rows = await pool.fetch("SELECT host, latency, failures FROM copydesk.hosts ORDER BY host")
    assert {row["host"] for row in rows if row["failures"] == 2 and row["latency"] == 1.5} == {
        each.lease.host for each in claims
    } - stale


async def test_a_visit_and_its_funnel_row_are_one_transaction(pool: Pool) -> None:
    frontier = frontier_of(pool)
    await discover(frontier, url(1))
    (claim,) = await frontier.claim(1, 1)
    dropped = outcome(url(1), "dropped", 5, "http-404")
    visit = Visit("dropped", "http-404", status=404, outcome=dropped)
    assert not await finish(frontier, HostLease(claim.lease.host, 0), claim.urls[0], visit, NONE, more=False)
    (row,) = await read_funnel(pool)
    assert row.waiting == 1
    await finish(frontier, claim.lease, claim.urls[0], visit, NONE, more=False)
    (row,) = await read_funnel(pool)
    assert (row.waiting, row.dropped) == (0, {"http-404": 1})
    assert row.adds_up


async def test_what_is_known_of_a_page_comes_back_with_the_next_claim(pool: Pool) -> None:
    await save_sources(pool, [Source(name="courier", url="https://courier.example/", language="nl", country="NL")])
    frontier = frontier_of(pool)
    await discover(frontier, url(1, found_on="https://courier.example/feed", hints={"title": "Brug"}))
    (claim,) = await frontier.claim(1, 1)
    assert (claim.urls[0].known, claim.urls[0].age) == (False, NONE)
    seen = Visit(
        "waiting", again=NONE, etag='"v1"', last_modified="x", content_sha256="ab" * 32, answered=True, validated=True
    )
    await finish(frontier, claim.lease, claim.urls[0], seen, NONE, more=False)
    (claim,) = await frontier.claim(1, 1)
    due = claim.urls[0]
    assert (due.etag, due.last_modified, due.content_sha256, due.known) == ('"v1"', "x", "ab" * 32, True)
    assert (due.language, due.country, due.hints, due.found_on) == (
        "nl",
        "NL",
        {"title": "Brug"},
        "https://courier.example/feed",
    )
    failed = Visit("waiting", "timeout", again=NONE, attempts=1)
    await finish(frontier, claim.lease, due, failed, NONE, more=False)
    (claim,) = await frontier.claim(1, 1)
    assert (claim.urls[0].attempts, claim.urls[0].etag, claim.urls[0].content_sha256) == (1, '"v1"', "ab" * 32)


async def test_three_crawlers_share_the_work_and_never_meet(database: str) -> None:
    pools = [await open_pool(database, PostgresSettings()) for _ in range(3)]
    frontiers = [frontier_of(pool, f"crawler-{number}") for number, pool in enumerate(pools)]
    hosts, pages = 12, 10
    urls = [url(page, f"h{host}.example") for host in range(hosts) for page in range(pages)]
    await discover(frontiers[0], *urls[: len(urls) // 2])
    visited: Counter[str] = Counter()
    at_work: set[str] = set()
    meetings = 0

    async def crawl(frontier: Frontier) -> int:
        nonlocal meetings
        done = 0
        while sum(visited.values()) < len(urls):
            claims = await frontier.claim(2, 3)
            for claim in claims:
                meetings += claim.lease.host in at_work
                at_work.add(claim.lease.host)
            for claim in claims:
                for index, due in enumerate(claim.urls):
                    visited[due.url] += 1
                    done += 1
                    more = index < len(claim.urls) - 1
                    if not more:
                        at_work.discard(claim.lease.host)
                    assert await finish(frontier, claim.lease, due, Visit("done"), NONE, more=more)
            await asyncio.sleep(0)
        return done

    async def add_more() -> int:
        for new in urls[len(urls) // 2 :]:
            await discover(frontiers[0], new)
        return 0

    async with asyncio.timeout(60):
        shares = await asyncio.gather(*(crawl(frontier) for frontier in frontiers), add_more())
    assert meetings == 0
    assert visited == Counter(new.url for new in urls)
    assert all(share > 0 for share in shares[:3])
    for opened in pools:
        opened.terminate()


async def test_robots_are_kept_for_their_time(pool: Pool) -> None:
    frontier = frontier_of(pool)
    assert await frontier.load_robots("https://courier.example") is None
    await frontier.save_robots("https://courier.example", "rules", b"User-agent: *\0\xff", HOUR)
    stored = await frontier.load_robots("https://courier.example")
    assert stored is not None
    assert (stored.verdict, stored.body, stored.fresh) == ("rules", b"User-agent: *\0\xff", True)
    await frontier.save_robots("https://courier.example", "unreachable", b"", NONE)
    stored = await frontier.load_robots("https://courier.example")
    assert stored is not None
    assert (stored.verdict, stored.fresh) == ("unreachable", False)


async def test_sources_are_polled_by_one_crawler_each_and_once_a_round(pool: Pool) -> None:
    one, two = (PollSchedule(pool, owner, MINUTE) for owner in ("one", "two"))
    names = ["a", "b", "c"]
    await save_sources(
        pool, [Source(name=name, url=f"https://{name}.example/", feeds=[f"https://{name}.example/f"]) for name in names]
    )
    await save_sources(pool, [Source(name="off", url="https://off.example/", enabled=False)])
    began = await one.begin_round()
    first, rest = await one.claim(2, began), await two.claim(5, began)
    assert sorted(due.source.name for due in (*first, *rest)) == names
    assert await one.round_open(began)
    for schedule, dues in ((one, first), (two, rest)):
        for due in dues:
            await schedule.finish(due.source.name, NONE, 0, None)
    assert not await one.round_open(began)
    assert await one.claim(5, began) == []
    assert len(await one.claim(5, None)) == 3


async def test_documents_are_remembered(pool: Pool) -> None:
    schedule = PollSchedule(pool, "one", MINUTE)
    feed = "https://courier.example/feed"
    document = PolledDocument(article_id(feed), feed, "feed", None, '"v1"', None, "ab" * 32)
    await schedule.save_document("courier", document, None)
    await schedule.save_document("courier", document, "timeout")
    assert await schedule.documents("courier") == [document]


async def test_a_database_that_is_away_is_told_from_a_mistake(empty_database: str, pool: Pool) -> None:
    unmigrated = await open_pool(empty_database, PostgresSettings())
    with pytest.raises(DependencyUnavailableError):
        await frontier_of(unmigrated).claim(1, 1)
    unmigrated.terminate()
    with pytest.raises(asyncpg.DataError):
        await frontier_of(pool).claim(2**70, 1)


async def test_a_page_that_is_due_again_after_all_waits_in_the_funnel_too(pool: Pool) -> None:
    frontier = frontier_of(pool)
    left, declared = url(1), url(2)
    await discover(frontier, left, declared)
    for version, new, visit in (
        (1, left, Visit("duplicate", "duplicate-of", status=200, duplicate_of=declared.id, declared=True)),
        (2, declared, Visit("dropped", "http-410", status=410)),
    ):
        await expire(pool)
        (claim,) = await frontier.claim(1, 2)
        due = next(each for each in claim.urls if each.id == new.id)
        counted = replace(visit, outcome=outcome(new, "dropped", version, visit.reason))
        assert await finish(frontier, claim.lease, due, counted, NONE, more=False)
    (row,) = await read_funnel(pool)
    assert (row.discovered, row.waiting, row.dropped, row.adds_up) == (2, 1, {"http-410": 1}, True)
    assert await contradictions(pool, grace=timedelta(days=-36_500)) == []

    await expire(pool)
    (claim,) = await frontier.claim(1, 2)
    (due,) = claim.urls
    passed = Visit("waiting", again=HOUR, content_sha256="0" * 64, outcome=outcome(left, "passed", 3))
    assert await finish(frontier, claim.lease, due, passed, NONE, more=False)
    (row,) = await read_funnel(pool)
    assert (row.waiting, row.in_flight) == (0, 1)
