"""CPU seconds of groups of processes, children and their dead children included."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

_LOOK_SECONDS = 0.5
_QUIET_LOOKS = 3
_QUIET_SECONDS = 0.1


@dataclass(frozen=True)
class Group:
    """Processes, each with all that it started unless it counts `alone`."""

    pids: Sequence[int]
    alone: bool = False

    def seconds(self) -> float:
        """User and system time so far; that of a child counts on when its parent has buried it."""
        return sum(_seconds(process) for process in self._members())

    def memory(self) -> float:
        """Megabytes that are theirs alone or their share of what they hold together (PSS)."""
        return sum(_memory(process) for process in self._members()) / 1e6

    def _members(self) -> list[psutil.Process]:
        found = []
        for pid in self.pids:
            try:
                process = psutil.Process(pid)
                found += [process, *([] if self.alone else process.children(recursive=True))]
            except psutil.NoSuchProcess:
                continue
        return found


def readings(groups: Mapping[str, Group]) -> dict[str, float]:
    return {name: group.seconds() for name, group in groups.items()}


def since(before: Mapping[str, float], groups: Mapping[str, Group]) -> dict[str, float]:
    """CPU seconds of each group since the readings."""
    return {name: seconds - before[name] for name, seconds in readings(groups).items()}


async def settled(group: Group) -> None:
    """Wait until a group that was just started has done with starting: a second and a half of hardly any work."""
    quiet, before = 0, -1.0
    while quiet < _QUIET_LOOKS:
        await asyncio.sleep(_LOOK_SECONDS)
        seconds = group.seconds()
        quiet = quiet + 1 if 0 < seconds - before < _QUIET_SECONDS else 0
        before = seconds


def _seconds(process: psutil.Process) -> float:
    try:
        return float(sum(process.cpu_times()[:4]))
    except psutil.NoSuchProcess:
        return 0.0


def _memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0.0
