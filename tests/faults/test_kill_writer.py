"""Kill -9 of the writer fifty times under load: the set and the hashes of articles, and an event for each revision."""

import asyncio
import math
import random
import time
from bisect import bisect
from collections import Counter
from dataclasses import dataclass, field

import pytest

from copydesk.runtime.flow import MOST_OUTSTANDING

from .load import Load, committed, kafka, result, until_handled
from .writer_process import running_writer

pytestmark = [pytest.mark.faults, pytest.mark.kafka, pytest.mark.postgres]

AHEAD = 2_500
"""Messages that always wait for a writer under full load: more than it takes in hand."""
PATIENCE_SECONDS = 300


@dataclass
class Spell:
    """So many kills, each after so many messages, and what became of them."""

    name: str
    kills: int
    between: int
    rate: float = math.inf
    at_once: int = 50
    spread: float = 2.0
    """Seconds within which the kill comes then: longer than a batch takes, so that it may hit any moment of one."""
    killed_at: list[float] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    messages: int = 0
    seconds: float = 0.0

    @property
    def ahead(self) -> float:
        return AHEAD if self.rate == math.inf else math.inf

    def told(self, again: Counter[float]) -> str:
        """`again` says how many messages were handled again between each kill and the next.

        What one kill repeats comes partition by partition, some of it after another kill.
        """
        repeated = sum(again[moment] for moment in self.killed_at)
        recoveries = sorted(self.recoveries)
        return (
            f"{self.name}: {self.kills} kills, {self.messages / self.kills:.0f} messages in between, "
            f"{self.messages / self.seconds:.0f}/s while it worked; handled again: {repeated / self.messages:.2%}, "
            f"{repeated / self.kills:.0f} a kill; recovered in "
            f"{recoveries[len(recoveries) // 2]:.1f} s (median), {recoveries[-1]:.1f} s (most)"
        )


def spells() -> list[Spell]:
    return [
        Spell("light load", kills=10, between=100, rate=40, at_once=1, spread=0.5),
        Spell("full load", kills=34, between=300),
        Spell("full load, killed seldom", kills=6, between=2_500),
    ]


@pytest.fixture
async def writer(broker, dsn, tmp_path):
    with running_writer(broker, dsn, tmp_path, COPYDESK_KAFKA__SESSION_TIMEOUT="2") as process:
        yield process


@pytest.mark.timeout(10 * PATIENCE_SECONDS)
async def test_articles_and_events_survive_fifty_kills(broker, pool, writer):
    chance = random.Random(50)
    started = time.monotonic()
    survived = spells()
    async with kafka(broker) as bus:
        load = Load(bus, math.inf)
        for spell in survived:
            async with load.flowing(rate=spell.rate, ahead=spell.ahead, at_once=spell.at_once):
                await until_committed(bus, await committed(bus) + 1, writer)
                for _ in range(spell.kills):
                    await kill_after_some_work(bus, writer, spell, chance)
        await until_handled(bus, writer, PATIENCE_SECONDS)
        found = await result(bus, pool, load)
    kills = sorted(moment for spell in survived for moment in spell.killed_at)
    again = Counter(kills[bisect(kills, moment) - 1] for moment in found.again)
    print(
        f"\n{len(kills)} kills in {time.monotonic() - started:.0f} s; {load.sent} messages, {len(load.twice)} of them repeats, "
        f"{len(found.stored)} of {len(load.manifest)} articles, {len(found.revisions)} revisions, {len(found.events)} events; "
        f"{found.redelivered} of {found.handled} messages handled again ({found.redelivered / found.handled:.2%})"
    )
    for spell in survived:
        print(spell.told(again))

    assert found.stored == load.manifest
    assert found.events.keys() == found.revisions
    assert all(len(ids) == 1 for ids in found.events.values()), "an event that is sent again has its old id"
    assert found.funnel == {("writer", "passed"): len(load.manifest)}
    assert found.handled == load.sent
    assert all(moment >= kills[0] for moment in found.again), "nothing is handled again but after a kill"
    assert found.redelivered <= len(kills) * MOST_OUTSTANDING
    assert await writer.stop() == 0


async def kill_after_some_work(bus, writer, spell, chance):
    """Let it work, kill it somewhere in the midst of that, and wait until it gets on."""
    begun, before = time.monotonic(), await committed(bus)
    await until_committed(bus, before + spell.between, writer)
    await asyncio.sleep(spell.spread * chance.random())
    spell.messages += await committed(bus) - before
    spell.seconds += time.monotonic() - begun
    writer.kill()
    spell.killed_at.append(time.time())
    killed, reached = time.monotonic(), await committed(bus)
    writer.start()
    await until_committed(bus, reached + 1, writer)
    spell.recoveries.append(time.monotonic() - killed)


async def until_committed(bus, wanted, process):
    """Wait for progress; a writer that ended by itself, or none for too long, fails the test."""
    started = time.monotonic()
    while (count := await committed(bus)) < wanted:
        assert process.alive(), f"the writer ended by itself:\n{process.log_tail()}"
        assert time.monotonic() - started < PATIENCE_SECONDS, f"{count} of {wanted} messages committed"
        await asyncio.sleep(0.05)
