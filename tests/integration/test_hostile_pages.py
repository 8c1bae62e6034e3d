"""Pages made to hang or starve the cleaner, in real workers under the default limits and through the real service."""

import asyncio
import resource
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.adapters.page_workers import page_workers
from copydesk_cleaner.service import create

from copydesk.bus import EmbeddedBus
from copydesk.contracts import PAGES_FETCHED, STAGE_OUTCOMES, StageOutcome, dead_letters, decode
from copydesk.runtime.clock import SystemClock
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.service import ServiceContext
from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.settings import Settings
from copydesk.telemetry import Metrics
from copydesk.testing.blobs import MemoryBlobs
from copydesk.testing.factories import make_page
from copydesk.testing.hostile_pages import ARTICLE, TITLE, hostile_page_names, hostile_pages

pytestmark = pytest.mark.timeout(300)

GOOD = f"<html><body><article><h1>{TITLE}</h1>{''.join(f'<p>{one}</p>' for one in ARTICLE)}</article></body></html>"
SECONDS, SECONDS_TO_REPLACE = 10, 3
"""More than the 5 s and 1 s promised: tests share their machine. `benchmarks.hostile_pages` holds to the promise."""
BYTES = 512_000_000
HEAVY = (
    "line breaks", "nested divs", "attributes on one element", "json ld", "endless word", "spaces", "links", "large",
)  # fmt: skip
SMALL = tuple(name for name in hostile_page_names() if name.startswith(("only", "wrong", "double", "cut", "empty")))
SENT = (
    *SMALL,
    "nested divs",
    "nuls",
    "surrogates",
    "references",
    "pdf",
    "gzip",
    "random bytes",
    "misnested formatting",
)


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    settings = Settings().page_workers.model_copy(update={"processes": 2})
    async with page_workers(settings) as pool:
        await asyncio.gather(pool.call(time.sleep, 0.2), pool.call(time.sleep, 0.2))
        yield pool


async def test_each_heavy_page_ends_in_time_and_disturbs_no_other(pool: WorkerPool) -> None:
    async def clean_good() -> str:
        return (await pool.call(clean_document, GOOD.encode(), url="https://courier.example/good")).articles[0].text

    for page in hostile_pages(*HEAVY):
        started = time.monotonic()
        call = asyncio.create_task(
            pool.call(clean_document, page.body, url="https://courier.example/x", encoding=page.encoding)
        )
        assert await clean_good() == "\n\n".join(ARTICLE)
        try:
            document = await call
        except DocumentFailedError:
            pass
        else:
            assert document.articles, page.name
            assert ARTICLE[0] in document.articles[0].text, page.name
        ended = time.monotonic()
        await asyncio.gather(*(pool.call(time.sleep, 0) for _ in range(2)))
        assert ended - started <= SECONDS, page.name
        assert time.monotonic() - ended <= SECONDS_TO_REPLACE, f"{page.name}: no worker for the next document"


@pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited on Linux only")
async def test_a_worker_never_holds_more_than_its_memory(pool: WorkerPool) -> None:
    for page in hostile_pages("large", "links", "endless word"):
        try:
            await pool.call(clean_document, page.body, url="https://courier.example/x", encoding=page.encoding)
        except DocumentFailedError:
            continue
    for _ in range(4):
        assert (await pool.call(resource.getrusage, resource.RUSAGE_SELF)).ru_maxrss * 1024 <= BYTES
    with pytest.raises(DocumentFailedError):
        await pool.call(bytearray, BYTES)


async def test_every_page_ends_in_one_counted_outcome(tmp_path: Path) -> None:
    context = ServiceContext(
        bus=EmbeddedBus(tmp_path / "log.sqlite"),
        blobs=MemoryBlobs(),
        clock=SystemClock(),
        metrics=Metrics(),
        settings=Settings(data_dir=tmp_path),
    )
    sent = [
        (make_page(f"https://courier.example/{number}", body=page.body, encoding=page.encoding), page)
        for number, page in enumerate(hostile_pages(*SENT))
    ]
    good = make_page("https://courier.example/good", body=GOOD.encode())
    pages = [*(page for page, _ in sent), good]
    service, stop = create(context), asyncio.Event()
    await context.bus.ensure_topics([PAGES_FETCHED, STAGE_OUTCOMES, dead_letters("cleaner")])
    await Publisher(context, "crawler").publish_roots(
        [(Outgoing(PAGES_FETCHED, page), str(number)) for number, page in enumerate(pages)]
    )
    running = asyncio.create_task(service.run(stop))
    try:
        outcomes = await reported(context, {page.id for page in pages})
    finally:
        stop.set()
        await running
        await context.bus.close()
    assert outcomes[good.id] == "passed"
    for page, hostile in sent:
        ended = {"dropped", "dead-lettered"} if not hostile.is_page else {"passed", "dead-lettered"}
        assert outcomes[page.id] in ended, hostile.name


async def reported(context: ServiceContext, wanted: set[str]) -> dict[str, str]:
    """The outcome of each id, once all are in; each comes exactly once."""
    consumer = await context.bus.consumer("test.outcomes", [STAGE_OUTCOMES.name])
    found: dict[str, str] = {}
    async with asyncio.timeout(120):
        while wanted - found.keys():
            for record in await consumer.poll(max_records=100, timeout=0.2):
                outcome = decode(record.headers, record.value).message
                assert isinstance(outcome, StageOutcome)
                assert outcome.id not in found
                found[outcome.id] = outcome.outcome
    await consumer.close()
    return found
