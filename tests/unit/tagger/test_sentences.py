"""Sentences and the stretches that models read."""

from itertools import pairwise

import pytest
from copydesk_tagger.core.sentences import sentences, stretches
from hypothesis import given
from hypothesis import strategies as st

CASES = [
    ("Mr. Smith went to Oslo on 4 Jan. He said: “No.” Then he left.", 3),
    ("De heer P. de Vries, bijv. hij, was er. Hij ging om 3 uur.", 2),
    ("Das kostet 3,5 Mio. Euro. Der Bund zahlt.", 2),
    ("Il est parti… Elle reste ! Vraiment ?", 3),
    ("Он приехал в г. Казань. Потом уехал в Москву.", 2),
    ("他说：“不。”然后走了。新的一句！", 3),
    ("彼は言った。「いいえ。」そして去った。", 3),
    ("قال الرئيس. ذهب إلى باريس؟ نعم.", 3),
    ("वह घर गया। फिर सो गया।", 2),
    ("Headline without a stop\nFirst sentence. Second one.", 3),
]


@pytest.mark.parametrize(("text", "count"), CASES)
def test_finds_the_sentences_of_many_scripts(text: str, count: int) -> None:
    assert len(list(sentences(text))) == count


def test_a_small_letter_continues_a_sentence() -> None:
    assert len(list(sentences("The U.S. dollar fell vs. the yen. It rose later."))) == 2


def test_long_sentences_are_cut_at_a_space() -> None:
    text = "The port of Ostend reopened. Boats left for Dover and Harwich at six in the morning."

    found = [text[start:end] for start, end in stretches(text, 40)]

    assert found == ["The port of Ostend reopened.", "Boats left for Dover and Harwich at six", "in the morning."]


@given(st.text(alphabet=st.sampled_from("ab C.!?。؟\n “”12ж"), max_size=300), st.integers(5, 60))
def test_stretches_hold_every_character_once_and_are_short(text: str, longest: int) -> None:
    found = list(stretches(text, longest))

    assert all(0 < end - start <= longest for start, end in found)
    assert all(left[1] <= right[0] for left, right in pairwise(found))
    assert "".join("".join(text[start:end] for start, end in found).split()) == "".join(text.split())
