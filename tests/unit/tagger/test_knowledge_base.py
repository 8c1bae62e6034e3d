"""Finding names of people and organisations, and the file that ships."""

import re
from collections import Counter
from itertools import pairwise

from copydesk_tagger.adapters.knowledge_base import shipped_knowledge_base
from copydesk_tagger.core import linking_words
from copydesk_tagger.core.knowledge_base import Form, KnowledgeBase, Known
from copydesk_tagger.core.linking_words import Words
from hypothesis import given
from hypothesis import strategies as st

ENTRIES = [
    Known(id="x:1", type="PER", name="Ada Brook", parts=[[0, 1]], unmistakable=True),
    Known(id="x:2", type="ORG", name="River Trust", names={"": ["River Trust"], "en": ["RT"], "ru": ["Речной фонд"]}),
]
PARTS = [["ada", "ада", "艾达"], ["brook", "брук", "布鲁克"]]
SMALL = KnowledgeBase(ENTRIES, PARTS)


def names(text: str, language: str = "en") -> list[tuple[str, Form]]:
    return [(text[one.start : one.end], one.form) for one in SMALL.find(Words(text), language)]


def test_parts_of_a_name_may_be_parted_by_a_patronymic_or_an_initial() -> None:
    assert names("We met Ada M. Brook there.") == [("Ada M. Brook", Form.FULL)]
    assert names("Мы видели Аду Ивановну Брук.", "ru") == [("Аду Ивановну Брук", Form.FULL)]
    assert names("Ada Lake and Tom Brook met.") == [("Brook", Form.SURNAME)]


def test_names_do_not_run_over_the_end_of_a_sentence_or_a_line() -> None:
    assert names("I called Ada. Brook was out.") == [("Brook", Form.SURNAME)]
    assert names("Prize for River\nTrust in us") == []


def test_small_letters_are_no_name() -> None:
    assert names("a brook, and a river trust") == []


def test_listed_names_are_found_in_their_cases() -> None:
    assert names("Деньги дал Речного фонда директор.", "ru") == [("Речного фонда", Form.FULL)]


def test_a_chinese_surname_after_a_dot_needs_the_right_given_name() -> None:
    assert names("艾达·布鲁克说", "zh") == [("艾达·布鲁克", Form.FULL)]
    assert names("汤姆·布鲁克说", "zh") == []
    assert names("布鲁克说", "zh") == [("布鲁克", Form.SURNAME)]


def test_everything_that_ships_has_a_well_formed_id_of_its_own() -> None:
    entries = shipped_knowledge_base().entries
    ids = Counter(entry.id for entry in entries)

    assert [identifier for identifier, times in ids.items() if times > 1] == []
    assert all(
        re.fullmatch(r"wikidata:Q[1-9]\d*|copydesk:(person|organisation)/[^\s/]+", identifier) for identifier in ids
    )
    assert all(entry.names or entry.parts for entry in entries)


@given(st.text(max_size=200))
def test_any_text_is_read_and_what_is_found_lies_in_it(text: str) -> None:
    for language in ("en", "pl", "ru", "ar", "zh", "ko"):
        found = shipped_knowledge_base().find(Words(text), language)
        assert all(0 <= one.start < one.end <= len(text) for one in found)
        assert all(before.start < after.start and before.end < after.end for before, after in pairwise(found))


@given(st.text(alphabet=st.characters(categories=("L", "M", "N", "P", "Z")), max_size=80))
def test_words_are_what_stands_between_their_offsets(text: str) -> None:
    for word in linking_words.words(text):
        assert linking_words.fold(text[word.start : word.end]) == word.folded


@given(st.text(alphabet=st.characters(categories=("L", "M", "N", "P", "Z")), max_size=80))
def test_words_of_long_texts_are_those_of_short_ones(text: str) -> None:
    told = Words(text)
    assert [told[place] for place in range(len(told))] == linking_words.words(text)
    assert sorted(place for one in told.spellings for place in one.places) == list(range(len(told)))


@given(
    st.text(alphabet="abeghiklmnosuwyzäłаеиоыяйкмнхђіїαδεοςհաի", min_size=1, max_size=14),
    st.sampled_from(["en", "pl", "hr", "fi", "hu", "de", "ru", "uk", "el", "hy"]),
)
def test_no_ending_changes_the_first_two_letters_of_a_word(written: str, language: str) -> None:
    (word,) = linking_words.words(written)
    for reading in linking_words.readings(word.folded, word.script, language):
        assert reading[:2] == word.folded[:2]


@given(
    st.sampled_from(["Александр Лукашенко", "Łukasz Nowak", "عبد الفتاح السيسي", "Jean Dupont", "Олена Зеленська"]),
    st.sampled_from(["ru", "pl", "ar", "fr", "uk"]),
)
def test_a_name_as_it_is_listed_is_always_among_its_own_readings(name: str, language: str) -> None:
    for word, key in zip(linking_words.words(name), linking_words.keys(name), strict=True):
        assert key in linking_words.readings(word.folded, word.script, language)
