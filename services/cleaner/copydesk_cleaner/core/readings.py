"""What each piece of a page looks like on its own, before its neighbours are asked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from copydesk_cleaner.core.captions import is_caption, is_photo_credit
from copydesk_cleaner.core.date_lines import is_date_line
from copydesk_cleaner.core.datelines import DatelineMatch, find_dateline
from copydesk_cleaner.core.furniture import LONGEST_FURNITURE, Furniture, recognise_furniture
from copydesk_cleaner.core.lines import Piece, is_list_item, is_sentence, is_title_like, piece_at, same_text
from copydesk_cleaner.core.relative_times import RelativeTime, find_relative_times, is_spelled_relative_time

_EDGE = 60
_AROUND_TIME = 30
_AFTER_TIME = 200
"""Characters in which a dateline glued to a time is looked for."""
_SEPARATORS = " \t\u00a0|·•*-–—/,:;()[]"
_TIMED_LENGTH = 250
_DIGIT = re.compile(r"\d")


class Reading:
    """One piece and what it looks like; everything is worked out once, when first asked for."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.text = piece.flow

    @cached_property
    def key(self) -> str:
        return same_text(self.text)

    @cached_property
    def sentence(self) -> bool:
        return is_sentence(self.text)

    @cached_property
    def title_like(self) -> bool:
        return is_title_like(self.piece.text) and not self.furniture and not self.time and self.dateline is None

    @cached_property
    def furniture(self) -> Furniture | None:
        return recognise_furniture(self.text, self.key) if len(self.text) <= LONGEST_FURNITURE else None

    @cached_property
    def caption(self) -> bool:
        return is_caption(self.text)

    @cached_property
    def photo_credit(self) -> bool:
        return is_photo_credit(self.text)

    @cached_property
    def list_item(self) -> bool:
        return self.piece.kind == "list" or is_list_item(self.text)

    @cached_property
    def dateline(self) -> DatelineMatch | None:
        return find_dateline(self.text)

    @cached_property
    def time(self) -> bool:
        """Whether the piece is a relative time and hardly more ("World | 2 hours ago")."""
        if len(self.text) > 2 * _EDGE:
            return False
        times = _edge_times(self.text) if _DIGIT.search(self.text) else []
        if not times:
            return is_spelled_relative_time(self.text)
        rest = "".join(self.text[a:b] for a, b in _outside(times, len(self.text))).strip(_SEPARATORS)
        return len(rest) <= _AROUND_TIME and not self.sentence

    @cached_property
    def timed(self) -> bool:
        """Whether the piece is a headline that carries its relative time on the same line."""
        if len(self.text) > _TIMED_LENGTH or not _DIGIT.search(self.text) or self.sentence or self.time:
            return False
        times = _edge_times(self.text)
        return bool(times) and (times[0].start <= 2 or times[-1].end >= len(self.text) - 2)

    @cached_property
    def date_line(self) -> bool:
        """Whether the piece is an absolute date or time and hardly more, as stands under a headline."""
        return not self.sentence and is_date_line(self.text)


def _edge_times(text: str) -> list[RelativeTime]:
    if len(text) <= 2 * _EDGE:
        return find_relative_times(text)
    tail = len(text) - _EDGE
    shifted = (RelativeTime(time.start + tail, time.end + tail) for time in find_relative_times(text[tail:]))
    return [*find_relative_times(text[:_EDGE]), *shifted]


def _outside(times: Sequence[RelativeTime], length: int) -> Iterator[tuple[int, int]]:
    position = 0
    for time in times:
        yield position, time.start
        position = time.end
    yield position, length


@dataclass(frozen=True)
class _Glue:
    before: bool
    after: bool


def read_pieces(pieces: Sequence[Piece], source: str) -> list[Reading]:
    """A reading of each piece; a relative time glued to its neighbours ("2 hours agoPARIS (AFP) -") stands apart."""
    return [Reading(part) for piece in pieces for part in _unglue(piece, source)]


def _unglue(piece: Piece, source: str) -> list[Piece]:
    if not _DIGIT.search(piece.text):
        return [piece]
    bounds = [piece.start]
    for time in find_relative_times(piece.text):
        glue = _glue(piece.text, time)
        at_start, at_end = time.start == 0, time.end == len(piece.text)
        if (glue.after and (at_start or glue.before)) or (glue.before and at_end):
            bounds += [piece.start + time.start, piece.start + time.end]
    bounds.append(piece.end)
    parts = (piece_at(source, start, end) for start, end in pairwise(bounds) if start < end)
    return [Piece(part.start, part.end, part.text, piece.kind) for part in parts if part]


def _glue(text: str, time: RelativeTime) -> _Glue:
    before, after = text[max(0, time.start - 1) : time.start], text[time.end : time.end + _AFTER_TIME]
    closes = before.isalpha() or (before != "" and before in ".!?…。！？؟।\"'”’»)）")
    follows = after[:1].isupper() or (after[:1].isalpha() and find_dateline(after) is not None)
    return _Glue(closes, follows)
