"""What tells an article's event from others comes out alike in every language; texts are written for this test."""

import pytest
from copydesk_tagger.adapters.worker import tag_document
from copydesk_tagger.core.document import Document
from copydesk_tagger.core.event_times import event_times
from copydesk_tagger.core.figures import figures
from copydesk_tagger.core.skeletons import LEAST, LENGTH, skeleton
from copydesk_tagger.core.story_keys import MOST
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.contracts import StoryKeys

TOLD = {
    "en": ("Fontana opens bridge in Ghent", "Prime Minister Roberto Fontana opened a bridge of 1,340 metres in Ghent."),
    "nl": ("Fontana opent brug in Gent", "Premier Roberto Fontana heeft in Gent een brug van 1.340 meter geopend."),
    "ru": ("Фонтана открыл мост в Генте", "Премьер-министр Роберто Фонтана открыл мост длиной 1340 метров в Генте."),
}


def keys(text: str, title: str = "") -> StoryKeys:
    found = tag_document(Document(text=text, title=title)).story_keys
    assert found is not None
    return found


@pytest.mark.parametrize(
    "spellings",
    [
        "nl:Loekasjenko en:Lukashenko de:Lukaschenko fr:Loukachenko pl:Łukaszenka cs:Lukašenko tr:Lukaşenko ru:Лукашенко "
        "el:Λουκασένκο",
        "nl:Fontana ru:Фонтана ar:فونتانا",
        "en:Erdogan tr:Erdoğan ru:Эрдоган el:Ερντογάν",
        "nl:Poetin en:Putin fr:Poutine ru:Путин el:Πούτιν",
        "en:Zelensky en:Zelenskyy de:Selenskyj nl:Zelenski ru:Зеленский pl:Zełenski fr:Zelensky",
        "fr:François pt:Franço ru:Франсуа",
        "el:Μπερλουσκόνι it:Berlusconi ru:Берлускони",
    ],
)
def test_spellings_of_a_name_have_one_skeleton(spellings: str) -> None:
    named = [spelling.split(":") for spelling in spellings.split()]
    found = {skeleton(name, language, consonantal=language == "ar") for language, name in named}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("美国众议院议长佩洛西星期三在旧金山出席了一个图书馆的落成典礼。", "Pelosi"),
        ("カバノー判事は月曜日の公聴会を欠席し、弁護士は病気だと説明した。", "Kavanaugh"),
        ("法官卡瓦诺星期一没有出席听证会，他的律师说他生病了。", "Kavanaugh"),
    ],
)
def test_names_that_are_written_by_sound_meet_their_latin_spelling(text: str, name: str) -> None:
    assert f"name:{skeleton(name)}" in keys(text).keys


@settings(deadline=None)  # the first word of a script waits for its table
@given(st.text(max_size=30))
def test_skeletons_are_short_and_hold_no_vowels(word: str) -> None:
    found = skeleton(word)
    assert found is None or (LEAST <= len(found) <= LENGTH and found.isascii() and not set(found) & set("aeiouy"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,250 people, 1.250 Menschen, 1 250 personnes, ١٬٢٥٠", ["1250"] * 4),
        ("12.5 per cent, 12,5 Prozent", ["12.5", "12.5"]),
        ("in 2024 150 people, on 7 May", ["2024", "150"]),
        ("१२३ लोग", ["123"]),
        ("2000亿美元, 2,000億円, 200 billion", ["200"] * 3),
        ("7.7万人, ７万７０００人, 77,000 people", ["77000"] * 3),
        ("1500만 명, 1500万人, 15 million", ["15"] * 3),
        ("1億2000万人, 120 million", ["120"] * 2),
        ("11月18日 / 11월 18일", ["18"] * 2),
    ],
)
def test_figures_are_read_in_any_script_and_grouping(text: str, expected: list[str]) -> None:
    assert list(figures(text)) == expected


@given(st.text(max_size=200))
def test_any_text_has_figures_or_none(text: str) -> None:
    assert all(found.replace(".", "").isdigit() for found in figures(text))


@pytest.mark.parametrize("language", ["nl", "ru"])
def test_two_languages_share_names_and_numbers(language: str) -> None:
    one, other = (keys(text, title) for title, text in (TOLD["en"], TOLD[language]))
    shared = one.keys.keys() & other.keys.keys()
    assert {"number:1340", "name:fntn", "geonames:2797656"} <= shared
    assert {"name:fntn", "geonames:2797656"} <= set(one.headline) & set(other.headline)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "He arrived on February 28, 2023.", {"date:02-28", "date:2023-02-28", "weekday:2"}),
        ("nl", "De leden stemden donderdag 3 juli in.", {"date:07-03", "weekday:4"}),
        ("de", "am Dienstag, dem 3. Juli 2025", {"date:07-03", "date:2025-07-03", "weekday:2", "weekday:4"}),
        ("es", "el miércoles 3 de julio", {"date:07-03", "weekday:3"}),
        ("fr", "Vendredi 1er mars", {"date:03-01", "weekday:5"}),
        ("ru", "во вторник и в среду, 3 июля", {"date:07-03", "weekday:2", "weekday:3"}),
        ("uk", "у п'ятницю, 3 липня", {"date:07-03", "weekday:5"}),
        ("pl", "w środę 3 lipca", {"date:07-03", "weekday:3"}),
        ("el", "την Τρίτη 3 Ιουλίου", {"date:07-03", "weekday:2"}),
        ("ar", "يوم الثلاثاء 3 يوليو", {"date:07-03", "weekday:2"}),
        ("fa", "روز سه‌شنبه ۳ ژوئیه", {"date:07-03", "weekday:2"}),
        ("hi", "मंगलवार को 3 जुलाई", {"date:07-03", "weekday:2"}),
        ("zh-Hans", "周三（7月3日）", {"date:07-03", "weekday:3"}),
        ("ja", "水曜日、7月3日", {"date:07-03", "weekday:3"}),
        ("ko", "수요일 7월 3일", {"date:07-03", "weekday:3"}),
        ("en", "Prices may rise by 31 per cent; 2024-02-31 is no day.", set()),
        ("und", "29 of 40 on 2024-02-29", {"date:02-29", "date:2024-02-29", "weekday:4"}),
    ],
)
def test_days_that_a_text_names_are_read_in_its_language(language: str, text: str, expected: set[str]) -> None:
    assert set(event_times(text, language)) == expected


@settings(deadline=None)  # the first text of a language waits for its names
@given(st.text(max_size=200), st.sampled_from(["en", "zh", "ja", "ru", "xx", "und", "ar-EG"]))
def test_any_text_names_days_of_the_calendar_or_none(text: str, language: str) -> None:
    assert all(key.startswith(("date:", "weekday:")) for key in event_times(text, language))


def test_organisations_and_countries_of_the_headline_are_said_to_be_such() -> None:
    found = keys("BERLIN - NATO admitted Finland on Tuesday.", "NATO admits Finland")
    assert {"organisation:wikidata:Q7184", "country:FI", "weekday:2"} <= set(found.headline)


def test_common_words_are_no_names() -> None:
    found = keys("There was nothing. This is what they said. When they came, nobody knew. Where it ended, nobody saw.")
    assert not [key for key in found.keys if key.startswith("name:")]


@settings(deadline=None)  # the first text of a language waits for its words
@given(st.text(max_size=400), st.text(max_size=60))
def test_any_article_has_keys_within_bounds(text: str, title: str) -> None:
    found = keys(text, title)
    assert all(0 < weight <= 1 for weight in found.keys.values())
    assert set(found.headline) <= found.keys.keys()
    assert sum(key.startswith("name:") for key in found.keys) <= MOST["name"]
