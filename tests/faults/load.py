"""Tagged articles under way to a writer that is being killed, and the manifest of what has to be stored in the end."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
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
    sent: int = 0
    _articles: int = 0

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """Publish as long as the context lasts; what was begun is published whole."""
        stop = asyncio.Event()
        task = asyncio.create_task(self._publish(stop))
        try:
            yield
        finally:
            stop.set()
            await task

    async def _publish(self, stop: asyncio.Event) -> None:
        context = ServiceContext(self.bus, MemoryBlobs(), SystemClock(), Metrics(), Settings())
        publisher, started = Publisher(context, "tagger"), time.monotonic()
        while not stop.is_set():
            batch = [message for _ in range(AT_ONCE) for message in self._next()]
            await publisher.publish_roots(batch)
            self.sent += len(batch)
            behind = started + self.sent / self.rate - time.monotonic()
            if behind > 0:
                await asyncio.sleep(behind)

    def _next(self) -> list[tuple[Outgoing, str]]:
        self._articles += 1
        number = self._articles
        messages = [self._version(number, 1)]
        if number % 3 == 0 and number > 60:
            messages.append(self._version(number - 60, 2))
        if number % 11 == 0 and number > 220:
            messages.append(self._withdrawal(number - 220))
        return messages + messages[:1] * (number % 7 == 0)

    def _version(self, number: int, version: int) -> tuple[Outgoing, str]:
        words = " ".join(WORDS[number * step % len(WORDS)] for step in range(1, 12))
        text = f"Report {number} of edition {version}: {words}.\n\n{words.title()} {number * version}."
        url = f"https://courier.example/{number}"
        self.manifest[article_id(url)] = digest(text)
        fetched = FETCHED_AT + timedelta(minutes=version)
        article = make_tagged(url, text=text, title=f"Report {number}", fetched_at=fetched)
        return Outgoing(ARTICLES_TAGGED, article), str(version)

    def _withdrawal(self, number: int) -> tuple[Outgoing, str]:
        url = f"https://courier.example/{number}"
        self.manifest[article_id(url)] = None
        gone = PageWithdrawn(
            id=article_id(url), url=url, source="courier", fetched_at=FETCHED_AT + timedelta(minutes=9), status=410
        )
        return Outgoing(ARTICLES_TAGGED, gone), "withdrawn"


@dataclass(frozen=True)
class Result:
    """What came of a load: digests as in its manifest, revisions, and the events with how often each was sent."""

    stored: dict[str, str | None]
    revisions: set[tuple[str, int, str]]
    events: dict[tuple[str, int, str], set[str]]
    repeated_events: int
    handled: int
    redelivered: int
    funnel: Counter[tuple[str, str]]


@asynccontextmanager
async def kafka(broker) -> AsyncIterator[KafkaBus]:
    bus = KafkaBus(KafkaSettings(bootstrap_servers=broker.bootstrap_servers))
    await bus.ensure_topics(list(REGISTRY.values()))
    yield bus
    await bus.close()


async def result(bus: KafkaBus, pool) -> Result:
    rows = await pool.fetch("SELECT id::text, text, withdrawn_at IS NOT NULL AS gone FROM copydesk.articles")
    made = await pool.fetch(
        "SELECT article_id::text, revision, change FROM copydesk.revisions WHERE change <> 'touched'"
    )
    funnel = await pool.fetch("SELECT stage, outcome, count(*) FROM copydesk.funnel GROUP BY stage, outcome")
    events: dict[tuple[str, int, str], set[str]] = {}
    ids: Counter[str] = Counter()
    for record in await everything(bus, ARTICLES_STORED.name):
        event = decode(record.headers, record.value).message
        identity = decode_envelope(record.headers).id
        ids[identity] += 1
        events.setdefault((event.id, event.revision, event.change), set()).add(identity)
    reports = Counter(decode_envelope(record.headers).id for record in await everything(bus, STAGE_OUTCOMES.name))
    return Result(
        stored={row["id"]: None if row["gone"] else digest(row["text"]) for row in rows},
        revisions={(row["article_id"], row["revision"], row["change"]) for row in made},
        events=events,
        repeated_events=ids.total() - len(ids),
        handled=len(reports),
        redelivered=reports.total() - len(reports),
        funnel=Counter({(row["stage"], row["outcome"]): row["count"] for row in funnel}),
    )


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
