"""Links of a page that look as if they led to other articles of its site.

Most links of a page lead to sections, services and other sites, so their addresses are judged as written before any
is resolved: that keeps the whole below a millisecond a page.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable
from urllib.parse import unquote, urljoin

from turbohtml import Document

MOST_LINKS = 50
"""Of a page, in its order."""
MOST_SEEN = 100_000

_MOST_LOOKED_AT = 2_000
_MOST_RESOLVED = 150
_LONGEST = 2_000
_WORDS = 4
_NUMBER = re.compile(r"[0-9]{5}")
_DATED = re.compile(r"/(?:19|20)[0-9]{2}/[0-9]{1,2}/")
_FRONT = re.compile(r"https?://[^\s/?#]+(?=[/?#]|$)")
_HOST = re.compile(r"[^\s@\[\]?#\\]+")
_LETTERS = re.compile(r"\w{10}")
_TRACKING = re.compile(
    r"(?:utm_|mtm_|pk_|wt[._]|at_|fb_|ns_|hsa_|_ga|_gl)"
    r"|(?:fbclid|gclid|msclkid|dclid|yclid|mc_cid|mc_eid|igsh|cmpid|xtor|ref|source)=",
    re.IGNORECASE,
)
_FILES = tuple(
    f".{ending}"
    for ending in """7z apk atom avi avif bz2 css csv doc docx exe gif gz ics jpeg jpg js json m4a m4v mov mp3 mp4
    ogg pdf png ppt pptx rar rss svg tgz wav webm webp woff xls xlsx xml zip""".split()  # noqa: SIM905
)
_ELSEWHERE = frozenset(
    """abo abonnement about about-us account agb archive archives author authors autor autoren autores auteur
    auteurs cart categoria categorie categories category cdn-cgi comment comments contact datenschutz feed feeds
    impressum imprint jobs kategorie kategorien kontakt log-in login newsletter newsletters page print privacy
    profile profiles register rss search seite share shop signin subscribe subscription subscriptions suche tag
    tags tema temas terms thema themen topic topics wp-admin wp-content wp-json wp-login""".split()  # noqa: SIM905
)
"""Directories of a path that hold no articles."""


def article_links(document: Document, url: str) -> tuple[str, ...]:
    """Absolute addresses without fragment and tracking parameters, each once; never the page's own."""
    home = _host(url)
    if home is None:
        return ()
    base = document.base_url(url) if document.select_one("base[href]") else url
    front = _FRONT.match(base)
    own = _plain(url)
    found: dict[str, None] = {}
    hosts: dict[tuple[str, ...], bool] = {}
    for href in _candidates(document):
        address = f"{front[0]}{_plain(href)}" if front and _is_rooted(href) else _resolved(base, href)
        if not address or address == own:
            continue
        origin = tuple(address.split("/", 3)[:3])
        if origin not in hosts:
            hosts[origin] = _same_site(home, _host(address))
        if hosts[origin]:
            found[address] = None
            if len(found) == MOST_LINKS:
                break
    return tuple(found)


class SeenLinks:
    """The links handed on of late: each goes to the crawler once, which knows what it has fetched anyway."""

    def __init__(self, most: int = MOST_SEEN) -> None:
        self._most = most
        self._seen: OrderedDict[int, None] = OrderedDict()

    def new(self, links: Iterable[str]) -> list[str]:
        """Those that were not seen yet; from now on they are."""
        fresh = []
        for link in links:
            key = hash(link)
            if key not in self._seen:
                fresh.append(link)
            self._seen[key] = None
            self._seen.move_to_end(key)
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return fresh


def _candidates(document: Document) -> list[str]:
    """Addresses as written that may lead to an article; the same one only once."""
    anchors = document.select("a[href]")[:_MOST_LOOKED_AT]
    printed = dict.fromkeys([anchor.attr("href") or "" for anchor in anchors])
    hrefs = dict.fromkeys([one.partition("#")[0].strip() for one in printed])
    return [href for href in hrefs if len(href) <= _LONGEST and _promising(href)][:_MOST_RESOLVED]


def _promising(href: str) -> bool:
    """Whether the last part of the path is a slug of four words or has a number of its own, or the path a date."""
    path, _, query = href.partition("?")
    path = path.rstrip("/")
    last = path.rpartition("/")[2]
    if "%" in last:
        last = unquote(last)
    telling = (
        last.count("-") + last.count("_") >= _WORDS - 1
        or (not last.isalpha() and _NUMBER.search(last))
        or (("/20" in path or "/19" in path) and _DATED.search(path))
        or (query and _NUMBER.search(query))
        or (not last.isascii() and _LETTERS.search(last))
    )
    if not telling:
        return False
    folded = path.casefold()
    return not folded.endswith(_FILES) and _ELSEWHERE.isdisjoint(folded.split("/"))


def _is_rooted(href: str) -> bool:
    """Whether it stands for itself behind the host, as most do: resolving costs more than all else about a link."""
    return href[0] == "/" and href[:2] != "//" and "/." not in href and ";" not in href and href.isprintable()


def _resolved(base: str, href: str) -> str | None:
    if href.startswith(("https://", "http://")):
        return _plain(href)
    try:
        return _plain(urljoin(base, href))
    except ValueError:
        return None


def _plain(address: str) -> str:
    """The address without fragment and tracking parameters."""
    path, _, query = address.partition("#")[0].partition("?")
    if not query:
        return path
    kept = "&".join([part for part in query.split("&") if not _TRACKING.match(part)]).strip("&")
    return f"{path}?{kept}" if kept else path


def _host(address: str) -> str | None:
    """The host, with its port where one is named, without `www.`; None for what is no plain web address."""
    scheme, _, rest = address.partition("://")
    host = rest.partition("/")[0].casefold()
    return host.removeprefix("www.") if scheme in ("http", "https") and _HOST.fullmatch(host) else None


def _same_site(home: str, host: str | None) -> bool:
    """Whether one host is the other or lies below it: true of few strangers, and needs no list of public suffixes."""
    return host is not None and (
        host == home or host.endswith(f".{home}") or ("." in host and home.endswith(f".{host}"))
    )
