"""The lines of a page as its reader sees them, each kept or cut, and why: the whole ledger of one page."""

from dataclasses import dataclass

from copydesk.contracts import CutReason


@dataclass(frozen=True)
class PageLine:
    """One block of visible text, in reading order.

    `path` is its place in the page (a CSS path); `score` the classifier's probability (0…1) that it is article text,
    null where it had no say; `reason` is null for a kept line, and `rule` says what decided; `part` is 0 for the page's
    own article, 1… for the articles split off it.
    """

    text: str
    tag: str
    path: str
    score: float | None
    reason: CutReason | None
    rule: str
    part: int = 0
