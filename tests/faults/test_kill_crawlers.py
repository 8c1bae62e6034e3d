"""Kill -9 of one of three crawlers on one frontier, twenty times: no URL lost, no two of them at one host together."""

import asyncio
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass

import pytest

from copydesk.bus import KafkaBus
from copydesk.contracts import PAGES_FETCHED, PageFetched, decode
from copydesk.settings import KafkaSettings
from copydesk.storage.sources import save_sources
from copydesk.testing.loopback_web import HostPlan, LoopbackWeb, WebPlan, audit
from copydesk.testing.processes import CopydeskProcess

pytestmark = [pytest.mark.faults, pytest.mark.kafka, pytest.mark.postgres]

CRAWLERS = 3
KILLS = 20
HOST_DELAY = 0.7
LEASE = 8.0
PATIENCE_SECONDS = 900
GRACE_SECONDS = 4.0
"""Beyond the lease, for a crawler on a busy machine to look again and to ask."""

HOSTS = 36
"""As many as one crawler may have in hand here, so that a survivor has room for those of the killed."""

PLAN = WebPlan((HostPlan(pages=56, latency=0.03),) * HOSTS, median_bytes=6_000, network=41)


@dataclass(frozen=True)
class Kill:
    """When a crawler was killed (monotonic), and the hosts that it held then."""

    at: float
    hosts: frozenset[str]


@pytest.fixture
async def web():
    async with LoopbackWeb(PLAN) as serving:
        yield serving


@pytest.fixture
async def crawlers(broker, dsn, pool, tmp_path):
    environment = {
        "COPYDESK_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "COPYDESK_POSTGRES__DSN": dsn,
        "COPYDESK_DATA_DIR": str(tmp_path / "data"),
        "COPYDESK_HTTP__ALLOW_NETWORKS": "127.0.0.0/8",
        "COPYDESK_HTTP__HOST_DELAY": str(HOST_DELAY),
        "COPYDESK_HTTP__DEADLINE": str(LEASE / 2),
        "COPYDESK_HTTP__CONCURRENCY": str(HOSTS),
        "COPYDESK_CRAWLER__HOST_LEASE": str(LEASE),
    }
    running = [
        CopydeskProcess(["service", "crawler"], environment, tmp_path / f"crawler-{number}.log")
        for number in range(CRAWLERS)
    ]
    for process in running:
        process.start()
    yield running
    for process in running:
        if process.alive():
            process.kill()


@pytest.mark.timeout(2 * PATIENCE_SECONDS)
async def test_nothing_is_lost_and_no_host_is_asked_by_two_when_crawlers_are_killed(broker, crawlers, pool, web):
    await save_sources(pool, web.manifest.sources(feeds=False))
    wanted = len(web.manifest.pages)
    chance = random.Random(20)
    started = time.monotonic()
    kills = []
    for number in range(1, KILLS + 1):
        await served(web, wanted * number // (KILLS + 2), crawlers, started)
        await asyncio.sleep(chance.random())
        kills.append(await kill_one(crawlers, pool, chance, started))
    await served(web, wanted, crawlers, started)
    await until_marked(pool, wanted, started)
    codes = [await process.stop() for process in crawlers]
    seconds = time.monotonic() - started

    hits = await web.hits()
    found = await published(broker, wanted)
    manifest = {url: {page.sha256} for url, page in web.manifest.pages.items()}
    judged = audit(PLAN, hits, HOST_DELAY)
    visits = Counter((hit.host, hit.path) for hit in hits if hit.kind == "page" and hit.status == 200)
    waits = waits_after(kills, hits, web)
    print(
        f"\nkilled {KILLS} times in {seconds:.0f} s; {len(found.keys() & manifest.keys())} of {wanted} URLs published, "
        f"{sum(visits.values()) - len(visits)} fetched twice, {sum(map(len, found.values())) - len(found)} records "
        f"doubled; requests {judged.requests}, overlaps {judged.overlaps}, short rests {judged.short_gaps}, "
        f"disallowed {judged.disallowed}; {len(waits)} hosts of the killed waited "
        f"{waits[len(waits) // 2][0]:.1f} s (median), {waits[0][0]:.1f} s (most), the lease being {LEASE:.0f} s"
    )

    assert {url: set(hashes) for url, hashes in found.items()} == manifest
    assert judged.violations == 0
    assert [wait for wait in waits if wait[0] > LEASE + GRACE_SECONDS] == []
    assert codes == [0] * CRAWLERS
    await frontier_is_consistent(pool, web)


async def kill_one(crawlers, pool, chance, started):
    """Kill one of those that hold hosts, start it again, and tell which hosts it held.

    Two at least hold some then, so that there is somebody for whom they are free after the lease.
    """
    while len(holders := [each for each in crawlers if await leased_by(each.pid, pool)]) < 2:
        assert time.monotonic() - started < PATIENCE_SECONDS, "no two crawlers got hosts"
        await asyncio.sleep(0.1)
    victim = chance.choice(holders)
    pid = victim.pid
    victim.kill()
    killed = Kill(time.monotonic(), await leased_by(pid, pool))
    victim.start()
    return killed


async def leased_by(pid, pool):
    """Its hosts that have a page due, and no rest of their own beyond the lease, such as after a failure."""
    rows = await pool.fetch(
        """
        SELECT host FROM copydesk.hosts AS h
        WHERE lease_owner LIKE $1 AND lease_until > now() AND next_allowed < lease_until AND EXISTS (
            SELECT FROM copydesk.frontier AS f WHERE f.host = h.host AND state = 'waiting' AND not_before <= now()
        )
        """,
        f"%:{pid}:%",
    )
    return frozenset(row["host"] for row in rows)


async def served(web, pages, crawlers, started):
    """Wait for progress; a crawler that ended by itself, or no progress for too long, fails the test."""
    while (progress := await web.progress()).pages < pages:
        for process in crawlers:
            assert process.alive(), f"a crawler ended by itself:\n{process.log_tail()}"
        assert time.monotonic() - started < PATIENCE_SECONDS, f"{progress.pages} of {pages} pages served"
        await asyncio.sleep(0.1)


async def until_marked(pool, wanted, started):
    """What was served last is written down a moment later."""
    query = "SELECT count(*) FROM copydesk.frontier WHERE content_sha256 IS NOT NULL"
    while (marked := await pool.fetchval(query)) < wanted:
        assert time.monotonic() - started < PATIENCE_SECONDS, f"{marked} of {wanted} marked as fetched"
        await asyncio.sleep(0.2)


async def published(broker, wanted):
    """The hashes of all records of each URL; they are acknowledged before a page is marked, so all are there."""
    bus = KafkaBus(KafkaSettings(bootstrap_servers=broker.bootstrap_servers))
    found: dict[str, list[str]] = defaultdict(list)
    try:
        consumer = await bus.consumer("faults.pages", [PAGES_FETCHED.name])
        quiet = 0
        while quiet < 3:
            records = await consumer.poll(max_records=500, timeout=2 if len(found) >= wanted else 10)
            quiet = 0 if records else quiet + 1
            for record in records:
                page = decode(record.headers, record.value).message
                assert isinstance(page, PageFetched)
                found[page.url].append(page.content_sha256)
        await consumer.close()
    finally:
        await bus.close()
    return found


def waits_after(kills, hits, web):
    """Seconds from each kill to the next request at each host of the killed, with the host; longest first.

    A host that a second one took over and was killed with before it asked waits from that second kill.
    """
    asked = defaultdict(list)
    for hit in sorted(hits, key=lambda hit: hit.started):
        asked[web.manifest.host(hit.host)].append(hit.started)
    waits = []
    for kill in kills:
        for host in kill.hosts:
            again = next((moment for moment in asked[host] if moment > kill.at), float("inf"))
            if not any(kill.at < later.at < again and host in later.hosts for later in kills):
                waits.append((again - kill.at, host))
    return sorted(waits, reverse=True)


async def frontier_is_consistent(pool, web):
    rows = await pool.fetch("SELECT url, state, reason, content_sha256 FROM copydesk.frontier")
    known = {row["url"]: row for row in rows}
    for url, page in web.manifest.pages.items():
        assert known[url]["content_sha256"] == page.sha256
        assert known[url]["state"] == "waiting", "a page that was fetched waits for its next visit"
    assert await pool.fetchval("SELECT count(*) FROM copydesk.hosts WHERE lease_until > now()") == 0
