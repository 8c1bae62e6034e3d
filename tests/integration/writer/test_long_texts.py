"""Texts as long as books: comparing them keeps nobody else waiting."""

import asyncio
import time

import pytest
from copydesk_writer.core.comparison import compare
from copydesk_writer.core.revisions import reading_of

from copydesk.storage import Pool

from .test_filing import article, event, file

pytestmark = pytest.mark.postgres


def _book(edition: int) -> str:
    return "\n\n".join(
        f"In year {year} the ferry made {year * edition} crossings of the bay." for year in range(12_000)
    )


async def test_heartbeats_go_on_while_long_texts_are_compared(pool: Pool) -> None:
    first, second = (article(minute=number, text=_book(number), blocks=[]) for number in (1, 2))
    await file(pool, first)
    gaps = []

    async def heartbeat() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            gaps.append(time.monotonic() - before)

    beating = asyncio.create_task(heartbeat())
    (outcome,) = await file(pool, second)
    beating.cancel()
    assert event(outcome).change == "corrected"
    started = time.monotonic()
    compare(reading_of(first), reading_of(second))
    alone = time.monotonic() - started
    assert max(gaps) < alone, f"the loop stood still for {max(gaps):.2f} s; comparing alone takes {alone:.2f} s"
