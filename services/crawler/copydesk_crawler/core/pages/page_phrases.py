"""Phrases by which pages that are no articles can be known, compared as whole titles or headings, never as parts.

A headline that speaks of missing pages is longer than what a missing page is called; so a phrase counts only where
nothing but numbers, apologies and the site's name stands beside it.
"""

import re
import tomllib
import unicodedata
from importlib.resources import files
from typing import Final

_DIVIDERS = re.compile(r"\s+[-–—|·•»«›‹:/]+\s+|[|｜•»«]|::|(?<=\d):")
_WORDS = re.compile(r"[^\W_]+")
_TASHKIL = re.compile("[\u064b-\u0652\u200c-\u200f]")
_LONGEST = 200
_LONGEST_PHRASE = 90
"""Characters, noise included."""
_DATA: Final[dict[str, str]] = tomllib.loads(
    (files("copydesk_crawler.core.pages") / "page_phrases.toml").read_text(encoding="utf-8")
)
_NOISE = frozenset(_DATA["noise"].split())
_NUMBERS = frozenset({"404", "410"})


def _bare(words: list[str]) -> str:
    """Words without the noise around them."""
    start, end = 0, len(words)
    while start < end and words[start] in _NOISE:
        start += 1
    while end > start and words[end - 1] in _NOISE:
        end -= 1
    return " ".join(words[start:end])


def _words(text: str) -> list[str]:
    normal = _TASHKIL.sub("", unicodedata.normalize("NFC", text)).casefold()
    return _WORDS.findall(normal)


def _phrases(kind: str) -> frozenset[str]:
    """The phrases as written and without noise, unless that leaves a single word."""
    lines = [_words(line) for line in _DATA[kind].splitlines()]
    written = {" ".join(words) for words in lines}
    return frozenset(written | {bare for words in lines if " " in (bare := _bare(words))}) - {""}


NOT_FOUND: Final = _phrases("not_found")
DENIED: Final = _phrases("denied")
CONSENT: Final = _phrases("consent")
LOGIN: Final = _phrases("login")
ANY: Final = NOT_FOUND | DENIED | CONSENT | LOGIN


def says(text: str, phrases: frozenset[str]) -> bool:
    """Whether a title or heading, or one part of it between dividers, is one of the phrases and nothing else.

    A bare 404 or 410 says `NOT_FOUND`.
    """
    text = text[:_LONGEST]
    parts = _DIVIDERS.split(text)
    return any(_is_phrase(part, phrases) for part in (parts if len(parts) == 1 else [text, *parts]))


def _is_phrase(text: str, phrases: frozenset[str]) -> bool:
    if len(text) > _LONGEST_PHRASE:
        return False
    words = _words(text)
    bare = _bare(words)
    if bare in phrases or " ".join(words) in phrases:
        return True
    return not bare and not _NUMBERS.isdisjoint(words) and "not found" in phrases
