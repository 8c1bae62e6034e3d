"""Addresses that show a page in another dress: AMP, for phones, for printing.

What an address looks like is no proof of what it shows, so nothing is rewritten by it. It says where the canonical
form probably is, and makes a page that declares just that form believable.
"""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from copydesk_crawler.core.urls.canonical_url import Address, canonical_url

VariantKind = Literal["amp", "mobile", "print"]

_HOST_KINDS: dict[str, VariantKind] = {
    "amp": "amp",
    "m": "mobile",
    "mobile": "mobile",
    "mobil": "mobile",
    "touch": "mobile",
    "wap": "mobile",
    "3g": "mobile",
    "print": "print",
}
_SEGMENT_KINDS: dict[str, VariantKind] = {
    "amp": "amp",
    "amp.html": "amp",
    "amphtml": "amp",
    "print": "print",
    "print.html": "print",
    "printable": "print",
    "printpage": "print",
    "drucken": "print",
    "imprimir": "print",
    "imprimer": "print",
    "stampa": "print",
}
_FIRST_SEGMENT_KINDS: dict[str, VariantKind] = {"amp": "amp", "m": "mobile", "mobile": "mobile", "print": "print"}
_SUFFIX = re.compile(r"[._-]amp(?=\.html?$|\.php$|$)")
_PAIRS: dict[str, tuple[VariantKind, frozenset[str]]] = {
    "amp": ("amp", frozenset({"", "1", "true", "yes", "amp"})),
    "outputtype": ("amp", frozenset({"amp", "amp-type"})),
    "output": ("amp", frozenset({"amp", "amphtml"})),
    "isamp": ("amp", frozenset({"1", "true"})),
    "amp_mode": ("amp", frozenset({"1", "true"})),
    "noamp": ("mobile", frozenset({"", "1", "true", "mobile", "available"})),
    "mobile": ("mobile", frozenset({"", "1", "true"})),
    "print": ("print", frozenset({"", "1", "true", "yes", "y", "on", "print"})),
    "printable": ("print", frozenset({"", "1", "true", "yes"})),
    "printer": ("print", frozenset({"", "1", "true"})),
    "view": ("print", frozenset({"print", "printable"})),
    "mode": ("print", frozenset({"print", "printable"})),
    "layout": ("print", frozenset({"print"})),
    "tmpl": ("print", frozenset({"component", "print"})),
}
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class Variant:
    """`address` is where the canonical form probably is, were it not for a `www.` that only the site knows of."""

    kind: VariantKind
    address: Address


def variant_of(address: Address) -> Variant | None:
    """What `address` is a variant of, by the look of it; None for one that looks like nobody's variant."""
    kinds: list[VariantKind] = []
    host = _without_host_mark(address, kinds)
    path, mark, query = address.url.partition("://")[2].removeprefix(address.host).partition("?")
    path = _without_path_mark(path, kinds)
    query = _without_pairs(query, kinds)
    if not kinds:
        return None
    plain = canonical_url(f"{address.scheme}://{host}{path}{mark if query else ''}{query}", keep_tracking=True)
    return Variant(kinds[0], plain) if isinstance(plain, Address) and plain.url != address.url else None


def same_page_by_name(one: Address, other: Address) -> bool:
    """Whether two addresses differ only in scheme, `www.`, the marks of variants and a final slash or `index.html`."""
    return _bare(one) == _bare(other)


def _bare(address: Address) -> str:
    found = variant_of(address)
    plain = found.address if found else address
    path, mark, query = plain.url.partition("://")[2].removeprefix(plain.host).partition("?")
    path = re.sub(r"(?:/index\.(?:html?|php|aspx?)|/)$", "", path)
    return f"{plain.host.removeprefix('www.')}{path}{mark}{query}"


def _without_host_mark(address: Address, kinds: list[VariantKind]) -> str:
    """The host without `m.` and its like at its front, or second after a language: `de.m.courier.example`."""
    labels = address.host.split(".")
    for index in range(min(2, len(labels) - 2)):
        kind = _HOST_KINDS.get(labels[index])
        if kind and (index == 0 or labels[0] == "www" or _LANGUAGE.fullmatch(labels[0])):
            kinds.append(kind)
            return ".".join(labels[:index] + labels[index + 1 :])
    return address.host


def _without_path_mark(path: str, kinds: list[VariantKind]) -> str:
    segments = path.split("/")
    slash = segments.pop() if segments[-1] == "" else None
    if len(segments) > 2 and segments[-1].lower() in _SEGMENT_KINDS:
        kinds.append(_SEGMENT_KINDS[segments.pop().lower()])
    elif len(segments) > 2 and segments[1].lower() in _FIRST_SEGMENT_KINDS:
        kinds.append(_FIRST_SEGMENT_KINDS[segments.pop(1).lower()])
    elif len(segments) > 1 and _SUFFIX.search(segments[-1]) and not segments[-1].startswith((".", "-", "_")):
        kinds.append("amp")
        segments[-1] = _SUFFIX.sub("", segments[-1])
    return "/".join(segments if slash is None else [*segments, ""])


def _without_pairs(query: str, kinds: list[VariantKind]) -> str:
    left: list[str] = []
    for pair in filter(None, query.split("&")):
        name, _, value = unquote(pair).lower().partition("=")
        kind, values = _PAIRS.get(name, ("amp", frozenset()))
        if value in values:
            kinds.append(kind)
        else:
            left.append(pair)
    return "&".join(left)
