"""What one request came to: a closed set of values, each with one meaning for the frontier."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256


@dataclass(frozen=True)
class Exchange:
    """The HTTP messages as they went over the wire, for the archive and for whoever reads a header.

    `headers` are names and values in the order received, Latin-1; `payload` is the body before content decoding.
    `address` is the IP address that answered.
    """

    url: str
    requested_at: datetime
    http_version: str
    status: int
    request_headers: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    payload: bytes = field(repr=False)
    address: str | None = None

    def header(self, name: str) -> str:
        """All values of a header joined by commas (RFC 9110, 5.3); empty when there is none."""
        return ", ".join(value for found, value in self.headers if found.lower() == name)


@dataclass(frozen=True)
class Fetched:
    """A page. `body` has its content codings undone; `charset` is the header's label, as written there."""

    url: str
    body: bytes
    content_type: str | None
    charset: str | None
    etag: str | None
    last_modified: str | None
    status: int = 200
    exchange: Exchange | None = field(default=None, repr=False, compare=False)

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the body."""
        return sha256(self.body).hexdigest()


@dataclass(frozen=True)
class NotModified:
    """The body is the one of last time (304)."""

    etag: str | None
    last_modified: str | None
    exchange: Exchange | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Redirected:
    """Another address has it. `location` is as the server wrote it; `permanent` for 301 and 308."""

    location: str
    status: int

    @property
    def permanent(self) -> bool:
        return self.status in (301, 308)


@dataclass(frozen=True)
class Gone:
    """There is no such page: 404 or 410."""

    status: int


@dataclass(frozen=True)
class Refused:
    """It will not be had by asking again: a client error, a blocked address, a body that we do not take."""

    reason: str
    status: int | None = None

    @property
    def barred(self) -> bool:
        """Whether the guard refused the connection: nothing else on that host can be had either."""
        return self.status is None and self.reason.startswith(("address-", "port-", "no-address"))


@dataclass(frozen=True)
class Busy:
    """The server asks us to wait: 429, or 503 with Retry-After. It counts as no attempt and binds the whole host."""

    wait: timedelta


@dataclass(frozen=True)
class Failed:
    """Something broke on the way; another attempt may do better."""

    reason: str
    status: int | None = None


Answer = Fetched | NotModified | Redirected | Gone | Refused | Busy | Failed
