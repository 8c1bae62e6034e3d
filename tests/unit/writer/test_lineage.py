"""What is measured between a copy and its original."""

from copydesk_writer.core.lineage import common_words, is_own, overlap, words
from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts.agencies import agencies

BRIDGE = "The harbour bridge carries traffic again. Engineers replaced the northern cables."


def test_a_copy_that_was_cut_and_extended_is_measured_in_words() -> None:
    found = overlap(
        "Bridge open", "The HARBOUR bridge carries traffic again, our reporter saw.", "Bridge open!", BRIDGE
    )
    assert (found.words, found.original_words, found.common) == (9, 11, 6)
    assert (round(found.kept, 2), round(found.added, 2), found.same_title) == (0.55, 0.33, True)


def test_scripts_without_spaces_are_measured_in_characters() -> None:
    found = overlap("", "港口大桥周一恢复通车。", "", "港口大桥恢复通车")
    assert (found.kept, found.words, found.same_title) == (1.0, 10, True)
    assert words("สะพาน 2 แห่ง") == [*"สะพาน", "2", *"แห่ง"]


def test_texts_without_words_measure_nothing() -> None:
    found = overlap(None, "", "A headline", "…")
    assert (found.kept, found.added, found.same_title) == (0.0, 0.0, False)


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_common_words_are_the_longest_common_subsequence(one: list[str], other: list[str]) -> None:
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, word in enumerate(one):
        for j, against in enumerate(other):
            table[i + 1][j + 1] = table[i][j] + 1 if word == against else max(table[i][j + 1], table[i + 1][j])
    assert common_words(one, other) == table[-1][-1]


def test_an_agency_is_known_by_its_code_its_name_and_its_forms() -> None:
    for source in ("AFP", "afp", "Agence France-Presse", "法新社"):
        assert is_own(source, ["AFP"], agencies())
    assert not is_own("harbour-post", ["AFP"], agencies())
    assert not is_own("AFP", ["DPA"], agencies())
    assert is_own("local wire", ["LOCALWIRE"], agencies())
