"""Canonical URLs: one spelling per address, so that one page has one id.

RFC 3986 section 6.2 (case, percent-encoding, dot segments, default ports), IDNA 2008 with UTS 46 mapping; fragments,
tracking parameters and session ids removed, pages in AMP caches named by their publisher's address. Hosts that a
resolver would read as a number in disguise are refused here.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

import idna

from copydesk_crawler.core.urls.amp_caches import publisher_url
from copydesk_crawler.core.urls.tracking_parameters import says_nothing, without_session

MAX_URL_LENGTH = 16_384
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED_ESCAPE = re.compile(r"%(?:2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])")
_UNSAFE_IN_PATH = re.compile(r"(?:%[0-9A-Fa-f]{2})+|%|[^A-Za-z0-9._~!$&'()*+,;=:@/%-]+")
_UNSAFE_IN_QUERY = re.compile(r"(?:%[0-9A-Fa-f]{2})+|%|[^A-Za-z0-9._~!$&'()*+,;=:@/?%-]+")
_DOTS = re.compile(r"/\.{1,2}(?:/|$)")
_ABSOLUTE = re.compile(r"https?://[^/?]", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:-]+", re.IGNORECASE)
_IGNORED = re.compile(r"[\t\r\n]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER_LABEL = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_C0_AND_SPACE = "".join(map(chr, range(0x21)))
_HOSTS = 8_192
"""Hosts whose spelling is remembered: links go to few of them."""


@dataclass(frozen=True)
class Rejected:
    """A URL that is not fetched; `reason` is a short stable label that the funnel counts."""

    reason: str


@dataclass(frozen=True)
class Address:
    """A canonical URL and the parts that politeness and robots.txt are keyed by.

    `host` is the host name with its port where that is not the scheme's own; `origin` adds the scheme (RFC 6454).
    """

    url: str
    scheme: str
    hostname: str
    port: int
    host: str

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"


def canonical_url(
    raw: str, base: str | None = None, *, keep_tracking: bool = False, kept: frozenset[str] = frozenset()
) -> Address | Rejected:
    """Return the canonical form of `raw`, resolved against `base`; total: every string gives one or the other.

    `keep_tracking` is for feeds and sitemaps, whose addresses are somebody's configuration. `kept` names contested
    parameters that mean something on the site.
    """
    text = _prepared(raw)
    while True:
        if len(text) > MAX_URL_LENGTH:
            return Rejected("url-too-long")
        parts = _split(text, base)
        if isinstance(parts, Rejected):
            return parts
        hostname, port = _host_and_port(parts)
        if isinstance(hostname, Rejected):
            return hostname
        path = _path(parts.path, keep_tracking)
        query = _query(parts.query, keep_tracking, kept)
        published = publisher_url(hostname, path, query)
        if published is None:
            return _address(parts.scheme.lower(), hostname, port, path, query)
        text = published


def _address(scheme: str, hostname: str, port: int | None, path: str, query: str) -> Address | Rejected:
    port = port or _DEFAULT_PORTS[scheme]
    host = hostname if port == _DEFAULT_PORTS[scheme] else f"{hostname}:{port}"
    url = f"{scheme}://{host}{path}{'?' + query if query else ''}"
    return Address(url, scheme, hostname, port, host) if len(url) <= MAX_URL_LENGTH else Rejected("url-too-long")


def _split(text: str, base: str | None) -> SplitResult | Rejected:
    """The parts of an address that may be fetched at all."""
    try:
        parts = urlsplit(_joined(base, text) if base else text)
    except ValueError:
        return Rejected("bracketed-host" if "[" in text else "malformed-url")
    if parts.scheme.lower() not in _DEFAULT_PORTS:
        return Rejected("scheme-not-http")
    if "@" in parts.netloc:
        return Rejected("userinfo-in-url")
    if "[" in parts.netloc or "]" in parts.netloc:
        return Rejected("bracketed-host")
    return parts


def _joined(base: str, text: str) -> str:
    """`urljoin`, which takes longer than all the rest, spared for the two kinds of links that nearly all are.

    Path parameters are left to it, as it drops empty ones.
    """
    if ";" not in text:
        if _ABSOLUTE.match(text):
            return text
        origin = _ORIGIN.match(base) if text.startswith("/") and not text.startswith("//") else None
        if origin and base[origin.end() : origin.end() + 1] in ("", "/"):
            return origin[0] + text
    return urljoin(base, text)


def _host_and_port(parts: SplitResult) -> tuple[str | Rejected, int | None]:
    name, colon, _ = parts.netloc.rpartition(":")
    if not colon:
        return _host(parts.netloc), None
    try:
        port = parts.port
    except ValueError:
        return Rejected("malformed-url"), None
    return (Rejected("malformed-url"), None) if port == 0 else (_host(name), port)


def _prepared(raw: str) -> str:
    """The URL without what browsers ignore (WHATWG URL, 4.4): outer blanks, tabs and line breaks, the fragment.

    A backslash before the query is a slash, as it is to every browser.
    """
    text = _IGNORED.sub("", raw).strip(_C0_AND_SPACE).partition("#")[0]
    if "\\" not in text:
        return text
    head, mark, query = text.partition("?")
    return head.replace("\\", "/") + mark + query


@lru_cache(maxsize=_HOSTS)
def _host(raw: str) -> str | Rejected:
    """The host in lower-case ASCII without a final dot; numbers only as plain dotted decimal."""
    try:
        name = unquote(raw, errors="strict")
        mapped = idna.uts46_remap(unicodedata.normalize("NFC", name), std3_rules=False, transitional=False)
        mapped = mapped.removesuffix(".")
        host = mapped.lower() if mapped.isascii() else idna.encode(mapped).decode("ascii").lower()
    except (UnicodeError, idna.IDNAError, IndexError):
        return Rejected("malformed-host")
    labels = host.split(".")
    if _NUMBER_LABEL.fullmatch(labels[-1]):
        return host if name.isascii() and _is_dotted_decimal(host) else Rejected("numeric-host")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return Rejected("malformed-host")
    return host


def _is_dotted_decimal(host: str) -> bool:
    try:
        return str(IPv4Address(host)) == host
    except AddressValueError:
        return False


def _spelled(found: re.Match[str]) -> str:
    """Percent-encoding normalised: unreserved bare, hex upper case, a lone `%` and everything else encoded."""
    text = found[0]
    if text[0] != "%":
        return quote(text.encode("utf-8", "replace"), safe="")
    return _UNRESERVED_ESCAPE.sub(_bare, text.upper()) if len(text) > 1 else "%25"


def _bare(found: re.Match[str]) -> str:
    return chr(int(found[0][1:], 16))


def _path(raw: str, keep_sessions: bool) -> str:
    """The path with dot segments removed (RFC 3986, 5.2.4), after decoding so that `%2e` is a dot too."""
    path = _UNSAFE_IN_PATH.sub(_spelled, raw)
    if not _DOTS.search(path) and (keep_sessions or (";" not in path and "/(" not in path)):
        return path or "/"
    output: list[str] = []
    segments = path.split("/")[1:]
    for index, written in enumerate(segments):
        last = index == len(segments) - 1
        segment = written if keep_sessions else without_session(written)
        if segment == "..":
            if output:
                output.pop()
        elif segment is not None and segment != ".":
            output.append(segment)
            continue
        if last:
            output.append("")
    return "/" + "/".join(output)


def _query(raw: str, keep_tracking: bool, kept: frozenset[str]) -> str:
    """The query in its own order (order can matter to a server) without empty and tracking parameters."""
    if not raw:
        return ""
    pairs = [pair for pair in _UNSAFE_IN_QUERY.sub(_spelled, raw).split("&") if pair]
    return "&".join(pairs if keep_tracking else [pair for pair in pairs if not says_nothing(pair, kept)])
