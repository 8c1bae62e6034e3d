"""`copydesk sources check` against sources that are well, and ones with every ailment."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network
from pathlib import Path

import pytest_asyncio
from copydesk_crawler.command import SourceCheck, check
from starlette.responses import RedirectResponse, Response
from typer.testing import CliRunner

from copydesk.cli.app import app
from copydesk.contracts import Source
from copydesk.settings import HttpSettings, Settings
from tests.integration.crawler.asgi_server import Answers, Site, served_site


def source(site: Site, name: str = "courier", **fields: object) -> Source:
    return Source(name=name, url=site.url, **fields)  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with served_site() as found:
        yield found


def rss(*ages: timedelta | None, link: str = "/story-{n}") -> Answers:
    def item(n: int, age: timedelta | None) -> str:
        date = "" if age is None else f"<pubDate>{format_datetime(datetime.now(UTC) - age)}</pubDate>"
        return f"<item><title>Story {n}</title><link>{link.format(n=n)}</link>{date}</item>"

    items = "".join(item(n, age) for n, age in enumerate(ages))
    return lambda _: Response(f'<rss version="2.0"><channel>{items}</channel></rss>', media_type="application/rss+xml")


def hours(*values: float) -> list[timedelta]:
    return [timedelta(hours=value) for value in values]


async def checked(*sources: Source) -> list[SourceCheck]:
    http = HttpSettings(
        allow_networks=[ip_network("127.0.0.0/8")],
        host_delay=timedelta(milliseconds=1),
        deadline=timedelta(seconds=5),
    )
    return [found async for found in check(sources, Settings(http=http))]


async def test_a_source_that_is_well(site: Site) -> None:
    site.answers["/"] = lambda _: Response("<!doctype html><html><body><p>Welcome</p></body></html>")
    site.answers["/feed"] = rss(*hours(*(n * 2 for n in range(1, 25))))
    [found] = await checked(source(site, feeds=[f"{site.url}feed"]))
    assert found.problems == []
    assert found.entries == 24
    assert found.articles_a_day is not None
    assert 11 < found.articles_a_day < 14
    feed = found.documents[0]
    assert (feed.kind, feed.status, feed.named, feed.dated) == ("feed", "read", True, 24)


async def test_what_two_documents_list_counts_once(site: Site) -> None:
    site.answers["/a"] = site.answers["/b"] = rss(*hours(*range(1, 49)))
    [found] = await checked(source(site, feeds=[f"{site.url}a", f"{site.url}b"]))
    assert found.articles_a_day is not None
    assert 22 < found.articles_a_day < 27


async def test_without_dates_the_rate_is_unknown(site: Site) -> None:
    site.answers["/feed"] = rss(None, None, None, None)
    [found] = await checked(source(site, feeds=[f"{site.url}feed"]))
    assert found.articles_a_day is None
    assert any("no dates" in note for note in found.notes)


async def test_ailments_are_named_with_their_way_out(site: Site) -> None:
    site.answers["/robots.txt"] = lambda _: Response("User-agent: *\nDisallow: /secret\n")
    site.answers["/page"] = lambda _: Response("<!doctype html><html><body>Sign in</body></html>")
    site.answers["/old"] = lambda _: RedirectResponse("/new", 301)
    site.answers["/new"] = rss(*hours(1, 2))
    feeds = [f"{site.url}{path}" for path in ("secret", "gone", "page", "old")]
    [found] = await checked(source(site, feeds=feeds, sitemaps=[f"{site.url}new"]))
    text = "\n".join(found.problems)
    for label in ("robots-disallowed", "http-404", "not-a-feed"):
        assert any(label in problem and problem.count(": ") >= 2 for problem in found.problems), text
    assert any(f"moved for good to {site.url}new" in note for note in found.notes)


async def test_silent_and_foreign_sources(site: Site) -> None:
    site.answers["/silent"] = rss(timedelta(days=90))
    site.answers["/foreign"] = rss(*hours(1, 2), link="https://elsewhere.example/story-{n}")
    silent, foreign = await checked(
        source(site, "silent", feeds=[f"{site.url}silent"]), source(site, "foreign", feeds=[f"{site.url}foreign"])
    )
    assert any("silent" in problem for problem in silent.problems)
    assert any("other sites" in problem for problem in foreign.problems)


async def test_two_sources_with_one_feed(site: Site) -> None:
    site.answers["/feed"] = rss(*hours(1, 2, 3))
    first, second = await checked(*(source(site, name, feeds=[f"{site.url}feed"]) for name in ("one", "two")))
    assert not any("same feed" in note for note in first.notes)
    assert any("one has the same feed" in note for note in second.notes)


async def test_where_nothing_is_named_customary_places_are_tried(site: Site) -> None:
    site.answers["/"] = lambda _: Response("<!doctype html><html><body><p>Welcome</p></body></html>")
    site.answers["/rss"] = rss(*hours(1, 2, 3))
    [found] = await checked(source(site))
    assert any(f"found a feed at {site.url}rss" in note for note in found.notes)
    assert "/feed.xml" not in site.paths


def test_the_command_prints_and_fails_as_before(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("COPYDESK_HTTP__DEADLINE", "2")
    monkeypatch.setenv("COPYDESK_HTTP__HOST_DELAY", "0.001")
    listing = tmp_path / "sources.yaml"
    listing.write_text("- name: nowhere\n  url: http://127.0.0.1:9/\n")
    shown = CliRunner().invoke(app, ["sources", "check", str(listing)])
    assert shown.exit_code == 1
    assert "articles a day" in shown.output
    lines = CliRunner().invoke(app, ["sources", "check", str(listing), "--json"])
    row = json.loads(lines.stdout)
    assert {"name", "url", "feeds", "sitemaps", "entries", "newest", "problems"} <= row.keys()
