"""Packed word lists."""

import pytest
from copydesk_tagger.adapters.lexicons import WordfreqLexicons


@pytest.mark.parametrize(
    ("language", "word", "lemma"),
    [
        ("en", "houses", "house"),
        ("nl", "huizen", "huis"),
        ("de", "Häuser", "Haus"),
        ("fr", "maisons", "maison"),
        ("es", "casas", "casa"),
        ("it", "case", "casa"),
        ("ru", "домов", "дом"),
        ("hr", "kuće", "kuća"),
    ],
)
def test_frequent_words_have_their_base_form(language: str, word: str, lemma: str) -> None:
    assert WordfreqLexicons().of(language).lemma(word) == lemma


def test_frequencies_fall_with_rarity_and_are_zero_for_no_word() -> None:
    english = WordfreqLexicons().of("en")

    assert english.zipf("the") > english.zipf("house") > english.zipf("gazetteer") >= english.zipf("xqzzk") == 0


def test_words_are_those_with_a_frequency() -> None:
    words = WordfreqLexicons().of("zh").words()

    assert words["我们"] > 5
    assert "xqzzk" not in words
    assert len(words) > 20_000
    assert all(words[word] > 0 for word, _ in zip(words, range(200), strict=False))


def test_an_unknown_language_has_an_empty_lexicon() -> None:
    lexicon = WordfreqLexicons().of("tlh")

    assert (lexicon.zipf("qapla"), lexicon.lemma("qapla"), dict(lexicon.words())) == (0.0, "qapla", {})


def test_traditional_characters_are_looked_up_as_simplified_ones() -> None:
    chinese = WordfreqLexicons().of("zh-Hant")

    assert chinese.zipf("電話") == chinese.zipf("电话") > 0
