"""Canonical URLs: one spelling per address, so that one page has one id.

RFC 3986 section 6.2 (case, percent-encoding, dot segments, default ports), IDNA 2008 with UTS 46 mapping, and
fragments and tracking parameters removed. Hosts that a resolver would read as a number in disguise are refused here.
"""

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from urllib.parse import unquote, urljoin, urlsplit

import idna

MAX_URL_LENGTH = 16_384
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = _UNRESERVED | frozenset("!$&'()*+,;=:@/")
_QUERY_SAFE = _PATH_SAFE | frozenset("?")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER_LABEL = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_C0_AND_SPACE = "".join(map(chr, range(0x21)))

TRACKING_PREFIXES = ("utm_", "mtm_", "matomo_", "piwik_", "hsa_")
"""Parameters that begin so tell the site where a reader came from, never what to show."""

TRACKING_PARAMETERS = frozenset(
    """_ga _gl _hsenc _hsmi _openstat action_object_map action_ref_map action_type_map
    at_campaign at_medium cmpid dclid fb_action_ids fb_action_types fb_ref fb_source fbclid gbraid gclid gclsrc gs_l
    hsctatracking igsh igshid mc_cid mc_eid mkt_tok msclkid ns_campaign ns_fee ns_linkname ns_mchannel ns_source
    oly_anon_id oly_enc_id pk_campaign pk_kwd pk_source rb_clickid s_cid srsltid ttclid twclid vero_conv vero_id
    wbraid wickedid wt.mc_id wt_mc wt_zmc xtor yclid ysclid""".split()  # noqa: SIM905 - fifty quoted lines read worse
)
"""Click identifiers and campaign marks with names of their own, in lower case."""


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


def canonical_url(raw: str, base: str | None = None, *, keep_tracking: bool = False) -> Address | Rejected:
    """Return the canonical form of `raw`, resolved against `base`; total: every string gives one or the other.

    `keep_tracking` is for feeds and sitemaps, whose addresses are somebody's configuration.
    """
    text = _prepared(raw)
    if len(text) > MAX_URL_LENGTH:
        return Rejected("url-too-long")
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        scheme = parts.scheme.lower()
        if scheme not in _DEFAULT_PORTS:
            return Rejected("scheme-not-http")
        if "@" in parts.netloc:
            return Rejected("userinfo-in-url")
        if "[" in parts.netloc or "]" in parts.netloc:
            return Rejected("bracketed-host")
        port = parts.port
    except ValueError:
        return Rejected("bracketed-host" if "[" in text else "malformed-url")
    if port == 0:
        return Rejected("malformed-url")
    hostname = _host(parts.netloc.rpartition(":")[0] if ":" in parts.netloc else parts.netloc)
    if isinstance(hostname, Rejected):
        return hostname
    port = port or _DEFAULT_PORTS[scheme]
    host = hostname if port == _DEFAULT_PORTS[scheme] else f"{hostname}:{port}"
    query = _query(parts.query, keep_tracking)
    url = f"{scheme}://{host}{_path(parts.path)}{'?' + query if query else ''}"
    return Address(url, scheme, hostname, port, host) if len(url) <= MAX_URL_LENGTH else Rejected("url-too-long")


def _prepared(raw: str) -> str:
    """The URL without what browsers ignore (WHATWG URL, 4.4): outer blanks, tabs and line breaks, the fragment.

    A backslash before the query is a slash, as it is to every browser.
    """
    text = re.sub(r"[\t\r\n]", "", raw).strip(_C0_AND_SPACE).partition("#")[0]
    head, mark, query = text.partition("?")
    return head.replace("\\", "/") + mark + query


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


def _escaped(text: str, safe: frozenset[str]) -> str:
    """Percent-encoding normalised: unreserved bare, hex upper case, a lone `%` and everything else encoded."""
    pieces: list[str] = []
    position = 0
    while position < len(text):
        char = text[position]
        escape = _ESCAPE.match(text, position) if char == "%" else None
        if escape:
            decoded = chr(int(escape[1], 16))
            pieces.append(decoded if decoded in _UNRESERVED else escape[0].upper())
            position = escape.end()
            continue
        pieces.append(char if char in safe else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace")))
        position += 1
    return "".join(pieces)


def _path(raw: str) -> str:
    """The path with dot segments removed (RFC 3986, 5.2.4), after decoding so that `%2e` is a dot too."""
    output: list[str] = []
    segments = _escaped(raw, _PATH_SAFE).split("/")[1:] or [""]
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        if segment == "..":
            if output:
                output.pop()
        elif segment != ".":
            output.append(segment)
            continue
        if last:
            output.append("")
    return "/" + "/".join(output)


def _query(raw: str, keep_tracking: bool) -> str:
    """The query in its own order (order can matter to a server) without empty and tracking parameters."""
    pairs = (_escaped(pair, _QUERY_SAFE) for pair in raw.split("&") if pair)
    return "&".join(pair for pair in pairs if keep_tracking or not _is_tracking(pair))


def _is_tracking(pair: str) -> bool:
    name = unquote(pair.partition("=")[0]).lower()
    return name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES)
