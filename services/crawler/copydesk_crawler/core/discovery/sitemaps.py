"""Sitemaps by sitemaps.org 0.9 with the news extension: XML, indexes, text, each also gzipped; feeds serve as well.

Parsing takes long on hostile input: run it in a worker process with a deadline.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from lxml import etree

from copydesk_crawler.core.discovery.discovered import MAX_ENTRIES, Document, Entry, Findings, text_hint, timestamp
from copydesk_crawler.core.discovery.feed_dates import plausible, standard_date
from copydesk_crawler.core.discovery.feeds import parse_feed
from copydesk_crawler.core.discovery.xml_guard import HostileDocumentError, check_xml
from copydesk_crawler.core.http.decompression import UndecodableBodyError, gunzip
from copydesk_crawler.core.urls.references import resolved

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
        return _listed(parse_feed(checked, url, content_type))
    if root == "sitemapindex":
        children = tuple(_children(checked, url))
        return Findings(documents=children, problem=None if children else "empty-sitemap-index")
    if root != "urlset":
        return Findings(problem="not-a-sitemap")
    return _urlset(checked, url)


def _listed(found: Findings) -> Findings:
    """A feed that serves as a sitemap lists its entries as one."""
    return replace(found, entries=tuple(replace(entry, listed=True) for entry in found.entries))


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
            yield Document(_absolute(location, url), "sitemap", _moment(fields.get("lastmod")))


def _urlset(body: bytes, url: str) -> Findings:
    """Pages with their editions in other languages, which are pages of their own and often listed nowhere else."""
    entries: dict[str, Entry] = {}
    news = False
    for element in _iterate(body, "url"):
        fields = _fields(element)
        news = news or "publication_date" in fields
        if location := fields.get("loc"):
            entry = _entry(location, fields, url)
            entries[entry.url] = entry
            for language, address in _editions(element, url):
                entries.setdefault(address, Entry(address, None, entry.published, language, listed=True))
        if len(entries) >= MAX_ENTRIES:
            break
    return Findings(entries=tuple(entries.values())[:MAX_ENTRIES], lists_news=news)


def _entry(location: str, fields: dict[str, str], url: str) -> Entry:
    return Entry(
        url=_absolute(location, url),
        title=text_hint(fields.get("title")),
        published=_moment(fields.get("publication_date")) or _moment(fields.get("lastmod")),
        language=text_hint(fields.get("language")),
        listed=True,
    )


def _editions(element: etree._Element, url: str) -> Iterator[tuple[str, str]]:
    """Language and address of `xhtml:link rel=alternate`; those for other devices or regions are the same page."""
    for link in element.iterchildren("{*}link"):
        language, href = link.get("hreflang"), link.get("href")
        if link.get("rel") == "alternate" and language and href and language.lower() != "x-default":
            yield language, _absolute(href, url)


def _moment(text: str | None) -> datetime | None:
    """W3C dates as the protocol wants them, and the forms of feeds, which many sitemaps use."""
    return timestamp(text) or plausible(standard_date(text) if text else None)


def _fields(element: etree._Element) -> dict[str, str]:
    """Texts of all descendants by local name; the first of a name counts, so images do not replace the page."""
    fields: dict[str, str] = {}
    for child in element.iterdescendants("{*}*"):
        text = (child.text or "").strip()
        if text:
            fields.setdefault(etree.QName(child).localname, text)
    return fields


def _absolute(location: str, url: str) -> str:
    return resolved(location, url) or location


def _text(body: bytes) -> Findings:
    """One absolute URL a line."""
    lines = [line.strip() for line in body.decode("utf-8-sig", "replace").splitlines()]
    addresses = dict.fromkeys(line for line in lines if line.startswith(("http://", "https://")))
    entries = tuple(Entry(address, listed=True) for address in addresses)[:MAX_ENTRIES]
    return Findings(entries=entries, problem=None if entries else "not-a-sitemap")
