"""The figures of the extraction benchmark, on pages small enough to reckon by hand."""

from math import isnan
from pathlib import Path
from typing import Any

import pytest

from benchmarks.extraction.cleaners import Result
from benchmarks.extraction.figures import SetScores, score
from benchmarks.extraction.pages import Page

GOLD = "The ferry left the harbour at nine."


def page(site: str, **gold: Any) -> Page:
    empty = {"text": None, "title": None, "authors": [], "published": None}
    return Page(Path("none"), {"id": site, "site": site, **empty, **gold})


def test_means_are_over_pages_and_the_pool_over_shingles() -> None:
    pages = [page("a", text=GOLD), page("b", text=GOLD), page("c", text=GOLD)]
    got = [Result(GOLD), Result(f"{GOLD} Read more about ferries here"), Result("")]
    scores = SetScores({"one": [score(*pair) for pair in zip(pages, got, strict=True)]})
    assert scores.estimate("P", "one").value == pytest.approx((1 + 4 / 9) / 2)  # empty output has no precision
    assert scores.estimate("R", "one").value == pytest.approx(2 / 3)
    assert scores.estimate("pool", "one").value == pytest.approx(2 * 8 / (13 + 12))
    assert scores.empty("one") == 1


def test_snippets_count_over_the_whole_set_with_white_space_collapsed() -> None:
    gold = page("a", **{"with": ["left  the harbour", "never said"], "without": ["Read more", "Share"]})
    scores = SetScores({"one": [score(gold, Result("The ferry left\nthe harbour.\n\nRead more"))]})
    assert scores.estimate("snippets", "one").value == pytest.approx(2 / (2 + 1 + 1))
    assert isnan(scores.estimate("F1", "one").value)


def test_metadata_counts_only_where_the_gold_has_it_and_the_cleaner_looks_for_it() -> None:
    signed = page("a", title="Ferry", authors=["Ilse Marten"], published="2025-11-12T23:30:00+01:00")
    pages = [signed, page("b")]
    right = Result("", " FERRY ", ["ilse marten"], "2025-11-12T22:30:00+00:00")
    ours = [score(signed, right), score(pages[1], Result("", "anything", ["Nobody"], "2020-01-01"))]
    blind = [score(one, Result("", "Ferry", None)) for one in pages]
    scores = SetScores({"ours": ours, "blind": blind})
    assert [scores.estimate(name, "ours").value for name in ("title", "date", "authors")] == [1, 1, 1]
    assert isnan(scores.estimate("authors", "blind").value)
    assert isnan(scores.estimate("date", "blind").value)


def test_intervals_come_from_sites_and_differences_from_the_same_resamples() -> None:
    pages = [page("one.example" if number < 30 else f"{number}.example", title="Ferry") for number in range(60)]
    better = [score(one, Result("", "Ferry")) for one in pages]
    worse = [score(one, Result("", "Boat" if one.site == "one.example" else "Ferry")) for one in pages]
    scores = SetScores({"better": better, "worse": worse})
    found = scores.estimate("title", "worse")
    assert found.value == 0.5
    assert found.high == 1.0  # a resample without the one site that fails
    assert found.low < 0.4
    difference = scores.difference("title", "better", "worse")
    assert (difference.value, difference.low) == (0.5, 0.0)
    assert scores.difference("title", "better", "better").high == 0.0
    assert SetScores({"worse": worse}).estimate("title", "worse") == found  # seeded
