"""The text rules applied to the blocks that an extractor took from a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, cast

from copydesk.contracts import Block, Cut, Dateline
from copydesk_cleaner.core.draft import Draft, PageKnowledge
from copydesk_cleaner.core.heads import cut_repeated_standfirst, cut_repeated_titles
from copydesk_cleaner.core.line_rules import AFTER_TITLE
from copydesk_cleaner.core.lines import Piece
from copydesk_cleaner.core.photo_credits import CREDIT_RULE, without_spans
from copydesk_cleaner.core.readings import Reading, read_pieces
from copydesk_cleaner.core.second_articles import find_second_articles

_RULES = (cut_repeated_titles, cut_repeated_standfirst, *AFTER_TITLE)

Kind = Literal["paragraph", "heading", "quote", "list", "table"]


@dataclass(frozen=True)
class PageText:
    """What the rules left of a page's blocks. `parts` are (title, text) of articles that followed in the same run."""

    blocks: tuple[Block, ...]
    cuts: tuple[Cut, ...]
    authors: tuple[str, ...]
    agencies: tuple[str, ...]
    dateline: Dateline | None
    parts: tuple[tuple[str, "PageText"], ...] = ()


def clean_blocks(
    blocks: Sequence[Block],
    titles: frozenset[str],
    captions: Mapping[str, str],
    authors: frozenset[str] = frozenset(),
) -> PageText:
    """Cut repeated titles, captions, teasers, widgets and notes on the author from extracted blocks.

    `titles`, `authors` and the keys of `captions` are `same_text` keys of what the markup calls so.
    """
    source, pieces = _as_source(blocks)
    readings = read_pieces(pieces, source)
    bounds = [*find_second_articles(readings), len(readings)]
    known = frozenset(captions)
    main = _apply(readings[: bounds[0]], PageKnowledge(titles, known, True, authors))
    parts: list[tuple[str, PageText]] = []
    strangers: list[Cut] = []
    for start, end in pairwise(bounds):
        title = readings[start]
        parts.append((title.text, _apply(readings[start:end], PageKnowledge(frozenset({title.key}), known, True))))
        whole = source[title.piece.start : readings[end - 1].piece.end]
        strangers.append(Cut(text=whole, reason="other-article", rule="second head with a body of its own"))
    return PageText(main.blocks, (*main.cuts, *strangers), main.authors, main.agencies, main.dateline, tuple(parts))


def _as_source(blocks: Sequence[Block]) -> tuple[str, list[Piece]]:
    pieces: list[Piece] = []
    position = 0
    for block in blocks:
        pieces.append(Piece(position, position + len(block.text), block.text, block.kind))
        position += len(block.text) + 1
    return "\n".join(block.text for block in blocks), pieces


def _apply(readings: Sequence[Reading], page: PageKnowledge) -> PageText:
    draft = Draft(readings, page)
    for rule in _RULES:
        rule(draft)
    cuts = [
        Cut(text=draft.readings[index].text, reason=verdict.reason, rule=verdict.rule)
        for index, verdict in sorted(draft.verdicts.items())
    ]
    for index, spans in draft.credits.items():
        text = draft.readings[index].piece.text
        cuts += [Cut(text=text[start:end], reason="photo-credit", rule=CREDIT_RULE) for start, end in spans]
    dateline = None
    if draft.dateline:
        dateline = Dateline(text=draft.dateline.text, place=draft.dateline.place)
        cuts.append(Cut(text=draft.dateline.text, reason="dateline", rule="place and agency before the text"))
    return PageText(tuple(_kept(draft)), tuple(cuts), tuple(draft.authors), tuple(draft.agencies), dateline)


def _kept(draft: Draft) -> list[Block]:
    blocks: list[Block] = []
    for index in draft.kept():
        piece = draft.readings[index].piece
        text = without_spans(piece.text, draft.credits[index]) if index in draft.credits else piece.text
        if index == draft.dateline_at and draft.dateline:
            text = text[draft.dateline.end :]
        if text.strip():
            blocks.append(Block(kind=cast(Kind, piece.kind), text=text))
    return blocks
