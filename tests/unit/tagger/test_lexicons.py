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


def test_words_within_a_text_without_spaces_are_told_by_their_place() -> None:
    chinese = WordfreqLexicons().of("zh")
    found = {"救援人员"[start:end]: zipf for start, end, zipf in chinese.within("救援人员", 4)}

    assert {"救援", "人员"} <= found.keys()
    assert all(zipf == chinese.zipf(word) > 0 for word, zipf in found.items())
    assert max(end - start for start, end, _ in chinese.within("救援人员", 1)) == 1


def test_an_unknown_language_has_an_empty_lexicon() -> None:
    lexicon = WordfreqLexicons().of("tlh")

    assert (lexicon.zipf("qapla"), lexicon.lemma("qapla"), list(lexicon.within("qapla", 6))) == (0.0, "qapla", [])


def test_traditional_characters_are_looked_up_as_simplified_ones() -> None:
    chinese = WordfreqLexicons().of("zh-Hant")

    assert chinese.zipf("電話") == chinese.zipf("电话") > 0
