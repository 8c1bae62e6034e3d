"""Cutting text into word pieces."""

import marisa_trie
import numpy as np
import pytest
from copydesk_tagger.core.entities.pieces import UNKNOWN, Vocabulary
from hypothesis import given
from hypothesis import strategies as st

SCORES = {
    "▁": -3.0,
    "▁Gh": -8.0,
    "▁Ghent": -9.0,
    "ent": -6.0,
    "▁the": -4.0,
    "(": -5.0,
    ")": -5.0,
    ".": -4.0,
    "AFP": -9.0,
    "s": -4.0,
    "'": -5.0,
    "莫斯科": -9.0,
    "莫": -8.0,
    "fi": -7.0,
    "▁fi": -7.0,
    "rm": -6.0,
    "1": -5.0,
}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    trie = marisa_trie.Trie(SCORES)
    pieces = list(SCORES)
    ids = np.empty(len(trie), np.int32)
    scores = np.empty(len(trie), np.float32)
    for piece, score in SCORES.items():
        ids[trie[piece]], scores[trie[piece]] = 10 + pieces.index(piece), score
    return Vocabulary(trie, ids, scores)


def read(vocabulary: Vocabulary, text: str) -> list[str]:
    pieces = list(SCORES)
    return [pieces[number - 10] if number != UNKNOWN else "?" for number in vocabulary.cut(text).ids]


def test_the_likeliest_pieces_are_taken(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "the Ghent") == ["▁the", "▁Ghent"]


def test_marks_are_pieces_of_their_own_and_no_piece_crosses_them(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "Ghent's (AFP).") == ["▁Ghent", "'", "s", "▁", "(", "AFP", ")", "."]


def test_offsets_are_those_of_the_text(vocabulary: Vocabulary) -> None:
    text = "the  Ghent (AFP)"

    found = [text[start:end] for start, end in vocabulary.cut(text).offsets.tolist()]

    assert found == ["the", "Ghent", "", "(", "AFP", ")"]


def test_scripts_without_spaces(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "莫斯科。") == ["▁", "莫斯科", "?"]


def test_compatible_letters_are_read_as_plain_ones(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "ﬁrm") == ["▁fi", "rm"]
    assert vocabulary.cut("ﬁrm").offsets.tolist() == [[0, 3], [0, 3]]
    assert read(vocabulary, "１") == ["▁", "1"]


@given(st.text(max_size=80))
def test_any_text_is_covered_from_its_head_to_its_end(vocabulary: Vocabulary, text: str) -> None:
    cut = vocabulary.cut(text)
    covered = {place for start, end in cut.offsets.tolist() for place in range(start, end)}

    assert len(cut.ids) == len(cut.offsets)
    assert all(0 <= start <= end <= len(text) for start, end in cut.offsets.tolist())
    assert {place for place, letter in enumerate(text) if not letter.isspace()} <= covered
