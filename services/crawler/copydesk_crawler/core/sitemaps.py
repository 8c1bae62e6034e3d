"""Sitemaps by sitemaps.org 0.9 with the news extension: XML, indexes, text, each also gzipped; feeds serve as well.

Parsing takes long on hostile input: run it in a worker process with a deadline.
"""

import io
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree

from copydesk_crawler.core.decompression import UndecodableBodyError, gunzip
from copydesk_crawler.core.discovered import MAX_ENTRIES, Document, Entry, Findings, text_hint, timestamp
from copydesk_crawler.core.feeds import parse_feed
from copydesk_crawler.core.xml_guard import HostileDocumentError, check_xml

_FEED_ROOTS = frozenset({"rss", "feed", "RDF"})


def parse_sitemap(body: bytes, url: str, content_type: str | None, limit: int) -> Findings:
    """Read a sitemap or index; `limit` caps a gzipped one. Never raises for its content.

    Problems: `not-a-sitemap`, `xml-entities`, `xml-too-deep` and those of `decode_body`.
    """
    try:
        if body[:2] == b"\x1f\x8b":
            body = gunzip(body, limit)
        if not body.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"<") and body[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            return _text(body)
        checked = check_xml(body)
    except (UndecodableBodyError, HostileDocumentError) as error:
        return Findings(problem=error.reason)
    root = _root(checked)
    if root in _FEED_ROOTS:
        return parse_feed(checked, url, content_type)
    if root == "sitemapindex":
        children = tuple(_children(checked, url))
        return Findings(documents=children, problem=None if children else "empty-sitemap-index")
    if root != "urlset":
        return Findings(problem="not-a-sitemap")
    return _urlset(checked, url)


def _iterate(body: bytes, *names: str) -> Iterator[etree._Element]:
    """Elements of these local names in any namespace, as they end; memory stays flat."""
    tags = [f"{{*}}{name}" for name in names]
    try:
        for _, element in etree.iterparse(
            io.BytesIO(body), tag=tags, recover=True, resolve_entities=False, no_network=True, load_dtd=False
        ):
            yield element
            element.clear()
            while element.getprevious() is not None and (parent := element.getparent()) is not None:
                del parent[0]
    except etree.XMLSyntaxError:
        return


def _root(body: bytes) -> str | None:
    try:
        for _, element in etree.iterparse(
            io.BytesIO(body), events=("start",), recover=True, resolve_entities=False, no_network=True
        ):
            return etree.QName(element).localname
    except etree.XMLSyntaxError:
        return None
    return None


def _children(body: bytes, url: str) -> Iterator[Document]:
    for element in _iterate(body, "sitemap"):
        fields = _fields(element)
        if location := fields.get("loc"):
            yield Document(_absolute(location, url), "sitemap", timestamp(fields.get("lastmod")))


def _urlset(body: bytes, url: str) -> Findings:
    entries: list[Entry] = []
    news = False
    for element in _iterate(body, "url"):
        fields = _fields(element)
        news = news or "publication_date" in fields
        if location := fields.get("loc"):
            entries.append(
                Entry(
                    url=_absolute(location, url),
                    title=text_hint(fields.get("title")),
                    published=timestamp(fields.get("publication_date")) or timestamp(fields.get("lastmod")),
                    language=text_hint(fields.get("language")),
                )
            )
        if len(entries) == MAX_ENTRIES:
            break
    return Findings(entries=tuple(entries), lists_news=news)


def _fields(element: etree._Element) -> dict[str, str]:
    """Texts of all descendants by local name; the first of a name counts, so images do not replace the page."""
    fields: dict[str, str] = {}
    for child in element.iterdescendants("{*}*"):
        text = (child.text or "").strip()
        if text:
            fields.setdefault(etree.QName(child).localname, text)
    return fields


def _absolute(location: str, url: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def _text(body: bytes) -> Findings:
    """One absolute URL a line."""
    lines = [line.strip() for line in body.decode("utf-8-sig", "replace").splitlines()]
    entries = tuple(Entry(line) for line in lines if line.startswith(("http://", "https://")))[:MAX_ENTRIES]
    return Findings(entries=entries, problem=None if entries else "not-a-sitemap")
