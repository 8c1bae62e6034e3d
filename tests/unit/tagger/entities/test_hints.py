"""What lists of names say of words."""

import numpy as np
import pytest
from copydesk_tagger.core.entities.hints import HINTS, NameLists, checksum
from hypothesis import given
from hypothesis import strategies as st


def listed(*words: str) -> np.ndarray:  # type: ignore[type-arg]
    return np.unique(np.array([checksum(word) for word in words], np.uint32))


NAMES = NameLists(
    people=listed("ilse", "verbeke", "лукашенко", "ترامب", "特朗普"),
    places=listed("gent", "москва", "باريس", "巴黎", "verbeke"),
)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Ilse sprak", "Ilse", [1, 0, 0, 0]),
        ("in Gent vandaag", "Gent", [0, 1, 0, 0]),
        ("van Verbeke", "Verbeke", [1, 1, 0, 0]),
        ("een gent liep", "gent", [0, 0, 0, 0]),
        ("с Лукашенком", "Лукашенком", [0, 0, 1, 0]),
        ("Лукашенковский", "Лукашенковский", [0, 0, 0, 0]),
        ("قال ترامب", "ترامب", [1, 0, 0, 0]),
        ("وباريس", "وباريس", [0, 0, 0, 1]),
        ("总统特朗普访问", "特朗普", [1, 0, 0, 0]),
        ("访问巴黎", "巴黎", [0, 0, 0, 1]),
    ],
)
def test_a_word_is_looked_up_as_it_is_and_in_forms(text: str, word: str, expected: list[int]) -> None:
    start = text.index(word)

    hints = NAMES.hints(text, np.array([(start, start + len(word))], np.int32))

    assert hints.tolist() == [expected]


@given(st.text(max_size=60))
def test_any_text_has_hints_for_each_of_its_pieces(text: str) -> None:
    offsets = np.array([(place, place + 1) for place in range(len(text))], np.int32).reshape(-1, 2)

    assert NAMES.hints(text, offsets).shape == (len(text), HINTS)
