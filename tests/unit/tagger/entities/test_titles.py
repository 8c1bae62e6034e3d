"""Titles before names."""

import pytest
from copydesk_tagger.core.entities.titles import Titles

TITLES = Titles(["president", "prime minister", "dr", "sir", "mr", "król", "president-elect"])


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("President Xi Jinping", "Xi Jinping"),
        ("Prime Minister Dr. Anwar Ibrahim", "Anwar Ibrahim"),
        ("sir Keir Starmer", "Keir Starmer"),
        ("President-elect Nawrocki", "Nawrocki"),
        ("Król", "Król"),
        ("Mr. President", "President"),
        ("Priscilla Sirleaf", "Priscilla Sirleaf"),
        ("", ""),
    ],
)
def test_what_is_left_of_a_name(name: str, left: str) -> None:
    assert name[TITLES.stripped(name) :] == left
