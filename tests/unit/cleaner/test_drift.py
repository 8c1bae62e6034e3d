"""When a site has changed, when it has not, and when it is over."""

import random
from collections.abc import Iterator

import pytest
from copydesk_cleaner.core.drift import EXAMPLES, LEARN_FROM, RECENT, SETTLED_AFTER, Alarm, DriftWatch, PageFigures
from hypothesis import given, settings
from hypothesis import strategies as st

SITE = "courier.example"
SOON = 40
"""Pages within which a break is noticed that concerns nearly every page."""


class Pages:
    """A site whose layout tests change; every page has noise in its figures."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._count = 0
        self.watch = DriftWatch()

    def __call__(self, pages: int, **shares: float) -> Iterator[Alarm]:
        """Clean `pages` pages; `shares` say how often something is missing. Yields what was raised and cleared."""
        for _ in range(pages):
            if alarm := self.watch.observe(SITE, self.page(**shares)):
                yield alarm

    def page(
        self,
        *,
        empty: float = 0.03,
        no_title: float = 0.01,
        no_date: float = 0.05,
        no_authors: float = 0.3,
        length: float = 3_000,
        confidence: float = 0.95,
        cuts: float = 4,
    ) -> PageFigures:
        self._count += 1
        chance = self._random.random
        url = f"https://{SITE}/{self._count}"
        if chance() < empty:
            return PageFigures(article=url, url=url, empty=True)
        return PageFigures(
            article=url,
            url=url,
            title=chance() >= no_title,
            date=chance() >= no_date,
            authors=chance() >= no_authors,
            confidence=min(1.0, max(0.0, self._random.gauss(confidence, 0.05))),
            length=int(self._random.lognormvariate(0, 0.6) * length),
            cuts=int(self._random.expovariate(1 / cuts)),
        )


def test_sites_that_stay_as_they_are_stay_quiet() -> None:
    false = sum(len(list(Pages(seed)(500))) for seed in range(40))
    assert false <= 2, "20,000 pages with figures that vary as they do on news sites"


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    empty=st.floats(0, 0.5),
    no_date=st.floats(0, 1),
    no_authors=st.floats(0, 1),
    cuts=st.floats(0.1, 30),
)
def test_whatever_is_ordinary_for_a_site_raises_next_to_nothing(seed: int, **shares: float) -> None:
    """Also where half of the pages are empty or without a date: what counts is the change."""
    assert len([alarm for alarm in Pages(seed)(300, **shares) if alarm.ended is None]) <= 1


@pytest.mark.parametrize(
    ("figure", "broken"),
    [
        ("empty", {"empty": 1.0}),
        ("no-title", {"no_title": 1.0}),
        ("no-date", {"no_date": 0.9}),
        ("no-authors", {"no_authors": 1.0}),
        ("confidence", {"confidence": 0.4}),
        ("shorter", {"length": 300}),
        ("longer", {"length": 30_000}),
        ("cuts", {"cuts": 100}),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_a_break_is_noticed_soon_and_its_end_too(figure: str, broken: dict[str, float], seed: int) -> None:
    site = Pages(seed)
    assert list(site(40)) == []
    raised = list(site(SOON, **broken))
    assert raised
    assert figure in {change.figure for change in raised[-1].changes}
    [change] = [change for change in raised[-1].changes if change.figure == figure]
    assert change.baseline != change.current
    assert 1 <= len(raised[0].examples) <= EXAMPLES
    assert all(int(example.rpartition("/")[2]) > 40 for example in raised[0].examples), "pages after the break"
    cleared = list(site(60))
    assert [alarm.ended for alarm in cleared] == ["returned"]
    assert list(site(60)) == []


def test_a_new_layout_that_stays_becomes_ordinary() -> None:
    site = Pages()
    list(site(60))
    found = list(site(SETTLED_AFTER + SOON + 20, no_authors=1.0))
    assert [alarm.ended for alarm in found] == [None, "settled"]
    assert list(site(100, no_authors=1.0)) == []


def test_pages_that_stay_empty_never_become_ordinary() -> None:
    site = Pages()
    list(site(60))
    assert [alarm.ended for alarm in site(4 * SETTLED_AFTER, empty=1.0)] == [None]


def test_a_second_figure_that_breaks_later_is_added() -> None:
    site = Pages()
    list(site(60))
    [first] = site(SOON, no_date=1.0)
    [second] = site(SOON, no_date=1.0, no_title=1.0)
    assert [change.figure for change in first.changes] == ["no-date"]
    assert [change.figure for change in second.changes] == ["no-date", "no-title"]


def test_small_sites_are_not_judged() -> None:
    site = Pages()
    assert list(site(LEARN_FROM - 1)) == []
    assert list(site(1, empty=1.0)) == []


def test_one_page_that_comes_again_and_again_is_one_page() -> None:
    site = Pages()
    list(site(60))
    page = PageFigures(article="ticker", url="https://courier.example/ticker", empty=True)
    assert [site.watch.observe(SITE, page) for _ in range(RECENT)] == [None] * RECENT


def test_sites_in_memory_are_bounded() -> None:
    watch = DriftWatch(most_sites=2)
    pages = Pages()
    for _ in range(60):
        for site in ("a", "b", "c"):
            assert watch.observe(site, pages.page()) is None
    for _ in range(SOON):
        assert watch.observe("a", pages.page(empty=1.0)) is None, "forgotten each time, so never judged"
