"""Names are looked up once for a while, by one lookup at a time, and again when they should be."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from copydesk_crawler.adapters.dns_cache import DnsCache

from copydesk.testing.clock import ManualClock

KEEP = timedelta(minutes=1)


class Names:
    """Answers what is set, and counts the questions; waits until `open` is set."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Sequence[str] | Exception = ["192.0.2.1", "2001:db8::1"]
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        await self.open.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


async def test_an_answer_is_kept_for_its_time_and_no_longer(clock: ManualClock) -> None:
    names = Names()
    cache = DnsCache(names, KEEP, clock.monotonic)
    for _ in range(3):
        assert list(await cache("a.example", 443)) == ["192.0.2.1", "2001:db8::1"]
    await cache("b.example", 443)
    assert names.asked == ["a.example", "b.example"]
    names.answer = ["192.0.2.7"]
    clock.advance(KEEP)
    assert list(await cache("a.example", 80)) == ["192.0.2.7"]


async def test_nothing_is_kept_when_the_operator_wants_it_so(clock: ManualClock) -> None:
    names = Names()
    cache = DnsCache(names, timedelta(0), clock.monotonic)
    await cache("a.example", 443)
    await cache("a.example", 443)
    assert len(names.asked) == 2


async def test_many_who_ask_at_once_share_one_lookup(clock: ManualClock) -> None:
    names = Names()
    names.open.clear()
    cache = DnsCache(names, KEEP, clock.monotonic)
    waiting = [asyncio.create_task(cache("a.example", 443)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    names.open.set()
    assert [list(each) for each in await asyncio.gather(*waiting[1:])] == [["192.0.2.1", "2001:db8::1"]] * 4
    assert names.asked == ["a.example"]


async def test_failures_are_kept_for_seconds(clock: ManualClock) -> None:
    names = Names()
    names.answer = OSError("no such name")
    cache = DnsCache(names, KEEP, clock.monotonic)
    for _ in range(3):
        with pytest.raises(OSError, match="no such name"):
            await cache("a.example", 443)
    assert len(names.asked) == 1
    names.answer = ["192.0.2.1"]
    clock.advance(timedelta(seconds=10))
    assert list(await cache("a.example", 443)) == ["192.0.2.1"]


async def test_a_name_may_be_forgotten(clock: ManualClock) -> None:
    names = Names()
    cache = DnsCache(names, KEEP, clock.monotonic)
    await cache("a.example", 443)
    cache.forget("a.example")
    cache.forget("never.example")
    await cache("a.example", 443)
    assert len(names.asked) == 2


async def test_no_address_is_not_remembered(clock: ManualClock) -> None:
    names = Names()
    names.answer = []
    cache = DnsCache(names, KEEP, clock.monotonic)
    assert list(await cache("a.example", 443)) == []
    assert list(await cache("a.example", 443)) == []
    assert len(names.asked) == 2
