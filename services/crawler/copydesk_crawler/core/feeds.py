"""Feeds: RSS 0.9x, 1.0, 2.0 and Atom through feedparser, JSON Feed 1.x by its specification.

Parsing is quadratic in places: run it in a worker process with a deadline.
"""

import io
import json
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser

from copydesk_crawler.core.discovered import MAX_ENTRIES, Entry, Findings, text_hint, timestamp
from copydesk_crawler.core.xml_guard import HostileDocumentError, check_xml


def parse_feed(body: bytes, url: str, content_type: str | None) -> Findings:
    """Read a feed of any kind. Never raises for its content: `problem` says what is wrong.

    Problems: `not-a-feed`, `xml-entities`, `xml-too-deep`, `json-feed-malformed`.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n\0")[:1] == b"{":
        return _json_feed(body, url)
    try:
        checked = check_xml(body)
    except HostileDocumentError as error:
        return Findings(problem=error.reason)
    # As a stream: given bare bytes, feedparser first tries them as a file name.
    parsed = feedparser.parse(
        io.BytesIO(checked),
        response_headers={"content-type": content_type or "application/xml", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.get("version") and not parsed.entries:
        return Findings(problem="not-a-feed")
    language = text_hint(parsed.feed.get("language"))
    found = (_entry(entry, url, language) for entry in parsed.entries[:MAX_ENTRIES])
    return Findings(entries=tuple(entry for entry in found if entry), lists_news=True)


def _entry(entry: Any, url: str, language: str | None) -> Entry | None:
    # `feedburner_origlink` is where a redistributor's counting link leads in the end.
    link = entry.get("feedburner_origlink") or entry.get("link")
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        address = urljoin(url, link.strip())
    except ValueError:
        address = link
    return Entry(
        url=address,
        title=text_hint(entry.get("title")),
        published=_moment(entry.get("published_parsed") or dict.get(entry, "updated_parsed")),
        language=text_hint(entry.get("language")) or language,
    )


def _moment(parsed: struct_time | None) -> datetime | None:
    """feedparser's times are UTC; days that do not exist are None."""
    if not parsed:
        return None
    try:
        moment = datetime(*parsed[:6], tzinfo=UTC)
    except (ValueError, OverflowError, TypeError):
        return None
    return moment if 1990 <= moment.year <= 2100 else None


def _json_feed(body: bytes, url: str) -> Findings:
    """JSON Feed 1.1; entries without `url` may carry it as `id`."""
    try:
        document = json.loads(body.decode("utf-8-sig", "replace").replace("\0", ""))
    except (ValueError, RecursionError):
        return Findings(problem="json-feed-malformed")
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(document.get("version")):
        return Findings(problem="not-a-feed")
    language = text_hint(document.get("language"))
    found = (_json_entry(item, url, language) for item in items[:MAX_ENTRIES] if isinstance(item, dict))
    return Findings(entries=tuple(entry for entry in found if entry), lists_news=True)


def _json_entry(item: dict[str, Any], url: str, language: str | None) -> Entry | None:
    link = item.get("url") or item.get("id")
    if not isinstance(link, str):
        return None
    try:
        address = urljoin(url, link.strip())
    except ValueError:
        return None
    return Entry(
        url=address,
        title=text_hint(item.get("title")),
        published=timestamp(item.get("date_published")) or timestamp(item.get("date_modified")),
        language=text_hint(item.get("language")) or language,
    )
