"""What the head of an HTML page declares, read from its bytes without building a tree.

Scripts, styles and comments are cut out, then the few words of interest are searched for and the tags around them
read. The work is bounded whatever the bytes are: a limited head, limited finds, patterns that never step back.
"""

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_MAX_BYTES = 1_000_000
"""Heads of real pages have up to half of that, most of it inlined scripts and styles."""
_MAX_LEAN = 300_000
_MAX_TAG = 8_192
_MAX_FINDS = 40
_MAX_TITLE = 2_000

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BODIES = (b"<body", b"<BODY", b"<Body")
_CUT = ((b"<script", b"</script"), (b"<style", b"</style"), (b"<!--", b"-->"))
_RAW_TAG = re.compile(rb"</?(?:script|style)", re.IGNORECASE)

_TAG_END = re.compile(rb"""[^>"']*+(?:"[^"]*+"[^>"']*+|'[^']*+'[^>"']*+)*+>""")
_ATTRIBUTE = re.compile(
    rb"""[\s/]*+([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)))?+""",
)
_REFRESH = re.compile(r"\s*+[\d.]*+\s*+[;,]?\s*+(?:url\s*+=\s*+)?(.*)", re.IGNORECASE | re.DOTALL)
_CHARSET = re.compile(rb"""charset\s*+=\s*+["']?\s*+([\w-]{2,20}+)""", re.IGNORECASE)


@dataclass(frozen=True)
class PageHead:
    """What was declared, as written there but for entities and white space at the ends; empty where nothing was.

    `robots` holds the contents of meta elements for all robots and for us; `refresh` and `base` are unresolved.
    """

    title: str = ""
    canonical: str = ""
    og_url: str = ""
    base: str = ""
    refresh: str = ""
    robots: tuple[str, ...] = ()
    tdm_reservation: str = ""


@dataclass
class _Draft:
    found: dict[str, str] = field(default_factory=dict)
    robots: list[str] = field(default_factory=list)

    def first(self, name: str, value: str) -> None:
        if value:
            self.found.setdefault(name, value)


def read_head(body: bytes, product_token: str = "") -> PageHead:
    """Read what stands before the text of a page; never raises. A page in UTF-16 gives an empty head.

    `product_token` is the name under which meta elements address us besides `robots`. The first declaration of a kind
    counts, as it does for search engines.
    """
    if body.startswith(_UTF_16):
        return PageHead()
    head, lower = _lean_head(body)
    draft = _Draft()
    start = lower.find(b"<title")
    if start >= 0:
        text = head[start : start + _MAX_TITLE].partition(b">")[2].partition(b"</")[0]
        draft.first("title", " ".join(_text(text, body).split()))
    for attributes in _tags(head, lower, b"<base", (b"base",)):
        draft.first("base", attributes.get("href", ""))
    for attributes in _tags(head, lower, b"canonical", (b"link",)):
        if "canonical" in attributes.get("rel", "").lower().split():
            draft.first("canonical", attributes.get("href", ""))
    names = tuple(name for name in dict.fromkeys(("robots", product_token.lower())) if name)
    for word in ("og:url", "tdm-reservation", "refresh", *names):
        for attributes in _tags(head, lower, word.encode("utf-8", "replace"), (b"meta",)):
            _meta(draft, attributes, names, word)
    return PageHead(**draft.found, robots=tuple(draft.robots))


def _meta(draft: _Draft, attributes: dict[str, str], names: tuple[str, ...], word: str) -> None:
    content = attributes.get("content", "")
    keys = {attributes.get("name", "").lower(), attributes.get("property", "").lower()}
    if word == "refresh":
        target = _REFRESH.fullmatch(content) if attributes.get("http-equiv", "").lower() == word else None
        draft.first("refresh", target[1].strip().strip("\"'").strip() if target else "")
    elif word == "og:url" and word in keys:
        draft.first("og_url", content)
    elif word == "tdm-reservation":
        if "tdm-reservation" in keys:
            draft.first("tdm_reservation", content)
    elif word in names and word in keys and content:
        draft.robots.append(content)


def _lean_head(body: bytes) -> tuple[bytes, bytes]:
    """The head without scripts, styles and comments, as it is and in lower case.

    Most of a head's bytes are in these; what follows one that never ends is no part of the head.
    """
    head = _without_raw_text(body[: _head_end(body)])
    lower = head[:_MAX_LEAN].lower()
    if b"<script" in lower or b"<style" in lower:
        head = _without_raw_text(_RAW_TAG.sub(lambda found: found[0].lower(), head[:_MAX_LEAN]))
        lower = head.lower()
    return head[:_MAX_LEAN], lower


def _without_raw_text(head: bytes) -> bytes:
    for opening, closing in _CUT:
        first, *pieces = head.split(opening)
        if pieces:
            head = b" ".join([first, *(piece.partition(closing)[2] for piece in pieces)])
    return head


def _head_end(body: bytes) -> int:
    """Where the body begins, unless a script writes of it there."""
    end = min(len(body), _MAX_BYTES)
    for tag in _BODIES:
        place = body.find(tag, 0, end)
        for _ in range(_MAX_FINDS):
            if place < 0:
                break
            script = body.rfind(b"<script", 0, place)
            if script < 0 or body.find(b"</script", script, place) >= 0:
                return place
            place = body.find(tag, place + 1, end)
    return end


def _tags(head: bytes, lower: bytes, word: bytes, names: tuple[bytes, ...]) -> Iterator[dict[str, str]]:
    """Attributes of the tags of these names in which a word stands.

    A refresh inside noscript is a page's farewell to readers without scripts and no redirect of the page.
    """
    place = lower.find(word)
    for _ in range(_MAX_FINDS):
        if place < 0:
            return
        start = lower.rfind(b"<", max(0, place - _MAX_TAG), place + 1)
        inside = start + 5
        if start >= 0 and lower[start + 1 : inside] in names and lower[inside : inside + 1] in b" \t\r\n/>":
            closing = _TAG_END.match(head, inside, min(len(head), inside + _MAX_TAG))
            end = closing.end() - 1 if closing else lower.find(b">", place)
            if not (word == b"refresh" and _in_noscript(lower, start)):
                yield _attributes(head[inside : max(inside, end)])
        else:
            end = place
        place = lower.find(word, max(end, place + 1))


def _in_noscript(lower: bytes, place: int) -> bool:
    return lower.rfind(b"<noscript", 0, place) > lower.rfind(b"</noscript", 0, place)


def _attributes(tag: bytes) -> dict[str, str]:
    """Attributes by lower-case name; the first of a name counts (HTML, 13.2.5.33)."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag[:_MAX_TAG]):
        value = (double or single or bare).decode("utf-8", "replace")
        found.setdefault(name.decode("utf-8", "replace").lower(), html.unescape(value).strip())
    return found


def _text(raw: bytes, body: bytes) -> str:
    """Title text: UTF-8 where it is that, else what the page names if Python knows it as a text encoding."""
    raw = raw.partition(b"</")[0]
    try:
        return html.unescape(raw.decode("utf-8"))
    except UnicodeDecodeError:
        declared = _CHARSET.search(body, 0, 2_048)
    label = declared[1].decode("ascii", "replace") if declared else "windows-1252"
    try:
        return html.unescape(raw.decode(label, "replace"))
    except (LookupError, UnicodeError):
        return html.unescape(raw.decode("windows-1252", "replace"))
