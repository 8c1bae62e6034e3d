"""Home and section pages: feeds that they announce, links to articles, and the sections that they lead to.

Parsing takes long on hostile input: run it in a worker process with a deadline.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from lxml import etree

from copydesk_crawler.core.discovery.announced_feeds import announced_feeds
from copydesk_crawler.core.discovery.article_links import LIKELY, JudgedLink, collect_links, is_section_link, judge
from copydesk_crawler.core.discovery.discovered import Document, Entry, Findings
from copydesk_crawler.core.pages.html_document import base_address, parse_html
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.urls.url_shapes import known_shapes

MAX_ENTRIES = 500
MAX_SECTIONS = 8


def parse_home_page(
    body: bytes, url: str, encoding: str | None, known: Sequence[str] = (), *, sections: bool = True
) -> Findings:
    """Read a page: links that are likelier than not to lead to articles, with their likelihood, and documents.

    Documents are the feeds that it announces or else, with `sections`, up to eight sections that its navigation leads
    to. `known` are URLs of articles of the site, from which the shape of the others is learned.

    Problems: `not-html` when nothing in it can be read as HTML.
    """
    document = parse_html(body, encoding)
    if document is None:
        return Findings(problem="not-html")
    base = base_address(document, url)
    judged = _judged(document, base, url, known)
    feeds = announced_feeds(document, base)
    likely = sorted((each for each in judged if each.likelihood >= LIKELY), key=lambda each: -each.likelihood)
    chosen = {each.link.address.url for each in likely[:MAX_ENTRIES]}
    entries = (
        Entry(each.link.address.url, each.link.text, likelihood=round(each.likelihood, 3))
        for each in judged
        if each.link.address.url in chosen
    )
    return Findings(entries=tuple(entries), documents=feeds or (_sections(judged) if sections else ()))


def _judged(document: etree._Element, base: str, url: str, known: Sequence[str]) -> list[JudgedLink]:
    home = canonical_url(url)
    if not isinstance(home, Address):
        return []
    return judge(collect_links(document, base, home), known_shapes(known))


def _sections(judged: Sequence[JudgedLink]) -> tuple[Document, ...]:
    """Pages that articles lie under, those with the most of them first, then those that come first."""
    under: dict[str, int] = {}
    for each in judged:
        if is_section_link(each):
            under[each.link.address.url] = 0
    for each in judged:
        path = urlsplit(each.link.address.url)
        for section in under:
            parts = urlsplit(section)
            inside = parts.netloc == path.netloc and path.path.startswith(parts.path.rstrip("/") + "/")
            under[section] += inside and each.likelihood >= LIKELY
    best = sorted(under, key=lambda section: -under[section])
    return tuple(Document(section, "section") for section in best[:MAX_SECTIONS])
