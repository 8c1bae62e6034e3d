"""The day of a page by htmldate, for pages whose own places say nothing."""

from datetime import datetime

import turbohtml
from htmldate import find_date

_LARGEST = 2_000_000
"""Characters of markup beyond which a day is not worth the search: hardly any article page is as long."""
_UNDATED = "style,svg,script,noscript,iframe,nav,footer,form,button,img,picture,source"
"""What tells other days, if any: without it the search takes two thirds of the time and is right as often."""


def fallback_day(page: str, url: str, latest: datetime | None) -> str | None:
    """An ISO day no later than that of `latest`, or None. Takes some 10 ms, up to a second on the largest pages.

    Still larger ones are not searched. Its extensive search is left out: of the days that it adds a third is wrong, and
    its first use loads a parser for three seconds.
    """
    if len(page) > _LARGEST:
        return None
    document = turbohtml.parse(page)
    document.remove(_UNDATED)
    bound = latest.date().isoformat() if latest else None
    day = find_date(
        document.html, url=url, original_date=True, outputformat="%Y-%m-%d", max_date=bound, extensive_search=False
    )
    year_alone = day is not None and day.endswith("-01-01")  # a year somewhere in the text, taken for its first day
    return None if year_alone else day
