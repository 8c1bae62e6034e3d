"""Parts of a batch on their way through the same steps, each of which has one part at a time.

So the database works on one part while the rows of the next are made, and what comes after a commit is done for one
part while the next is being written.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

AT_ONCE = 3
"""Parts on the line."""

M = TypeVar("M")
P = TypeVar("P")
Step = Callable[[P], Awaitable[None]]


async def pass_along(materials: Sequence[M], prepare: Callable[[M], P], steps: Sequence[Step[P]]) -> list[P]:
    """Prepare each part and have it pass the steps in order; no part overtakes another.

    Raises what the first part raises that fails; the others are cancelled and waited for.
    """
    gate, turns = asyncio.Semaphore(AT_ONCE), [asyncio.Lock() for _ in steps]

    async def passing(material: M) -> P:
        async with gate:
            part = prepare(material)
            for turn, step in zip(turns, steps, strict=True):
                async with turn:
                    await step(part)
            return part

    tasks = [asyncio.ensure_future(passing(material)) for material in materials]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise
