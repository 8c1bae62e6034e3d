"""The day of a page by htmldate, for pages whose own places say nothing: it searches whatever looks like a date."""

from datetime import datetime

from htmldate import find_date

_LARGEST = 2_000_000
"""Characters of markup beyond which a day is not worth the search: hardly any article page is as long."""


def fallback_day(page: str, url: str, latest: datetime | None) -> str | None:
    """An ISO day no later than that of `latest`, or None. Takes some 15 ms, up to a second on the largest pages.

    Still larger ones are not searched.
    """
    if len(page) > _LARGEST:
        return None
    bound = latest.date().isoformat() if latest else None
    for thorough in (True, False):
        day = find_date(
            page, url=url, original_date=True, outputformat="%Y-%m-%d", max_date=bound, extensive_search=thorough
        )
        if not (day and day.endswith("-01-01")):
            return day
    return None  # a year somewhere in the text, taken for its first day
