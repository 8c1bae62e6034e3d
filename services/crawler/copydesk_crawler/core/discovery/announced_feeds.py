"""The feeds that a page of HTML announces."""

import re

from lxml import etree

from copydesk_crawler.core.discovery.discovered import Document
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url

MAX_FEEDS = 8
_FEED_TYPE = re.compile(r"(?:application|text)/(?:(?:x[.-])?(?:rss|atom|rdf)\+xml|feed\+json)")
_VAGUE_TYPES = frozenset({"application/xml", "text/xml", "application/json"})


def announced_feeds(document: etree._Element, base: str) -> tuple[Document, ...]:
    """Feeds by `<link rel=alternate>` (RSS autodiscovery) or `rel=feed`, without those of comments."""
    found: dict[str, Document] = {}
    for element in document.iter("link"):
        relations = (element.get("rel") or "").lower().split()
        href, media_type = element.get("href") or "", (element.get("type") or "").partition(";")[0].strip().lower()
        if not _announces(relations, media_type, href):
            continue
        address = canonical_url(href, base, keep_tracking=True)
        if isinstance(address, Address) and not _of_comments(address.url, element.get("title") or ""):
            found.setdefault(address.url, Document(address.url, "feed"))
    return tuple(found.values())[:MAX_FEEDS]


def _announces(relations: list[str], media_type: str, href: str) -> bool:
    if "feed" in relations:
        return True
    if "alternate" not in relations:
        return False
    likely = any(word in href.lower() for word in ("feed", "rss", "atom"))
    return bool(_FEED_TYPE.fullmatch(media_type)) or (
        media_type in _VAGUE_TYPES and likely and "oembed" not in href.lower()
    )


def _of_comments(url: str, title: str) -> bool:
    words = url.lower().partition("://")[2].replace("-", "/").replace("=", "/").replace(".", "/").split("/")
    return "comments" in words or "comment" in words or title.lower().rstrip().endswith(("comments", "comments feed"))
