"""Cutting text into word pieces."""

import pytest
from copydesk_tagger.core.entities.pieces import UNKNOWN, Vocabulary
from hypothesis import given
from hypothesis import strategies as st
from sentencepiece import SentencePieceProcessor, sentencepiece_model_pb2

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


WIDTHLESS = "▁\ufeff\u200b\u200c\u200d\u200e\u200f"
PIECES = ["<s>", "<pad>", "</s>", "<unk>", *SCORES]
KINDS = dict(enumerate(("CONTROL", "CONTROL", "CONTROL", "UNKNOWN")))


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    model = sentencepiece_model_pb2.ModelProto()
    for number, piece in enumerate(PIECES):
        model.pieces.add(piece=piece, score=SCORES.get(piece, 0), type=KINDS.get(number, "NORMAL"))
    model.trainer_spec.model_type = model.trainer_spec.UNIGRAM
    trainer = model.trainer_spec
    trainer.bos_id, trainer.pad_id, trainer.eos_id, trainer.unk_id = KINDS
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = False
    model.normalizer_spec.remove_extra_whitespaces = False
    model.normalizer_spec.escape_whitespaces = False
    return Vocabulary(SentencePieceProcessor(model_proto=model.SerializeToString()), PIECES)


def read(vocabulary: Vocabulary, text: str) -> list[str]:
    return [PIECES[number] if number != UNKNOWN else "?" for number in vocabulary.cut(text).ids]


def test_the_likeliest_pieces_are_taken(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "the Ghent") == ["▁the", "▁Ghent"]


def test_marks_are_pieces_of_their_own_and_no_piece_crosses_them(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "Ghent's (AFP).") == ["▁Ghent", "'", "s", "▁", "(", "AFP", ")", "."]


def test_offsets_are_those_of_the_text(vocabulary: Vocabulary) -> None:
    text = "the  Ghent (AFP)"

    found = [text[start:end] for start, end in vocabulary.cut(text).offsets.tolist()]

    assert found == ["the", "Ghent", "", "(", "AFP", ")"]


def test_what_has_no_width_parts_words_like_a_space(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "the\u200cGhent\u00a0the") == ["▁the", "▁Ghent", "▁the"]
    assert vocabulary.cut("\ufeffthe\u200cGhent").offsets.tolist() == [[1, 4], [5, 10]]


def test_unknown_letters_stand_one_by_one_where_they_are(vocabulary: Vocabulary) -> None:
    cut = vocabulary.cut("the 🤖🤖s.")

    assert read(vocabulary, "the 🤖🤖s.") == ["▁the", "▁", "?", "?", "s", "."]
    assert cut.offsets.tolist() == [[0, 3], [4, 4], [4, 5], [5, 6], [6, 7], [7, 8]]


def test_scripts_without_spaces(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "莫斯科。") == ["▁", "莫斯科", "?"]


def test_compatible_letters_are_read_as_plain_ones(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "ﬁrm") == ["▁fi", "rm"]
    assert vocabulary.cut("ﬁrm").offsets.tolist() == [[0, 3], [0, 3]]
    assert read(vocabulary, "１") == ["▁", "1"]
    assert read(vocabulary, "the…s") == ["▁the", ".", ".", ".", "s"]
    assert vocabulary.cut("the…s").offsets.tolist() == [[0, 3], [3, 4], [3, 4], [3, 4], [4, 5]]


@given(st.text(max_size=80))
def test_any_text_is_covered_from_its_head_to_its_end(vocabulary: Vocabulary, text: str) -> None:
    cut = vocabulary.cut(text)
    covered = {place for start, end in cut.offsets.tolist() for place in range(start, end)}

    assert len(cut.ids) == len(cut.offsets)
    assert all(0 <= start <= end <= len(text) for start, end in cut.offsets.tolist())
    assert {place for place, letter in enumerate(text) if not (letter.isspace() or letter in WIDTHLESS)} <= covered
