"""What each piece of a page looks like on its own, before its neighbours are asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from copydesk_cleaner.core.captions import is_caption, is_photo_credit
from copydesk_cleaner.core.date_lines import is_date_line
from copydesk_cleaner.core.datelines import DatelineMatch, find_dateline
from copydesk_cleaner.core.furniture import LONGEST_FURNITURE, recognise_furniture
from copydesk_cleaner.core.lines import Piece, is_list_item, is_sentence, is_title_like, piece_at, same_text
from copydesk_cleaner.core.relative_times import RelativeTime, find_relative_times, is_spelled_relative_time

_EDGE = 2
"""Characters at either end of a line that may stand around its time."""
_LONGEST_TIME = 120
_AROUND_TIME = 30
_AFTER_TIME = 200
"""Characters in which a dateline glued to a time is looked for."""
_SEPARATORS = " \t\u00a0|·•*-–—/,:;()[]"
_TIMED_LENGTH = 250
_ALIKE = 20
_LONGEST_GLUED = 20_000
"""Characters above which a line is a dump, not a list that lost its line breaks: its times are not looked for."""


class Reading:
    """One piece and what it looks like. What every piece is asked is worked out at once, the rest when first asked for.

    At once, because a cached property costs more than most of these tests: it takes a lock until Python 3.12.
    """

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.text = piece.flow
        self.times = find_relative_times(self.text) if len(self.text) <= _LONGEST_GLUED else []
        self.sentence = is_sentence(self.text)
        self.furniture = recognise_furniture(self.text, self.key) if len(self.text) <= LONGEST_FURNITURE else None
        self.caption = is_caption(self.text)
        self.photo_credit = is_photo_credit(self.text)
        self.time = self._is_time()
        self.timed = self._is_timed()
        self.date_line = not self.sentence and is_date_line(self.text)
        """Whether the piece is an absolute date or time and hardly more, as stands under a headline."""

    @cached_property
    def key(self) -> str:
        return same_text(self.text)

    def says_the_same(self, other: "Reading") -> bool:
        """Whether two pieces have one key; those of clearly different lengths are not worth making it."""
        return abs(len(self.text) - len(other.text)) <= _ALIKE and self.key == other.key

    @cached_property
    def title_like(self) -> bool:
        return is_title_like(self.piece.text) and not self.furniture and not self.time and self.dateline is None

    @cached_property
    def list_item(self) -> bool:
        return self.piece.kind == "list" or is_list_item(self.text)

    @cached_property
    def dateline(self) -> DatelineMatch | None:
        return find_dateline(self.text)

    @property
    def agency_dateline(self) -> bool:
        """Whether the piece begins as an agency's story does."""
        return self.dateline is not None and self.dateline.agencies != ()

    def _is_time(self) -> bool:
        """Whether the piece is a relative time and hardly more ("World | 2 hours ago")."""
        if len(self.text) > _LONGEST_TIME:
            return False
        if not self.times:
            return is_spelled_relative_time(self.text)
        rest = "".join(self.text[a:b] for a, b in _outside(self.times, len(self.text))).strip(_SEPARATORS)
        return len(rest) <= _AROUND_TIME and not self.sentence

    def _is_timed(self) -> bool:
        """Whether the piece is a headline that carries its relative time on the same line."""
        if not self.times or len(self.text) > _TIMED_LENGTH or self.sentence or self.time:
            return False
        return self.times[0].start <= _EDGE or self.times[-1].end >= len(self.text) - _EDGE


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
    return [part for piece in pieces for part in _unglue(Reading(piece), source)]


def _unglue(reading: Reading, source: str) -> list[Reading]:
    piece = reading.piece
    if len(piece.text) > _LONGEST_GLUED:
        return [reading]
    times = reading.times if reading.text == piece.text else find_relative_times(piece.text)
    bounds = [piece.start]
    for time in times:
        glue = _glue(piece.text, time)
        at_start, at_end = time.start == 0, time.end == len(piece.text)
        if (glue.after and (at_start or glue.before)) or (glue.before and at_end):
            bounds += [piece.start + time.start, piece.start + time.end]
    if len(bounds) == 1:
        return [reading]
    bounds.append(piece.end)
    parts = (piece_at(source, start, end) for start, end in pairwise(bounds) if start < end)
    return [Reading(Piece(part.start, part.end, part.text, piece.kind)) for part in parts if part]


def _glue(text: str, time: RelativeTime) -> _Glue:
    before, after = text[max(0, time.start - 1) : time.start], text[time.end : time.end + _AFTER_TIME]
    closes = before.isalpha() or (before != "" and before in ".!?…。！？؟।\"'”’»)）")
    follows = after[:1].isupper() or (after[:1].isalpha() and find_dateline(after) is not None)
    return _Glue(closes, follows)
