"""From scored blocks to an article's text: what is kept, of what kind it is, and why the rest goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from turbohtml import Element

from copydesk.contracts import Block as TextBlock
from copydesk.contracts import CutReason
from copydesk_cleaner.core.block_walk import Holder, Walk
from copydesk_cleaner.core.class_words import BIT
from copydesk_cleaner.core.coherence import HEADINGS, KEEP, around, kept_blocks
from copydesk_cleaner.core.lines import same_text

_LONGEST_CELL = 200
_LONGEST_BYLINE = 100
_NEAR = 3
_NEAR_TITLE = 12

Kind = Literal["paragraph", "heading", "quote", "list", "table"]

_BY_TAG: dict[str, CutReason] = {
    "figcaption": "caption",
    "caption": "caption",
    "figure": "caption",
    "nav": "navigation",
    "footer": "furniture",
    "form": "furniture",
    "address": "byline",
}
_BY_WORD: tuple[tuple[str, CutReason], ...] = (
    ("comments", "comments"),
    ("newsletter", "newsletter"),
    ("consent", "consent-wall"),
    ("advertisement", "advertisement"),
    ("share", "share-widget"),
    ("credit", "photo-credit"),
    ("caption", "caption"),
    ("related", "related-teasers"),
    ("teaser", "related-teasers"),
    ("navigation", "navigation"),
    ("author", "byline"),
    ("date", "timestamp"),
)


@dataclass(frozen=True)
class ScoredPage:
    """A walked page with the probability of each block that it is text of the article."""

    walk: Walk
    scores: NDArray[np.float64]

    def kept(self) -> list[int]:
        """The indices of the blocks that are the article's."""
        return kept_blocks(self.walk, self.scores)

    def confidence(self) -> float:
        """How sure the classifier is of its own choice, 0…1: 1 less the share of text that could go either way.

        Doubt about links counts half: they are rarely text, and short articles stand beside long columns of them.
        """
        blocks = self.walk.blocks
        sizes = np.asarray([len(block.text) for block in blocks], dtype=np.float64)
        links = np.asarray([block.linked > 0.5 * len(block.text) for block in blocks], dtype=np.bool_)
        kept = float(sizes[self.scores >= KEEP].sum())
        doubt = sizes * np.minimum(self.scores, 1 - self.scores) * np.where(links, 0.5, 1.0)
        return max(0.0, 1 - float(doubt.sum()) / kept) if kept else 0.0


def text_blocks(walk: Walk, kept: Sequence[int]) -> list[TextBlock]:
    """The kept blocks in reading order, each with its kind; the cells of a table's row stand in one block."""
    blocks: list[TextBlock] = []
    row = -1
    for index in kept:
        block = walk.blocks[index]
        holders = list(around(walk, block.holder))
        in_row = _row(walk, block.holder) if len(block.text) <= _LONGEST_CELL else -1
        if in_row >= 0 and in_row == row and blocks:
            blocks[-1] = TextBlock(kind="table", text=f"{blocks[-1].text} | {block.text}")
        else:
            blocks.append(TextBlock(kind="table" if in_row >= 0 else _kind(holders), text=block.text))
        row = in_row
    return blocks


def _row(walk: Walk, holder: int) -> int:
    """The table row whose cell a block fills; -1 where its cell holds more than that block."""
    own = walk.holders[holder]
    if own.tag == "p" and own.parent >= 0 and walk.holders[own.parent].last - walk.holders[own.parent].first == 1:
        own = walk.holders[own.parent]
    if own.tag not in ("td", "th") or own.last - own.first != 1 or own.parent < 0:
        return -1
    row = walk.holders[own.parent]
    return own.parent if row.tag == "tr" and row.last - row.first > 1 else -1


def _kind(holders: Sequence[Holder]) -> Kind:
    for holder in holders[:4]:
        if holder.tag in HEADINGS:
            return "heading"
        if holder.tag == "li":
            return "list"
        if holder.tag == "blockquote":
            return "quote"
    return "paragraph"


def worth_telling(walk: Walk, kept: Sequence[int]) -> list[int]:
    """The cut blocks that a reader could take for text: those among the kept ones, and those next to them."""
    if not kept:
        return []
    known = set(kept)
    first, last = max(0, kept[0] - _NEAR), min(len(walk.blocks), kept[-1] + 1 + _NEAR)
    main = next((holder for holder in around(walk, walk.blocks[kept[-1]].holder) if _holds(holder, kept)), None)
    if main is not None:
        last = max(last, main.last)
    return [index for index in range(first, last) if index not in known]


def _holds(holder: Holder, kept: Sequence[int]) -> bool:
    return sum(holder.first <= index < holder.last for index in kept) >= 0.9 * len(kept)


def cut_reason(walk: Walk, index: int) -> CutReason:
    """Why a block went, by what its element and those around it are called."""
    block = walk.blocks[index]
    holders = list(around(walk, block.holder))[:3]
    if holders[0].tag == "h1":
        return "title"
    if _repeats_title(walk, index):
        return "repeated-title"
    for holder in holders:
        if holder.tag in _BY_TAG:
            return _BY_TAG[holder.tag]
    masks = [block.mask | holders[0].mask, *(holder.mask for holder in holders[1:])]
    for mask in masks:
        for word, reason in _BY_WORD:
            if mask & BIT[word]:
                return "author-biography" if reason == "byline" and len(block.text) > _LONGEST_BYLINE else reason
    if holders[0].tag == "li" or block.linked > 0.5 * len(block.text):
        return "related-link"
    return "furniture"


def _repeats_title(walk: Walk, index: int) -> bool:
    """Whether a heading of the first rank close by says the same."""
    key = same_text(walk.blocks[index].text)
    near = walk.blocks[max(0, index - _NEAR_TITLE) : index + _NEAR_TITLE]
    return any(walk.holders[other.holder].tag == "h1" and same_text(other.text) == key for other in near)


def css_path(walk: Walk, index: int) -> str:
    """The place of a block in its page, as a CSS path; linear in the siblings on the way, so not for every block."""
    node = walk.holders[walk.blocks[index].holder].node
    return node.css_path() if isinstance(node, Element) else ""
