"""Waiting for dependencies, as the adapters see it."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Patience(Protocol):
    """Runs an action until the dependencies that it needs are there."""

    async def __call__(self, action: Callable[[], Awaitable[T]]) -> T: ...


async def impatient(action: Callable[[], Awaitable[T]]) -> T:
    """Run it once, for those who depend on nothing."""
    return await action()
