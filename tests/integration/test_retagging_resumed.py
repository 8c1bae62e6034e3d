"""`copydesk replay --stage tagger` that is killed goes on where it was, from the database and from the topics."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from copydesk.contracts import ARTICLES_CLEANED, ARTICLES_TAGGED, REGISTRY, ArticleCleaned, Decoded, Lane, decode
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.storage import Pool
from copydesk.testing.factories import make_cleaned, make_tagged
from copydesk.testing.processes import COMMAND

from .writer.test_writer_service import context_in, eventually, running

COUNT = 40
WITHIN = 60.0


def urls() -> list[str]:
    return [f"https://courier.example/{number}" for number in range(COUNT)]


async def keep(folder: Path, dsn: str) -> None:
    """Articles as they are after a day: on the topics, and filed."""
    context = context_in(folder, dsn)
    await context.bus.ensure_topics([*REGISTRY.values()])
    publisher = Publisher(context, "tagger")
    await publisher.publish_roots([(Outgoing(ARTICLES_CLEANED, make_cleaned(url)), "1") for url in urls()])
    await publisher.publish_roots(
        [(Outgoing(ARTICLES_TAGGED, make_tagged(url, keywords=["quay"])), "1") for url in urls()]
    )
    async with running(context) as service:
        while sum((await context.bus.group_positions("copydesk.writer", ARTICLES_TAGGED.name)).values()) < COUNT:
            await eventually(service.idle)
    await context.bus.close()


async def sent(folder: Path, dsn: str) -> list[Decoded]:
    bus = context_in(folder, dsn).bus
    topic = ARTICLES_CLEANED.on(Lane.BACKFILL).name
    total = sum((await bus.end_positions(topic)).values())
    consumer = await bus.consumer("look", [topic])
    found: list[Decoded] = []
    while len(found) < total:
        found += [decode(one.headers, one.value) for one in await consumer.poll(max_records=1_000, timeout=0.2)]
    await consumer.close()
    await bus.close()
    return found


def replay(folder: Path, dsn: str, *options: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "COPYDESK_DATA_DIR": str(folder), "COPYDESK_POSTGRES__DSN": dsn}
    command = [str(COMMAND), "replay", "--stage", "tagger", *options]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def kill_in_the_middle(folder: Path, slow: subprocess.Popen[str]) -> Path:
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        found = [one for one in folder.glob("replay-*.json") if b'"sent":0' not in one.read_bytes()]
        if found:
            break
        time.sleep(0.02)
    slow.kill()
    slow.communicate()
    [state] = folder.glob("replay-*.json")
    return state


@pytest.mark.parametrize("options", [(), ("--from-topics",)], ids=["database", "topics"])
async def test_a_killed_replay_of_articles_goes_on_and_sends_each_once(
    tmp_path: Path, database: str, pool: Pool, options: tuple[str, ...]
) -> None:
    await keep(tmp_path, database)
    state = kill_in_the_middle(tmp_path, replay(tmp_path, database, *options, "--rate", "10"))
    before = await sent(tmp_path, database)
    assert 0 < len(before) < COUNT

    _, said = replay(tmp_path, database, *options).communicate()
    assert "going on in the " in said
    assert "--restart begins again" in said
    after = await sent(tmp_path, database)
    assert {one.message.url for one in after if isinstance(one.message, ArticleCleaned)} == set(urls())
    assert len({one.envelope.id for one in after}) == COUNT
    assert len(after) < len(before) + COUNT
    assert not state.exists()


async def test_restart_begins_again_and_limits_count_over_interruptions(
    tmp_path: Path, database: str, pool: Pool
) -> None:
    await keep(tmp_path, database)
    state = kill_in_the_middle(tmp_path, replay(tmp_path, database, "--limit", "30", "--rate", "10"))
    replay(tmp_path, database, "--limit", "30").communicate()
    found = await sent(tmp_path, database)
    assert len({one.envelope.id for one in found}) == 30

    state.write_bytes(b"{")
    _, said = replay(tmp_path, database, "--limit", "30").communicate()
    assert "--restart begins again" in said
    _, said = replay(tmp_path, database, "--limit", "30", "--restart").communicate()
    assert "30 articles on backfill.articles.cleaned" in said
