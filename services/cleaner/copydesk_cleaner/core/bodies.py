"""Rules for the body and the tail of an article: captions, widgets, teaser lists, comment forms, loose last lines."""

from collections.abc import Sequence

from copydesk.contracts import CutReason
from copydesk_cleaner.core.agencies import agency_codes
from copydesk_cleaner.core.captions import has_photo_credit, signs_off
from copydesk_cleaner.core.draft import Draft
from copydesk_cleaner.core.furniture import Furniture, is_counter
from copydesk_cleaner.core.lines import is_list_item
from copydesk_cleaner.core.names import is_byline, person_names
from copydesk_cleaner.core.readings import Reading
from copydesk_cleaner.core.tail_notes import (
    find_invitation,
    find_tail_note,
    is_affiliate_note,
    is_author_line,
    is_biography_head,
)
from copydesk_cleaner.core.teasers import find_teaser_boxes

_COMPANY = 4
_BOX = 5
_LOOSE = 120
_LEAST_PARAGRAPHS = 3
_DOUBLED = 20
_EXCERPT = 300
_FEW = 4
_HEADLINE = 25
_LONGEST_TAIL = 8
_LONGEST_BOX = 6


def cut_teasers(draft: Draft) -> None:
    """Cut every list of links to other articles."""
    body = draft.body()
    if body < len(draft.readings):
        for box in find_teaser_boxes(draft.readings, body):
            heads = (draft.readings[index].furniture for index in range(box.first, box.last))
            talk = any(head is not None and head.reason == "comments" for head in heads)
            for index in range(box.first, box.last):
                draft.cut(index, "comments" if talk else "related-teasers", box.rule)


def cut_body_lines(draft: Draft) -> None:
    """Cut captions, credits, widgets and paragraphs printed twice; after a comment form nothing stands."""
    body = draft.body()
    last = max((index for index in draft.kept() if draft.readings[index].sentence), default=-1)
    for index in range(body, len(draft.readings)):
        if not draft.is_kept(index):
            continue
        reading = draft.readings[index]
        if reading.furniture and _ends_article(draft, index, reading.furniture):
            _cut_rest(draft, index)
            return
        _cut_body_line(draft, index, is_last=index == last)


def _cut_body_line(draft: Draft, index: int, *, is_last: bool) -> None:
    reading = draft.readings[index]
    previous = draft.readings[index - 1] if index else None
    if previous and _is_same_text(reading, previous):
        _cut_doubled(draft, index)
    elif (reading.caption and not is_last) or draft.is_known_caption(index):
        draft.cut(index, "caption", "paragraph with a photo credit")
    elif reading.photo_credit and not reading.list_item:
        draft.cut(index, "photo-credit", "line that names a picture's source")
    elif reading.furniture:
        _cut_furniture(draft, index, reading.furniture)
    elif reading.time:
        draft.cut(index, "timestamp", "relative time on a line of its own")
    elif note := find_invitation(reading):
        draft.cut(index, note.reason, note.rule)
    elif is_author_line(reading, draft.page.authors):
        draft.cut(index, "byline", "line that names the authors")
    elif is_counter(reading.text) and _in_company(draft, index):
        draft.cut(index, "furniture", "counter beside a button")


def _is_same_text(one: Reading, other: Reading) -> bool:
    return len(one.text) >= _DOUBLED and one.says_the_same(other) and len(one.key) >= _DOUBLED


def _cut_doubled(draft: Draft, index: int) -> None:
    if has_photo_credit(draft.readings[index].text):
        draft.cut(index - 1, "caption", "caption printed twice")
        draft.cut(index, "caption", "caption printed twice")
    elif draft.is_kept(index - 1):
        draft.cut(index, "furniture", "paragraph printed twice")
    else:
        draft.cut(index, draft.verdicts[index - 1].reason, draft.verdicts[index - 1].rule)


def _cut_furniture(draft: Draft, index: int, furniture: Furniture) -> None:
    if furniture.lead and not draft.readings[index].sentence:
        _cut_link_box(draft, index, furniture)
    elif not furniture.weak or _in_company(draft, index):
        draft.cut(index, furniture.reason, furniture.rule)


def _cut_link_box(draft: Draft, index: int, furniture: Furniture) -> None:
    """A list head inside the text goes with the headlines under it; without any it may be a real heading and stays."""
    links: list[int] = []
    for below in range(index + 1, min(index + 1 + _BOX, len(draft.readings))):
        if not _is_link(draft, index, below):
            break
        links.append(below)
    if not links and not furniture.alone:
        return
    for link in (index, *links):
        draft.cut(link, "related-teasers" if links else furniture.reason, furniture.rule)


def _is_link(draft: Draft, head: int, index: int) -> bool:
    """Whether a line under a list head is a headline or the cut-off beginning of another article."""
    reading = draft.readings[index]
    if reading.sentence:
        return index == head + 1 and len(reading.text) <= _EXCERPT and reading.text.endswith(("...", "…"))
    opens_section = (
        reading.piece.kind == "heading" != draft.readings[head].piece.kind
        and index + 1 < len(draft.readings)
        and draft.readings[index + 1].sentence
    )
    introduces = reading.text.endswith((":", "："))
    return reading.title_like and not opens_section and not introduces


def _in_company(draft: Draft, index: int) -> bool:
    """Whether other machinery stands close by."""
    near = range(max(index - 2, 0), min(index + _COMPANY, len(draft.readings)))
    return any(draft.readings[other].furniture for other in near if other != index)


def _ends_article(draft: Draft, index: int, furniture: Furniture) -> bool:
    if furniture.ends:
        return True
    if furniture.reason != "comments":
        return False
    near = draft.readings[index + 1 : index + 1 + _COMPANY]
    return any(reading.furniture and (reading.furniture.ends or not reading.furniture.lead) for reading in near)


def _cut_rest(draft: Draft, first: int) -> None:
    """Everything from the comment form on: machinery by its own name, headlines as teasers, sentences as comments."""
    for index in range(first, len(draft.readings)):
        reading = draft.readings[index]
        reason, rule = _after_end(reading)
        if reading.furniture and reading.furniture.reason == "byline":
            draft.authors.extend(name for name in person_names(reading.text) if name not in draft.authors)
        draft.cut(index, reason, rule)


def _after_end(reading: Reading) -> tuple[CutReason, str]:
    if reading.furniture:
        return reading.furniture.reason, reading.furniture.rule
    if reading.sentence:
        return "comments", "after the comment form"
    if is_counter(reading.text) or len(reading.text.split()) < 2:
        return "furniture", "after the comment form"
    return "related-teasers", "headline after the comment form"


def cut_tail_notes(draft: Draft) -> None:
    """Cut what stands under the text and speaks of it or to its reader: biographies, credits, newsletters."""
    body = draft.body()
    kept = [index for index in draft.kept() if index > body]
    heads = (index for index in kept[-_LONGEST_BOX:] if is_biography_head(draft.readings[index]))
    head = next(heads, len(draft.readings))
    for index in range(head, len(draft.readings)):
        draft.cut(index, "author-biography", "biography under its head")
    for index in reversed(kept[-_LONGEST_TAIL:]):
        if draft.is_kept(index) and not _cut_tail_note(draft, index):
            return


def _cut_tail_note(draft: Draft, index: int) -> bool:
    reading = draft.readings[index]
    note = find_tail_note(reading, draft.page.authors)
    if note:
        draft.cut(index, note.reason, note.rule)
    elif reading.furniture and not reading.sentence:
        draft.cut(index, reading.furniture.reason, reading.furniture.rule)
    elif is_affiliate_note(reading):
        draft.cut(index, "advertisement", "note on affiliate links")
    elif reading.piece.kind == "heading" and not reading.sentence:
        draft.cut(index, "related-teasers", "heading with nothing under it")
    elif not any(map(str.isalnum, reading.text)):
        draft.cut(index, "furniture", "rule under the text")
    else:
        return False
    return True


def cut_loose_tail(draft: Draft) -> None:
    """Short lines that are no sentences, after the last one: bylines, sign-offs, tags, headlines of other articles."""
    kept = list(draft.kept())
    paragraphs = [index for index in kept if draft.is_paragraph(index)]
    if not paragraphs:
        return
    tail = [index for index in kept if index > paragraphs[-1]]
    for index in tail:
        _sign_off(draft, index)
    loose = [index for index in tail if draft.is_kept(index)]
    if draft.page.marked_up or len(paragraphs) < _LEAST_PARAGRAPHS:
        return
    introduced = draft.readings[paragraphs[-1]].text.rstrip()[-1:] in tuple(":：")
    if not loose or introduced or not _are_headlines([draft.readings[index].text for index in loose]):
        return
    words = max(len(draft.readings[index].text.split()) for index in loose)
    reason: CutReason = "related-teasers" if words >= _COMPANY else "furniture"
    for index in loose:
        draft.cut(index, reason, "loose line after the last sentence")


def _are_headlines(lines: Sequence[str]) -> bool:
    """Whether loose lines are a few short ones, or many of a headline's length; lists and tables are neither."""
    if any(is_list_item(line) or len(line) > _LOOSE or line[-1] in ":：" for line in lines):
        return False
    if len(lines) <= _FEW:
        return not any("://" in line or "www." in line for line in lines)
    return all(len(line) >= _HEADLINE and not any(map(str.isdigit, line)) for line in lines)


def _sign_off(draft: Draft, index: int) -> None:
    """A line under the text that only names agencies or authors."""
    text = draft.readings[index].text
    codes = agency_codes(text.strip(" ()[]（）*"))
    if len(text) <= 60 and codes and len(text.split()) <= 2 * len(codes) + 2:
        draft.cut(index, "byline", "agency sign-off")
        draft.agencies.extend(code for code in codes if code not in draft.agencies)
    elif is_byline(text):
        draft.cut(index, "byline", "author line")
        draft.authors.extend(name for name in person_names(text) if name not in draft.authors)


def take_sign_off(draft: Draft) -> None:
    """Agencies that the last paragraph names in parentheses after its last sentence; the words stay."""
    last = max(draft.kept(), default=None)
    if last is not None and not draft.agencies:
        draft.agencies.extend(signs_off(draft.readings[last].text))
