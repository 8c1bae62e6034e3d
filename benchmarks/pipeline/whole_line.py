"""Crawler to Postgres on two cores, and what each process took of them."""

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.crawler.ground import Newsroom, newsroom, prepared_ground
from benchmarks.crawler.processor_time import Group, readings
from copydesk.bus import KafkaBus
from copydesk.contracts import ARTICLES_TAGGED, PAGES_FETCHED, REGISTRY, STAGE_INPUTS, consumer_group

ARTICLES, SECONDS, CORES = 1_000_000, 6 * 3_600, 2
"""The promise: so many articles in so long on so many cores."""

_STAGES = ("cleaner", "tagger", "writer", "funnel")
_WITH_WORKERS = ("cleaner", "tagger")
_LOOK_SECONDS = 0.5
_IDLE_SECONDS = 10.0
_QUIET_SECONDS = 4.0
"""Without a new record for so long, and with nothing unread, a part of the web is through."""
_PATIENCE_SECONDS = 600.0


@dataclass(frozen=True)
class Moment:
    """What had been done at a time; `cpu` is of our processes by name, `busy` of the whole machine."""

    at: float
    articles: int
    cpu: Mapping[str, float]
    busy: float


async def whole_line(given: argparse.Namespace, console: Console) -> None:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    async with (
        prepared_ground() as ground,
        stored_web(given.data, given.sets, given.words) as (urls, web_pid),
        newsroom(ground) as room,
    ):
        bus = KafkaBus(room.kafka)
        await bus.ensure_topics(list(REGISTRY.values()))
        groups = _started(room, given.tagging_workers) | ground.groups
        line = _Line(room, bus, groups | {"web": Group([web_pid])})
        first, rest = _parted(urls, given.warm_up)
        await line.through(first)
        before, pages = await line.look(), await line.pages()
        after = await line.through(rest)
        await asyncio.sleep(_IDLE_SECONDS)
        idle = await line.look()
        words = await room.pool.fetchval(
            "SELECT avg(array_length(regexp_split_to_array(text, '\\s+'), 1)) FROM copydesk.v1_articles"
        )
        report(before, after, await line.pages() - pages, float(words), console)
        report_idleness(after, idle, console)
        await bus.close()


@asynccontextmanager
async def stored_web(data: Path, sets: list[str], words: int) -> AsyncIterator[tuple[dict[str, list[str]], int]]:
    """URLs by host, and the process that serves them."""
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.pipeline.stored_web", str(data), str(words), *sets),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    try:
        yield json.loads(await server.stdout.readline()), server.pid  # type: ignore[union-attr]
    finally:
        server.stdin.close()  # type: ignore[union-attr]
        await server.wait()


def _started(room: Newsroom, tagging_workers: int) -> dict[str, Group]:
    """Each service alone, and with its workers; they load their models while the warm-up's first pages come."""
    groups = {}
    for service in ("crawler", "cleaner", "tagger", "writer"):
        workers = tagging_workers if service == "tagger" else 1
        process = room.start(service, service, http__host_delay="0", worker__processes=str(workers))
        groups[service] = Group([process.pid], alone=service in _WITH_WORKERS)
        if service in _WITH_WORKERS:
            groups[f"{service}, all"] = Group([process.pid])
    return groups


def _parted(urls: Mapping[str, list[str]], first: int) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Hosts of about `first` pages, spread over all of them, and the others."""
    hosts = list(urls)
    random.Random(1).shuffle(hosts)
    taken: dict[str, list[str]] = {}
    while hosts and sum(map(len, taken.values())) < first:
        host = hosts.pop()
        taken[host] = urls[host]
    return taken, {host: urls[host] for host in hosts}


class _Line:
    """The services at work on a web."""

    def __init__(self, room: Newsroom, bus: KafkaBus, groups: Mapping[str, Group]) -> None:
        self._room = room
        self._bus = bus
        self._groups = groups

    async def pages(self) -> int:
        return sum((await self._bus.end_positions(PAGES_FETCHED.name)).values())

    async def look(self) -> Moment:
        articles = await self._read("writer", ARTICLES_TAGGED.name)
        times = psutil.cpu_times()
        busy = sum(times[:8]) - times.idle - times.iowait
        return Moment(time.perf_counter(), articles, readings(self._groups), busy)

    async def through(self, urls: Mapping[str, list[str]]) -> Moment:
        """Let the crawler have these URLs by host; the moment at which the last of their articles was filed."""
        await self._room.discover(urls)
        started, last, known = time.perf_counter(), await self.look(), (-1, -1)
        while time.perf_counter() - last.at < _QUIET_SECONDS:
            await asyncio.sleep(_LOOK_SECONDS)
            now = await self.look()
            reached = (await self.pages(), now.articles)
            if reached != known or await self._to_fetch() or await self._unread():
                last, known = now, reached
            if now.at - started > _PATIENCE_SECONDS:
                raise TimeoutError(f"not through after {_PATIENCE_SECONDS:.0f} s\n{self._room.log_tails()}")
        return last

    async def _to_fetch(self) -> int:
        never = "SELECT count(*) FROM copydesk.frontier WHERE state = 'waiting' AND first_fetched IS NULL"
        return int(await self._room.pool.fetchval(never))

    async def _unread(self) -> bool:
        for stage in _STAGES:
            for topic in STAGE_INPUTS[stage]:
                ends = await self._bus.end_positions(topic.name)
                if sum(ends.values()) > await self._read(stage, topic.name):
                    return True
        return False

    async def _read(self, stage: str, topic: str) -> int:
        return sum((await self._bus.group_positions(consumer_group(stage), topic)).values())


def report(before: Moment, after: Moment, pages: int, words: float, console: Console) -> None:
    """Rate and CPU milliseconds an article, by process; the web's and the benchmark's own do not count."""
    articles, seconds = after.articles - before.articles, after.at - before.at
    rows, web = spent(before, after)
    total, allowed = sum(rows.values()), 1000 * CORES * SECONDS / ARTICLES
    title = f"{articles} articles of {words:.0f} words from {pages} pages in {seconds:.1f} s"
    table = Table("process", "CPU ms an article", "share", title=title)
    for name, cpu in rows.items():
        table.add_row(name, f"{1000 * cpu / articles:.2f}", f"{cpu / total:.1%}")
    table.add_section()
    table.add_row("all", f"{1000 * total / articles:.2f}", f"{1000 * total / articles / allowed:.2f} of {allowed:.1f}")
    console.print(table)
    rate, promised, cores = articles / seconds, ARTICLES / SECONDS, CORES * seconds
    others = after.busy - before.busy - total - web
    console.print(
        f"{rate:.1f} articles/s, {rate / promised:.2f} of the promise of {promised:.1f}; with all of both cores "
        f"{CORES * articles / total:.1f}. Of the cores the line had {total / cores:.0%}, the server of the pages "
        f"{web / cores:.0%}, all else on the machine {others / cores:.0%}"
    )


def report_idleness(before: Moment, after: Moment, console: Console) -> None:
    """What waiting for news takes, as a share of one core."""
    rows, _ = spent(before, after)
    shares = {name: cpu / (after.at - before.at) for name, cpu in rows.items()}
    told = ", ".join(f"{name} {share:.1%}" for name, share in shares.items())
    console.print(f"With nothing to do the line takes {sum(shares.values()):.0%} of a core: {told}")


def spent(before: Moment, after: Moment) -> tuple[dict[str, float], float]:
    """CPU seconds of each process of the line, and of the server of the pages, which is none."""
    seconds = {name: after.cpu[name] - before.cpu[name] for name in after.cpu}
    rows = {}
    for service in _WITH_WORKERS:
        rows[service] = seconds[service]
        rows[f"{service}'s workers"] = seconds[f"{service}, all"] - seconds[service]
    rows |= {name: seconds[name] for name in ("crawler", "writer", "Kafka", "Postgres")}
    return rows, seconds["web"]
