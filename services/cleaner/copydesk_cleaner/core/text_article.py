"""Plain text in, clean articles out: the text path of the cleaner. Pure; the same text gives the same articles.

The ledger's invariant: `text` and the cuts together are the input. Every character of the input that is no white
space stands either in `text` or in exactly one cut, in its order; a cut's text stands in the input at `where`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from copydesk.contracts import Block, Cut, Dateline
from copydesk_cleaner.core.draft import Draft
from copydesk_cleaner.core.heads import cut_repeated_titles, find_title
from copydesk_cleaner.core.ledger import Removal, as_cuts, merge_removals
from copydesk_cleaner.core.line_rules import AFTER_TITLE
from copydesk_cleaner.core.lines import is_list_item, is_title_like, on_one_line, split_pieces
from copydesk_cleaner.core.photo_credits import CREDIT_RULE, without_spans
from copydesk_cleaner.core.readings import Reading, read_pieces
from copydesk_cleaner.core.second_articles import find_second_articles

REPLACED = "replaced-characters"
"""Flag of a text in which NULs or lone surrogates became U+FFFD, one for one, so that offsets hold."""


@dataclass(frozen=True)
class TextArticle:
    """One article of a text. `cuts` count offsets in the whole input, also those of a part.

    `span` is where in the input the article lies; `parts` are the articles that follow it there.
    """

    title: str | None
    blocks: tuple[Block, ...]
    cuts: tuple[Cut, ...]
    authors: tuple[str, ...]
    agencies: tuple[str, ...]
    dateline: Dateline | None
    flags: tuple[str, ...]
    span: tuple[int, int]
    parts: tuple["TextArticle", ...] = ()

    @property
    def text(self) -> str:
        """The paragraphs, joined by a blank line."""
        return "\n\n".join(block.text for block in self.blocks)


def clean_text(source: str) -> TextArticle:
    """The page's first article, with the others as its `parts`; `source` must be `storable`."""
    readings = read_pieces(split_pieces(source), source)
    bounds = [0, *find_second_articles(readings), len(readings)]
    articles = [readings[start:end] for start, end in pairwise(bounds)]
    parts = tuple(_clean_article(article, source) for article in articles[1:])
    strangers = [
        Removal(part.span[0], part.span[1], "other-article", "second head with a body of its own") for part in parts
    ]
    return _clean_article(articles[0], source, strangers, parts)


def _clean_article(
    readings: Sequence[Reading], source: str, strangers: Sequence[Removal] = (), parts: tuple[TextArticle, ...] = ()
) -> TextArticle:
    draft = Draft(readings)
    for rule in (find_title, cut_repeated_titles, *AFTER_TITLE):
        rule(draft)
    removals = merge_removals([*_removals(draft), *strangers], source)
    return TextArticle(
        title=None if draft.title is None else readings[draft.title].text,
        blocks=tuple(_blocks(draft)),
        cuts=tuple(as_cuts(removals, source)),
        authors=tuple(draft.authors),
        agencies=tuple(draft.agencies),
        dateline=Dateline(text=draft.dateline.text, place=draft.dateline.place) if draft.dateline else None,
        flags=("replaced-characters",) if "\ufffd" in source else (),
        span=(readings[0].piece.start, readings[-1].piece.end) if readings else (0, 0),
        parts=parts,
    )


def _removals(draft: Draft) -> list[Removal]:
    removals = [
        Removal(draft.readings[index].piece.start, draft.readings[index].piece.end, verdict.reason, verdict.rule)
        for index, verdict in draft.verdicts.items()
    ]
    if draft.dateline and draft.dateline_at is not None:
        piece = draft.readings[draft.dateline_at].piece
        end = piece.start + len(piece.text) - len(after_dateline(draft, piece.text))
        removals.append(Removal(piece.start, end, "dateline", "place and agency before the text"))
    for index, spans in draft.credits.items():
        start = draft.readings[index].piece.start
        removals += [Removal(start + first, start + last, "photo-credit", CREDIT_RULE) for first, last in spans]
    return removals


def after_dateline(draft: Draft, text: str) -> str:
    """What remains of the dateline's piece; counted in characters that are no white space, as lines may be wrapped."""
    if not draft.dateline:
        return text
    flow = " ".join(text.split()) if "\n" in text or "\r" in text else text
    skipped = len("".join(flow[: draft.dateline.end].split()))
    for position, character in enumerate(text):
        if skipped == 0 and not character.isspace():
            return text[position:]
        skipped -= not character.isspace()
    return ""


def _blocks(draft: Draft) -> list[Block]:
    blocks: list[Block] = []
    kept = list(draft.kept())
    for index in kept:
        text = draft.readings[index].piece.text
        if index in draft.credits:
            text = without_spans(text, draft.credits[index])
        if index == draft.dateline_at:
            text = after_dateline(draft, text)
        if text.strip():
            blocks.append(block_of(on_one_line(text), is_last=index == kept[-1]))
    return blocks


def block_of(text: str, *, is_last: bool) -> Block:
    """A block of plain text: a bullet makes a list, a short line without a full stop a heading."""
    if is_list_item(text):
        return Block(kind="list", text=text)
    spoken = text.strip()[:1] in tuple("\"“„«»‘'–—")
    heading = is_title_like(text) and not is_last and len(text) <= 120 and not spoken
    return Block(kind="heading" if heading else "paragraph", text=text)
