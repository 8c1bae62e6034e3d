"""The text of a page or a part of it: walk, classify, and where the classifier is in doubt, a vote of extractors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from turbohtml import Document, Element

from copydesk.contracts import Block
from copydesk_cleaner.adapters.block_model import VERSION, BlockModel
from copydesk_cleaner.adapters.vote import vote
from copydesk_cleaner.core.assembly import ScoredPage, text_blocks
from copydesk_cleaner.core.block_features import PageColumns
from copydesk_cleaner.core.block_walk import Walk, walk_page
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_hints import PageHints

METHOD = f"blocks {VERSION}"
DOUBT = 0.6
"""The confidence below which other extractors are asked."""
_LEAST_TEXT = 120


@dataclass(frozen=True)
class Extraction:
    """The text found. `page` is the classifier's view of it, `kept` its blocks in the text; `rule` is what decided.

    Where another extractor's text was taken, `kept` are the blocks of `page` that it holds.
    """

    blocks: list[Block]
    page: ScoredPage
    kept: list[int]
    method: str
    rule: str
    confidence: float


def extract(tree: Document | Element, hints: PageHints, model: BlockModel) -> Extraction:
    """What the classifier takes for the article's text."""
    walk = walk_page(tree)
    scores = model.scores(PageColumns(walk, hints)) if walk.blocks else np.zeros(0)
    page = ScoredPage(walk, scores)
    kept = page.kept()
    return Extraction(text_blocks(walk, kept), page, kept, METHOD, f"block model {VERSION}", page.confidence())


def take_all(elements: Sequence[Element], rule: str) -> Extraction:
    """The whole text of elements that a site's rule names."""
    walks = [walk_page(element) for element in elements]
    blocks = [block for walk in walks for block in text_blocks(walk, range(len(walk.blocks)))]
    largest = max(walks, key=lambda walk: len(walk.blocks), default=Walk())
    page = ScoredPage(largest, np.ones(len(largest.blocks)))
    return Extraction(blocks, page, page.kept(), "site rule", rule, 1.0)


def in_doubt(found: Extraction) -> bool:
    """Whether other extractors should be asked: next to no text, or too much that could go either way."""
    return found.confidence < DOUBT or _length(found.blocks) < _LEAST_TEXT


def settle(found: Extraction, page: str, url: str) -> Extraction:
    """The text that the vote of extractors finds in the page's markup."""
    result = vote(page, url, found.blocks)
    if result.winner in ("own", "") or (not result.agreement and _length(result.blocks) < _LEAST_TEXT):
        return found  # a few words that one extractor alone took for a text are a menu, or a notice
    method = f"vote: {result.winner}"
    taken = {same_text(block.text) for block in result.blocks}
    kept = [at for at, block in enumerate(found.page.walk.blocks) if same_text(block.text) in taken]
    return Extraction(result.blocks, found.page, kept, method, method, result.agreement)


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)
