"""What is different between an article as it is filed and as the cleaner makes it of the same page now. Pure."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from copydesk.cli.changes import ARTICLE, Change, Compared, list_changes, value_changes
from copydesk.cli.kept import NOTE_OF_TAGGER
from copydesk.contracts import ArticleCleaned

_LISTS = ("authors", "agencies", "page_keywords")
NOT_STORED = "not-stored"
OLDER_FETCH = "older-fetch"


def cleaning_changes(before: ArticleCleaned, after: ArticleCleaned) -> list[Change]:
    """Every difference that was made by cleaning, what readers see first.

    Method and confidence are none, nor is the rule by which the same was cut for the same reason.
    """
    return [*_values(before, after), *_lists(before, after), *_cuts(before, after)]


def compared_cleaning(before: ArticleCleaned, after: ArticleCleaned) -> Compared:
    """The article with its changes, by which version of the cleaner."""
    versions = (before.cleaner_version, after.cleaner_version)
    return Compared(
        id=after.id,
        url=after.url,
        source=after.source,
        title=after.title or before.title,
        changes=cleaning_changes(before, after),
        lengths=(len(before.text), len(after.text)),
        makers={"cleaner": versions} if versions[0] != versions[1] else {},
    )


def lost(before: ArticleCleaned, reason: str) -> Compared:
    """A page of which nothing comes any more; what is filed would stay, but pages like it would be lost."""
    return Compared(
        id=before.id,
        url=before.url,
        source=before.source,
        title=before.title,
        changes=[Change(ARTICLE, "removed", reason)],
        lengths=(len(before.text), len(before.text)),
    )


def _values(before: ArticleCleaned, after: ArticleCleaned) -> Iterator[Change]:
    for kind in ("title", "subtitle", "text"):
        yield from value_changes(kind, getattr(before, kind), getattr(after, kind))
    for kind in ("published", "modified"):
        yield from value_changes(kind, _moment(getattr(before, kind)), _moment(getattr(after, kind)))
    yield from value_changes("section", before.section, after.section)
    lines = [one.dateline.text if one.dateline else None for one in (before, after)]
    yield from value_changes("dateline", *lines)
    walls = ["paywalled" if one.paywalled else None for one in (before, after)]
    yield from value_changes("paywall", *walls)


def _lists(before: ArticleCleaned, after: ArticleCleaned) -> Iterator[Change]:
    for kind in _LISTS:
        old, new = getattr(before, kind), getattr(after, kind)
        found = list(list_changes(kind, _plain(old), _plain(new)))
        yield from found
        if not found and old != new:
            yield Change(kind, "changed", ", ".join(new), ", ".join(old))
    yield from list_changes("images", _images(before), _images(after))
    yield from list_changes("parts", _parts(before), _parts(after))
    yield from list_changes("flags", _plain(_flags(before)), _plain(_flags(after)))


def _cuts(before: ArticleCleaned, after: ArticleCleaned) -> Iterator[Change]:
    """By reason and text; what was cut several times counts as often."""
    old, new = (Counter((cut.reason, cut.text) for cut in one.cuts) for one in (before, after))
    for (reason, text), times in (old - new).items():
        yield from [Change("cuts", "removed", text, name=reason)] * times
    for (reason, text), times in (new - old).items():
        yield from [Change("cuts", "added", text, name=reason)] * times


def _moment(found: datetime | None) -> str | None:
    return found.astimezone(UTC).isoformat() if found else None


def _plain(values: list[str]) -> dict[Any, str]:
    return {value: value for value in values}


def _flags(article: ArticleCleaned) -> list[str]:
    return [flag for flag in article.flags if not flag.startswith(NOTE_OF_TAGGER)]


def _images(article: ArticleCleaned) -> dict[Any, str]:
    return {one.url: " · ".join(filter(None, (one.url, one.caption, one.credit))) for one in article.images}


def _parts(article: ArticleCleaned) -> dict[Any, str]:
    return {one.id: one.title or one.text[:80] for one in article.parts}
