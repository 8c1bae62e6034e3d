"""Home pages: feeds they announce, and links that look like articles where they announce none.

Parsing takes long on hostile input: run it in a worker process with a deadline.
"""

import re
from urllib.parse import unquote, urlsplit

from courlan import extract_domain, is_navigation_page, is_not_crawlable
from courlan.filters import extension_filter, path_filter, type_filter
from lxml import etree

from copydesk_crawler.core.canonical_url import Address, canonical_url
from copydesk_crawler.core.discovered import Entry, Findings, text_hint
from copydesk_crawler.core.html_document import announced_feeds, base_address, parse_html

MAX_LINKS = 500
_SLUG = re.compile(r"[^\W_]+(?:[-_][^\W_]+){2,}")
_NUMBER = re.compile(r"\d{4,}")
_WORD = re.compile(r"\w{10,}")


def parse_home_page(body: bytes, url: str, encoding: str | None) -> Findings:
    """Feeds announced by `<link rel=alternate>`, else links of the same site that look like articles.

    Problems: `not-html` when nothing in it can be read as HTML.
    """
    document = parse_html(body, encoding)
    if document is None:
        return Findings(problem="not-html")
    base = base_address(document, url)
    feeds = announced_feeds(document, base)
    return Findings(documents=feeds) if feeds else Findings(entries=_article_links(document, base, url))


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
