"""Bytes into text as browsers do it (WHATWG Encoding Standard), with detection where nothing is declared."""

import re
from dataclasses import dataclass

import charset_normalizer
import webencodings

_META_WITHIN = 4096
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.\-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w:.\-]{2,40})", re.IGNORECASE)
_DETECTED_BYTES = 200_000
_ESCAPE = b"\x1b$"
_SURELY_LONGER = 6
"""Bytes beyond one a character: three to six characters of several bytes."""
_UNDECODABLE = frozenset({"x-user-defined", "utf-16le", "utf-16be"})
"""A page whose own meta can be read is not in one of these."""


@dataclass(frozen=True)
class DecodedPage:
    """`encoding` is the WHATWG name used; `replaced` says whether bytes had to become U+FFFD."""

    text: str
    encoding: str
    replaced: bool


def decode_page(body: bytes, label: str | None) -> DecodedPage:
    """Decode a page. Never raises; labels outside the WHATWG list count as absent.

    Order: byte order mark, `label` (the HTTP header's), valid UTF-8, the page's own declaration, detection,
    windows-1252. UTF-8 goes before the page's declaration, and before a label where it is no accident, because bytes
    that happen to be valid multi-byte UTF-8 are UTF-8, and pages stored again as UTF-8 keep their old declaration.
    """
    marked = _byte_order_mark(body)
    if marked:
        return _decode(body, marked)
    declared = webencodings.lookup(label) if label and label.isascii() else None
    if declared is not None:
        decoded = _decode(body, declared)
        doubtful = decoded.replaced or _surely_utf8(body)
        return _valid_utf8(body) or decoded if doubtful else decoded
    return _escaped(body) or _valid_utf8(body) or _declared_by_page(body) or _detected(body)


def _escaped(body: bytes) -> DecodedPage | None:
    """A page that says it is ISO-2022-JP and has its escapes: all its bytes are ASCII, so it is valid UTF-8, too."""
    declared = _declared_by_page(body) if _ESCAPE in body else None
    return declared if declared and declared.encoding == "iso-2022-jp" else None


def _byte_order_mark(body: bytes) -> webencodings.Encoding | None:
    marks = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
    return next((webencodings.lookup(name) for mark, name in marks if body.startswith(mark)), None)


def _decode(body: bytes, encoding: webencodings.Encoding) -> DecodedPage:
    text, used = webencodings.decode(body, encoding, errors="replace")
    return DecodedPage(text, used.name, "\ufffd" in text and b"\xef\xbf\xbd" not in body)


def _valid_utf8(body: bytes) -> DecodedPage | None:
    try:
        return DecodedPage(body.decode("utf-8"), "utf-8", False)
    except UnicodeDecodeError:
        return None


def _surely_utf8(body: bytes) -> bool:
    """Valid, with more characters beyond ASCII than chance explains: a word of GBK may be valid UTF-8 as well."""
    found = _valid_utf8(body)
    return found is not None and len(body) - len(found.text) >= _SURELY_LONGER


def _declared_by_page(body: bytes) -> DecodedPage | None:
    found = _XML.search(body[:_META_WITHIN]) or _META.search(body[:_META_WITHIN])
    encoding = webencodings.lookup(found[1].decode("ascii", "ignore")) if found else None
    if encoding is None or encoding.name in _UNDECODABLE:
        return None
    decoded = _decode(body, encoding)
    return None if encoding.name == "utf-8" and _mostly_broken(decoded.text) else decoded


def _mostly_broken(text: str) -> bool:
    return text.count("\ufffd") > max(20, len(text) // 500)


def _detected(body: bytes) -> DecodedPage:
    best = charset_normalizer.from_bytes(body[:_DETECTED_BYTES]).best()
    encoding = webencodings.lookup(best.encoding.replace("_", "-")) if best is not None else None
    return _decode(body, encoding or webencodings.lookup("windows-1252"))
