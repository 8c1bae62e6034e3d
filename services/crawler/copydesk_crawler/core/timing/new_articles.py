"""What a poll says of a source's rhythm: which of the addresses found are new articles, and when they came out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from copydesk_crawler.core.timing.publishing_rhythm import LONGEST_MEMORY

_BACK = timedelta(days=1)
"""Entries appear in feeds up to so much later than they are dated."""

_LEAST_WINDOW = 5


@dataclass
class Named:
    """The addresses that one poll found. `dated` holds the publication of each by id, None where it is not stated.

    `windows` are the ids that each feed shows which had been read before; `first_read` those of documents that had not.
    """

    dated: dict[str, datetime | None] = field(default_factory=dict)
    windows: list[frozenset[str]] = field(default_factory=list)
    first_read: set[str] = field(default_factory=set)

    def add(self, identity: str, published: datetime | None) -> None:
        """Of two dates the earlier one counts: the other is that of a change."""
        held = self.dated.get(identity)
        self.dated[identity] = min(held, published) if held and published else held or published


@dataclass(frozen=True)
class NewArticles:
    """`times` of publication, ascending, and whether a feed showed nothing that was known: entries may be missing.

    `seen_from` is set where the time before it went unwatched.
    """

    times: tuple[datetime, ...]
    overflowed: bool = False
    seen_from: datetime | None = None


def first_articles(named: Named, now: datetime) -> NewArticles:
    """What the first poll of a source teaches: the dated entries of the last four weeks.

    The oldest of them only opens the time watched: what came before it is not in the window.
    """
    times = sorted(
        published
        for published in named.dated.values()
        if published and _exact(published) and now - LONGEST_MEMORY < published <= now
    )
    return NewArticles(tuple(times[1:]), seen_from=times[0] if times else now)


def new_articles(
    named: Named, known: Mapping[str, bool], until: datetime, newest: datetime | None, now: datetime
) -> NewArticles:
    """What came since the poll at `until`; `known` ids were there before it, True where this source had named them.

    Undated ones are spread evenly over the time since then, a day at most. Those that another source named first count
    when they are dated later than `newest`, the newest article so far.
    """
    times: list[datetime] = []
    undated = 0
    for identity, published in named.dated.items():
        told = published is not None and _exact(published) and published <= now
        if identity in known and (known[identity] or not (told and published and newest and published > newest)):
            continue
        if told and published:
            if published > min(until, now) - _BACK:
                times.append(published)
        elif identity not in named.first_read:
            undated += 1
    since = max(until, now - _BACK)
    times += [since + (now - since) * ((number + 1) / (undated + 1)) for number in range(undated)]
    overflowed = any(len(window) >= _LEAST_WINDOW and not window & known.keys() for window in named.windows)
    unwatched = overflowed or (undated and until < since)
    return NewArticles(tuple(sorted(times)), overflowed, min(times, default=since) if unwatched else None)


def _exact(published: datetime) -> bool:
    """Whether a date tells more than the day."""
    return published.time() != time(0)
