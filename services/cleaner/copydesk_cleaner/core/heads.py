"""Rules for the head of an article: title, its repetition, captions, kicker, byline, dates, dateline."""

import re

from copydesk_cleaner.core.agencies import agency_codes
from copydesk_cleaner.core.datelines import DatelineMatch, find_dateline
from copydesk_cleaner.core.draft import Draft
from copydesk_cleaner.core.furniture import is_counter
from copydesk_cleaner.core.names import is_byline, person_names
from copydesk_cleaner.core.tail_notes import find_head_note, is_author_line

_TITLE_WITHIN = 5
_REPEATED_WITHIN = 16
_KICKER_CHARACTERS = 60
_KICKER_WORDS = 8
_TITLE_WORDS = 4
_LABEL_WORDS = 2
_AROUND_TITLE = 60
_KICKED_WITHIN = 3
_KICKER_SHARE = 0.5
_LEAST_TITLE = 15
_NOTES_WITHIN = 4
_STANDFIRST_WITHIN = 2
_STANDFIRST_AGAIN = 6
_LEAST_STANDFIRST = 50
_NO_LETTER = re.compile(r"\W+")
_DATELINE_WITHIN = 4
_SITE_SEPARATORS = " -–—|·•»:"
_BREADCRUMBS = (" > ", " » ", " › ", " / ")


def find_title(draft: Draft) -> None:
    """Take the first line as the title when it looks like one and text follows; what stands above it is furniture."""
    for index, reading in enumerate(draft.readings[:_TITLE_WITHIN]):
        if reading.time or reading.date_line or reading.photo_credit or reading.caption or reading.furniture:
            continue
        if any(separator in reading.text for separator in _BREADCRUMBS) and index == 0 and len(reading.text) < 80:
            continue
        if not reading.title_like or not _text_follows(draft, index):
            return
        _take_title(draft, index + _is_label(draft, index))
        return


def _take_title(draft: Draft, first: int) -> None:
    shorter = _without_site(draft, first)
    if shorter is not None:
        draft.cut(first, "repeated-title", "title with the site's name")
    draft.title = first if shorter is None else shorter
    draft.cut(draft.title, "title", "first line")
    for above in range(draft.title):
        furniture = draft.readings[above].furniture
        draft.cut(above, furniture.reason if furniture else "furniture", "line above the title")


def _is_label(draft: Draft, index: int) -> bool:
    """Whether the line is the section's name and the title stands under it."""
    line, *below = draft.readings[index : index + 3]
    if len(below) < 2 or not below[0].title_like or below[0].sentence or not below[1].sentence:
        return False
    words, more = len(line.text.split()), len(below[0].text.split())
    return more >= _TITLE_WORDS and (words <= _LABEL_WORDS or (line.text.isupper() and words < _TITLE_WORDS))


def _without_site(draft: Draft, index: int) -> int | None:
    """The index of the same title without the site's name, if it stands within the next lines."""
    key = draft.readings[index].key
    near = range(index + 1, min(index + 1 + _TITLE_WITHIN, len(draft.readings)))
    return next(
        (other for other in near if key != draft.readings[other].key and _repeats(key, draft.readings[other].key)), None
    )


def _text_follows(draft: Draft, index: int) -> bool:
    own = len(draft.readings[index].text)
    return any(
        reading.sentence or len(reading.text) > own for reading in draft.readings[index + 1 : index + _REPEATED_WITHIN]
    )


def cut_repeated_titles(draft: Draft) -> None:
    """A line that says the title again, with or without the site's name, is not part of the text.

    Where markup tells headings, one further down that repeats the title heads a section.
    """
    keys = set(draft.page.titles)
    if draft.title is not None:
        keys.add(draft.readings[draft.title].key)
    keys.discard("")
    longest = max(map(len, keys), default=0) + _AROUND_TITLE
    last = max(draft.body(), _TITLE_WITHIN) if draft.page.marked_up else len(draft.readings)
    for index, reading in enumerate(draft.readings[:last]):
        if len(reading.text) > longest or index == draft.title:
            continue
        if any(_repeats(reading.key, key) for key in keys):
            draft.cut(index, "repeated-title", "line equal to the title")
        elif index < _KICKED_WITHIN and draft.page.marked_up and any(_contains(reading.key, key) for key in keys):
            draft.cut(index, "repeated-title", "title with a kicker")


def cut_repeated_standfirst(draft: Draft) -> None:
    """A sentence at the very head of a page that stands again directly below is the standfirst, printed twice."""
    if not draft.page.marked_up:
        return
    head = draft.readings[:_STANDFIRST_AGAIN]
    texts = {one.text for one in head[:_STANDFIRST_WITHIN] if len(one.text) >= _LEAST_STANDFIRST and one.sentence}
    for index in range(1, len(head)):
        above = {one.text for one in head[:index]}
        if head[index].text in texts & above and not head[index].caption:
            draft.cut(index, "repeated-standfirst", "sentence that stands above already")


def _contains(line: str, title: str) -> bool:
    """Whether a line is the title with a few words before or after it, or a good part of the title."""
    one, other = (_NO_LETTER.sub("", text) for text in (line, title))
    long, short = (one, other) if len(one) >= len(other) else (other, one)
    near = len(long) - len(short) <= min(_AROUND_TITLE, len(long) * _KICKER_SHARE)
    return near and len(short) >= _LEAST_TITLE and (long.endswith(short) or long.startswith(short))


def _repeats(line: str, title: str) -> bool:
    if line == title:
        return True
    rest = line.removeprefix(title)
    return (
        len(title) >= 15 and rest != line and len(rest) <= 40 and rest.lstrip()[:1] in tuple(_SITE_SEPARATORS.strip())
    )


def cut_head_notes(draft: Draft) -> None:
    """Cut what a page says of itself before the text: that it earns from links, where the text appeared first."""
    for index in list(draft.kept())[:_NOTES_WITHIN]:
        if note := find_head_note(draft.readings[index]):
            draft.cut(index, note.reason, note.rule)


def cut_head(draft: Draft) -> None:
    """Cut what stands between the title and the first paragraph and is neither a standfirst nor a heading."""
    last_title = max(
        (index for index, verdict in draft.verdicts.items() if verdict.reason in ("title", "repeated-title")),
        default=-1,
    )
    again = last_title if last_title < _REPEATED_WITHIN else (draft.title if draft.title is not None else -1)
    first = -1 if draft.title is None else draft.title
    for index in range(first + 1, again):
        _cut_between_titles(draft, index)
    body = next(
        (index for index in range(max(again, first) + 1, len(draft.readings)) if draft.is_paragraph(index)), None
    )
    for index in range(max(again, first) + 1, len(draft.readings) if body is None else body):
        _cut_head_line(draft, index, followed=body is not None)


def _cut_between_titles(draft: Draft, index: int) -> None:
    """Between the title and its repetition there is only furniture; a whole paragraph there is the standfirst."""
    reading = draft.readings[index]
    if reading.caption or _doubled(draft, index):
        draft.cut(index, "caption", "caption between the title and its repetition")
    elif reading.furniture:
        draft.cut(index, reading.furniture.reason, reading.furniture.rule)
    elif reading.time or reading.date_line:
        draft.cut(index, "timestamp", "time under the title")
    elif not reading.sentence and not draft.page.marked_up:
        draft.cut(index, "furniture", "line between the title and its repetition")


def _cut_head_line(draft: Draft, index: int, *, followed: bool) -> None:
    reading = draft.readings[index]
    if reading.caption or draft.is_known_caption(index):
        draft.cut(index, "caption", "line with a photo credit before the text")
    elif reading.photo_credit:
        draft.cut(index, "photo-credit", "line that names a picture's source")
    elif reading.time or reading.date_line:
        draft.cut(index, "timestamp", "time before the text")
    elif is_byline(reading.text) or (len(reading.text) <= 40 and agency_codes(reading.text)):
        _take_byline(draft, index)
    elif is_author_line(reading, draft.page.authors):
        draft.cut(index, "byline", "line that names the authors")
    elif reading.furniture and (not reading.furniture.weak or reading.furniture.reason == "byline"):
        draft.cut(index, reading.furniture.reason, reading.furniture.rule)
    elif is_counter(reading.text):
        draft.cut(index, "furniture", "counter beside a button")
    elif not reading.sentence and _doubled(draft, index):
        draft.cut(index, "caption", "line printed twice before the text")
    elif not draft.page.marked_up and followed and not reading.sentence and _is_kicker(draft, index):
        draft.cut(index, "furniture", "kicker between the title and the text")


def _take_byline(draft: Draft, index: int) -> None:
    text = draft.readings[index].text
    draft.cut(index, "byline", "author line")
    draft.authors.extend(name for name in person_names(text) if name not in draft.authors)
    draft.agencies.extend(code for code in agency_codes(text) if code not in draft.agencies)


def _is_kicker(draft: Draft, index: int) -> bool:
    """A short line without a verb's room directly under the title: a label of the story, not a standfirst."""
    reading = draft.readings[index]
    short = len(reading.text) <= _KICKER_CHARACTERS and len(reading.text.split()) <= _KICKER_WORDS
    kept = [other for other in range(index + 1, len(draft.readings)) if draft.is_kept(other)]
    alone = bool(kept) and draft.readings[kept[0]].sentence and all(not draft.is_kept(other) for other in range(index))
    return short and alone and draft.title is not None and not reading.list_item


def _doubled(draft: Draft, index: int) -> bool:
    key = draft.readings[index].key
    near = (index - 1, index + 1)
    return any(0 <= other < len(draft.readings) and draft.readings[other].key == key for other in near)


def take_dateline(draft: Draft) -> None:
    """Cut the dateline from the text's first lines; its agencies are the article's."""
    for order, index in enumerate(draft.kept()):
        if order >= _DATELINE_WITHIN:
            return
        found = draft.readings[index].dateline or _dateline_alone(draft.readings[index].text)
        if found:
            draft.dateline, draft.dateline_at = found, index
            draft.agencies = list(dict.fromkeys([*found.agencies, *draft.agencies]))
            return


def _dateline_alone(text: str) -> DatelineMatch | None:
    """A dateline on a line of its own."""
    found = find_dateline(f"{text} ·") if len(text) <= 80 else None
    return found if found and found.end >= len(text) else None
