"""Blocks that stand on other articles of the site, too: the text of none of them."""

from collections.abc import Sequence

from copydesk.contracts import Block, Cut
from copydesk_cleaner.core.page_evidence import SITE_BOILERPLATE, TELLING_LENGTH
from copydesk_cleaner.core.site_knowledge import block_signature

_MOST = 0.5
"""A page of which more than this would go is a twin of what was learned, not boilerplate."""


def cut_learned(blocks: Sequence[Block], known: frozenset[str]) -> tuple[list[Block], list[Cut]]:
    """The blocks that are not known from other articles, and the cuts of those that are."""
    if not known:
        return list(blocks), []
    returning = {
        at
        for at, block in enumerate(blocks)
        if len(block.text) >= TELLING_LENGTH and block_signature(block.text) in known
    }
    whole = sum(len(block.text) for block in blocks)
    if sum(len(blocks[at].text) for at in returning) > _MOST * whole:
        return list(blocks), []
    kept = [block for at, block in enumerate(blocks) if at not in returning]
    rule = "stands on other articles of the site"
    return kept, [Cut(text=blocks[at].text, reason=SITE_BOILERPLATE, rule=rule) for at in sorted(returning)]
