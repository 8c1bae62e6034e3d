"""Home pages: feeds they announce, and links that look like articles where they announce none.

Parsing takes long on hostile input: run it in a worker process with a deadline.
"""

import re
from urllib.parse import unquote, urljoin, urlsplit

from courlan import extract_domain, is_navigation_page, is_not_crawlable
from courlan.filters import extension_filter, path_filter, type_filter
from lxml import etree, html

from copydesk_crawler.core.canonical_url import Address, canonical_url
from copydesk_crawler.core.discovered import Document, Entry, Findings, text_hint

MAX_FEEDS = 8
MAX_LINKS = 500
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_COMMENT_FEED = re.compile(r"comments?(?:/|\b)", re.IGNORECASE)
_SLUG = re.compile(r"[^\W_]+(?:[-_][^\W_]+){2,}")
_NUMBER = re.compile(r"\d{4,}")
_WORD = re.compile(r"\w{10,}")


def parse_home_page(body: bytes, url: str, encoding: str | None) -> Findings:
    """Feeds announced by `<link rel=alternate>`, else links of the same site that look like articles.

    Problems: `not-html` when nothing in it can be read as HTML.
    """
    try:
        document = html.document_fromstring(body.replace(b"\0", b""), parser=_parser(encoding))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return Findings(problem="not-html")
    base = _base(document, url)
    feeds = _feeds(document, base)
    return Findings(documents=feeds) if feeds else Findings(entries=_article_links(document, base, url))


def _parser(encoding: str | None) -> html.HTMLParser:
    try:
        return html.HTMLParser(encoding=encoding, no_network=True)
    except (LookupError, ValueError):
        return html.HTMLParser(no_network=True)


def _base(document: etree._Element, url: str) -> str:
    for element in document.iter("base"):
        if href := element.get("href"):
            try:
                return urljoin(url, href)
            except ValueError:
                return url
    return url


def _feeds(document: etree._Element, base: str) -> tuple[Document, ...]:
    found: dict[str, Document] = {}
    for element in document.iter("link"):
        relations = (element.get("rel") or "").lower().split()
        media_type = (element.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" not in relations or media_type not in _FEED_TYPES:
            continue
        address = canonical_url(element.get("href") or "", base, keep_tracking=True)
        if isinstance(address, Address) and not _COMMENT_FEED.search(address.url):
            found.setdefault(address.url, Document(address.url, "feed"))
    return tuple(found.values())[:MAX_FEEDS]


def _article_links(document: etree._Element, base: str, url: str) -> tuple[Entry, ...]:
    home = canonical_url(url)
    if not isinstance(home, Address):
        return ()
    found: dict[str, Entry] = {}
    for element in document.iter("a"):
        address = canonical_url(element.get("href") or "", base)
        if isinstance(address, Address) and address.url not in found and looks_like_article(address, home):
            found[address.url] = Entry(address.url, text_hint("".join(map(str, element.itertext()))[:500]))
    return tuple(found.values())[:MAX_LINKS]


def looks_like_article(address: Address, home: Address) -> bool:
    """Whether a link of `home` probably leads to an article: same site, and a path with a slug or number of its own."""
    if _site(address) != _site(home) or address.url == home.url:
        return False
    path, query = urlsplit(address.url).path, urlsplit(address.url).query
    if is_navigation_page(address.url) or is_not_crawlable(address.url):
        return False
    if not (type_filter(address.url, strict=True) and path_filter(path, query) and extension_filter(path)):
        return False
    last = unquote(path.rstrip("/").rpartition("/")[2])
    words = bool(_SLUG.search(last)) or (not last.isascii() and bool(_WORD.search(last)))
    return words or bool(_NUMBER.search(last)) or bool(_NUMBER.search(query))


def _site(address: Address) -> str:
    """The registered domain, or the host itself where there is none, as on loopback."""
    return extract_domain(address.url, fast=True) or address.host
