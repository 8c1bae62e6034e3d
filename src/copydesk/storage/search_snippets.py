"""Pieces of texts that show where a query hit."""

import re
from collections.abc import Sequence

from copydesk.storage.search_query import Query
from copydesk.storage.search_text import is_unspaced

START, STOP = "\x02", "\x03"
"""Around hits, as Postgres is told to mark them: texts hold neither."""

HEADLINE = f"StartSel={START}, StopSel={STOP}, MaxWords=30, MinWords=12, MaxFragments=1"
"""Options of `ts_headline`."""

_BEFORE, _AFTER = 20, 60
"""Characters of unspaced script around a hit."""

_MARK = re.compile(f"[{START}{STOP}]")

Marks = list[list[int]]


def snippet_of(headline: str, text: str, query: Query) -> tuple[str, Marks]:
    """The snippet and the offsets of its hits, from Postgres's headline.

    Postgres sees a run of unspaced script as one word, so what was asked in such a script is looked for in the text.
    """
    asked = [term.text for clause in query.wanted for term in clause if is_unspaced(term.text)]
    if START not in headline and asked and (found := _literal(text, asked)):
        return found
    return _unmarked(headline)


def _unmarked(headline: str) -> tuple[str, Marks]:
    pieces: list[str] = []
    marks: Marks = []
    length = 0
    for piece, mark in zip(_MARK.split(headline), [*_MARK.findall(headline), ""], strict=True):
        pieces.append(piece)
        length += len(piece)
        if mark == START:
            marks.append([length, length])
        elif mark == STOP and marks:
            marks[-1][1] = length
    return "".join(pieces), marks


def _literal(text: str, asked: Sequence[str]) -> tuple[str, Marks] | None:
    pattern = re.compile("|".join(re.escape(term) for term in sorted(asked, key=len, reverse=True)))
    first = pattern.search(text)
    if first is None:
        return None
    start = max(0, first.start() - _BEFORE)
    snippet = text[start : first.end() + _AFTER].replace("\n", " ")
    return snippet, [[hit.start(), hit.end()] for hit in pattern.finditer(snippet)]
