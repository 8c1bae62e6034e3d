"""The title by vote: the page's first heading unless all else speaks against it."""

import re
from collections.abc import Sequence
from html import unescape

_SITE = re.compile(r"\s+[|\-–—·•»:_]\s+|\s*[|_]\s*")
_LONGEST = 300


def vote_title(headings: Sequence[str], og: str | None, headline: str | None, document: str | None) -> str | None:
    """The h1 that agrees best with og:title, JSON-LD headline and `<title>`; without an h1 the first of those."""
    others = [tidy for candidate in (headline, og, document) if (tidy := tidy_title(candidate))]
    first = [tidy for heading in headings if (tidy := tidy_title(heading))]
    if not first:
        return next(iter([*others[:-1], without_site(others[-1], others)] if document and others else others), None)
    if not others:
        return first[0]
    bare = [*(without_site(other, others) for other in others), *map(_opening, others)]
    scored = [(max(_overlap(heading, other) for other in bare), -order, heading) for order, heading in enumerate(first)]
    agreement, _, heading = max(scored)
    if agreement >= 0.5:
        return _without_kicker(heading, others)
    return first[0] if len(first) == 1 and len(first[0].split()) >= 4 else without_site(others[0], others)


def tidy_title(printed: str | None) -> str | None:
    """White space collapsed, entities resolved once more (pages escape twice); None where nothing is left."""
    text = " ".join(unescape(printed or "").replace("\u00ad", "").split())
    return text if 0 < len(text) <= _LONGEST else None


def without_site(title: str, others: Sequence[str]) -> str:
    """The title without the site's name behind (or before) a separator."""
    pieces = [piece for piece in _SITE.split(title) if piece]
    if len(pieces) < 2:
        return title
    agreed = next((other for other in others if other != title and len(other) >= 10 and other in title), None)
    if agreed:
        return agreed
    longest = max(pieces, key=len)
    return longest if len(longest) > 0.5 * len(title) else title


def _opening(title: str) -> str:
    """What stands before the first separator: the title, where the site's name follows it."""
    opening = _SITE.split(title)[0]
    return opening if len(opening.split()) > 1 else title


def _without_kicker(heading: str, others: Sequence[str]) -> str:
    """The heading without a label set before it inside the same element, where another source gives it so."""
    shorter = (other for other in others if len(other.split()) >= 4 and heading.endswith(" " + other))
    return next(shorter, heading)


def _overlap(one: str, two: str) -> float:
    """Shared words by the shorter one's count; characters where words are not spaced."""
    a, b = _words(one), _words(two)
    return len(a & b) / max(1, min(len(a), len(b))) if min(len(a), len(b)) > 1 or a == b else 0.0


def _words(text: str) -> set[str]:
    words = re.findall(r"[\u3040-\u9fff\uac00-\ud7af]|\w+", text.casefold())
    return set(words)
