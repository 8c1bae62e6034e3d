"""Consumer groups within one process: who reads which partition, and how that changes hands."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol

from copydesk.runtime.ports import Partition


class Member(Protocol):
    """A consumer as its group sees it."""

    topics: frozenset[str]

    def revoking(self, partitions: frozenset[Partition]) -> Awaitable[None]:
        """Tell the application; it may still commit."""
        ...

    def lose(self, partitions: frozenset[Partition]) -> None: ...

    def gain(self, partitions: frozenset[Partition]) -> None: ...

    def assigned(self, partitions: frozenset[Partition]) -> Awaitable[None]:
        """Tell the application; it may already poll."""
        ...

    def fail(self, error: BaseException) -> None:
        """Take note of an exception of the application's listener."""
        ...


def assign(
    members: Sequence[Member], owners: Mapping[Partition, Member], partitions: Mapping[str, Sequence[Partition]]
) -> dict[Partition, Member]:
    """Share out each topic's partitions evenly, leaving as many as possible where they are."""
    assigned: dict[Partition, Member] = {}
    for topic, numbered in partitions.items():
        interested = [member for member in members if topic in member.topics]
        if not interested:
            continue
        held = {member: [part for part in numbered if owners.get(part) is member] for member in interested}
        least, larger_shares = divmod(len(numbered), len(interested))
        interested.sort(key=lambda member: -len(held[member]))
        for rank, member in enumerate(interested):
            assigned.update(dict.fromkeys(held[member][: least + (rank < larger_shares)], member))
        free = iter([part for part in numbered if part not in assigned])
        for rank, member in enumerate(interested):
            missing = least + (rank < larger_shares) - len(held[member])
            assigned.update((part, member) for _, part in zip(range(missing), free, strict=False))
    return assigned


class Group:
    """One consumer group. Partitions change hands one rebalance at a time: revoked first, then assigned elsewhere.

    Only the partitions that move are revoked and assigned; the others are read on without a break.
    """

    def __init__(self, partitions: Mapping[str, Sequence[Partition]]) -> None:
        self._partitions = dict(partitions)
        self._members: list[Member] = []
        self._owners: dict[Partition, Member] = {}
        self._stale = False
        self._rebalancing: asyncio.Task[None] | None = None

    def join(self, member: Member, partitions: Mapping[str, Sequence[Partition]]) -> None:
        self._partitions.update(partitions)
        self._members.append(member)
        self._rebalance_soon()

    def leave(self, member: Member) -> None:
        """The member is out at once; others take its partitions over in the background."""
        if member in self._members:
            self._members.remove(member)
            self._owners = {part: owner for part, owner in self._owners.items() if owner is not member}
            self._rebalance_soon()

    def owns(self, member: Member, partition: Partition) -> bool:
        return self._owners.get(partition) is member

    async def close(self) -> None:
        if self._rebalancing is not None:
            self._rebalancing.cancel()
            await asyncio.wait([self._rebalancing])

    def _rebalance_soon(self) -> None:
        self._stale = True
        if self._rebalancing is None or self._rebalancing.done():
            self._rebalancing = asyncio.create_task(self._rebalance())

    async def _rebalance(self) -> None:
        while self._stale:
            self._stale = False
            target = assign(self._members, self._owners, self._partitions)
            await self._revoke({part: owner for part, owner in self._owners.items() if target.get(part) is not owner})
            if not self._stale:
                await self._hand_out({part: owner for part, owner in target.items() if part not in self._owners})

    async def _revoke(self, moving: Mapping[Partition, Member]) -> None:
        shares = _by_member(moving)
        await _tell({member: member.revoking(share) for member, share in shares.items()})
        for member, share in shares.items():
            for partition in share:
                if self.owns(member, partition):
                    del self._owners[partition]
            member.lose(share)

    async def _hand_out(self, moving: Mapping[Partition, Member]) -> None:
        shares = _by_member(moving)
        self._owners.update(moving)
        for member, share in shares.items():
            member.gain(share)
        await _tell({member: member.assigned(share) for member, share in shares.items()})


def _by_member(moving: Mapping[Partition, Member]) -> dict[Member, frozenset[Partition]]:
    return {
        member: frozenset(part for part, owner in moving.items() if owner is member)
        for member in dict.fromkeys(moving.values())
    }


async def _tell(calls: Mapping[Member, Awaitable[None]]) -> None:
    outcomes = await asyncio.gather(*calls.values(), return_exceptions=True)
    for member, outcome in zip(calls, outcomes, strict=True):
        if isinstance(outcome, BaseException):
            member.fail(outcome)
