"""Sentences of a text in any script: rough cuts, good enough to feed models and to tell a text's head from its body."""

import re
from collections.abc import Iterator

_CLOSERS = r"[\"'”’»›)\]」』】]*"
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\"“«'’])(?:[^\W\d_]|[^\W\d_]\.[^\W\d_]|Mr|Mrs|Ms|Dr|Drs|St|Sgt|Lt|Gen|Col|Capt|Gov|Sen|Rep|Rev|Hon|Prof|Ing|Jr|Sr|Inc|Co"
    r"|Corp|Ltd|vs|No|Nr|Mt|Ft|bzw|ca|Mio|Mrd|Abs|Art|bijv|dhr|mevr|mw|jl|mln|mld|resp|Sra|Srta|Dña|Av|Sig|Dott|Avv|On"
    r"|tzw|np|ul|tys|proc|godz|им|ул|г|гг|тыс|млн|млрд|руб|див|вул|р|рр|грн)$"
)
_END = re.compile(
    rf"[.!?…。！？｡؟۔।॥։።။។\n](?:(?<=[.!?…])[.!?…]*{_CLOSERS}(?=\s+[^\sa-zà-öø-ÿа-яёіїєґ])|(?<=[。！？｡])[。！？｡]*{_CLOSERS}"
    rf"|(?<=[؟۔।॥։።။។])[؟۔।॥։።။។]*{_CLOSERS}(?=\s|$)|(?<=\n)\n*)"
)
"""The set of all that may end a sentence comes first: it is looked for several times as fast as alternatives are."""


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, in code points, without the white space around it.

    A full stop ends one where white space and no small letter follow and no abbreviation stands before it.
    """
    start = 0
    for match in _END.finditer(text):
        if match[0] == "." and _ABBREVIATED.search(text, max(start, match.start() - 8), match.start()):
            continue
        yield from _stripped(text, start, match.end())
        start = match.end()
    yield from _stripped(text, start, len(text))


def stretches(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """The sentences, those of more than `longest` code points cut, at a space where they have one."""
    for first, last in sentences(text):
        start = first
        while last - start > longest:
            cut = text.rfind(" ", start + longest // 2, start + longest)
            cut = cut if cut > 0 else start + longest
            yield from _stripped(text, start, cut)
            start = cut
        yield from _stripped(text, start, last)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
