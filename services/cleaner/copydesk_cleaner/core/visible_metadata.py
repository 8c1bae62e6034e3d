"""Date and author as a reader sees them beside the headline, for pages whose markup names neither."""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml.html import HtmlElement

from copydesk_cleaner.core.dates import FoundDate, read_date
from copydesk_cleaner.core.names import is_byline, person_names
from copydesk_cleaner.core.relative_times import month_number

_BEFORE = 6
_AFTER = 14
_LONGEST = 90
_TIME = r"(?:\D{1,6}(?P<hour>\d{1,2})[:.h時时](?P<minute>\d{2}))?"
_NUMERIC = re.compile(r"(?P<year>\d{4})\s?[-/.年년]\s?(?P<month>\d{1,2})\s?[-/.月월]\s?(?P<day>\d{1,2})" + _TIME)
_NUMERIC_DAY_FIRST = re.compile(r"\b(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})" + _TIME)
_NAMED = (
    re.compile(
        r"\b(?P<day>\d{1,2})(?:\.|º|er)?\s+(?:de\s+)?(?P<name>[^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(?P<year>\d{4})" + _TIME
    ),
    re.compile(r"\b(?P<name>[^\W\d_]{3,12})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _TIME),
)


def lines_beside_headline(tree: HtmlElement) -> list[str]:
    """The short texts just above and below the first heading, in reading order."""
    texts: list[str] = []
    headline = None
    heading = next(tree.iter("h1"), None)
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "title", "noscript"):
            continue
        if element is heading:
            headline = len(texts)
        own = (element.text, *(child.tail for child in element))
        texts.extend(" ".join(text.split()) for text in own if text and text.strip())
        if headline is not None and len(texts) > headline + _AFTER:
            break
    if headline is None:
        return []
    return [text for text in texts[max(0, headline - _BEFORE) : headline + _AFTER] if len(text) <= _LONGEST]


def visible_authors(lines: list[str]) -> list[str]:
    """The people of the first line that is a byline."""
    return next((people for line in lines if is_byline(line) and (people := person_names(line))), [])


def visible_date(lines: list[str], language: str | None, latest: datetime | None) -> FoundDate | None:
    """The first date printed; in UTC where, as always on such pages, no offset is given."""
    for line in lines:
        for printed in _dates(line, language):
            found = read_date(printed, latest)
            if found and found.value is not None:
                return found
    return None


def _dates(line: str, language: str | None) -> Iterator[str]:
    for pattern in (_NUMERIC, _NUMERIC_DAY_FIRST):
        if found := pattern.search(line):
            yield _iso(found, int(found["month"]))
    for pattern in _NAMED:
        if (found := pattern.search(line)) and (month := month_number(found["name"], language)):
            yield _iso(found, month)


def _iso(found: re.Match[str], month: int) -> str:
    day = f"{int(found['year']):04}-{month:02}-{int(found['day']):02}"
    return f"{day}T{int(found['hour']):02}:{found['minute']}" if found["hour"] else day
