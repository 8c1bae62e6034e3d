"""What a feed says of itself: how long it stays as it is, and where its changes can be subscribed to."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.urls.references import resolved

MAX_HUBS = 4
_MAX_TTL = timedelta(days=7)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_LINK = re.compile(r"<([^>]{1,2000})>\s*((?:;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+)\s*)*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


def feed_ttl(facts: Mapping[str, Any]) -> timedelta | None:
    """RSS's `ttl` (minutes), else the interval of the syndication module (RSS 1.0), at most a week."""
    minutes = _number(facts.get("ttl"))
    if minutes:
        return min(timedelta(minutes=minutes), _MAX_TTL)
    period = _PERIODS.get(str(facts.get("sy_updateperiod", "")).strip().lower())
    if period is None:
        return None
    return min(period / (_number(facts.get("sy_updatefrequency")) or 1), _MAX_TTL)


def _number(value: object) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else None


def subscription_links(links: object, base: str) -> tuple[tuple[str, ...], str | None]:
    """Addresses of hubs and the self link among a feed's links (`rel`, `href`), absolute and canonical."""
    hubs: list[str] = []
    own: str | None = None
    for link in links if isinstance(links, list) else ():
        relation, href = str(link.get("rel") or "").lower(), link.get("href")
        if relation == "hub" and isinstance(href, str):
            hubs += _web_address(href, base)
        elif relation == "self" and isinstance(href, str):
            own = own or next(iter(_web_address(href, base)), None)
    return tuple(dict.fromkeys(hubs))[:MAX_HUBS], own


def link_header(value: str) -> list[dict[str, str]]:
    """The links of a Link header (RFC 8288), one entry for each relation."""
    links: list[dict[str, str]] = []
    for match in _LINK.finditer(value[:8_192]):
        relation = _REL.search(match[2])
        names = (relation[1] or relation[2] or "") if relation else ""
        links += [{"rel": name, "href": match[1].strip()} for name in names.lower().split()]
    return links


def _web_address(href: str, base: str) -> list[str]:
    """The address as it is written, since hubs compare topics letter by letter, if it is one of the web."""
    address = resolved(href.strip(), base)
    return [address] if address and isinstance(canonical_url(address, keep_tracking=True), Address) else []
