"""`copydesk demo`: a bundled newsroom on loopback, and everything run against it."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from copydesk.cli.composition import create_services, infrastructure, service_factories
from copydesk.cli.funnel import funnel_table
from copydesk.cli.output import err, out
from copydesk.cli.run import file_sources, run_with_health, stop_when_drained
from copydesk.contracts import Source
from copydesk.settings import Settings
from copydesk.storage import Pool, open_pool
from copydesk.storage.articles import latest
from copydesk.storage.funnel import read_funnel
from copydesk.telemetry import Metrics, configure_logging

if TYPE_CHECKING:
    from copydesk.testing.newsroom import Newsroom

_HEADLINES = 10
_REFRESH_SECONDS = 0.5
_PUBLISH_SECONDS = 4.0


def demo(
    once: Annotated[bool, typer.Option("--once", help="Take in what is there, drain, and exit.")] = False,
) -> None:
    """Crawl, clean, tag and store a made-up newsroom of six web servers on this machine.

    Pages appear, change and vanish while it runs. Ctrl-C ends it.
    """
    settings = demo_settings(Settings())
    shutil.rmtree(settings.data_dir, ignore_errors=True)
    configure_logging(settings.telemetry)
    raise typer.Exit(asyncio.run(_demo(settings, once)))


def demo_settings(settings: Settings) -> Settings:
    """The user's settings in a data directory of the demo's own, allowed to reach loopback, and impatient."""
    http = settings.http.model_copy(
        update={"allow_networks": [IPv4Network("127.0.0.0/8")], "host_delay": timedelta(milliseconds=50)}
    )
    crawler = settings.crawler.model_copy(
        update={
            "poll_interval": timedelta(seconds=3),
            "max_poll_interval": timedelta(seconds=6),
            "revisit_ladder": [timedelta(seconds=seconds) for seconds in (8, 15, 30)],
        }
    )
    telemetry = settings.telemetry.model_copy(update={"log_level": "ERROR"})
    return settings.model_copy(
        update={"data_dir": settings.data_dir / "demo", "http": http, "crawler": crawler, "telemetry": telemetry}
    )


async def _demo(settings: Settings, once: bool) -> int:
    from copydesk.testing.newsroom import Newsroom  # its template engine is in the extra `demo` only

    metrics = Metrics()
    err.print("starting the newsroom, the log and Postgres …")
    loading = asyncio.create_task(asyncio.to_thread(service_factories))  # its imports take as long as Postgres
    async with Newsroom(datetime.now(UTC)) as newsroom, infrastructure(settings) as opened:
        await file_sources(opened, demo_sources(newsroom))
        await loading
        services = create_services(None, opened.context(metrics, once=once))
        stop = asyncio.Event()
        assert opened.dsn is not None
        pool = await open_pool(opened.dsn, settings.postgres)
        background = [asyncio.create_task(_show(pool, stop))]
        if once:
            background.append(asyncio.create_task(stop_when_drained(services, opened, stop)))
        else:
            background.append(asyncio.create_task(_publish(newsroom)))
        try:
            code = await run_with_health(services, metrics, settings, stop)
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
        out.print(await _picture(pool))
        await pool.close()
        out.print(f"Look around: copydesk --data-dir {settings.data_dir} search storm", markup=False, soft_wrap=True)
        return code


def demo_sources(newsroom: "Newsroom") -> list[Source]:
    """The newsroom's publishers as sources."""
    return [
        Source(
            name=held.name,
            url=held.url,
            feeds=list(held.feeds),
            sitemaps=list(held.sitemaps),
            language=held.language,
            country=held.country,
        )
        for held in newsroom.sources
    ]


async def _publish(newsroom: "Newsroom") -> None:
    """Take the newsroom through its script: new pages, an edit, a correction, a withdrawal."""
    while True:
        await asyncio.sleep(_PUBLISH_SECONDS)
        if not await newsroom.publish_next():
            return


async def _show(pool: Pool, stop: asyncio.Event) -> None:
    if not out.is_terminal:
        return
    with Live(console=out, auto_refresh=False, transient=True) as live:
        while not stop.is_set():
            live.update(await _picture(pool), refresh=True)
            await asyncio.sleep(_REFRESH_SECONDS)


async def _picture(pool: Pool) -> Group:
    table = Table(
        "", "language", "place", "agency", "headline", title="Last stored", title_justify="left", box=SIMPLE_HEAD
    )
    for row in await latest(pool, _HEADLINES):
        change = "new" if row["revision"] == 1 else f"revision {row['revision']}"
        agencies = ", ".join(row["agencies"]) or "–"
        table.add_row(change, row["language"], row["place"] or "–", agencies, escape(row["title"] or row["url"]))
    return Group(funnel_table(await read_funnel(pool)), table)
