"""When an article was published and last changed, decided from all that its page says.

The rule for publication: the first of JSON-LD `datePublished`, `meta` elements of that meaning and elements marked as
such speaks, unless two other places (the address is one) agree on another day. Without any of the three, dates that do
not say of what they are follow: address, `time` elements, text around the headline, what declarations give in words,
`dateCreated` and general `meta`, text marked as date, data of scripts, and at last a fallback that the caller provides.
The note names what was stated and not taken.

A time in UTC takes the offset that another place shows for it: the same moment with an offset, or a clock that is some
half hours ahead or behind to the minute. A day takes the time that another place gives it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, timezone
from enum import IntEnum
from functools import cached_property
from itertools import islice
from urllib.parse import urlsplit

from copydesk_cleaner.core.date_sources import (
    MarkedDates,
    Statement,
    classed_lines,
    declared_modified,
    declared_published,
    marked_dates,
    other_declared,
    script_dates,
    url_day,
)
from copydesk_cleaner.core.dates import FoundDate, plausible_date, read_date
from copydesk_cleaner.core.headline_lines import lines_around_headline
from copydesk_cleaner.core.page_facts import PageFacts
from copydesk_cleaner.core.visible_dates import visible_dates
from copydesk_cleaner.core.written_dates import WrittenDate, written_dates

Fallback = Callable[[], str | None]
"""Finds the day (ISO 8601) by other means; asked only where the page's own places say nothing."""

_SAME_STAMP = timedelta(minutes=2)
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)
_HALF_HOUR = timedelta(minutes=30)
_MINUTE = timedelta(minutes=1)
_NO_REGION = frozenset({"ai", "cc", "co", "eu", "fm", "gg", "io", "ly", "me", "to", "tv"})
"""Domains of countries that sites of any country use."""
_APART = timedelta(hours=30)
"""Two readings farther from each other than this cannot be one day in two zones."""


@dataclass(frozen=True)
class PageDates:
    """Each with the offset that the page gives; null with a note where it gives no possible date."""

    published: FoundDate
    modified: FoundDate


class _Exactness(IntEnum):
    DAY = 0
    CLOCK = 1
    MOMENT = 2


@dataclass(frozen=True)
class _Reading:
    """A possible date; `moment` is in UTC where no offset is given."""

    source: str
    moment: datetime
    exactness: _Exactness
    note: str | None = None


def read_dates(facts: PageFacts, latest: datetime | None, fallback: Fallback | None = None) -> PageDates:
    """Both dates of a page. `latest` is the time of the fetch, which bounds them and never becomes one of them."""
    page = _Page(facts, latest, fallback)
    return PageDates(page.published(), page.modified())


class _Page:
    """What one page says, each place read at most once and only when it is needed."""

    def __init__(self, facts: PageFacts, latest: datetime | None, fallback: Fallback | None) -> None:
        self._facts = facts
        self._latest = latest
        self._fallback = fallback
        self._refusal: str | None = None
        self._language = _with_region(facts.language, facts.url)
        self._looks = visible_dates(lines_around_headline(facts), self._language)
        self._looked_at: list[tuple[_Reading, bool]] = []

    def published(self) -> FoundDate:
        stated = self._stated
        if not stated:
            found = next(self._unstated(), None)
            return self._finish(found, []) if found else FoundDate(None, self._refusal or "the page names no date")
        refusal = self._refusal
        chosen = self._outvoting(stated) or stated[0]
        decided = self._finish(chosen, [*stated, *self._earlier_in_text(chosen)])
        return replace(decided, note="; ".join(filter(None, (decided.note, refusal)))) if refusal else decided

    def modified(self) -> FoundDate:
        self._refusal = None
        stated = [*self._read(declared_modified(self._facts)), *self._read(self._marked.modified)]
        refusal = self._refusal
        found = stated[0] if stated else next((one for one, changed in self._visible() if changed), None)
        return self._finish(found, [], complete=False) if found else FoundDate(None, refusal)

    @cached_property
    def _stated(self) -> list[_Reading]:
        return [*self._read(declared_published(self._facts), typed=True), *self._read(self._marked.published)]

    @cached_property
    def _marked(self) -> MarkedDates:
        return marked_dates(self._facts)

    def _visible(self) -> Iterator[tuple[_Reading, bool]]:
        """Dates around the headline, and whether each is said to be that of a change; read as far as they are asked
        for, and once."""
        yield from self._looked_at
        for date in self._looks:
            if reading := self._of_written(date.written, "text at the headline"):
                self._looked_at.append((reading, date.changed))
                yield reading, date.changed

    @cached_property
    def _address(self) -> list[_Reading]:
        day = url_day(self._facts.url)
        return list(self._read([day] if day else []))

    def _unstated(self) -> Iterator[_Reading]:
        """Dates that do not say of what they are, the best first."""
        yield from self._address
        yield from self._read(self._marked.unsaid)
        yield from (reading for reading, changed in self._visible() if not changed)
        yield from self._read(declared_published(self._facts))
        yield from self._read(other_declared(self._facts))
        classed = visible_dates(classed_lines(self._facts), self._language)
        readings = (self._of_written(one.written, "text marked as date") for one in classed if not one.changed)
        yield from (reading for reading in readings if reading)
        yield from (reading for reading, _ in self._visible())
        yield from self._read(script_dates(self._facts))
        day = self._fallback() if self._fallback else None
        yield from self._read([Statement("fallback", day)] if day else [])

    def _earlier_in_text(self, chosen: _Reading) -> list[_Reading]:
        """The day printed at the headline, where the chosen one repeats the last change. On news pages that text is
        as often an earlier article's day as this one's, so it is only named."""
        change = next(self._read(declared_modified(self._facts)), None)
        if change is None or abs(change.moment - chosen.moment) > _SAME_STAMP:
            return []
        return [
            one for one, changed in islice(self._visible(), 1) if not changed and chosen.moment - one.moment > _APART
        ]

    def _outvoting(self, stated: list[_Reading]) -> _Reading | None:
        """The first of two places that agree on a day which the first place does not give."""
        first = stated[0]
        strays = [one for one in (*stated[1:], *self._address) if not _near(one, first)]
        for at, one in enumerate(strays):
            if any(_near(one, other) and other.source != one.source for other in strays[at + 1 :]):
                return one
        return None

    def _read(self, statements: Iterable[Statement], *, typed: bool = False) -> Iterator[_Reading]:
        """`typed` leaves out what is written for people: in declarations it is more often the day of a change."""
        for statement in statements:
            found = read_date(statement.printed, self._latest)
            if found and found.value:
                yield _Reading(statement.source, found.value, _exactness(found), found.note)
                continue
            written = [] if typed else written_dates(statement.printed, self._language)
            reading = self._of_written(written[0], statement.source) if written else None
            if reading:
                yield reading
            elif found:
                self._refusal = self._refusal or f"{statement.source}: {found.note}"

    def _of_written(self, written: WrittenDate, source: str) -> _Reading | None:
        found = plausible_date(written.value, _note(written), self._latest)
        if found.value is None:
            self._refusal = self._refusal or f"{source}: {found.note}"
            return None
        return _Reading(source, found.value, _exactness(found), found.note)

    def _finish(self, chosen: _Reading, stated: list[_Reading], *, complete: bool = True) -> FoundDate:
        strays = (one for one in stated if not _near(one, chosen))
        ignored = dict.fromkeys(f"{one.source} {one.moment.date()}" for one in strays)
        full = self._completed(chosen) if complete else chosen
        notes = [full.note] if full.note else []
        if ignored:
            notes.append(f"{chosen.source} {chosen.moment.date()} taken, {', '.join(ignored)} ignored")
        return FoundDate(full.moment, "; ".join(notes) or None)

    def _completed(self, chosen: _Reading) -> _Reading:
        """The reading with the time and the offset that other places add to it."""
        if chosen.exactness is _Exactness.MOMENT and chosen.moment.utcoffset():
            return chosen
        for other in self._companions():
            if fuller := _merged(chosen, other):
                return fuller
        return chosen

    def _companions(self) -> Iterator[_Reading]:
        yield from self._stated
        yield from self._read(self._marked.unsaid)
        yield from self._read(other_declared(self._facts))
        yield from (one for one, changed in self._visible() if not changed)


def _merged(one: _Reading, other: _Reading) -> _Reading | None:
    """What `one` becomes by a more exact reading of the same publication; None where `other` tells nothing of it."""
    if other.exactness is _Exactness.DAY:
        return None
    if one.exactness is _Exactness.DAY:
        return replace(other, source=one.source) if other.moment.date() == one.moment.date() else None
    if one.exactness is _Exactness.CLOCK:
        shown = other.moment.replace(tzinfo=UTC)
        same = other.exactness is _Exactness.MOMENT and abs(shown - one.moment) < _MINUTE
        return replace(other, source=one.source) if same else None
    if other.exactness is _Exactness.MOMENT:
        offset = other.moment.utcoffset() if abs(other.moment - one.moment) < _MINUTE else None
    else:
        offset = _offset(one.moment, other.moment)
    return replace(one, moment=one.moment.astimezone(timezone(offset))) if offset else None


def _offset(moment: datetime, clock: datetime) -> timedelta | None:
    """The offset of a clock that showed `clock` (as if in UTC) at the moment; None where no zone's clock could."""
    exact = moment if clock.second else moment.replace(second=0, microsecond=0)
    offset = clock - exact.replace(microsecond=0)
    return offset if _WEST <= offset <= _EAST and not offset % _HALF_HOUR else None


def _with_region(language: str | None, url: str) -> str | None:
    """`en` on a site under .uk as `en-GB`: regions write days and months in different order."""
    try:
        domain = (urlsplit(url).hostname or "").rpartition(".")[2]
    except ValueError:
        return language
    if not language or "-" in language or len(domain) != 2 or domain in _NO_REGION:
        return language
    return f"{language}-{'GB' if domain == 'uk' else domain.upper()}"


def _note(written: WrittenDate) -> str | None:
    if written.value.tzinfo:
        return None
    return "no offset given, UTC assumed" if written.timed else "day only, midnight UTC assumed"


def _exactness(found: FoundDate) -> _Exactness:
    if found.value and not found.value.utcoffset() and found.value.time() == time():
        return _Exactness.DAY
    if found.note is None:
        return _Exactness.MOMENT
    return _Exactness.DAY if found.note.startswith("day only") else _Exactness.CLOCK


def _near(one: _Reading, other: _Reading) -> bool:
    return abs(one.moment - other.moment) <= _APART
