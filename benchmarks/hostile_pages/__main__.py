"""Pages made to hang or starve the cleaner, one by one through its real worker pool under the default limits.

    python -m benchmarks.hostile_pages [NAME ...]

Prints for each page its bytes, what came of it, the seconds that took, the peak resident memory of its worker, and the
seconds until a worker was ready for the next document. Exits with 1 when a page broke a bound.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import psutil
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.adapters.page_workers import page_workers
from copydesk_cleaner.core.document import CleanedDocument
from copydesk_cleaner.core.errors import UnreadableDocumentError

from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.settings import Settings
from copydesk.testing.hostile_pages import ARTICLE, HostilePage, hostile_page_names, hostile_pages

MOST_SECONDS, MOST_BYTES, MOST_SECONDS_TO_REPLACE = 5.0, 512_000_000, 1.0
_DOCUMENTS_OF_A_WORKER = 2
"""One call asks for the worker's process id, one cleans: so each page has a worker of its own, and a peak."""
_SAMPLED_EVERY = 0.01


@dataclass
class Peak:
    """Resident memory in bytes, sampled, and read from the kernel's own mark while the worker lives."""

    bytes: int = 0


@dataclass(frozen=True)
class Run:
    page: HostilePage
    outcome: str
    seconds: float
    peak: int
    replaced: float

    @property
    def bounded(self) -> bool:
        return self.seconds <= MOST_SECONDS and self.peak <= MOST_BYTES and self.replaced <= MOST_SECONDS_TO_REPLACE

    def __str__(self) -> str:
        figures = f"{self.seconds:6.2f} | {self.peak / 1e6:6.0f} | {self.replaced:5.2f}"
        return f"| {self.page.name} | {len(self.page.body):,} | {self.outcome} | {figures} |"


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=", ".join(hostile_page_names()))
    names = parser.parse_args().names
    if unknown := set(names) - set(hostile_page_names()):
        parser.exit(2, f"{', '.join(sorted(unknown))}: no such page; --help lists them\n")
    settings = Settings().page_workers.model_copy(update={"processes": 1, "recycle_after": _DOCUMENTS_OF_A_WORKER})
    broken = 0
    print("| page | bytes | outcome | seconds | peak MB | seconds to the next worker |\n|---|---|---|---|---|---|")
    pool = page_workers(settings)
    try:
        await pool.call(os.getpid)
        await pool.call(os.getpid)
        for page in hostile_pages(*names):
            run = await _run(pool, page)
            broken += not run.bounded
            print(run, flush=True)
    finally:
        await pool.close()
    print(f"{broken} of {len(names or hostile_page_names())} broke a bound")
    return 1 if broken else 0


async def _run(pool: WorkerPool, page: HostilePage) -> Run:
    worker = await pool.call(os.getpid)
    started = time.perf_counter()
    async with _watched(worker) as peak:
        try:
            found = await pool.call(clean_document, page.body, url="https://courier.example/x", encoding=page.encoding)
            outcome = _described(found)
        except UnreadableDocumentError as error:
            outcome = f"refused: {str(error).partition('the body is a ')[2].partition(',')[0]}"
        except DocumentFailedError as error:
            outcome = f"killed: {type(error).__name__}"
    done = time.perf_counter()
    await pool.call(os.getpid)
    replaced = time.perf_counter() - done
    await pool.call(os.getpid)
    return Run(page, outcome, done - started, peak.bytes, replaced)


def _described(document: CleanedDocument) -> str:
    if not document.articles:
        return "no main text"
    text = document.articles[0].text
    parts = f", {len(document.articles) - 1} parts" if len(document.articles) > 1 else ""
    return (
        f"cleaned: {sum(one in text for one in ARTICLE)}/{len(ARTICLE)} paragraphs in {len(text):,} characters{parts}"
    )


@asynccontextmanager
async def _watched(worker: int) -> AsyncIterator[Peak]:
    peak = Peak()
    process = psutil.Process(worker)

    async def sample() -> None:
        while True:
            with suppress(psutil.NoSuchProcess):
                peak.bytes = max(peak.bytes, process.memory_info().rss)
            await asyncio.sleep(_SAMPLED_EVERY)

    task = asyncio.create_task(sample())
    try:
        yield peak
    finally:
        task.cancel()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
