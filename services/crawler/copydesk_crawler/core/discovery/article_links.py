"""Which links of a page lead to articles: a small logistic model of the address and of how the link is set.

The weights are numbers trained by `services/crawler/training`, beside its model card.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from courlan import is_navigation_page, is_not_crawlable
from courlan.filters import extension_filter, path_filter, type_filter
from lxml import etree

from copydesk_crawler.core.discovery.discovered import text_hint
from copydesk_crawler.core.discovery.link_weights import BIAS, WEIGHTS
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url
from copydesk_crawler.core.urls.sites import site_of
from copydesk_crawler.core.urls.url_shapes import KnownShapes, segment_class, segments, shape

MAX_LINKS = 3_000
LIKELY = 0.5
SURE = 0.9

_HEADING = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FURNITURE = frozenset({"nav", "footer", "menu"})
_FURNITURE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|footer|breadcrumbs?|social|share|tags?)(?:$|[\s_-])"
)
_NOT_STORIES = frozenset(
    """about about-us advertise advertising agb app apps archive archives auteur author authors autor autoren
    career careers cart categories category contact contact-us contacto cookie cookies datenschutz donate
    editorial-team events faq feed feeds help hilfe home impressum imprint jobs journalist kategorie kontakt
    kontakty legal legal-notice log-in login logout mediadaten mein-konto mentions-legales my-account newsletter
    newsletters page pages people person podcast podcasts policies policy press privacidad privacy
    privacy-policy product products profil profile register registration rss rubrik rubrique schlagwort search
    section shop sitemap staff subscribe subscription subscriptions suche tag tags team terms terms-of-service
    terms-of-use thema themen tools topic topics user users wetter wiki writers""".split()  # noqa: SIM905 - a hundred quoted words read worse
)


@dataclass(frozen=True)
class Link:
    """A link as a page sets it: its text, and whether it stands in a heading, in furniture, in a list or teaser."""

    address: Address
    text: str | None
    heading: bool = False
    furniture: bool = False
    teaser: bool = False


@dataclass(frozen=True)
class JudgedLink:
    """A link with the likelihood that an article is behind it."""

    link: Link
    likelihood: float


def collect_links(document: etree._Element, base: str, home: Address) -> list[Link]:
    """The links of a page to its own site, each address once, by its best setting."""
    found: dict[str, Link] = {}
    for number, element in enumerate(document.iter("a")):
        if number == MAX_LINKS:
            break
        address = canonical_url(element.get("href") or "", base)
        if not isinstance(address, Address) or site_of(address) != site_of(home) or address.url == home.url:
            continue
        link = _link(element, address)
        held = found.get(address.url)
        found[address.url] = link if held is None else _merged(held, link)
    return list(found.values())


def judge(links: list[Link], known: KnownShapes) -> list[JudgedLink]:
    """The likelihood of each; links of one shape vouch for one another."""
    shapes = {link.address.url: shape(link.address.url) for link in links}
    peers = Counter(shapes.values())
    judged: list[JudgedLink] = []
    for link in links:
        values = features(link, peers[shapes[link.address.url]])
        score = BIAS + sum(WEIGHTS[name] * value for name, value in values.items())
        score += known.evidence(link.address.url)
        judged.append(JudgedLink(link, 1 / (1 + math.exp(-max(min(score, 30.0), -30.0)))))
    return judged


def is_section_link(judged: JudgedLink) -> bool:
    """Whether a link leads to a section: a short name in the page's furniture, with a short path of words alone."""
    link = judged.link
    path = segments(urlsplit(link.address.url).path)
    plain = all(segment_class(segment) == "word" and segment.lower() not in _NOT_STORIES for segment in path)
    named = 0 < _words(link.text) <= 3 and not link.heading
    return (
        judged.likelihood < LIKELY
        and link.furniture
        and named
        and plain
        and 1 <= len(path) <= 2
        and not urlsplit(link.address.url).query
        and "." not in path[-1]
    )


def features(link: Link, peers: int) -> dict[str, float]:
    """Numbers from about 0 to 1; `peers` are the links of the page with the same shape of URL."""
    parts = urlsplit(link.address.url)
    path = segments(parts.path)
    last = path[-1] if path else ""
    classes = [segment_class(segment) for segment in path]
    words = [word for word in re.split(r"[\W_]+", last) if word and not word.isdigit()]
    size = _words(link.text)
    query_number = bool(re.search(r"=\d{4,}", parts.query))
    numbered = bool(classes) and classes[-1] in ("number", "hex", "slug+id", "id")
    return {
        "slug words": min(len(words), 8) / 8,
        "slug length": min(len(last), 60) / 60,
        "slug": float(bool(classes) and classes[-1] in ("slug", "slug+id", "text")),
        "number": float(numbered),
        "number in query": float(query_number),
        "query": float(bool(parts.query)),
        "date": float("date" in classes or bool(re.search(r"(?:19|20)\d\d[/-]?[01]\d[/-]?[0-3]\d", parts.path))),
        "depth": min(len(path), 6) / 6,
        "one word": float(len(path) <= 1 and len(words) <= 2 and not (numbered or query_number)),
        "extension": float(bool(re.search(r"\.\w{3,5}$", parts.path))),
        "no story": float(any(segment.lower() in _NOT_STORIES for segment in path)),
        "courlan": float(plausible_page(link.address)),
        "text words": min(size, 12) / 12,
        "short text": float(size <= 2),
        "no text": float(size == 0),
        "heading": float(link.heading),
        "furniture": float(link.furniture),
        "teaser": float(link.teaser),
        "peers": math.log1p(min(peers, 60)) / math.log(61),
    }


def plausible_page(address: Address) -> bool:
    """What courlan's lists of paths and file types leave over."""
    path, query = urlsplit(address.url).path, urlsplit(address.url).query
    if is_navigation_page(address.url) or is_not_crawlable(address.url):
        return False
    return bool(type_filter(address.url, strict=True) and path_filter(path, query) and extension_filter(path))


def _words(text: str | None) -> float:
    """Words; two signs of a script without blanks count as one."""
    if not text:
        return 0.0
    dense = sum("\u0e00" <= char <= "\u0e7f" or "\u3040" <= char <= "\ud7af" for char in text)
    return len(text.split()) + dense / 2


def _link(element: etree._Element, address: Address) -> Link:
    text = text_hint("".join(map(str, element.itertext()))[:500]) or text_hint(element.get("title"))
    heading = any(True for _ in element.iter(*_HEADING))
    furniture = teaser = False
    for depth, outer in enumerate(element.iterancestors()):
        name = outer.tag if isinstance(outer.tag, str) else ""
        heading = heading or (depth < 3 and name in _HEADING)
        teaser = teaser or name in ("article", "main")
        marks = f"{outer.get('class') or ''} {outer.get('role') or ''} {outer.get('id') or ''}".lower()
        furniture = furniture or name in _FURNITURE or (depth < 6 and bool(_FURNITURE_CLASS.search(marks)))
    return Link(address, text, heading, furniture and not heading, teaser)


def _merged(held: Link, new: Link) -> Link:
    """A headline and a picture with the same address are one link."""
    longer = new if len(new.text or "") > len(held.text or "") else held
    return Link(
        held.address,
        longer.text,
        held.heading or new.heading,
        held.furniture and new.furniture,
        held.teaser or new.teaser,
    )
