"""Parts of a batch that pass the same steps, one part at a time at each."""

import asyncio

import pytest
from copydesk_writer.adapters.assembly_line import pass_along
from copydesk_writer.core.batches import in_parts
from hypothesis import given
from hypothesis import strategies as st


async def test_a_step_has_one_part_at_a_time_and_no_part_overtakes_another():
    entered: list[tuple[str, int]] = []
    at_work: set[str] = set()
    second_is_filed = asyncio.Event()

    async def file(part: int) -> None:
        assert "file" not in at_work
        at_work.add("file")
        await asyncio.sleep(0)
        entered.append(("file", part))
        at_work.discard("file")
        if part == 1:
            second_is_filed.set()

    async def look_around(part: int) -> None:
        await second_is_filed.wait()
        entered.append(("look around", part))

    assert await pass_along([0, 1, 2], lambda part: part, [file, look_around]) == [0, 1, 2]
    assert [part for step, part in entered if step == "file"] == [0, 1, 2]
    assert [part for step, part in entered if step == "look around"] == [0, 1, 2]
    assert entered.index(("file", 1)) < entered.index(("look around", 0)), "the next is filed meanwhile"


async def test_one_that_fails_stops_the_others():
    stopped: list[int] = []

    async def file(part: int) -> None:
        if part == 1:
            raise ConnectionError("away")

    async def look_around(part: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(part)

    with pytest.raises(ConnectionError, match="away"):
        await pass_along([0, 1, 2], lambda part: part, [file, look_around])
    assert stopped == [0]


@given(st.lists(st.integers(0, 9)), st.integers(1, 4))
def test_parts_hold_every_message_once_and_all_of_an_article_together(articles, most):
    parts = in_parts(articles, most)
    assert sorted(place for part in parts for place in part) == list(range(len(articles)))
    assert all(part == sorted(part) for part in parts)
    held = [{articles[place] for place in part} for part in parts]
    assert all(len(some) <= most for some in held)
    assert sum(len(some) for some in held) == len(set(articles)), "no article is in two parts"
