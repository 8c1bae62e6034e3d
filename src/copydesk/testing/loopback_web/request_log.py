"""The web's own log of what it was asked."""

from collections import Counter
from typing import NamedTuple


class Hit(NamedTuple):
    """One request. `started` is when its head had come, `ended` when the last byte of the answer was about to go.

    Both are monotonic seconds, which all processes of a machine share. `status` is 0 where the client went away
    first. `in_flight` counts the other requests that the host was answering then, `connections` those open to it.
    """

    host: int
    path: str
    kind: str
    status: int
    started: float
    ended: float
    connection: int
    agent: str
    in_flight: int
    connections: int


class Progress(NamedTuple):
    """`pages` counts distinct pages answered in full; the times are those of the first and the last page request."""

    requests: int
    pages: int
    first: float
    last: float


class RequestLog:
    """Hits in the order in which they ended."""

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self.in_flight: Counter[int] = Counter()
        self.connections: Counter[int] = Counter()
        self.connection_count = 0
        self._pages: set[tuple[int, str]] = set()
        self._first = 0.0
        self._last = 0.0

    def add(self, hit: Hit) -> None:
        self.hits.append(hit)
        if hit.kind == "page":
            self._first = min(self._first or hit.started, hit.started)
            self._last = max(self._last, hit.ended)
            if hit.status == 200:
                self._pages.add((hit.host, hit.path))

    def forget(self) -> None:
        """Begin anew, as for another round."""
        self.hits, self._pages = [], set()
        self._first = self._last = 0.0

    def progress(self) -> Progress:
        return Progress(len(self.hits), len(self._pages), self._first, self._last)
