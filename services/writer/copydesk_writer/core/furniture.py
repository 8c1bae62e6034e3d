"""What stands on a page beside the article and may slip into its text or headline."""

import re
from collections.abc import Sequence
from functools import cache

from copydesk.contracts.words import is_figure, letters, words
from copydesk_writer.core.facts import wording

_LONGEST_STAMP = 12
_LONGEST_COUNT = 5
_SENTENCE = re.compile(r"[.!?。！？।]\s*$")
_MARK = re.compile(r"\s+[–—•·«»-]\s+|\s*[|｜＿]\s*|\s*:\s+")
_AROUND = " |–—•·«»:-｜＿"
_LEAST_SITE = 4


def is_stamp(line: str, found: Sequence[str]) -> bool:
    """Whether a line says no more than when the page was changed, counts comments or minutes to read, or has no word.

    `found` are its words.
    """
    if not found:
        return True
    if len(found) > _LONGEST_STAMP or _SENTENCE.search(line) or not any(map(is_figure, found)):
        return False
    said = tuple(word for word in found if not is_figure(word))
    if len(found) <= _LONGEST_COUNT and said in _labels("counted"):
        return True
    return any(label in (said[: len(label)], said[-len(label) :]) for label in _labels("stamps"))


@cache
def _labels(kind: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words(label)) for label in wording()["furniture"][kind])


def without_site(title: str, site: str) -> str:
    """The headline without the site's name before or behind it."""
    pieces, known = _MARK.split(title), letters(site)
    while len(pieces) > 1 and _names_site(pieces[-1], known):
        title = title[: title.rindex(pieces.pop())].rstrip(_AROUND)
    if len(pieces) > 1 and _names_site(pieces[0], known):
        title = title[len(pieces[0]) :].lstrip(_AROUND)
    return title


def _names_site(piece: str, site: str) -> bool:
    name = letters(piece)
    return len(name) >= _LEAST_SITE and name in site
