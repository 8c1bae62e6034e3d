"""Texts as the full-text search takes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.storage.search_text import INDEXED_CHARACTERS, configuration_of, searchable, wanted


@pytest.mark.parametrize(
    ("tag", "configuration"),
    [
        ("en", "english"),
        ("pt-BR", "portuguese"),
        ("NB", "norwegian"),
        ("uk", "simple"),
        ("und", "simple"),
        ("", "simple"),
    ],
)
def test_the_configuration_follows_the_language(tag: str, configuration: str) -> None:
    assert configuration_of(tag) == configuration


def test_unspaced_scripts_become_pairs_and_the_rest_stays() -> None:
    assert searchable("Harbour strike, 2026.") == "Harbour strike, 2026."
    assert wanted("港口工人 of 港").split() == ["港口", "口工", "工人", "of", "港"]
    assert searchable("港口工人 of 港").split() == ["港口", "口工", "工人", "人", "of", "港"]
    assert searchable("フェリーが再開").split()[:2] == ["フェ", "ェリ"]


@given(
    st.text(st.sampled_from("港口工人罢。 ab"), max_size=20),
    st.text(st.sampled_from("港口工人"), min_size=2, max_size=4),
)
def test_a_run_is_found_by_its_pairs_wherever_it_stands(before: str, word: str) -> None:
    assert set(wanted(word).split()) <= set(searchable(before + word + before).split())


def test_forms_of_one_letter_are_one() -> None:
    assert searchable("ｆｅｒｒｙ Fa\u0308hre ﾌｪﾘｰ") == searchable("ferry Fähre フェリー")
    assert searchable("كـتاب") == "كتاب"


def test_only_the_beginning_of_a_long_text_is_indexed() -> None:
    assert len(searchable("x" * (2 * INDEXED_CHARACTERS))) == INDEXED_CHARACTERS
