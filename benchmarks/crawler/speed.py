"""Pages a second of the crawler, of raw httpx and of Scrapy over the same web, in rounds that take turns."""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.crawler.ground import Ground, StalledError, newsroom, prepared_ground
from benchmarks.crawler.processor_time import Group, readings, settled, since
from copydesk.testing.loopback_web import HostPlan, LoopbackWeb, WebPlan, audit

_PATIENCE_SECONDS = 600.0
OURS = "copydesk"
FEEDS = "copydesk, from feeds"
HTTPX = "httpx"
SCRAPY = "scrapy"


@dataclass(frozen=True)
class Run:
    """One contender's run over the whole web; `cpu` are the CPU seconds of each group of processes."""

    rate: float
    cpu: Mapping[str, float]
    overlaps: int


Contender = Callable[[LoopbackWeb], Coroutine[Any, Any, Run]]


async def speed(given: argparse.Namespace, console: Console) -> None:
    """The first round warms up the broker and the database; it counts only when it is the only one."""
    plan = WebPlan(
        hosts=(HostPlan(pages=given.pages, latency=given.latency / 1000),) * given.hosts, median_bytes=given.bytes
    )
    async with prepared_ground() as ground, LoopbackWeb(plan) as web:
        contenders = _contenders(given, ground, console)
        runs: dict[str, list[Run]] = {name: [] for name in contenders}
        for number in range(given.rounds + 1):
            for name in contenders if number % 2 == 0 else reversed(contenders):
                await web.forget()
                run = await contenders[name](web)
                if number or given.rounds == 0:
                    runs[name].append(run)
        _report(runs, given, console)


def _contenders(given: argparse.Namespace, ground: Ground, console: Console) -> dict[str, Contender]:
    found: dict[str, Contender] = {
        OURS: partial(_crawler, ground, given.concurrency, feeds=False),
        HTTPX: partial(
            _peer, ground.folder, [sys.executable, "-m", "benchmarks.crawler.peer_httpx"], given.concurrency
        ),
    }
    if _has_scrapy(given.scrapy):
        command = [str(given.scrapy), "-m", "benchmarks.crawler.peer_scrapy"]
        found[SCRAPY] = partial(_peer, ground.folder, command, given.concurrency)
    else:
        console.print(
            f"Scrapy is left out: {given.scrapy} has none. Install it in an environment of its own "
            "and name its python: uv venv .venv-scrapy && uv pip install --python .venv-scrapy scrapy, then "
            "--scrapy .venv-scrapy/bin/python"
        )
    if given.feeds:
        found[FEEDS] = partial(_crawler, ground, given.concurrency, feeds=True)
    return found


def _has_scrapy(python: Path) -> bool:
    asked = subprocess.run([str(python), "-c", "import scrapy"], capture_output=True, check=False)
    return asked.returncode == 0


async def _crawler(ground: Ground, concurrency: int, web: LoopbackWeb, *, feeds: bool) -> Run:
    """A crawler process on a frontier that holds every URL, or on sources whose feeds name them.

    It gets them when it has nothing left to load: what is measured is crawling, not the seconds after its start.
    """
    pages = len(web.manifest.pages)
    async with newsroom(ground) as room:
        if not feeds:
            await room.discover(web.manifest.by_host())
            await room.hold_hosts()
        process = room.start_crawler("speed", http__host_delay="0", http__concurrency=str(concurrency))
        groups = {"crawler": Group([process.pid]), "web": Group([web.pid]), **ground.groups}
        await settled(groups["crawler"])
        await (room.add_sources(web.manifest.sources()) if feeds else room.release_hosts())
        await room.crawled(web, 1, _PATIENCE_SECONDS)
        before = readings(groups)
        await room.crawled(web, pages, _PATIENCE_SECONDS)
        run = await _measured(web, since(before, groups))
        async with asyncio.timeout(30):
            while await room.published() < pages:
                await asyncio.sleep(0.2)
        return run


async def _peer(folder: Path, command: Sequence[str], concurrency: int, web: LoopbackWeb) -> Run:
    urls = folder / "urls.json"
    urls.write_text(json.dumps(web.manifest.by_host()))
    process = await asyncio.create_subprocess_exec(*command, str(urls), str(concurrency))
    groups = {"crawler": Group([process.pid]), "web": Group([web.pid])}
    while not (await web.progress()).pages and process.returncode is None:
        await asyncio.sleep(0.05)
    before = readings(groups)
    while (await web.progress()).pages < len(web.manifest.pages):
        if process.returncode is not None:
            raise StalledError(f"{command[-1]} ended with {process.returncode} before it had all pages")
        await asyncio.sleep(0.05)
    run = await _measured(web, since(before, groups))
    await process.wait()
    return run


async def _measured(web: LoopbackWeb, cpu: Mapping[str, float]) -> Run:
    progress = await web.progress()
    rate = progress.pages / (progress.last - progress.first)
    return Run(rate, cpu, audit(web.plan, await web.hits(), 0.0).overlaps)


def _report(runs: Mapping[str, Sequence[Run]], given: argparse.Namespace, console: Console) -> None:
    pages = given.hosts * given.pages
    title = f"{given.hosts} hosts x {given.pages} pages, {given.concurrency} hosts side by side, {given.rounds} rounds"
    table = Table("", "pages/s", "CPU ms a page", "of its servers", "overlaps on a host", title=title)
    for name, held in runs.items():
        helpers = [sum(run.cpu.values()) - run.cpu["crawler"] for run in held]
        table.add_row(
            name,
            _span([run.rate for run in held], ".0f"),
            _span([1000 * run.cpu["crawler"] / pages for run in held], ".2f"),
            _span([1000 * seconds / pages for seconds in helpers], ".2f"),
            str(sum(run.overlaps for run in held)),
        )
    console.print(table)
    for name in (OURS, FEEDS):
        for peer in (HTTPX, SCRAPY):
            if name in runs and peer in runs:
                _ratio(name, peer, runs, console)
    groups = ", ".join(
        f"{group} {statistics.median(1000 * run.cpu[group] / pages for run in runs[OURS]):.2f}"
        for group in runs[OURS][0].cpu
    )
    console.print(f"CPU ms a page while copydesk crawls: {groups}")


def _ratio(name: str, peer: str, runs: Mapping[str, Sequence[Run]], console: Console) -> None:
    """Each round's own ratio, since the machine may change its mind between rounds."""
    rounds = list(zip(runs[name], runs[peer], strict=True))
    rates = _span([ours.rate / theirs.rate for ours, theirs in rounds], ".3f")
    cpu = _span([ours.cpu["crawler"] / theirs.cpu["crawler"] for ours, theirs in rounds], ".2f")
    console.print(f"{name} / {peer}: {rates} in pages/s, {cpu} in CPU seconds")


def _span(values: Sequence[float], digits: str) -> str:
    middle, least, most = statistics.median(values), min(values), max(values)
    return f"{middle:{digits}} ({least:{digits}}–{most:{digits}})"
