"""A cleaned page with the fate of each of its lines: what `--explain` and the report show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from unicodedata import category

from copydesk.contracts import ArticleCleaned, Cut
from copydesk_cleaner.core.document import CleanedArticle
from copydesk_cleaner.core.ledger import tile
from copydesk_cleaner.core.page_lines import PageLine

_KEPT = "article text"
_UNSEEN = frozenset({"Cf", "Zs", "Zl", "Zp"})
"""Categories of Unicode (UAX #44) without a glyph."""


@dataclass(frozen=True)
class Explanation:
    """One page or text; `name` is what its reader calls it, `article` is null where no main text was found."""

    name: str
    url: str
    article: ArticleCleaned | None
    lines: tuple[PageLine, ...]


@dataclass(frozen=True)
class Run:
    """Neighbouring lines of one fate: kept in the same article, or cut for one reason by one rule."""

    lines: tuple[PageLine, ...]

    @property
    def first(self) -> PageLine:
        return self.lines[0]

    @property
    def kept(self) -> bool:
        return self.first.reason is None

    @property
    def scores(self) -> str:
        """The classifier's probabilities as `0.07` or `0.02–0.31`; empty where no classifier had a say."""
        scores = sorted({round(line.score, 2) for line in self.lines if line.score is not None})
        if not scores:
            return ""
        return f"{scores[0]:.2f}" if len(scores) == 1 else f"{scores[0]:.2f}–{scores[-1]:.2f}"


def visible(lines: Sequence[PageLine]) -> tuple[PageLine, ...]:
    """Without the lines that nobody sees: white space and format characters, such as a joiner that holds a place."""
    return tuple(line for line in lines if any(category(letter) not in _UNSEEN for letter in line.text))


def runs(lines: Sequence[PageLine]) -> Iterator[Run]:
    """The lines in order, neighbours of one fate together."""
    for _, held in groupby(lines, lambda line: (line.reason, line.rule if line.reason else "", line.part)):
        yield Run(tuple(held))


def text_lines(source: str, articles: Sequence[CleanedArticle]) -> tuple[PageLine, ...]:
    """The lines of a plain text, from the cuts of its articles; a line that is cut in part becomes several.

    `articles` holds the text's own article first. What is cut from it as another article shows that one's own lines.
    """
    if not articles:
        return tuple(_split(source, None, _KEPT, 0))
    main, *others = articles
    starts = [min((cut.where or 0 for cut in part.cuts), default=len(source)) for part in others]
    cuts = {cut.where: cut for cut in main.cuts}
    lines: list[PageLine] = []
    for span in tile(source, main.cuts):
        cut = cuts.get(span.start) if span.fate == "cut" else None
        if cut is not None and cut.reason == "other-article":
            lines += _strangers(span.start, span.text, others, starts)
        elif cut is not None:
            lines += _split(span.text, cut, cut.rule, 0)
        else:
            lines += _split(span.text, None, _KEPT, 0)
    return tuple(lines)


def _strangers(start: int, text: str, parts: Sequence[CleanedArticle], starts: Sequence[int]) -> Iterator[PageLine]:
    """The lines of the other articles that lie in one stretch of the text, each under its number."""
    cuts = [cut for part in parts for cut in part.cuts if start <= (cut.where or 0) < start + len(text)]
    inside = [Cut(text=cut.text, reason=cut.reason, rule=cut.rule, where=(cut.where or 0) - start) for cut in cuts]
    held = {cut.where: cut for cut in inside}
    for span in tile(text, inside):
        cut = held.get(span.start) if span.fate == "cut" else None
        number = sum(start + span.start >= first for first in starts) or 1
        yield from _split(span.text, cut, cut.rule if cut else _KEPT, number)


def _split(text: str, cut: Cut | None, rule: str, part: int) -> Iterator[PageLine]:
    for line in text.splitlines():
        if stripped := line.strip():
            yield PageLine(stripped, "", "", None, cut.reason if cut else None, rule, part)
