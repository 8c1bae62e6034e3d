"""A set's figures with bootstrap confidence intervals.

Every figure is a function of sums over pages, so a resample of sites is a vector of weights, one a site, and all
resamples are one product of matrices. Pages of one site share a layout: resampling pages would call them independent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.extraction.cleaners import Result
from benchmarks.extraction.pages import Page
from benchmarks.scoring import Overlap, Snippets, overlap, same_authors, same_day, same_title, snippets

Sums = NDArray[np.float64]
RESAMPLES = 1_000
_LEVEL = (2.5, 97.5)
_COLUMNS = (
    "precision", "precise_pages", "recall", "recalled_pages", "common", "found", "wanted", "right", "missing", "wrong",
    "title", "titled", "day", "dated", "authors", "signed",
)  # fmt: skip
_AT = {name: at for at, name in enumerate(_COLUMNS)}


@dataclass(frozen=True)
class PageScore:
    """One cleaner on one page. Metadata is None where the gold, or the cleaner, has nothing to say."""

    identity: str
    site: str
    text: Overlap | None
    snippets: Snippets
    title: bool | None
    day: bool | None
    authors: bool | None
    empty: bool

    @property
    def sums(self) -> list[float]:
        text = self.text or Overlap()
        told = [self.title, self.day, self.authors]
        return [
            text.precision, float(text.found > 0), text.recall, float(text.wanted > 0),
            text.common, text.found, text.wanted, self.snippets.right, self.snippets.missing, self.snippets.wrong,
            *(figure for one in told for figure in (float(one or False), float(one is not None))),
        ]  # fmt: skip


def score(page: Page, got: Result) -> PageScore:
    gold = page.gold
    return PageScore(
        identity=gold["id"],
        site=page.site,
        text=None if gold["text"] is None else overlap(gold["text"], got.text),
        snippets=snippets(gold.get("with") or (), gold.get("without") or (), got.text),
        title=same_title(gold["title"], got.title) if gold["title"] else None,
        day=same_day(gold["published"], got.published) if gold["published"] and got.authors is not None else None,
        authors=same_authors(gold["authors"], got.authors) if gold["authors"] and got.authors is not None else None,
        empty=not got.text.strip(),
    )


def _ratio(part: str, whole: str) -> Callable[[Sums], Sums]:
    return lambda sums: _divide(sums[..., _AT[part]], sums[..., _AT[whole]])


def _divide(part: Sums, whole: Sums) -> Sums:
    """NaN where nothing was asked."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(part / whole, dtype=np.float64)


def _f1(sums: Sums) -> Sums:
    precision, recall = _ratio("precision", "precise_pages")(sums), _ratio("recall", "recalled_pages")(sums)
    return _divide(2 * precision * recall, precision + recall)


def _pool(sums: Sums) -> Sums:
    return _divide(2 * sums[..., _AT["common"]], sums[..., _AT["found"]] + sums[..., _AT["wanted"]])


def _snippets(sums: Sums) -> Sums:
    """NaN for a set that has none."""
    right = 2 * sums[..., _AT["right"]]
    return _divide(right, right + sums[..., _AT["wrong"]] + sums[..., _AT["missing"]])


FIGURES: Mapping[str, Callable[[Sums], Sums]] = {
    "P": _ratio("precision", "precise_pages"),
    "R": _ratio("recall", "recalled_pages"),
    "F1": _f1,
    "pool": _pool,
    "snippets": _snippets,
    "title": _ratio("title", "titled"),
    "date": _ratio("day", "dated"),
    "authors": _ratio("authors", "signed"),
}


@dataclass(frozen=True)
class Estimate:
    """A figure over all pages, and the middle 95 % of its resamples; NaN where nothing was asked."""

    value: float
    low: float
    high: float


class SetScores:
    """The scores of several cleaners on the same pages of one set."""

    def __init__(self, pages: Mapping[str, Sequence[PageScore]], seed: int = 4) -> None:
        self.pages = pages
        sites = sorted({page.site for scores in pages.values() for page in scores})
        self._sums = {cleaner: _by_site(scores, sites) for cleaner, scores in pages.items()}
        drawn = np.random.default_rng(seed).multinomial(len(sites), [1 / len(sites)] * len(sites), RESAMPLES)
        self._weights = drawn.astype(np.float64)

    def estimate(self, figure: str, cleaner: str) -> Estimate:
        sums, compute = self._sums[cleaner], FIGURES[figure]
        return _estimate(compute(sums.sum(axis=0)), compute(self._weights @ sums))

    def difference(self, figure: str, cleaner: str, baseline: str) -> Estimate:
        """`cleaner` − `baseline` on the same resamples."""
        ours, theirs, compute = self._sums[cleaner], self._sums[baseline], FIGURES[figure]
        whole = compute(ours.sum(axis=0)) - compute(theirs.sum(axis=0))
        return _estimate(whole, compute(self._weights @ ours) - compute(self._weights @ theirs))

    def empty(self, cleaner: str) -> int:
        return sum(page.empty for page in self.pages[cleaner])


def _by_site(scores: Sequence[PageScore], sites: Sequence[str]) -> Sums:
    rows = {site: at for at, site in enumerate(sites)}
    sums = np.zeros((len(sites), len(_COLUMNS)))
    for page in scores:
        sums[rows[page.site]] += page.sums
    return sums


def _estimate(whole: Sums, resampled: Sums) -> Estimate:
    if np.isnan(whole):
        return Estimate(float("nan"), float("nan"), float("nan"))
    low, high = np.nanpercentile(resampled, _LEVEL)
    return Estimate(float(whole), float(low), float(high))
