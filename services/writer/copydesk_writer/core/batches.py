"""Batches: the newest of each article, and the search for the one row that spoils the rest."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import TypeVar

from copydesk_writer.core.revisions import Candidate

T = TypeVar("T")
R = TypeVar("R")


def newest_of_each(candidates: Sequence[Candidate]) -> list[Candidate]:
    """One candidate an article, the last of the newest, sorted by id so that no two writers lock crosswise."""
    newest: dict[object, Candidate] = {}
    for candidate in candidates:
        other = newest.get(candidate.id)
        if other is None or other.order <= candidate.order:
            newest[candidate.id] = candidate
    return sorted(newest.values(), key=lambda candidate: candidate.id)


def in_parts(keys: Sequence[Hashable], most: int) -> list[list[int]]:
    """Places of a batch in parts of `most` keys each; what has one key is in one part, in order."""
    ordinals: dict[Hashable, int] = {}
    parts: list[list[int]] = []
    for place, key in enumerate(keys):
        part = ordinals.setdefault(key, len(ordinals)) // most
        if part == len(parts):
            parts.append([])
        parts[part].append(place)
    return parts


async def bisecting(
    batch: Sequence[T],
    write: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
    reject: Callable[[T, Exception], R],
    data_errors: tuple[type[Exception], ...],
) -> list[R]:
    """Write a batch whole; where the data is refused, halve it until the bad rows stand alone and are rejected.

    `write` writes all or nothing and answers one result a row. Every good row is written; k bad rows among n cost
    at most about 2·k·log2(n) attempts. Other errors pass through, with the halves written before them kept.
    """
    try:
        return list(await write(batch))
    except data_errors as error:
        if len(batch) == 1:
            return [reject(batch[0], error)]
    middle = len(batch) // 2
    first = await bisecting(batch[:middle], write, reject, data_errors)
    return first + await bisecting(batch[middle:], write, reject, data_errors)
