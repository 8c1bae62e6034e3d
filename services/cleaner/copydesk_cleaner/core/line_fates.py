"""The ledger of a whole page: each of its blocks with its fate, in reading order."""

from collections.abc import Iterable, Sequence

from copydesk.contracts import Cut, CutReason
from copydesk_cleaner.core.assembly import ScoredPage, css_path, cut_reason
from copydesk_cleaner.core.lines import same_text
from copydesk_cleaner.core.page_lines import PageLine


def page_lines(
    page: ScoredPage, kept: Sequence[int], cuts: Iterable[Cut], rule: str, removed: Sequence[PageLine]
) -> tuple[PageLine, ...]:
    """What a site's rules removed first, then every block; `cuts` are those of the rules and of what was learned."""
    known = set(kept)
    ruled = {same_text(cut.text): cut for cut in cuts}
    lines = list(removed)
    for index, block in enumerate(page.walk.blocks):
        cut = ruled.get(same_text(block.text)) if index in known else None
        reason: CutReason | None = cut_reason(page.walk, index) if index not in known else cut.reason if cut else None
        holder = page.walk.holders[block.holder]
        score = round(float(page.scores[index]), 3)
        path = css_path(page.walk, index)
        lines.append(PageLine(block.text, holder.tag, path, score, reason, cut.rule if cut else rule))
    return tuple(lines)
