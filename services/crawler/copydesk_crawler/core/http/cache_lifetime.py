"""How long an answer stays fresh (RFC 9111, 4.2), as a private cache reckons it."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from copydesk_crawler.core.http.http_dates import http_date

LONGEST = timedelta(days=365)
_DIRECTIVE = re.compile(r'([!#$%&\'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;]*)))?')
_NONE = timedelta(0)


def fresh_for(headers: Sequence[tuple[str, str]], now: datetime) -> timedelta | None:
    """The time from `now` for which the answer need not be asked for again; None when it does not say.

    Zero for `no-store`, `no-cache`, what has expired, and lifetimes that make no sense (RFC 9111, 4.2.1). `s-maxage`
    is meant for shared caches and not heeded; lifetimes are not guessed from Last-Modified.
    """
    directives = _directives(_joined(headers, "cache-control"))
    if "no-store" in directives or "no-cache" in directives:
        return _NONE
    if "max-age" in directives:
        lifetime = _seconds(directives["max-age"])
    elif expires := _values(headers, "expires"):
        lifetime = _until(expires[0], http_date("".join(_values(headers, "date")[:1])) or now)
    else:
        return None
    age = _seconds(next(iter(_values(headers, "age")), "0"))
    return min(max(lifetime - age, _NONE), LONGEST)


def _values(headers: Sequence[tuple[str, str]], name: str) -> list[str]:
    return [value.strip() for found, value in headers if found.lower() == name]


def _joined(headers: Sequence[tuple[str, str]], name: str) -> str:
    return ", ".join(_values(headers, name))


def _directives(header: str) -> dict[str, str]:
    """By lower-case name; of one given twice the first counts."""
    found: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(header):
        found.setdefault(match[1].lower(), match[2] if match[2] is not None else match[3] or "")
    return found


def _seconds(text: str) -> timedelta:
    """Delta-seconds (RFC 9111, 1.2.2); nonsense is zero, and more than a year is a year."""
    if not text.isascii() or not text.isdigit():
        return _NONE
    return LONGEST if len(text) > 9 else min(timedelta(seconds=int(text)), LONGEST)


def _until(expires: str, date: datetime) -> timedelta:
    moment = http_date(expires)
    return _NONE if moment is None else max(moment - date, _NONE)
