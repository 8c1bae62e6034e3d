"""Feeds: RSS 0.9x, 1.0, 2.0, CDF and Atom through feedparser, JSON Feed 1.x by its specification.

Parsing is quadratic in places: run it in a worker process with a deadline.
"""

import html
import io
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import feedparser

from copydesk_crawler.core.discovery.announced_feeds import announced_feeds
from copydesk_crawler.core.discovery.discovered import MAX_ENTRIES, Entry, Findings, text_hint
from copydesk_crawler.core.discovery.feed_dates import feed_dates
from copydesk_crawler.core.discovery.feed_facts import feed_ttl, subscription_links
from copydesk_crawler.core.discovery.xml_guard import HostileDocumentError, check_xml
from copydesk_crawler.core.pages.html_document import base_address, parse_html
from copydesk_crawler.core.urls.references import resolved

DateReader = Callable[[object], datetime | None]

_HTML_START = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_XML_START = re.compile(rb"<(?:\?xml|rss|feed|rdf:RDF|channel)\b", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]{1,9})|([0-9]{1,9}));")
_DATES = ("published", "created", "updated", "date")
_CHATTER = 4_000


def parse_feed(body: bytes, url: str, content_type: str | None) -> Findings:
    """Read a feed of any kind. Never raises for its content: `problem` says what is wrong.

    Problems: `not-a-feed`, `xml-entities`, `xml-too-deep`, `json-feed-malformed`. A page that came instead of a feed
    gives the feeds that it announces as `documents`.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n\0")[:1] == b"{":
        return _json_feed(body, url)
    if _HTML_START.match(_after_comments(body)):
        return _page_instead(body, url)
    try:
        checked = check_xml(_without_chatter(body))
    except HostileDocumentError as error:
        return Findings(problem=error.reason)
    # As a stream: given bare bytes, feedparser first tries them as a file name.
    try:
        parsed = feedparser.parse(
            io.BytesIO(_REFERENCE.sub(_character, checked)),
            response_headers={"content-type": content_type or "application/xml", "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, OverflowError):
        return Findings(problem="not-a-feed")
    if not parsed.get("version") and not parsed.entries:
        return Findings(problem="not-a-feed")
    language = text_hint(parsed.feed.get("language"))
    dates = feed_dates(language)
    found = (_entry(entry, url, language, dates) for entry in parsed.entries[:MAX_ENTRIES])
    hubs, own = subscription_links(parsed.feed.get("links"), url)
    return Findings(
        entries=tuple(entry for entry in found if entry),
        lists_news=True,
        ttl=feed_ttl(parsed.feed),
        hubs=hubs,
        self_url=own,
    )


def _character(reference: re.Match[bytes]) -> bytes:
    """The reference, unless to half a character or to none: feedparser raises on those."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"&#xFFFD;" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else reference[0]


def _page_instead(body: bytes, url: str) -> Findings:
    document = parse_html(body, None)
    feeds = () if document is None else announced_feeds(document, base_address(document, url))
    return Findings(documents=tuple(feed for feed in feeds if feed.url != url), problem="not-a-feed")


def _after_comments(body: bytes) -> bytes:
    """The first bytes of the document behind byte order mark and comments."""
    rest = body[:_CHATTER].removeprefix(b"\xef\xbb\xbf").lstrip()
    while rest.startswith(b"<!--") and (end := rest.find(b"-->")) > 0:
        rest = rest[end + 3 :].lstrip()
    return rest


def _without_chatter(body: bytes) -> bytes:
    """The document without what a broken program printed before it."""
    start = _XML_START.search(body, 0, _CHATTER)
    return body[start.start() :] if start and b"<!" not in body[: start.start()] else body


def _entry(entry: Any, url: str, language: str | None, dates: DateReader) -> Entry | None:
    # `feedburner_origlink` is where a redistributor's counting link leads in the end.
    link = entry.get("feedburner_origlink") or entry.get("link") or _identity(entry)
    if not isinstance(link, str) or not link.strip():
        return None
    raw = (dict.get(entry, name) for name in _DATES)
    return Entry(
        url=resolved(link.strip(), url) or link,
        title=_title(entry.get("title")),
        published=next((moment for moment in map(dates, raw) if moment), None),
        language=text_hint(entry.get("language")) or language,
    )


def _identity(entry: Any) -> str | None:
    """An identifier that is an address, unless the feed says that it is none to follow."""
    identity = entry.get("id")
    is_address = isinstance(identity, str) and identity.startswith(("http://", "https://"))
    return identity if is_address and entry.get("guidislink") is not False else None


def _title(value: object) -> str | None:
    """Plain text of a title; many feeds escape markup, some twice."""
    if not isinstance(value, str):
        return None
    text = value
    if _ENTITY.search(text):
        text = html.unescape(text)
    return text_hint(_TAG.sub(" ", text) if _TAG.search(text) else text)


def _json_feed(body: bytes, url: str) -> Findings:
    """JSON Feed 1.0 and 1.1; entries without `url` may carry it as `id`."""
    try:
        document = json.loads(body.decode("utf-8-sig", "replace").replace("\0", ""))
    except (ValueError, RecursionError):
        return Findings(problem="json-feed-malformed")
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(document.get("version")):
        return Findings(problem="not-a-feed")
    language = text_hint(document.get("language"))
    dates = feed_dates(language)
    found = (_json_entry(item, url, language, dates) for item in items[:MAX_ENTRIES] if isinstance(item, dict))
    hubs, own = subscription_links(_json_links(document), url)
    return Findings(entries=tuple(entry for entry in found if entry), lists_news=True, hubs=hubs, self_url=own)


def _json_links(document: dict[str, Any]) -> list[dict[str, object]]:
    """Hubs and the feed's own address as links; of hubs only those that speak WebSub."""
    hubs = document.get("hubs")
    return [
        {"rel": "self", "href": document.get("feed_url")},
        *(
            {"rel": "hub", "href": hub.get("url")}
            for hub in (hubs if isinstance(hubs, list) else ())
            if isinstance(hub, dict) and str(hub.get("type", "websub")).lower() in ("websub", "pubsubhubbub")
        ),
    ]


def _json_entry(item: dict[str, Any], url: str, language: str | None, dates: DateReader) -> Entry | None:
    link, identity = item.get("url"), item.get("id")
    if not link and isinstance(identity, str) and "://" in identity:
        link = identity
    if not isinstance(link, str) or not link.strip():
        return None
    return Entry(
        url=resolved(link.strip(), url) or link,
        title=_title(item.get("title")),
        published=dates(item.get("date_published")) or dates(item.get("date_modified")),
        language=text_hint(item.get("language")) or language,
    )
