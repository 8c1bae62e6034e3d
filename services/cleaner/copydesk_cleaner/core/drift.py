"""Notices when a site's pages come out different from what they used to: a new layout that the cleaner cannot read.

Each figure of a page is reduced to one question, asked of every page: is it out of the site's ordinary? The answers go
through a CUSUM test (Page 1954) of the ordinary share of "yes" against half of the pages saying so that did not. It
needs no shape of distribution, notices a break after some ten pages (thirty where a third of the pages were odd
before), and lets single odd pages pass. On sites that stay as they are, a false alarm comes once in 100,000 pages.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import log, sqrt
from statistics import median, quantiles
from typing import Literal

LEARN_FROM = 30
"""Pages before a site is judged; smaller sites never are."""
BASELINE = 100
RECENT = 50
"""Pages that wait before they count as the site's ordinary: a slow change must not become ordinary unnoticed."""
SETTLED_AFTER = 100
"""Pages of a raised site after which its new figures count as its ordinary ones, unless most pages are empty."""
ALARM = 12.0
ALL_CLEAR = 6.0
EXAMPLES = 5
MOST_SITES = 1_000
"""Sites under watch, of some 40 KB each."""

_RENEWED_EVERY = 10
_LEAST_SHARE = 0.1
"""Even a figure that was never out of the ordinary is taken to be so on every tenth page: odd pages come in rows."""

Figure = Literal["empty", "no-title", "no-date", "no-authors", "confidence", "shorter", "longer", "cuts"]


@dataclass(frozen=True, slots=True)
class PageFigures:
    """One page's figures; all but `url` and `article` mean nothing when `empty`. `length` is in characters."""

    article: str
    url: str
    empty: bool = False
    title: bool = True
    date: bool = True
    authors: bool = True
    confidence: float = 1.0
    length: int = 0
    cuts: int = 0


@dataclass(frozen=True)
class Change:
    """One figure, ordinarily and now: a share of pages for what is missing, else the median."""

    figure: Figure
    baseline: float
    current: float


@dataclass(frozen=True)
class Alarm:
    """A site that changed, or that changed again while raised, or (`ended`) whose alarm is over, and why."""

    changes: tuple[Change, ...]
    examples: tuple[str, ...] = ()
    ended: Literal["returned", "settled"] | None = None


@dataclass(frozen=True)
class _Ordinary:
    """Where the ordinary ends for each measured figure, and how often a page of the site lies beyond, by figure."""

    least_confidence: float
    least_length: float
    most_length: float
    most_cuts: float
    shares: dict[Figure, float]

    def odd(self, page: PageFigures) -> dict[Figure, bool]:
        """The answers of one page; an empty one has nothing to say of its text."""
        if page.empty:
            return {"empty": True}
        return {
            "empty": False,
            "no-title": not page.title,
            "no-date": not page.date,
            "no-authors": not page.authors,
            "confidence": page.confidence < self.least_confidence,
            "shorter": page.length < self.least_length,
            "longer": page.length > self.most_length,
            "cuts": page.cuts > self.most_cuts,
        }


@dataclass
class _Sum:
    """The running sum of one figure, and the pages since it last was zero."""

    value: float = 0.0
    pages: int = 0

    def add(self, weight: float) -> None:
        self.value = max(0.0, self.value + weight)
        self.pages = self.pages + 1 if self.value else 0


@dataclass
class _Watch:
    """One site under watch."""

    baseline: deque[PageFigures] = field(default_factory=lambda: deque(maxlen=BASELINE))
    recent: deque[PageFigures] = field(default_factory=lambda: deque(maxlen=SETTLED_AFTER))
    ordinary: _Ordinary | None = None
    sums: dict[Figure, _Sum] = field(default_factory=dict)
    raised: dict[Figure, Change] = field(default_factory=dict)
    since: int = 0
    """Pages since the last alarm, or since the ordinary was last renewed."""

    def observe(self, page: PageFigures) -> Alarm | None:
        if any(page.article == other.article for other in self.recent):
            return None
        if self.ordinary is None:
            self.baseline.append(page)
            if len(self.baseline) >= LEARN_FROM:
                self.ordinary = _ordinary(self.baseline)
            return None
        self.recent.append(page)
        for figure, odd in self.ordinary.odd(page).items():
            share = self.ordinary.shares[figure]
            weight = _weight(share, odd)
            self.sums.setdefault(figure, _Sum()).add(-weight if figure in self.raised else weight)
        if self.raised:
            self.since += 1
            return self._worse() or self._over(self.ordinary)
        if (alarm := self._worse()) is None:
            self._grow()
        return alarm

    def _worse(self) -> Alarm | None:
        """An alarm when a figure that was ordinary no longer is."""
        crossed = [figure for figure, held in self.sums.items() if held.value >= ALARM and figure not in self.raised]
        if not crossed or self.ordinary is None:
            return None
        examples: dict[str, None] = {}
        for figure in crossed:
            concerned = list(self.recent)[-self.sums[figure].pages :]
            examples |= dict.fromkeys(page.url for page in concerned if self.ordinary.odd(page).get(figure))
            now = [page for page in concerned if figure == "empty" or not page.empty]
            self.raised[figure] = Change(figure, _measure(figure, self.baseline), _measure(figure, now))
            self.sums[figure] = _Sum()
        self.since = 0
        return Alarm(tuple(self.raised.values()), tuple(examples)[-EXAMPLES:])

    def _over(self, ordinary: _Ordinary) -> Alarm | None:
        """The end of an alarm: every raised figure is ordinary again, or the new ones have stayed for long."""
        if all(self.sums[figure].value >= ALL_CLEAR for figure in self.raised):
            back = list(self.recent)[-max(self.sums[figure].pages for figure in self.raised) :]
            return self._clear("returned", back)
        lately = list(self.recent)
        if self.since >= SETTLED_AFTER and sum(page.empty for page in lately) < len(lately) / 2:
            self.baseline = deque(lately, maxlen=BASELINE)
            return self._clear("settled", lately)
        return None

    def _clear(self, ended: Literal["returned", "settled"], pages: Sequence[PageFigures]) -> Alarm:
        changes = tuple(
            Change(figure, change.baseline, _measure(figure, pages)) for figure, change in self.raised.items()
        )
        self.raised, self.sums, self.since = {}, {}, 0
        self.recent.clear()
        self.ordinary = _ordinary(self.baseline)
        return Alarm(changes, ended=ended)

    def _grow(self) -> None:
        """Let pages that raised no alarm become part of the ordinary."""
        if len(self.recent) > RECENT:
            self.baseline.append(replace(self.recent.popleft(), article="", url=""))  # a site is to take little memory
            self.since += 1
            if self.since >= _RENEWED_EVERY:
                self.ordinary, self.since = _ordinary(self.baseline), 0


class DriftWatch:
    """Watches sites by the pages that this process cleans; those not seen for longest are forgotten first."""

    def __init__(self, most_sites: int = MOST_SITES) -> None:
        self._most = most_sites
        self._sites: OrderedDict[str, _Watch] = OrderedDict()

    def observe(self, site: str, page: PageFigures) -> Alarm | None:
        """Count a page; an alarm when the site has changed, or when that is over."""
        watch = self._sites.setdefault(site, _Watch())
        self._sites.move_to_end(site)
        while len(self._sites) > self._most:
            self._sites.popitem(last=False)
        return watch.observe(page)


def _weight(share: float, odd: bool) -> float:
    """The log likelihood ratio of one answer: half of the ordinary pages have become odd, against none."""
    changed = share + (1 - share) / 2
    return log(changed / share) if odd else log((1 - changed) / (1 - share))


def _ordinary(pages: Iterable[PageFigures]) -> _Ordinary:
    """The bounds lie beyond nine tenths of the site's pages and far enough from its median to matter."""
    held = list(pages)
    full = [page for page in held if not page.empty] or held
    lengths, cuts = [page.length for page in full], [page.cuts for page in full]
    confidences = [page.confidence for page in full]
    bounds = _Ordinary(
        least_confidence=min(_tenths(confidences)[0], median(confidences) - 0.15),
        least_length=min(_tenths(lengths)[0], median(lengths) / 2),
        most_length=max(_tenths(lengths)[-1], median(lengths) * 2),
        most_cuts=max(_tenths(cuts)[-1], median(cuts) * 2 + 3),
        shares={},
    )
    asked = [bounds.odd(page) for page in held]
    for figure in ("empty", "no-title", "no-date", "no-authors", "confidence", "shorter", "longer", "cuts"):
        answers = [odd[figure] for odd in asked if figure in odd]
        share = (sum(answers) + 2) / (len(answers) + 4)
        # Few pages know the share but roughly: what passes for ordinary must not be underrated.
        bounds.shares[figure] = max(_LEAST_SHARE, share + sqrt(share * (1 - share) / (len(answers) + 4)))
    return bounds


def _tenths(values: Sequence[float]) -> Sequence[float]:
    return quantiles(values, n=10) if len(values) > 1 else [*values] * 2


def _measure(figure: Figure, pages: Iterable[PageFigures]) -> float:
    """What people are told of a figure over some pages, rounded to three places."""
    held = list(pages)
    full = [page for page in held if not page.empty]
    match figure:
        case "empty":
            found = _share([page.empty for page in held])
        case "no-title":
            found = _share([not page.title for page in full])
        case "no-date":
            found = _share([not page.date for page in full])
        case "no-authors":
            found = _share([not page.authors for page in full])
        case "confidence":
            found = median([page.confidence for page in full] or [0])
        case "shorter" | "longer":
            found = median([page.length for page in full] or [0])
        case "cuts":
            found = median([page.cuts for page in full] or [0])
    return round(found, 3)


def _share(answers: Sequence[bool]) -> float:
    return sum(answers) / len(answers) if answers else 0.0
