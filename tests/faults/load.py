"""Tagged articles under way to a writer that is being killed, and the manifest of what has to be stored in the end."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from copydesk.bus import KafkaBus
from copydesk.contracts import (
    ARTICLES_STORED,
    ARTICLES_TAGGED,
    REGISTRY,
    STAGE_OUTCOMES,
    PageWithdrawn,
    article_id,
    decode,
    decode_envelope,
)
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.settings import KafkaSettings, Settings
from copydesk.telemetry import Metrics
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.factories import FETCHED_AT, make_tagged

AT_ONCE = 25
WORDS = [
    "harbour",
    "bridge",
    "council",
    "reopens",
    "cable",
    "storm",
    "tram",
    "market",
    "vote",
    "school",
    "river",
    "ferry",
]


@dataclass
class Load:
    """Publishes so many messages a second: articles, newer versions of every third, the withdrawal of every eleventh,
    and every seventh message twice. `manifest` maps ids to the SHA-256 of the newest text; null when withdrawn.
    """

    bus: KafkaBus
    rate: float
    manifest: dict[str, str | None] = field(default_factory=dict)
    twice: set[tuple[str, int]] = field(default_factory=set)
    """Ids and versions of the articles whose message was sent twice."""
    sent: int = 0
    _articles: int = 0

    @asynccontextmanager
    async def flowing(
        self, *, rate: float | None = None, ahead: float = math.inf, at_once: int = AT_ONCE
    ) -> AsyncIterator[None]:
        """Publish as long as the context lasts; what was begun is published whole.

        `at_once` articles come together. With `ahead` it goes on only while fewer messages wait for the writer: with an
        endless rate it then has as much to do as it can.
        """
        stop = asyncio.Event()
        task = asyncio.create_task(self._publish(stop, self.rate if rate is None else rate, ahead, at_once))
        try:
            yield
        finally:
            stop.set()
            await task

    async def _publish(self, stop: asyncio.Event, rate: float, ahead: float, at_once: int) -> None:
        context = ServiceContext(self.bus, MemoryBlobs(), SystemClock(), Metrics(), Settings())
        publisher, started, before = Publisher(context, "tagger"), time.monotonic(), self.sent
        while not stop.is_set():
            batch = [message for _ in range(at_once) for message in self._next()]
            await publisher.publish_roots(batch)
            self.sent += len(batch)
            early = (self.sent - before) / rate - (time.monotonic() - started)
            await asyncio.sleep(max(early, 0))
            while ahead < math.inf and not stop.is_set() and self.sent - await committed(self.bus) > ahead:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def _next(self) -> list[tuple[Outgoing, str]]:
        self._articles += 1
        number = self._articles
        messages = [self._version(number, 1)]
        if number % 3 == 0 and number > 60:
            messages.append(self._version(number - 60, 2))
        if number % 11 == 0 and number > 220:
            messages.append(self._withdrawal(number - 220))
        if number % 7:
            return messages
        self.twice.add((article_id(url_of(number)), version_of(1)))
        return messages + messages[:1]

    def _version(self, number: int, version: int) -> tuple[Outgoing, str]:
        words = " ".join(WORDS[number * step % len(WORDS)] for step in range(1, 12))
        text = f"Report {number} of edition {version}: {words}.\n\n{words.title()} {number * version}."
        url = url_of(number)
        self.manifest[article_id(url)] = digest(text)
        article = make_tagged(url, text=text, title=f"Report {number}", fetched_at=fetched_at(version))
        return Outgoing(ARTICLES_TAGGED, article), str(version)

    def _withdrawal(self, number: int) -> tuple[Outgoing, str]:
        url = url_of(number)
        self.manifest[article_id(url)] = None
        gone = PageWithdrawn(id=article_id(url), url=url, source="courier", fetched_at=fetched_at(9), status=410)
        return Outgoing(ARTICLES_TAGGED, gone), "withdrawn"


def url_of(number: int) -> str:
    return f"https://courier.example/{number}"


def fetched_at(version: int) -> datetime:
    return FETCHED_AT + timedelta(minutes=version)


def version_of(version: int) -> int:
    """The version as reports of outcomes name it."""
    return int(fetched_at(version).timestamp() * 1000)


@dataclass(frozen=True)
class Result:
    """What came of a load: digests as in its manifest, revisions, and the ids of each event.

    `again` has the time of each report of a message that had been reported before, as often as it was sent; sorted.
    """

    stored: dict[str, str | None]
    revisions: set[tuple[str, int, str]]
    events: dict[tuple[str, int, str], set[str]]
    handled: int
    again: list[float]
    funnel: Counter[tuple[str, str]]

    @property
    def redelivered(self) -> int:
        return len(self.again)


@asynccontextmanager
async def kafka(broker) -> AsyncIterator[KafkaBus]:
    bus = KafkaBus(KafkaSettings(bootstrap_servers=broker.bootstrap_servers))
    await bus.ensure_topics(list(REGISTRY.values()))
    yield bus
    await bus.close()


async def result(bus: KafkaBus, pool, load: Load) -> Result:
    rows = await pool.fetch("SELECT id::text, text, withdrawn_at IS NOT NULL AS gone FROM copydesk.articles")
    made = await pool.fetch(
        "SELECT article_id::text, revision, change FROM copydesk.revisions WHERE change <> 'touched'"
    )
    funnel = await pool.fetch("SELECT stage, outcome, count(*) FROM copydesk.funnel GROUP BY stage, outcome")
    events: dict[tuple[str, int, str], set[str]] = {}
    for record in await everything(bus, ARTICLES_STORED.name):
        event = decode(record.headers, record.value).message
        events.setdefault((event.id, event.revision, event.change), set()).add(decode_envelope(record.headers).id)
    handled, again = await reported(bus, load)
    return Result(
        stored={row["id"]: None if row["gone"] else digest(row["text"]) for row in rows},
        revisions={(row["article_id"], row["revision"], row["change"]) for row in made},
        events=events,
        handled=handled,
        again=again,
        funnel=Counter({(row["stage"], row["outcome"]): row["count"] for row in funnel}),
    )


async def reported(bus: KafkaBus, load: Load) -> tuple[int, list[float]]:
    """How many messages came to an outcome, and the times at which one came to it again."""
    reports: dict[str, list[float]] = {}
    of: dict[str, tuple[str, int]] = {}
    for record in await everything(bus, STAGE_OUTCOMES.name):
        report, identity = decode(record.headers, record.value).message, decode_envelope(record.headers).id
        of[identity] = (report.id, report.version)
        reports.setdefault(identity, []).append(record.timestamp.timestamp())
    sent = {identity: 1 + (of[identity] in load.twice) for identity in reports}
    again = [moment for identity, times in reports.items() for moment in sorted(times)[sent[identity] :]]
    return sum(sent.values()), sorted(again)


async def everything(bus: KafkaBus, topic: str) -> list:
    """All records of a topic."""
    wanted = sum((await bus.end_positions(topic)).values())
    consumer = await bus.consumer(f"faults.{topic}.{time.monotonic_ns()}", [topic])
    found: list = []
    async with asyncio.timeout(120):
        while len(found) < wanted:
            found += await consumer.poll(max_records=5_000, timeout=1)
    await consumer.close()
    return found


async def committed(bus: KafkaBus) -> int:
    """How many messages the writer has committed."""
    return sum((await bus.group_positions("copydesk.writer", ARTICLES_TAGGED.name)).values())


async def until_handled(bus: KafkaBus, process, seconds: float) -> None:
    """Wait until the writer has committed everything, of both its loops."""
    async with asyncio.timeout(seconds):
        while True:
            assert process.alive(), f"the writer ended by itself:\n{process.log_tail()}"
            lags = [
                sum((await bus.end_positions(topic)).values()) - sum((await bus.group_positions(group, topic)).values())
                for group, topic in (
                    ("copydesk.writer", ARTICLES_TAGGED.name),
                    ("copydesk.funnel", STAGE_OUTCOMES.name),
                )
            ]
            if not any(lags):
                return
            await asyncio.sleep(0.2)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
