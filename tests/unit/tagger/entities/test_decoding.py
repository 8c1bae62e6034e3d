"""From scores of pieces to spans."""

from dataclasses import replace

import numpy as np
import pytest
from copydesk_tagger.core.entities.decoding import TAGS, Scored, best_tags, spans, word_starts
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays


def scored(text: str, pieces: list[tuple[str, str]], clitics: frozenset[int] = frozenset()) -> Scored:
    """Scores in which each piece's tag is nearly sure."""
    log_probs = np.full((len(pieces), len(TAGS)), np.log(0.001), np.float32)
    offsets = []
    at = 0
    for place, (piece, tag) in enumerate(pieces):
        start = text.index(piece, at)
        at = start + len(piece)
        offsets.append((start, at))
        log_probs[place, TAGS.index(tag)] = np.log(0.994)
    marks = np.array([place in clitics for place in range(len(pieces))])
    stood = np.array(offsets, np.int32).reshape(-1, 2)
    return Scored(stood, log_probs, marks, word_starts(stood, text))


def test_names_of_several_pieces_and_names_side_by_side() -> None:
    text = "Mayor Ilse Verbeke visits Ghent Bruges"
    pieces = [
        ("Mayor", "O"),
        ("Il", "B-PER"),
        ("se", "I-PER"),
        ("Verbeke", "I-PER"),
        ("visits", "O"),
        ("Ghent", "B-LOC"),
        ("Bruges", "B-LOC"),
    ]

    found = [(text[one.start : one.end], one.type) for one in spans(scored(text, pieces), text)]

    assert found == [("Ilse Verbeke", "PER"), ("Ghent", "LOC"), ("Bruges", "LOC")]


def test_a_clitic_is_no_part_of_the_name() -> None:
    text = "وباريس"

    with_clitic = list(spans(scored(text, [("وبا", "B-LOC"), ("ريس", "I-LOC")], frozenset({0})), text))
    without = list(spans(scored(text, [("وبا", "B-LOC"), ("ريس", "I-LOC")]), text))

    assert [text[one.start : one.end] for one in with_clitic] == ["باريس"]
    assert [text[one.start : one.end] for one in without] == ["وباريس"]


def test_a_word_is_a_name_as_a_whole_or_not_at_all() -> None:
    text = "ASTANA today"
    pieces = [("AST", "B-LOC"), ("ANA", "O"), ("today", "O")]

    found = list(spans(scored(text, pieces), text))

    assert {(one.start, one.end) for one in found} <= {(0, len("ASTANA"))}


@pytest.mark.parametrize(
    ("last", "outside", "expected"),
    [("for", 0.4, "Oslo"), ("for", 0.01, "Oslo for"), ("For", 0.4, "Oslo For")],
)
def test_a_small_word_ends_a_name_only_where_that_is_sure(last: str, outside: float, expected: str) -> None:
    text = f"left Oslo {last} Bergen"
    made = scored(text, [("left", "O"), ("Oslo", "B-LOC"), (last, "I-LOC"), ("Bergen", "B-LOC")])
    made.log_probs[2, [TAGS.index("O"), TAGS.index("I-LOC")]] = np.log([outside, 0.5])

    assert [text[one.start : one.end] for one in spans(made, text)] == [expected, "Bergen"]


def test_chinese_names_end_anywhere() -> None:
    text = "习近平主席访问巴黎"
    pieces = [("习近平", "B-PER"), ("主席", "O"), ("访问", "O"), ("巴黎", "B-LOC")]

    assert [text[one.start : one.end] for one in spans(scored(text, pieces), text)] == ["习近平", "巴黎"]


def test_an_inside_tag_without_a_beginning_is_never_chosen() -> None:
    log_probs = np.log(np.array([[0.6, 0.1, 0, 0.2, 0, 0.1, 0], [0.1, 0, 0.1, 0, 0.8, 0, 0]], np.float32) + 1e-6)

    assert [TAGS[tag] for tag in best_tags(log_probs, np.zeros(1, np.intp))] == ["B-ORG", "I-ORG"]


@given(
    arrays(np.float32, st.tuples(st.integers(1, 12), st.just(len(TAGS))), elements=st.floats(-9, 0, width=32)),
)
def test_the_sequence_is_allowed_and_no_allowed_change_of_one_tag_is_better(log_probs: np.ndarray) -> None:  # type: ignore[type-arg]
    def allowed(tags: list[int]) -> bool:
        before = 0
        for tag in tags:
            if TAGS[tag].startswith("I-") and before not in (tag, tag - 1):
                return False
            before = tag
        return True

    def worth(tags: list[int]) -> float:
        return float(sum(log_probs[place, tag] for place, tag in enumerate(tags)))

    best = best_tags(log_probs, np.zeros(1, np.intp)).tolist()

    assert allowed(best)
    for place in range(len(best)):
        for tag in range(len(TAGS)):
            other = [*best[:place], tag, *best[place + 1 :]]
            assert not allowed(other) or worth(other) <= worth(best) + 1e-4


@given(
    arrays(np.float32, st.just((9, len(TAGS))), elements=st.floats(-9, 0, width=32)),
    st.sets(st.integers(1, 8)),
)
def test_stretches_are_decoded_as_if_each_stood_alone(log_probs: np.ndarray, cuts: set[int]) -> None:  # type: ignore[type-arg]
    heads = np.array([0, *sorted(cuts)])

    together = best_tags(log_probs, heads)

    alone = [best_tags(part, np.zeros(1, np.intp)) for part in np.split(log_probs, heads[1:])]
    assert together.tolist() == np.concatenate(alone).tolist()


def test_no_name_goes_on_into_the_next_stretch() -> None:
    text = "met Ilse Verbeke"
    made = scored(text, [("met", "O"), ("Ilse", "B-PER"), ("Verbeke", "I-PER")])

    found = list(spans(replace(made, heads=np.array([0, 2])), text))

    assert [text[one.start : one.end] for one in found] == ["Ilse"]


@pytest.mark.parametrize("count", [0, 1])
def test_white_space_alone_is_no_name(count: int) -> None:
    offsets = np.array([(3, 3)] * count, np.int32).reshape(-1, 2)
    log_probs = np.full((count, len(TAGS)), -9.0, np.float32)
    log_probs[:, 1] = 0

    assert list(spans(Scored(offsets, log_probs, np.zeros(count, np.bool_), np.arange(count)), "ab  cd")) == []
