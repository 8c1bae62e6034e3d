"""What a service is to the process that runs it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from copydesk.contracts import Lane
from copydesk.runtime.ports import BlobStore, Bus, Clock
from copydesk.settings import Settings
from copydesk.telemetry import Metrics


@dataclass(frozen=True)
class ServiceContext:
    """What a composition root hands to a service. `dsn` is None for services that need no database."""

    bus: Bus
    blobs: BlobStore
    clock: Clock
    metrics: Metrics
    settings: Settings
    dsn: str | None = None
    lanes: tuple[Lane, ...] = (Lane.LIVE,)
    """The lanes to work on; where several compete, live news goes first."""
    once: bool = False
    """Poll every source once and become idle, instead of running for ever."""


class Finding(NamedTuple):
    """One line of `copydesk doctor`: what was looked at, whether it is well, what was seen, and how to mend it."""

    part: str
    well: bool
    seen: str
    mend: str = ""


class UnusableSettingError(RuntimeError):
    """A service cannot begin to work with its settings; the text names the setting, its value and the way out."""


class Service(Protocol):
    """One of crawler, cleaner, tagger, writer; found by entry point `copydesk.services`."""

    name: str

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, then finish what is in hand within 10 s, commit and leave the groups.

        Raises `UnusableSettingError` at its start.
        """
        ...

    def idle(self) -> bool:
        """Whether nothing is in hand, waiting for a short retry, or scheduled within the next minute."""
        ...

    def ready(self) -> Mapping[str, str]:
        """Dependencies that are away, by name, with what is known of the cause; empty when ready."""
        ...

    def alive(self) -> bool:
        """Whether the service's loop has ticked lately; asks no dependency."""
        ...


Check = Callable[[Settings], Awaitable[list[Finding]]]
"""What a service has `copydesk doctor` look at; found by entry point `copydesk.checks`. Changes nothing."""

ServiceFactory = Callable[[ServiceContext], Service]
