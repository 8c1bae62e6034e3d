"""Where another article begins on the same page: a second head like the first, with a body of its own."""

from collections.abc import Sequence

from copydesk_cleaner.core.names import is_byline
from copydesk_cleaner.core.readings import Reading

_HEAD = 10
"""A head (title, captions, buttons, title again) is no longer than this many pieces."""
_LEAST_TEXT = 200
_LEAST_SENTENCES = 2
_BYLINE = 100
_FIRST_STORY = 4
"""The page's own dateline stands within this many pieces."""
_MOST_SIGNED = 3
"""More titles with bylines than this make a list of works, not a page of articles."""
_TITLE_KINDS = ("", "heading")
_LEAST_TITLE = 20
"""Bytes of UTF-8: four words of English, seven Han characters."""


def find_second_articles(readings: Sequence[Reading]) -> list[int]:
    """The indices at which further articles begin, each at its title."""
    starts: list[int] = []
    begin = 0
    heads, machinery = _heads(readings), _head_machinery(readings)
    for index in range(3, len(readings)):
        if index - begin < 3 or readings[index].piece.kind not in _TITLE_KINDS:
            continue
        body = heads.get(index) or _body_after_head(readings, index, machinery)
        if body is None or not _could_be_title(readings[index]) or readings[index].says_the_same(readings[begin]):
            continue
        if _has_body(readings[begin:index]) and _has_body(readings[body:]):
            starts.append(index)
            begin = index
    return starts


def _heads(readings: Sequence[Reading]) -> dict[int, int]:
    """Where a byline or the page's second dateline shows that an article begins, with the index of its body."""
    heads: dict[int, int] = {}
    if _after_byline(readings, 0) is not None:
        signed = ((index, _after_byline(readings, index)) for index in range(len(readings)))
        heads = {index: after for index, after in signed if after is not None}
    if len(heads) > _MOST_SIGNED:
        heads = {}
    story = _agency_story(readings)
    return heads if story is None else {**heads, story: story + 1}


def _could_be_title(reading: Reading) -> bool:
    """Title-like, and longer than a heading's couple of words; where there is markup, a heading by that, too."""
    if reading.piece.kind not in _TITLE_KINDS:
        return False
    opens = reading.text[:1].isalnum() or reading.text[:1] in tuple("\"'“„«»‘¿¡「『《")
    return reading.title_like and opens and not reading.list_item and len(reading.text.encode()) >= _LEAST_TITLE


def _has_body(readings: Sequence[Reading]) -> bool:
    prose = [reading for reading in readings if reading.sentence and not (reading.caption or reading.furniture)]
    dense = sum(len(reading.text.encode()) for reading in prose)
    return len(prose) >= _LEAST_SENTENCES and dense >= _LEAST_TEXT


def _head_machinery(readings: Sequence[Reading]) -> frozenset[str]:
    """The buttons under the page's first title, which a second head would repeat; lists of works have bylines, too."""
    keys = set()
    for reading in readings[1:_HEAD]:
        if _is_prose(reading):
            break
        if reading.furniture and not (reading.furniture.lead or reading.furniture.reason == "byline"):
            keys.add(_shape(reading))
    return frozenset(keys)


def _shape(reading: Reading) -> str:
    return reading.furniture.rule if reading.furniture else reading.key


def _body_after_head(readings: Sequence[Reading], index: int, machinery: frozenset[str]) -> int | None:
    """The index of the body when a head begins at `index`; None when it is an ordinary heading."""
    head = readings[index : index + _HEAD]
    again = next((offset for offset in range(1, len(head)) if head[offset].says_the_same(head[0])), None)
    if again is not None and _is_machinery(head[1:again]):
        return index + again + 1
    if len(head) > 2 and head[1].caption and head[1].says_the_same(head[2]):
        return index + 3
    for offset in range(1, min(5, len(head))):
        if head[offset].furniture and _shape(head[offset]) in machinery:
            return index + offset + 1
        if _is_prose(head[offset]):
            break
    return None


def _is_machinery(between: Sequence[Reading]) -> bool:
    """Whether only captions, buttons and times stand between a title and its repetition, and at least one of them."""
    prose = any(_is_prose(reading) for reading in _once(between))
    return not prose and any(reading.furniture or reading.caption or reading.time for reading in between)


def _after_byline(readings: Sequence[Reading], index: int) -> int | None:
    """The index after a title and its author line; None where there is no such pair."""
    if index + 1 >= len(readings):
        return None
    title, line = readings[index], readings[index + 1]
    signed = len(line.text) <= _BYLINE and is_byline(line.text) and _could_be_title(title)
    return index + 2 if signed else None


def _once(readings: Sequence[Reading]) -> list[Reading]:
    """The pieces that are not printed twice: a doubled one is a caption, whatever it looks like."""
    keys = [reading.key for reading in readings]
    return [reading for reading in readings if keys.count(reading.key) == 1]


def _is_prose(reading: Reading) -> bool:
    return reading.sentence and not reading.caption and not reading.furniture


def _agency_story(readings: Sequence[Reading]) -> int | None:
    """A heading directly before the page's second and last dateline, without a list of times: a story of its own."""
    if not any(reading.agency_dateline for reading in readings[:_FIRST_STORY]):
        return None
    datelined = [at for at, reading in enumerate(readings) if reading.agency_dateline]
    if len(datelined) != 2:
        return None
    title = datelined[1] - 1
    timed = any(reading.time or reading.timed for reading in readings[title:])
    return None if timed or readings[title].furniture else title
