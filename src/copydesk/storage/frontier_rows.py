"""Rows of the frontier, as the crawler writes and reads them: URLs, leased hosts, visits, robots.txt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Literal

from copydesk.contracts import StageOutcome

UrlState = Literal["waiting", "done", "dropped", "dead", "duplicate", "gone"]
RobotsVerdict = Literal["rules", "allow", "unreachable"]


class Priority(IntEnum):
    """What goes first within a host, and, made up for by waiting, between hosts."""

    FRESH = 1
    LISTED = 2
    REVISIT = 3
    BACKFILL = 4


@dataclass(frozen=True)
class Adopted:
    """The page of a URL was fetched and published already, under another address that declares this one."""

    content_sha256: str
    again: timedelta


@dataclass(frozen=True)
class NewUrl:
    """A URL met for the first time, perhaps; `id` is the article id of `url`, which is canonical."""

    id: str
    url: str
    host: str
    source: str
    found_on: str | None = None
    priority: Priority = Priority.LISTED
    hints: dict[str, str] = field(default_factory=dict)
    redirects: int = 0
    listed: bool = False
    adopted: Adopted | None = None


@dataclass(frozen=True)
class DueUrl:
    """A claimed URL with what its last visit left, and what is configured for its source.

    `age` counts from its first published body, `body_age` from the last body that came whole.
    """

    id: str
    url: str
    host: str
    source: str
    found_on: str | None
    hints: dict[str, str]
    redirects: int
    priority: int
    attempts: int
    etag: str | None
    last_modified: str | None
    content_sha256: str | None
    age: timedelta
    body_age: timedelta | None
    language: str | None
    country: str | None
    licence: str | None = None
    display_rights: str | None = None
    retention: int | None = None
    opt_outs: Sequence[str] = ()

    @property
    def known(self) -> bool:
        """Whether a body of it was published before."""
        return self.content_sha256 is not None


@dataclass(frozen=True)
class HostLease:
    """The right to talk to a host until the lease ends; `fence` proves it.

    `latency` (seconds, smoothed) and `failures` (in a row) are what is known of its server.
    """

    host: str
    fence: int
    latency: float | None = None
    failures: int = 0


@dataclass(frozen=True)
class HostClaim:
    """A leased host with URLs that are due, first things first."""

    lease: HostLease
    urls: tuple[DueUrl, ...]


@dataclass(frozen=True)
class Visit:
    """What a visit came to. `again` is the time to the next one, `outcome` what the funnel shall know.

    `answered` tells that the page was there, `whole` that its body came, `validated` that `etag` and `last_modified`
    replace the stored ones; a null hash keeps the stored hash. `declared` tells a duplicate by its own declaration
    from one by a redirect.
    """

    state: UrlState
    reason: str | None = None
    again: timedelta | None = None
    attempts: int = 0
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_sha256: str | None = None
    answered: bool = False
    whole: bool = False
    validated: bool = False
    duplicate_of: str | None = None
    declared: bool = False
    outcome: StageOutcome | None = None


@dataclass(frozen=True)
class Finished:
    """A visit to write down. The host rests for `rest` and is kept if `more` follows, else given back.

    `lease` carries what is known of the host now.
    """

    lease: HostLease
    url_id: str
    visit: Visit
    rest: timedelta
    more: bool

    @property
    def came_to_nothing(self) -> bool:
        """Whether no page was ever had of the URL, and none is expected any more."""
        return self.visit.state in ("dropped", "dead")


@dataclass(frozen=True)
class KnownUrl:
    """`declared_by` counts the addresses, queries aside, that are duplicates of it."""

    state: UrlState | Literal["taken-down"]
    declared_by: int


@dataclass(frozen=True)
class StoredRobots:
    """A robots.txt; `fetched_at` of an unreachable one is when it was first asked for in vain."""

    verdict: RobotsVerdict
    body: bytes
    fetched_at: datetime
    fresh: bool = True


@dataclass(frozen=True)
class FrontierLoad:
    """Hosts that have something to do by state, `lag` (seconds) of the one that waits longest, and URLs, estimated."""

    ready: int
    leased: int
    resting: int
    broken: int
    lag: float
    urls: int
