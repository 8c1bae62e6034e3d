"""What a word is, and which words differ: the unit of `words_added` and `words_removed` of ArticleStored.

Words are compared without case, punctuation and typography (Unicode NFKC, invisible characters dropped). A figure is
one word with its sign, unit and decimals, however its thousands are grouped; in scripts without spaces each character
is a word.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import LCSseq

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Characters of scripts written without spaces, as a class of a regular expression."""

_INVISIBLE = re.compile("[\u00ad\u061c\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_DIGIT = re.compile(r"\d")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_UNIT = r"[%‰°$€£¥₹₽₩₺₪₴₫฿]"
_FIGURE = (
    rf"(?P<before>{_UNIT})?[ ]?(?P<sign>(?<![\w.,:)\]])[-\u2212])?"
    rf"(?P<digits>(?<!\d)\d{{1,3}}(?:[ ]\d{{3}})+(?:[.,٫]\d+)?(?!\d)|\d+(?:[.,:'’٬٫]\d+)*)(?:[ ]?(?P<after>{_UNIT}))?"
)
_SEPARATOR = re.compile(r"[.,'’٬٫ ]")
_PIECE = re.compile(rf"\s+|\d+(?:[.,:]\d+)*|[{UNSPACED}]|[^\W\d{UNSPACED}]+|[^\w\s]")
_LARGEST = 25_000_000
"""Product of two lengths up to which the longest common subsequence is sought: 3 MB and a few milliseconds."""


@dataclass(frozen=True)
class Edit:
    """`before[start:end]` has become `after[after_start:after_end]`; one of them may be empty."""

    start: int
    end: int
    after_start: int
    after_end: int


@cache
def _letters_only() -> str:
    marks = "".join(
        re.escape(chr(code)) for code in range(0x300, 0xFE30) if unicodedata.category(chr(code)) in ("Mn", "Mc")
    )
    letter = rf"[^\W\d_{UNSPACED}]"
    return rf"{letter}+(?:[{marks}]+{letter}*)*|[{UNSPACED}][{marks}]*"


@cache
def _token(*, figures: bool) -> re.Pattern[str]:
    return re.compile(f"{_letters_only()}|{_FIGURE}" if figures else _letters_only())


def words(text: str) -> list[str]:
    """The words of a text as they are compared; figures begin with a digit or a sign."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    if not _DIGIT.search(plain):
        return _token(figures=False).findall(plain)
    plain = _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), plain)
    return [_figure(found) if found["digits"] else found[0] for found in _token(figures=True).finditer(plain)]


def is_figure(word: str) -> bool:
    """Whether a word of `words` is a figure."""
    return word.removeprefix("-")[0].isdigit()


def letters(text: str) -> str:
    """The text without anything that typography decides: equal where only typography differs."""
    return joined(words(text))


def joined(some: Sequence[str]) -> str:
    """`letters` of words."""
    return "".join(f" {word} " if is_figure(word) else word for word in some)


def _figure(found: re.Match[str]) -> str:
    unit = found["before"] or found["after"] or ""
    return f"{'-' if found['sign'] else ''}{_value(found['digits'])}{unit}"


def _value(digits: str) -> str:
    """`1.234.567,8`, `1 234 567.8` and `1'234'567,8` are 1234567.8; `1,500` and `1.500` are both 1500."""
    groups, separators = _SEPARATOR.split(digits), _SEPARATOR.findall(digits)
    if not separators:
        return digits
    thousands = [len(group) == 3 for group in groups[1:]]
    if len(set(separators)) > 1 and all(thousands[:-1]):
        return f"{''.join(groups[:-1])}.{groups[-1]}"
    if len(set(separators)) == 1 and all(thousands) and len(groups[0]) <= 3 and groups[0] != "0":
        return "".join(groups)
    return ".".join(groups)


def edits(before: Sequence[str], after: Sequence[str]) -> Iterator[Edit]:
    """The stretches that differ, in order; all else is the longest common subsequence.

    Of texts so long that it would cost too much, all between their common beginning and end is one stretch.
    """
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    same = 0
    while same < most - start and before[-1 - same] == after[-1 - same]:
        same += 1
    rest, other = before[start : len(before) - same], after[start : len(after) - same]
    if not rest or not other or len(rest) * len(other) > _LARGEST:
        if rest or other:
            yield Edit(start, start + len(rest), start, start + len(other))
        return
    at, other_at = start, start
    for block in LCSseq.editops(rest, other).as_matching_blocks():
        end, other_end = start + block.a, start + block.b
        if (at, other_at) != (end, other_end):
            yield Edit(at, end, other_at, other_end)
        at, other_at = end + block.size, other_end + block.size


def printed_edits(before: str, after: str) -> tuple[list[str], list[str], list[Edit]]:
    """Both texts as printed, cut into words, spaces and marks, and the stretches of pieces that differ.

    Stretches that only a space keeps apart are one, so that what was put in another's place is read in one go.
    """
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    found: list[Edit] = []
    for edit in edits(old, new):
        if found and "".join(old[found[-1].end : edit.start]).isspace():
            first = found.pop()
            found.append(Edit(first.start, edit.end, first.after_start, edit.after_end))
        else:
            found.append(edit)
    return old, new, found


def counts(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many words were added and how many removed."""
    added = removed = 0
    for edit in edits(before, after):
        here, there = before[edit.start : edit.end], after[edit.after_start : edit.after_end]
        if len(here) * len(there) > _LARGEST:
            many, more = Counter(here), Counter(there)
            added, removed = added + (more - many).total(), removed + (many - more).total()
        else:
            added, removed = added + len(there), removed + len(here)
    return added, removed
