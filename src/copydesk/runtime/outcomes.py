"""What a handler answers: each message ends in exactly one of four outcomes."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from msgspec import Raw

from copydesk.contracts import Envelope, Lane, Message, Topic
from copydesk.runtime.ports import Partition

M_co = TypeVar("M_co", bound=Message, covariant=True)


@dataclass(frozen=True)
class Received(Generic[M_co]):
    """A decoded message with its coordinates. `attempt` counts from 1 and includes slow retries."""

    message: M_co
    envelope: Envelope
    unknown: Mapping[str, Raw]
    partition: Partition
    offset: int
    attempt: int = 1
    lane: Lane = Lane.LIVE


@dataclass(frozen=True)
class Outgoing:
    """A message to send on `topic`, keyed as the registry says.

    `unknown` carries fields of the cause that this version does not know on to the next stage.
    """

    topic: Topic
    message: Message
    unknown: Mapping[str, Raw] = field(default_factory=dict)


@dataclass(frozen=True)
class Emit:
    """Done; send these. An empty tuple is for stages whose effect lies elsewhere, such as the writer's rows."""

    messages: tuple[Outgoing, ...] = ()


@dataclass(frozen=True)
class Drop:
    """Done, nothing to send on; `reason` is a short stable label that the funnel counts."""

    reason: str


class RetryClass(StrEnum):
    """Why to try again, which decides how.

    `BUSY`: someone asks us to wait; not counted as an attempt. `TRANSIENT`: quick, with backoff, in place, keeping
    the key's order, a few times; then slow. `SLOW`: through the retry topics, up to days.
    """

    BUSY = "busy"
    TRANSIENT = "transient"
    SLOW = "slow"


@dataclass(frozen=True)
class Retry:
    """Not now. `after` is the least delay wanted; None leaves it to the policy."""

    reason: str
    kind: RetryClass = RetryClass.TRANSIENT
    after: timedelta | None = None


@dataclass(frozen=True)
class DeadLettered:
    """Never: the record goes, whole, to the stage's dead letters at once. `detail` may hold a traceback."""

    reason: str
    detail: str = ""


Outcome = Emit | Drop | Retry | DeadLettered


class DependencyUnavailableError(ConnectionError):
    """Raised by a handler when what it needs (database, storage) is away: the stage pauses and tries again for ever.

    `dependency` is a short stable name, shown by readiness and as a metric label.
    """

    def __init__(self, cause: str = "", *, dependency: str = "dependency") -> None:
        super().__init__(cause)
        self.dependency = dependency


class Handler(Protocol):
    """Handles one message. Exceptions other than `DependencyUnavailableError` make the message a dead letter."""

    def __call__(self, received: Received[Message], now: datetime) -> Awaitable[Outcome]: ...


class BatchHandler(Protocol):
    """Handles many messages at once and answers in their order, one outcome each."""

    def __call__(self, batch: Sequence[Received[Message]], now: datetime) -> Awaitable[Sequence[Outcome]]: ...
