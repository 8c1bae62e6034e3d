"""The pieces of a title: the headline and what stands before and behind its separators."""

import re
import unicodedata
from functools import lru_cache
from html import unescape
from typing import Literal, NamedTuple

LONGEST_TITLE = 300
_DENSE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff01-\uff60\u3001-\u303f"
"""Scripts written without spaces, or whose sites set none around the hyphens of `<title>`; with their punctuation."""
_SEPARATOR = re.compile(r"[|\-–—‒―·•»›«‹:_~/∣¦│┃ㅣ｜]{1,2}")
_BARS = "|∣¦│┃ㅣ｜"
_TIGHT = "-–_"
_DENSE_BEFORE = re.compile(rf"[{_DENSE}”’\"'…]")
_DENSE_AFTER = re.compile(rf"[{_DENSE}]")
_DENSE_TAIL = re.compile(rf"(?<=[{_DENSE}”’\"'…])[-–_][{_DENSE}]{{1,6}}$")
_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff]")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|\w+")
_LOOSE_ENDS = frozenset("|-–—‒―·•:_~/∣¦│┃ㅣ｜")
_LOOSE_END = re.compile(r"(?:\s[|\-–—‒―·•:_~/]|[|∣¦│┃ㅣ｜])+$")


def tidy_title(printed: str | None) -> str | None:
    """White space collapsed, entities resolved twice more (pages escape again), what is not seen left out; None where
    nothing is left, or more than a title's length."""
    if not printed or len(printed) > 4 * LONGEST_TITLE:
        return None
    text = unescape(unescape(printed)) if "&" in printed else printed
    text = " ".join(_UNSEEN.sub("", text).split())
    if text[-1:] in _LOOSE_ENDS:
        text = _LOOSE_END.sub("", text)
    return text if 0 < len(text) <= LONGEST_TITLE else None


def without_dense_section(title: str) -> str:
    """Without a section's name that was joined to the title by a hyphen, in scripts that set no spaces around it."""
    return _DENSE_TAIL.sub("", title)


@lru_cache(maxsize=512)
def loose_key(text: str) -> str:
    """A key under which two titles are one reading: letters and digits alone count, not how quotes are drawn."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text))).casefold()


@lru_cache(maxsize=512)
def title_words(text: str) -> frozenset[str]:
    """Its distinct words; single characters where words are not spaced."""
    return frozenset(_WORD.findall(text.casefold()))


class Division(NamedTuple):
    """A title without what stands on one side of a separator."""

    kept: str
    cut: str
    side: Literal["before", "behind"]


@lru_cache(maxsize=256)
def divisions(title: str) -> tuple[Division, ...]:
    """The cuts at the last three separators, the last one first, then those before the first two."""
    found = [match.span() for match in _SEPARATOR.finditer(title) if _divides(title, *match.span())]
    cuts = [_division(title[:start], title[end:], "behind") for start, end in reversed(found[-3:])]
    cuts += [_division(title[end:], title[:start], "before") for start, end in found[:2]]
    return tuple(cut for cut in cuts if cut.kept and cut.cut)


def _divides(title: str, start: int, end: int) -> bool:
    """Whether the marks stand between spaces, are bars, or join two parts in a script that sets no spaces."""
    before, after = title[start - 1 : start], title[end : end + 1]
    if (before.isspace() and after.isspace()) or title[start] in _BARS:
        return True
    if title[start] in "»›" and after.isspace():
        return True
    return title[start] in _TIGHT and bool(_DENSE_BEFORE.match(before) and _DENSE_AFTER.match(after))


def _division(kept: str, cut: str, side: Literal["before", "behind"]) -> Division:
    return Division(kept.strip(), cut.strip(), side)
