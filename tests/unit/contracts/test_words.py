"""Words as ArticleStored counts them."""

from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts.words import counts, edits, is_figure, letters, printed_edits, words

TEXTS = st.text(st.sampled_from("ab é3.,%-\u2019\u00ad\n戦後กा٤"), max_size=40)
LINES = st.lists(st.sampled_from("abcd"), max_size=14)


def test_typography_and_case_make_no_other_word():
    plain = words('"The minister didn\'t resign", co-workers say - twice...')
    assert words("«The Minister didn’t resign», co-workers say — twice…") == plain
    assert words("The mini\u00adster") == ["the", "minister"]
    assert words("ﬁnal score") == words("final score")


def test_a_figure_is_one_word_however_it_is_grouped():
    assert (
        words("1,500 boats")
        == words("1.500 boats")
        == words("1 500 boats")
        == words("1\u202f500 boats")
        == ["1500", "boats"]
    )
    assert words("€1.234.567,80") == words("1,234,567.80 €") == ["1234567.80€"]
    assert words("3,5%") == words("3.5 %") == ["3.5%"]
    assert words("it was -3° in 2020-2021") == ["it", "was", "-3°", "in", "2020", "2021"]
    assert words("٥٠٠ قارب") == ["500", "قارب"]
    assert words("0.125") != words("0125")
    assert all(map(is_figure, ["3.5%", "-3°", "14:05", "1234567.80€"]))
    assert not is_figure("boats")


def test_scripts_without_spaces_are_counted_by_character():
    assert words("渡船沉没3人死亡") == ["渡", "船", "沉", "没", "3", "人", "死", "亡"]
    assert words("हिन्दी में लोग") == ["हिन्दी", "में", "लोग"]


def test_other_figures_are_other_letters_and_other_spacing_is_not():
    assert letters("a 12 b") != letters("a 1 2 b")
    assert letters("pre-war talks") == letters("prewar  talks")
    assert letters("3.5 boats") != letters("35 boats")


@given(TEXTS)
def test_words_say_nothing_of_typography(text):
    assert words(text) == words(text.upper().replace("\u00ad", "")) or "ß" in text
    assert letters(text) == letters("".join(f" {word} " for word in words(text)))


@given(LINES, LINES)
def test_edits_turn_one_sequence_into_the_other(before, after):
    rebuilt, at = [], 0
    for edit in edits(before, after):
        rebuilt += before[at : edit.start] + after[edit.after_start : edit.after_end]
        at = edit.end
        assert before[edit.start : edit.end] != after[edit.after_start : edit.after_end]
    assert rebuilt + before[at:] == after
    added, removed = counts(before, after)
    assert len(before) - removed == len(after) - added
    assert counts(after, before) == (removed, added)


@given(st.text(st.sampled_from("ab é3.,\n戦ก"), max_size=30), st.text(st.sampled_from("ab é3.,\n戦ก"), max_size=30))
def test_printed_edits_turn_one_text_into_the_other(before, after):
    old, new, found = printed_edits(before, after)
    assert ("".join(old), "".join(new)) == (before, after)
    rebuilt, at = "", 0
    for edit in found:
        rebuilt += "".join(old[at : edit.start] + new[edit.after_start : edit.after_end])
        at = edit.end
    assert rebuilt + "".join(old[at:]) == after


def test_neighbouring_words_are_one_printed_edit():
    old, new, found = printed_edits("The old ferry sank.", "The new boat sank.")
    assert [("".join(old[one.start : one.end]), "".join(new[one.after_start : one.after_end])) for one in found] == [
        ("old ferry", "new boat")
    ]


def test_texts_of_any_length_are_counted():
    before = [str(number % 977) for number in range(30_000)]
    after = ["x", *reversed(before)]
    assert counts(before, after) == (1, 0)
