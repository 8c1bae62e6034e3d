"""`copydesk dlq` on both buses: what is retried and passes counts as passed, what is dropped counts as dropped."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from copydesk.cli.composition import open_bus
from copydesk.cli.dead_letters import app
from copydesk.contracts import (
    ARTICLES_CLEANED,
    PAGES_FETCHED,
    REGISTRY,
    STAGE_OUTCOMES,
    Message,
    StageOutcome,
    decode,
)
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import DeadLettered, Emit, Handler, Outcome, Outgoing, Received
from copydesk.runtime.ports import BlobStore, Bus, DeliveredRecord, OutgoingRecord
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.runtime.stage import Stage, StageLoop
from copydesk.settings import Settings
from copydesk.storage import Pool
from copydesk.storage.funnel import read_funnel, record_outcomes
from copydesk.telemetry import Metrics
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.factories import make_cleaned, make_page

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(180)]

POISON = OutgoingRecord(PAGES_FETCHED.name, b"", b"{no json", ())


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)], autouse=True)
def bus_settings(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_DATA_DIR", str(tmp_path))
    if request.param == "kafka":
        broker = request.getfixturevalue("kafka_broker")
        monkeypatch.setenv("COPYDESK_KAFKA__BOOTSTRAP_SERVERS", broker.bootstrap_servers)
        monkeypatch.setenv("COPYDESK_KAFKA__TOPIC_PREFIX", f"{uuid4().hex[:8]}.")
        monkeypatch.setenv("COPYDESK_KAFKA__SESSION_TIMEOUT", "6")


class Ran:
    """What `copydesk dlq …` gave back."""

    def __init__(self, *arguments: str) -> None:
        result = CliRunner().invoke(app, arguments)
        self.code, self.out, self.error = result.exit_code, result.stdout, result.exception

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


async def dlq(*arguments: str) -> Ran:
    ran = await asyncio.to_thread(Ran, *arguments)
    assert ran.code == 0, (ran.out, ran.error)
    return ran


@asynccontextmanager
async def opened() -> AsyncIterator[Bus]:
    bus = open_bus(Settings())
    await bus.ensure_topics([*REGISTRY.values()])
    yield bus
    await bus.close()


async def records(bus: Bus, topic: str) -> list[DeliveredRecord]:
    ends = await bus.end_positions(topic)
    consumer = await bus.consumer(f"look-{uuid4()}", [topic])
    found: list[DeliveredRecord] = []
    async with asyncio.timeout(30):
        while len(found) < sum(ends.values()):
            found += await consumer.poll(max_records=1_000, timeout=0.2)
    await consumer.close()
    return found


def cleaner(fails: Callable[[str], bool]) -> Handler:
    """A stage that cannot bear some addresses."""

    async def handle(received: Received[Message], now: datetime) -> Outcome:
        url = str(getattr(received.message, "url", ""))
        if fails(url):
            return DeadLettered(f"Out of memory: {url}", "a traceback")
        return Emit((Outgoing(ARTICLES_CLEANED, make_cleaned(url, source=getattr(received.message, "source", ""))),))

    return handle


async def run_stage(
    fails: Callable[[str], bool], *urls: str, poison: int = 0, large: int = 0, blobs: BlobStore | None = None
) -> None:
    """Publish pages, and let the stage handle all that there is to handle."""
    async with opened() as bus:
        context = ServiceContext(bus, blobs or MemoryBlobs(), SystemClock(), Metrics(), Settings())
        body = {"body": bytes(large)} if large else {}
        pages = [make_page(url, source=url.split("/")[2].removesuffix(".example"), **body) for url in urls]
        publisher = Publisher(context, "crawler")
        await publisher.publish_roots([(Outgoing(PAGES_FETCHED, page), "1") for page in pages])
        await (await bus.producer()).send([POISON] * poison)
        wanted = sum((await bus.end_positions(PAGES_FETCHED.name)).values())
        loop, stop = StageLoop(Stage("cleaner", (PAGES_FETCHED,), cleaner(fails)), context), asyncio.Event()
        task = asyncio.create_task(loop.run(stop))
        async with asyncio.timeout(60):
            while sum((await bus.group_positions("copydesk.cleaner", PAGES_FETCHED.name)).values()) < wanted:  # noqa: ASYNC110 - the position lies in the broker
                await asyncio.sleep(0.05)
        stop.set()
        await task


async def counted(pool: Pool) -> dict[str, tuple[int, dict[str, int], dict[str, int]]]:
    """In flight, dropped and dead-lettered of each source, from every outcome reported so far."""
    async with opened() as bus:
        found = [decode(record.headers, record.value).message for record in await records(bus, STAGE_OUTCOMES.name)]
    async with pool.acquire() as connection:
        await record_outcomes(connection, [message for message in found if isinstance(message, StageOutcome)])
    rows = await read_funnel(pool)
    assert all(row.adds_up for row in rows)
    return {row.source: (row.in_flight, row.dropped, row.dead_lettered) for row in rows}


BAY = [f"https://bay.example/{number}" for number in range(3)]
CLIFF = ["https://cliff.example/0"]


def never(url: str) -> bool:
    return False


async def test_what_is_retried_and_passes_counts_as_passed(pool: Pool) -> None:
    await run_stage(lambda url: url != BAY[0], *BAY, *CLIFF)
    letters = (await dlq("list", "--json")).lines
    assert len(letters) == 3
    assert {letter["state"] for letter in letters} == {"open"}
    before = await counted(pool)
    assert before["cliff"] == (0, {}, {f"Out of memory: {CLIFF[0]}": 1})

    sent = (
        await dlq("retry", "--stage", "cleaner", "--error", "out of MEMORY", "--source", "bay", "--yes", "--json")
    ).lines
    assert [(line["stage"], line["topic"], line["state"]) for line in sent] == [
        ("cleaner", "pages.fetched", "retried")
    ] * 2
    assert [letter["source"] for letter in (await dlq("list", "--json")).lines] == ["cliff"]
    await run_stage(never)

    after = await counted(pool)
    assert after["bay"] == (3, {}, {})
    assert after["cliff"] == before["cliff"]
    assert len((await dlq("list", "--state", "retried", "--json")).lines) == 2
    async with opened() as bus:
        first, *_, again = [
            record
            for record in await records(bus, PAGES_FETCHED.name)
            if decode(record.headers, record.value).message.url == BAY[1]  # type: ignore[union-attr]
        ]
    assert (again.key, again.value) == (first.key, first.value)
    added = dict(again.headers).keys() - dict(first.headers).keys()
    assert added == {"dlq-letter", "dlq-retried", "dlq-stage", "dlq-error", "retry-origin"}


async def test_a_record_that_fails_again_stays_one_letter_and_one_article(pool: Pool) -> None:
    await run_stage(never, poison=1)
    (letter,) = (await dlq("list", "--json")).lines
    for _ in range(2):
        await dlq("retry", letter["id"])
        assert (await dlq("list", "--json")).lines == []
        await run_stage(never)
        (again,) = (await dlq("list", "--json")).lines
        assert (again["id"], again["topic"], again["offset"]) == (letter["id"], letter["topic"], letter["offset"])
        assert again["last_failed_at"] > letter["last_failed_at"]
    ((in_flight, dropped, dead),) = (await counted(pool)).values()
    assert (in_flight, dropped, sum(dead.values())) == (0, {}, 1)


class Mislaid(MemoryBlobs):
    """Blob storage that has lost all bodies until they are put back."""

    lost = True

    async def get(self, sha256: str) -> bytes:
        if self.lost:
            raise KeyError(sha256)
        return await super().get(sha256)


async def test_a_letter_whose_body_was_restored_counts_as_passed(pool: Pool) -> None:
    blobs = Mislaid()
    await run_stage(never, BAY[0], large=1_000_000, blobs=blobs)
    (letter,) = (await dlq("list", "--json")).lines
    assert "blob storage has no body" in letter["detail"]
    ((in_flight, dropped, dead),) = (await counted(pool)).values()
    assert (in_flight, dropped, sum(dead.values())) == (0, {}, 1)

    await dlq("retry", letter["id"])
    blobs.lost = False
    await run_stage(never, blobs=blobs)
    assert await counted(pool) == {"bay": (1, {}, {})}


async def test_what_is_dropped_counts_as_dropped_for_its_reason(pool: Pool) -> None:
    await run_stage(lambda url: True, *BAY, poison=1)
    await dlq("drop", "--all", "--yes", "--reason", "test pages")
    assert (await dlq("list", "--json")).lines == []
    found = await counted(pool)
    assert found.pop("bay") == (0, {"test pages": 3}, {})
    ((_, dropped, dead),) = found.values()
    assert (dropped, dead) == ({"test pages": 1}, {})
    letters = (await dlq("list", "--state", "dropped", "--json")).lines
    assert {letter["settled_reason"] for letter in letters} == {"test pages"}
    bay = next(letter for letter in letters if letter["source"] == "bay")
    shown = json.loads((await dlq("show", bay["id"])).out)
    assert (shown["state"], shown["value"]["source"], shown["detail"]) == ("dropped", "bay", "a traceback")

    await dlq("retry", bay["id"])
    await run_stage(never)
    assert (await counted(pool))["bay"] == (1, {"test pages": 2}, {})


async def test_several_are_touched_only_on_a_yes(pool: Pool) -> None:
    await run_stage(lambda url: True, *BAY)
    refused = await asyncio.to_thread(Ran, "retry", "--source", "bay")
    assert refused.code == 1
    assert "3 dead letters are meant: say --yes" in str(refused.error)
    assert (await asyncio.to_thread(Ran, "retry")).code == 2
    assert (await asyncio.to_thread(Ran, "drop", "--all")).code == 2
    assert "no dead letter has the id 'nobody'" in str((await asyncio.to_thread(Ran, "retry", "nobody")).error)
    assert (await dlq("retry", "--since", "2999-01-01")).out == ""
    assert len((await dlq("list", "--json")).lines) == 3
