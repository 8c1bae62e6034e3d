"""A text cut into pieces (paragraphs, headings, widget lines) with their offsets, and what a piece looks like."""

import re
from collections.abc import Sequence
from statistics import median
from string import digits
from typing import NamedTuple

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_CLOSERS = "\"'”’»›“‘«)]}）】」』〉》*"
_TERMINALS = ".!?…。！？．؟۔।॥։።၊။᠃᠉;"
_TITLE_TERMINALS = ".。．۔।॥։።။;"
_UNPUNCTUATED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff]")
_ABBREVIATION = re.compile(r"(?:\b\w\.){2,}$|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|St|Nr|No|vs|etc)\.$|\.\.\.$")
_PARENTHETICAL = re.compile(r"\s*[(\[（【][^()\[\]（）【】]{1,80}[)\]）】]\s*$")
_BRACKETS = tuple(")]）】")
_BULLET = re.compile(r"^(?:[-*•·▪●■►‣–—]\s+|\d{1,2}[.)]\s+)")
_WRAP_COLUMNS = range(50, 101)
_QUOTES = re.compile(r"[\"'“”„‟‘’‚‛«»‹›\u200b\ufeff]")
"""Not as a run: `re` skips ahead to a single character of a class several times as fast."""
_DIGIT = re.compile(r"\d")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Piece(NamedTuple):
    """A stretch of the source that stands or falls as one; `text` is `source[start:end]`, without outer white space.

    `kind` is what the page's markup says of it, where there is markup.
    """

    start: int
    end: int
    text: str
    kind: str = ""

    @property
    def flow(self) -> str:
        """The text on one line: the breaks of a hard-wrapped paragraph become spaces."""
        return on_one_line(self.text)


def split_pieces(source: str) -> list[Piece]:
    """The non-blank lines of a text; in a hard-wrapped text, its paragraphs."""
    lines = [piece for match in _LINE.finditer(source) if (piece := piece_at(source, match.start(), match.end()))]
    return _unwrap(source, lines)


def piece_at(source: str, start: int, end: int) -> Piece | None:
    """The piece in `source[start:end]` without outer white space; None where there is only white space."""
    raw = source[start:end]
    text = raw.strip()
    if not text:
        return None
    first = start + raw.index(text[0])
    return Piece(first, first + len(text), text)


def _unwrap(source: str, lines: Sequence[Piece]) -> list[Piece]:
    """Join the lines of paragraphs broken at a fixed column (mail, old agency wires)."""
    groups: list[list[Piece]] = []
    for line in lines:
        breaks = BREAK.findall(source[groups[-1][-1].end : line.start]) if groups else []
        if groups and len(breaks) == 1:
            groups[-1].append(line)
        else:
            groups.append([line])
    inner = [line for group in groups for line in group[:-1] if len(group) > 1]
    if len(groups) < 2 or len(inner) < 4:
        return list(lines)
    lengths = [len(line.text) for line in inner]
    stopped = sum(line.text[-1] in _TERMINALS for line in inner)
    if int(median(lengths)) not in _WRAP_COLUMNS or max(lengths) > 110 or stopped > len(inner) * 0.3:
        return list(lines)
    return [piece for group in groups if (piece := piece_at(source, group[0].start, group[-1].end))]


def on_one_line(text: str) -> str:
    """The text with its white space collapsed where it stands on several lines; else as it is."""
    # Each `in` is a scan in C; one search for the class takes twenty times as long as all of them.
    broken = "\n" in text or "\r" in text or "\x0b" in text or "\x0c" in text
    if broken or (not text.isascii() and ("\x85" in text or "\u2028" in text or "\u2029" in text)):
        return " ".join(text.split())
    return text


def has_digit(text: str) -> bool:
    """Whether a decimal digit of any script stands in a text; faster than a search where there is none."""
    return any(map(text.__contains__, digits)) or (not text.isascii() and _DIGIT.search(text) is not None)


def is_sentence(text: str) -> bool:
    """Whether a piece reads as running text: it ends as sentences end, or is too long for a heading or widget."""
    flow = text.strip()
    if not any(map(str.isalpha, flow)):
        return False
    if len(flow) >= 180 or (len(flow) >= 60 and not flow.isascii() and _UNPUNCTUATED.search(flow)):
        return True
    return _stops(flow) or (flow.endswith(_BRACKETS) and _stops(_PARENTHETICAL.sub("", flow)))


def _stops(text: str) -> bool:
    bare = text.rstrip(_CLOSERS + " ")
    return bool(bare) and (bare[-1] in _TERMINALS or (bare[-1] in ":：" and len(bare.split()) >= 6))


def is_title_like(text: str) -> bool:
    """Whether a piece could be a title or heading: short, on one line, without a full stop."""
    flow = text.strip()
    if not 2 <= len(flow) <= 220 or len(flow.split()) > 35 or not any(map(str.isalpha, flow)):
        return False
    bare = flow.rstrip(_CLOSERS + " ")
    return bool(bare) and (bare[-1] not in _TITLE_TERMINALS or _ABBREVIATION.search(bare) is not None)


def is_list_item(text: str) -> bool:
    """Whether a piece begins with a bullet or a small number."""
    return _BULLET.match(text) is not None


def same_text(text: str) -> str:
    """A key under which two pieces are the same to a reader: case, white space and quotes make no difference."""
    bare = text.replace('"', "").replace("'", "") if text.isascii() else _QUOTES.sub("", text)
    return " ".join(bare.casefold().split())


def same_lines(texts: Sequence[str]) -> list[str]:
    """The keys of many lines at once, each of which has its white space collapsed already."""
    return _QUOTES.sub("", "\n".join(texts)).casefold().split("\n")


def storable(source: str) -> tuple[str, bool]:
    """The text with NULs and lone surrogates as U+FFFD, and whether there were any."""
    if "\x00" not in source and _encodes(source):
        return source, False
    return _UNSTORABLE.sub("\ufffd", source), True


def _encodes(source: str) -> bool:
    """Whether no lone surrogate stands in a text; ten times as fast as a look at each character."""
    try:
        source.encode()
    except UnicodeEncodeError:
        return False
    return True
