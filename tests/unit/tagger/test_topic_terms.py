import pytest
from copydesk_tagger.core.topic_terms import TopicTerms
from hypothesis import given
from hypothesis import strategies as st


def codes(language: str, terms: dict[str, list[str]], text: str) -> set[str]:
    return set(TopicTerms(language, terms).find("", text))


@pytest.mark.parametrize(
    ("language", "term", "text", "there"),
    [
        ("en", "court", "The Court of Appeal sat on Monday.", True),
        ("en", "court", "A courtesy call.", False),
        ("en", "court*", "Two courts disagreed.", True),
        ("en", "box office", "Strong at the box office again", True),
        ("en", "box office", "a box in the office", False),
        ("en", "co-star*", "Her co-stars were absent.", True),
        ("pl", "sąd* apelacyjn*", "W sądzie apelacyjnym zapadł wyrok.", True),
        ("ru", "центральн* банк*", "Решение Центрального банка ждали.", True),
        ("ar", "محكمة", "وقالت المحكمة إن القرار نهائي", True),
        ("ar", "الانتخابات", "استعدادا للانتخابات المقبلة", True),
        ("zh", "法院", "最高法院周一作出裁决。", True),
        ("zh", "nba", "他昨晚在NBA首秀。", True),
        ("ko", "기준금리", "한국은행은 기준금리를 동결했다.", True),
        ("th", "น้ำท่วม", "เกิดเหตุน้ำท่วมฉับพลันในหลายอำเภอ", True),
    ],
)
def test_terms_match_words_stems_phrases_and_substrings(language: str, term: str, text: str, there: bool) -> None:
    assert codes(language, {"02000000": [term]}, text) == ({"02000000"} if there else set())


def test_traditional_characters_are_read_as_simplified_ones() -> None:
    letters = {ord("國"): "国", ord("會"): "会"}
    assert TopicTerms("zh", {"11000000": ["国会"]}, letters).find("", "國會通過預算")


def test_terms_of_the_head_are_counted_once_however_often_they_come() -> None:
    found = TopicTerms("en", {"15000000": ["goal*", "match"]}).find(
        "Late goal wins match", "The goal came late. Goals!"
    )
    assert found["15000000"].in_head == 2
    assert sorted(found["15000000"].times.values()) == [1, 3]


def test_a_term_without_letters_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="15000000"):
        TopicTerms("en", {"15000000": ["*"]})


@given(st.text(max_size=200), st.sampled_from(["en", "ar", "zh", "ru"]))
def test_any_text_can_be_read(text: str, language: str) -> None:
    found = TopicTerms(language, {"01000000": ["a*", "film noir", "电影", "فيلم"]}).find(text, text)
    assert all(one.in_head <= len(one.times) for one in found.values())
