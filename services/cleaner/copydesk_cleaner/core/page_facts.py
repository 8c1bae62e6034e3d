"""What a page declares of itself, each read once and only when asked for."""

import re
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from turbohtml import Document, Element

from copydesk_cleaner.core.json_ld import Node, articles_among, is_article, json_ld_nodes, site_names_of, text_of
from copydesk_cleaner.core.lines import same_text

CAPTIONS = "figcaption,[class*='caption']"
PAYWALLS = "[class*='paywall' i],[id*='paywall' i]"
DATES = "time,[itemprop^='date' i],[itemprop='uploadDate' i],[property$='datePublished' i],abbr[title].published"
_MARKED = f"{CAPTIONS},{PAYWALLS},{DATES}"
"""What every page is searched for, in one search: each goes through all its elements."""
_META_NAMES = ("property", "name", "itemprop", "http-equiv")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_NO_LANGUAGE = frozenset({"und", "zxx", "mul", "mis"})
_SITE_META = ("og:site_name", "application-name", "al:android:app_name", "apple-mobile-web-app-title")
_WHOLE = ("https://", "http://")
_MOST_META = 1_000
_LONGEST_NAME = 100
_LONGEST_HEADING = 2_000
_MOST_HEADINGS = 50
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go", "gob", "nom"})


class PageFacts:
    """Look-ups on one tree, shared by all who read metadata; `url` is where the page was fetched."""

    def __init__(self, document: Document, url: str) -> None:
        self.document = document
        self.url = url

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """Contents of `meta` elements by casefolded property, name, itemprop and http-equiv; white space collapsed."""
        found: dict[str, list[str]] = {}
        for element in self.document.select("meta[content]")[:_MOST_META]:
            attribute = element.attr
            content = " ".join((attribute("content") or "").split())
            last = ""
            for key in _META_NAMES if content else ():
                name = (attribute(key) or "").strip().casefold()
                if name and name != last:
                    found.setdefault(name, []).append(content)
                    last = name
        return found

    def meta_text(self, *names: str) -> str | None:
        """The first content of the first name that has one."""
        return next((self.meta[name][0] for name in names if name in self.meta), None)

    @cached_property
    def nodes(self) -> list[Node]:
        """All that the page's JSON-LD describes, of whatever type; scripts above 1 MB are left unread."""
        scripts = self.document.select('script[type*="ld+json" i]')
        return json_ld_nodes(element.text for element in scripts)

    @cached_property
    def json_ld(self) -> list[Node]:
        """Nodes of articles, the page's own first; then those of the page as a whole (see `articles_among`)."""
        nodes = articles_among(self.nodes)
        return (
            sorted(nodes, key=lambda node: (not is_article(node), not self._is_own(node))) if len(nodes) > 1 else nodes
        )

    @cached_property
    def article(self) -> Node:
        """The node that describes this page's article; empty where none does."""
        return self.json_ld[0] if self.json_ld else {}

    def _is_own(self, node: Node) -> bool:
        of_page = node.get("mainEntityOfPage")
        named = [text_of(node, "url", "@id", "mainEntityOfPage")]
        named += [text_of(of_page, "@id", "url")] if isinstance(of_page, dict) else []
        return bool(text_of(node, "headline")) and any(
            _place(self.absolute(url) or "") in self._own_places for url in named if url
        )

    @cached_property
    def _own_places(self) -> frozenset[str]:
        return frozenset({_place(self.url), *(_place(self.absolute(url) or "") for url in self.canonical_links)})

    @cached_property
    def canonical_links(self) -> list[str]:
        """What `link rel=canonical` and og:url name, as printed."""
        links = [link.attr("href") or "" for link in self.document.select('link[rel="canonical" i][href]')[:3]]
        return [link for link in (*links, *self.meta.get("og:url", [])) if link]

    @cached_property
    def site_names(self) -> frozenset[str]:
        """`same_text` keys of what the site calls itself, its host and the host's own word."""
        names = [*site_names_of(self.nodes), *(self.meta_text(name) or "" for name in _SITE_META)]
        host = (_host(self.url)).removeprefix("www.")
        return frozenset(same_text(name) for name in (*names, host, _own_word(host)) if 0 < len(name) <= _LONGEST_NAME)

    def marked(self, selector: str) -> list[Element]:
        """The elements of CAPTIONS, PAYWALLS or DATES, in their order."""
        return [element for element in self._marked if element.matches(selector)]

    @cached_property
    def _marked(self) -> list[Element]:
        return self.document.select(_MARKED)

    @cached_property
    def h1_elements(self) -> list[Element]:
        """The page's first headings that hold text; one as long as a story holds the story, too."""
        found = self.document.select("h1")[:_MOST_HEADINGS]
        return [element for element in found if 0 < len(element.text.strip()) <= _LONGEST_HEADING]

    @cached_property
    def h1(self) -> list[str]:
        """Their texts, white space collapsed."""
        return [element_text(element) for element in self.h1_elements]

    @cached_property
    def title(self) -> str | None:
        """What stands in `<title>` (that of the head, not of a drawing)."""
        element = self.document.select_one("head title") or self.document.select_one("title")
        return (element_text(element) or None) if element else None

    @cached_property
    def language(self) -> str | None:
        """The page's language as it names it (BCP 47), unchecked; codes for none and for several name none."""
        root = self.document.root
        declared = [root.attr("lang"), root.attr("xml:lang")] if root else []
        declared += [
            text_of(self.article, "inLanguage"),
            self.meta_text("content-language"),
            self.meta_text("og:locale"),
        ]
        for language in declared:
            found = _LANGUAGE.match((language or "").strip())
            if found and found[0][:3].casefold() not in _NO_LANGUAGE:
                return found[0].replace("_", "-")
        return None

    @cached_property
    def home(self) -> str:
        """The address of the site's front page, without a slash at the end."""
        try:
            parts = urlsplit(self.url)
        except ValueError:
            return ""
        return f"{parts.scheme}://{parts.netloc}"

    def absolute(self, address: str) -> str | None:
        """An address on the page as an absolute http(s) one, or None."""
        try:
            address = address.strip()
            url = address if address.startswith(_WHOLE) else urljoin(self.url, address)
            parts = urlsplit(url)
        except ValueError:
            return None
        return url if parts.scheme in ("http", "https") and parts.hostname else None


def element_text(element: Element) -> str:
    """All text below an element, white space collapsed."""
    return " ".join(element.text.split())


def _place(url: str) -> str:
    """An address without scheme, query, `www.` and closing slash."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{(parts.netloc or '').casefold().removeprefix('www.')}{parts.path.rstrip('/')}"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _own_word(host: str) -> str:
    """`courier` of `news.courier.co.example`."""
    labels = host.split(".")[:-1]
    while len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return labels[-1] if labels else ""
