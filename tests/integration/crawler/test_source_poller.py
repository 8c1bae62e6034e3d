"""When sources are polled, what is learned of them, and what is told when something is wrong."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

from copydesk.cli.sources import app
from copydesk.contracts import Source, SourceHealth, article_id, decode
from copydesk.settings import CrawlerSettings
from copydesk.storage.polls import PollSchedule
from copydesk.storage.source_health import FoundProblem, SourceHealthRow, read_source_health
from copydesk.testing.raw_server import RawServer, Talk, raw_server, saying
from tests.integration.crawler.served import HTML, NOT_FOUND, XML, paths, site, source

PAGE = saying("200 OK", b"<!doctype html><html><body><p>Havneb\xc3\xa5den sejler igen.</p></body></html>", HTML)
NOW = datetime.now(UTC)


def feed(entries: Mapping[str, datetime | None], *headers: str, ttl: int | None = None) -> Talk:
    """An RSS feed of links and their dates."""
    items = "".join(
        f"<item><link>{link}</link>" + (f"<pubDate>{format_datetime(date)}</pubDate>" if date else "") + "</item>"
        for link, date in entries.items()
    )
    lifetime = f"<ttl>{ttl}</ttl>" if ttl else ""
    body = f"<rss version='2.0'><channel>{lifetime}{items}</channel></rss>"
    return saying("200 OK", body.encode(), XML, *headers)


def entries(count: int, step: timedelta = timedelta(hours=1)) -> dict[str, datetime | None]:
    return {f"/a{number}": NOW - step * (number + 1) for number in range(count)}


def articles(documents: Mapping[str, Talk | Sequence[Talk]]) -> Talk:
    """A site with a page at every address that begins with `/a`."""
    return site(documents, lambda path: PAGE if path.startswith("/a") else NOT_FOUND)


def times_asked(server: RawServer, path: str) -> int:
    return paths(server).count(path)


async def health_of(desk) -> SourceHealthRow:
    (row,) = await read_source_health(desk.pool)
    return row


async def told(desk) -> list[tuple[str, str]]:
    """Problems and states of the events since the last call."""
    events = await desk.published("sources.health")
    return [(event.problem, event.state) for event in events if isinstance(event, SourceHealth)]


async def wait(desk) -> timedelta:
    """The time between the last poll and the next."""
    planned: timedelta = await desk.pool.fetchval("SELECT next_poll - last_polled FROM copydesk.source_polls")
    return planned


async def test_one_poll_of_a_dated_feed_teaches_its_rhythm(desk) -> None:
    dated = entries(30, timedelta(hours=2))
    async with raw_server(articles({"/feed": feed(dated)})) as server:
        await desk.add(source(server))
        await desk.crawl()
    row = await health_of(desk)
    assert row.per_day == pytest.approx(12, rel=0.3)
    assert row.newest_entry == (NOW - timedelta(hours=2)).replace(microsecond=0)
    assert timedelta(minutes=2) <= await wait(desk) <= timedelta(minutes=30)
    assert row.problems == []


async def test_busy_sources_are_polled_more_often_than_quiet_ones(desk) -> None:
    busy, quiet = entries(60, timedelta(minutes=3)), entries(10, timedelta(days=1))
    async with raw_server(articles({"/busy": feed(busy), "/quiet": feed(quiet)})) as server:
        for name in ("quiet", "busy"):
            await desk.add(
                Source(name=name, url=server.url("/"), feeds=[server.url(f"/{name}")], sitemaps=[server.url("/map")])
            )
        await desk.crawl()
        await desk.crawl()
    rows = {row.source: row for row in await read_source_health(desk.pool)}
    assert rows["busy"].per_day > 10 * rows["quiet"].per_day
    assert rows["busy"].pace < rows["quiet"].pace


@pytest.mark.parametrize(
    ("headers", "ttl", "least"),
    [
        ((), None, 2),
        (("Cache-Control: max-age=2400",), None, 40),
        ((), 60, 15),
        (("Cache-Control: no-cache",), None, 2),
    ],
    ids=["nothing", "max-age", "ttl", "no-cache"],
)
async def test_lifetimes_bound_the_interval(desk, headers: tuple[str, ...], ttl: int | None, least: int) -> None:
    busy = entries(60, timedelta(minutes=1))
    async with raw_server(articles({"/feed": feed(busy, *headers, ttl=ttl)})) as server:
        await desk.add(source(server))
        await desk.crawl()
    assert timedelta(minutes=least) <= await wait(desk) < timedelta(minutes=max(2 * least, 15))


async def test_the_operators_interval_holds(desk) -> None:
    async with raw_server(articles({"/feed": feed(entries(60, timedelta(minutes=1)))})) as server:
        await desk.add(source(server, poll_every=4000.0))
        await desk.crawl()
    assert await wait(desk) == timedelta(seconds=4000)


async def test_what_feeds_make_needless_is_read_less_often(desk) -> None:
    home = saying(
        "200 OK", b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>', HTML
    )
    plain = saying("200 OK", b"<urlset><url><loc>/a1</loc></url></urlset>", XML)
    async with raw_server(articles({"/": home, "/feed": feed(entries(20)), "/map": plain})) as server:
        await desk.add(source(server, feeds=[]))
        await desk.crawl()
    rows = await desk.pool.fetch(
        "SELECT kind, not_before > last_fetched + interval '59 minutes' AS rests FROM copydesk.source_documents"
    )
    assert {row["kind"]: row["rests"] for row in rows} == {"home": True, "sitemap": True, "feed": False}


async def test_documents_at_rest_are_not_asked_for(desk) -> None:
    async with raw_server(articles({"/feed": feed(entries(5)), "/map": NOT_FOUND})) as server:
        await desk.add(source(server))
        await desk.crawl()
        await desk.pool.execute(
            "UPDATE copydesk.source_documents SET not_before = now() + interval '1 hour' WHERE kind = 'sitemap'"
        )
        await desk.pool.execute("UPDATE copydesk.source_polls SET next_poll = now()")
        async with desk.running(desk.service(once=False)):
            await desk.until(lambda: times_asked(server, "/feed") >= 2)
        assert times_asked(server, "/map") == 1
        await desk.crawl()
    assert times_asked(server, "/map") == 2, "a single round asks for everything"


async def test_sitemaps_that_their_index_calls_unchanged_are_not_read_again(desk) -> None:
    desk.schedule = CrawlerSettings(poll_interval=timedelta(milliseconds=300))
    changed = (NOW - timedelta(hours=3)).isoformat()

    def index(newer: str) -> Talk:
        rows = "".join(
            f"<sitemap><loc>{child}</loc><lastmod>{at}</lastmod></sitemap>"
            for child, at in (("/old.xml", changed), ("/new.xml", newer))
        )
        return saying("200 OK", f"<sitemapindex>{rows}</sitemapindex>".encode(), XML)

    child = saying("200 OK", f"<urlset><url><loc>/a1</loc><lastmod>{changed}</lastmod></url></urlset>".encode(), XML)
    indexes = [index((NOW - timedelta(minutes=minute)).isoformat()) for minute in (40, 30, 20, 10)]
    async with raw_server(articles({"/map": indexes, "/old.xml": child, "/new.xml": child})) as server:
        await desk.add(source(server, feeds=[server.url("/nofeed")]))
        async with desk.running(desk.service(once=False)):
            await desk.until(lambda: times_asked(server, "/map") >= 4 and times_asked(server, "/new.xml") >= 3)
    assert times_asked(server, "/old.xml") == 1


async def test_a_source_that_cannot_be_reached_is_told_of_once_and_again_when_it_is_back(desk) -> None:
    good = feed(entries(5))
    answers = [good, *[NOT_FOUND] * 4, good]
    async with raw_server(articles({"/feed": answers})) as server:
        await desk.add(source(server))
        for _ in range(3):
            await desk.crawl()
        assert await told(desk) == []
        await desk.crawl()
        assert await told(desk) == [("unreachable", "raised")]
        assert (await health_of(desk)).problems == ["unreachable"]
        assert await wait(desk) == timedelta(hours=2)
        await desk.crawl()
        assert await told(desk) == []
        assert await wait(desk) == timedelta(hours=4)
        await desk.crawl()
    assert await told(desk) == [("unreachable", "cleared")]
    assert (await health_of(desk)).problems == []


@pytest.mark.parametrize("end", [NOT_FOUND, feed({})], ids=["gone", "empty"])
async def test_a_feed_that_breaks_is_told_of_though_others_go_on(desk, end: Talk) -> None:
    async with raw_server(articles({"/feed": feed(entries(5)), "/sport": [feed({"/a9": NOW}), end]})) as server:
        await desk.add(source(server, feeds=[server.url("/feed"), server.url("/sport")]))
        for _ in range(4):
            await desk.crawl()
        events = [event for event in await desk.published("sources.health") if isinstance(event, SourceHealth)]
    assert [(event.problem, event.state, event.current) for event in events] == [("feed-broken", "raised", 3)]
    assert server.url("/sport") in (events[0].detail or "")


async def test_an_event_that_was_perhaps_not_sent_goes_out_with_the_same_id(desk) -> None:
    async with raw_server(articles({"/feed": NOT_FOUND})) as server:
        await desk.add(source(server))
        for _ in range(3):
            await desk.crawl()
        await desk.pool.execute("UPDATE copydesk.source_problems SET told = false")
        await desk.crawl()
    consumer = await desk.bus.consumer("ids", ["sources.health"])
    records = await consumer.poll(max_records=10, timeout=1)
    await consumer.close()
    assert len(records) == 2
    assert len({decode(record.headers, record.value).envelope.id for record in records}) == 1


async def test_feeds_whose_whole_window_is_new_are_polled_more_often_and_told_of(desk) -> None:
    def window(number: int) -> Talk:
        return feed({f"/a{number}-{entry}": NOW - timedelta(minutes=entry) for entry in range(6)})

    async with raw_server(articles({"/feed": [window(number) for number in range(4)]})) as server:
        await desk.add(source(server))
        for _ in range(4):
            await desk.crawl()
    assert await told(desk) == [("feed-overflow", "raised")]
    assert await wait(desk) <= timedelta(minutes=2)


async def test_articles_that_sitemaps_list_and_nobody_fetched_lower_the_recall(desk) -> None:
    fates = [
        *[("done", None, True)] * 20,
        *[("waiting", None, False)] * 6,
        *[("dead", "timeout", False)] * 4,
        *[("dropped", "robots-disallowed", False)] * 30,
        *[("dropped", "opt-out-noai", False)] * 5,
        *[("dropped", "http-404", False)] * 2,
    ]
    async with raw_server(articles({"/feed": feed(entries(5))})) as server:
        await desk.add(source(server))
        await desk.crawl()
        for state, reason, fetched in fates:
            await desk.pool.execute(
                "INSERT INTO copydesk.frontier (url_id, url, host, source, state, reason, listed, first_seen, first_fetched)"
                " VALUES ($1, 'https://x.example/', 'x.example', 'courier', $2, $3, true, now() - interval '5 hours',"
                " CASE WHEN $4 THEN now() END)",
                uuid4(),
                state,
                reason,
                fetched,
            )
        await desk.pool.execute("UPDATE copydesk.source_polls SET recall_at = '-infinity'")
        await desk.crawl()
    row = await health_of(desk)
    assert (row.listed, row.listed_fetched, row.listed_forbidden) == (67, 20, 35)
    assert row.recall == pytest.approx(20 / 30)
    assert await told(desk) == [("recall-low", "raised")]


async def test_two_crawlers_raise_a_problem_once(desk) -> None:
    problems = [PollSchedule(desk.pool, name, timedelta(minutes=1)).problems for name in ("one", "two")]
    found = [FoundProblem("silent", 1.0, 9.0, "newest article of yesterday")]
    await asyncio.gather(*(each.replace("courier", found, frozenset({"silent"})) for each in problems))
    (change,) = await problems[0].untold("courier")
    assert (change.problem, change.state) == ("silent", "raised")
    await problems[0].told("courier", change)
    await problems[1].replace("courier", found, frozenset({"silent"}))
    assert await problems[1].untold("courier") == []
    assert await problems[0].replace("courier", [], frozenset()) == {"silent"}


async def test_the_command_shows_health_and_fails_while_a_problem_is_open(
    desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_POSTGRES__DSN", desk.dsn)
    async with raw_server(articles({"/feed": [feed(entries(5)), NOT_FOUND]})) as server:
        await desk.add(source(server))
        await desk.crawl()
        well = await asyncio.to_thread(CliRunner().invoke, app, ["health"])
        for _ in range(3):
            await desk.crawl()
        ill = await asyncio.to_thread(CliRunner().invoke, app, ["health", "--json"])
    assert well.exit_code == 0
    assert "courier" in well.stdout
    assert ill.exit_code == 1
    assert '"problems":["unreachable"]' in ill.stdout


async def test_a_source_that_falls_silent_is_told_of_until_an_article_comes(desk) -> None:
    old = {f"/a{number}": NOW - timedelta(hours=30 + 2 * number) for number in range(100)}
    answers = [feed(old), feed(old, ttl=10), feed({"/a-new": NOW - timedelta(minutes=1)} | old)]
    async with raw_server(articles({"/feed": answers})) as server:
        desk.http = desk.http.model_copy(update={"host_delay": timedelta(0)})
        await desk.add(source(server))
        for expected in ([("silent", "raised")], [], [("silent", "cleared")]):
            await desk.crawl()
            assert await told(desk) == expected


async def test_articles_that_a_hub_delivered_since_the_last_poll_count_for_the_rhythm(desk) -> None:
    async def learned() -> float:
        counts: float = await desk.pool.fetchval(
            "SELECT sum(count::float8) FROM copydesk.source_polls, jsonb_array_elements_text(rhythm -> 'hours') AS count"
        )
        return counts

    later = {"/a-pushed": NOW - timedelta(minutes=1)} | entries(5)
    async with raw_server(articles({"/feed": [feed(entries(5)), feed(later)]})) as server:
        await desk.add(source(server))
        await desk.crawl()
        before = await learned()
        link = server.url("/a-pushed")
        await desk.pool.execute(
            "INSERT INTO copydesk.frontier (url_id, url, host, source, state) VALUES ($1, $2, $3, 'courier', 'done')",
            UUID(article_id(link)),
            link,
            server.url("/").split("/")[2],
        )
        await desk.crawl()
    assert await learned() == pytest.approx(before + 1, abs=0.01)
