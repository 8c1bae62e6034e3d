"""Shapes of URLs: what the addresses of a site's articles have in common, learned from those that are known."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

MAX_KNOWN = 500
_EXTENSION = re.compile(r"\.(?:html?|shtml|xhtml|php\d?|aspx?|jspx?|cfm|ece|cms|story|article|amp)$", re.IGNORECASE)
_DATE = re.compile(r"(?:19|20)\d\d(?:[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\d|3[01]))?)?")
_SHORT_NUMBER = re.compile(r"\d{1,3}")
_NUMBER = re.compile(r"\d{4,}")
_HEX = re.compile(r"(?=[0-9a-f-]*\d)(?=[0-9a-f-]*[a-f])[0-9a-f-]{12,}", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+")
_TRAILING_ID = re.compile(r"(?:^|[^\d])(\d{4,})$")
_SLUG_WORDS = 3
_SECURE = 0.02
"""Share of known articles of a shape that is no accident."""

_ENOUGH = 20
"""Known articles from which on a shape that none of them has is suspect."""


def segments(path: str) -> list[str]:
    """Path segments, decoded, without the empty ones and the extension of a program."""
    parts = [unquote(part) for part in path.split("/") if part]
    return [*parts[:-1], _EXTENSION.sub("", parts[-1]) or parts[-1]] if parts else []


def segment_class(segment: str) -> str:
    """What kind of thing a segment is: date, n (a short number), number, id, hex, slug, slug+id, text or word."""
    if _DATE.fullmatch(segment):
        return "date"
    if _SHORT_NUMBER.fullmatch(segment):
        return "n"
    if _NUMBER.fullmatch(segment):
        return "number"
    if _HEX.fullmatch(segment):
        return "hex"
    words = len(_WORDS.findall(segment))
    if _TRAILING_ID.search(segment) or _NUMBER.match(segment):
        return "slug+id" if words >= 2 else "id"
    if words >= _SLUG_WORDS:
        return "slug"
    return "text" if not segment.isascii() and len(segment) >= 8 else "word"


def shape(url: str) -> str:
    """The classes of a URL's segments, its extension and the names of its parameters."""
    parts = urlsplit(url)
    extension = _EXTENSION.search(parts.path)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    classes = "/".join(segment_class(segment) for segment in segments(parts.path))
    return f"{classes}{extension[0].lower() if extension else ''}?{'&'.join(names)}"


@dataclass(frozen=True)
class KnownShapes:
    """Shapes of known articles with their counts, and the first segments under which they lie."""

    total: int = 0
    shapes: Counter[str] = field(default_factory=Counter)
    sections: Counter[str] = field(default_factory=Counter)

    def evidence(self, url: str) -> float:
        """What the site's own articles say of a URL, as a log-odds bonus: 0 where they say nothing."""
        if self.total < 3:
            return 0.0
        seen = self.shapes[shape(url)]
        if seen >= 2 and seen / self.total >= _SECURE:
            return 3.0 + (0.5 if self.sections[_section(url)] >= 2 else 0.0)
        return 0.5 if seen else (-3.0 if self.total >= _ENOUGH else -1.0)


def known_shapes(urls: Iterable[str]) -> KnownShapes:
    """Learn from articles of a site, at most 500 of them."""
    known = list(dict.fromkeys(urls))[:MAX_KNOWN]
    return KnownShapes(len(known), Counter(map(shape, known)), Counter(map(_section, known)))


def _section(url: str) -> str:
    first = segments(urlsplit(url).path)[:-1]
    return first[0].lower() if first else ""
