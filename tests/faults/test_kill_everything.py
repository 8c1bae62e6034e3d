"""Kill -9 of each service in turn, and of the broker, while 2,000 pages flow: nothing lost, nothing doubled."""

import asyncio
import time
from collections import Counter
from hashlib import sha256

import pytest

from copydesk.bus import KafkaBus
from copydesk.contracts import ARTICLES_STORED, STAGES, article_id, decode_envelope
from copydesk.settings import KafkaSettings
from copydesk.storage.sources import save_sources
from copydesk.testing.press import PressServers
from copydesk.testing.processes import CopydeskProcess

pytestmark = [pytest.mark.faults, pytest.mark.kafka, pytest.mark.postgres]

ARTICLES = 2_000
HOSTS = 40
PATIENCE_SECONDS = 600


@pytest.fixture
async def press():
    async with PressServers(articles=ARTICLES, hosts=HOSTS).serving() as serving:
        yield serving


@pytest.fixture
async def services(broker, dsn, tmp_path):
    environment = {
        "COPYDESK_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "COPYDESK_KAFKA__SESSION_TIMEOUT": "6",
        "COPYDESK_POSTGRES__DSN": dsn,
        "COPYDESK_DATA_DIR": str(tmp_path / "data"),
        "COPYDESK_HTTP__ALLOW_NETWORKS": "127.0.0.0/8",
        "COPYDESK_HTTP__HOST_DELAY": "0.2",
        "COPYDESK_CRAWLER__HOST_LEASE": "10",
    }
    running = {name: CopydeskProcess(["service", name], environment, tmp_path / f"{name}.log") for name in STAGES}
    for process in running.values():
        process.start()
    yield running
    for process in running.values():
        if process.alive():
            process.kill()


async def test_nothing_is_lost_when_everything_is_killed_in_turn(broker, services, pool, press):
    await save_sources(pool, press.sources)
    manifest = {article_id(press.url(article)): sha256(article.html.encode()).hexdigest() for article in press.articles}
    victims = [*services, "broker", *services]
    started = time.monotonic()
    for number, victim in enumerate(victims, 1):
        await stored_reaches(pool, ARTICLES * number // (len(victims) + 2), services, started)
        await kill_and_restart(victim, broker, services)
    await stored_reaches(pool, ARTICLES, services, started)

    stored = await pool.fetch("SELECT id, content_sha256, title, text FROM copydesk.articles")
    found = {str(row["id"]): row["content_sha256"] for row in stored}
    revisions = Counter(str(row["article_id"]) for row in await pool.fetch("SELECT article_id FROM copydesk.revisions"))
    events = await stored_events(broker, len(manifest))
    print(
        f"\nkilled {len(victims)} times in {time.monotonic() - started:.0f} s; {len(found)} of {len(manifest)} stored; "
        f"{sum(count - 1 for count in revisions.values())} doubled revisions; {len(events)} distinct events; "
        f"{sum(events.values()) - len(events)} events sent again"
    )

    assert found == manifest
    by_id = {article_id(press.url(article)): article for article in press.articles}
    for row in stored:
        article = by_id[str(row["id"])]
        assert row["title"] == article.title
        assert row["text"] == "\n\n".join(article.paragraphs)
    assert set(revisions.values()) == {1}
    assert len(events) == len(manifest)


async def kill_and_restart(victim, broker, services):
    if victim == "broker":
        await broker.kill()
        await asyncio.sleep(5)
        await broker.start()
        return
    services[victim].kill()
    services[victim].start()


async def stored_reaches(pool, wanted, services, started):
    """Wait for progress; a service that ended by itself, or no progress for too long, fails the test."""
    while (count := await pool.fetchval("SELECT count(*) FROM copydesk.articles")) < wanted:
        for name, process in services.items():
            assert process.alive(), f"the {name} ended by itself:\n{process.log_tail()}"
        assert time.monotonic() - started < PATIENCE_SECONDS, f"{count} of {wanted} stored"
        await asyncio.sleep(0.2)


async def stored_events(broker, wanted):
    """Events by id, with how often each came; they are sent after the commit, so the last ones may be under way."""
    bus = KafkaBus(KafkaSettings(bootstrap_servers=broker.bootstrap_servers))
    events: Counter[str] = Counter()
    try:
        consumer = await bus.consumer("faults.events", [ARTICLES_STORED.name])
        quiet = 0
        while quiet < 3:
            records = await consumer.poll(max_records=500, timeout=2 if len(events) >= wanted else 10)
            quiet = 0 if records else quiet + 1
            events.update(decode_envelope(record.headers).id for record in records)
        await consumer.close()
    finally:
        await bus.close()
    return events
