"""What tells an article's event from others comes out alike in every language; texts are written for this test."""

import pytest
from copydesk_tagger.adapters.worker import tag_document
from copydesk_tagger.core.document import Document
from copydesk_tagger.core.figures import figures
from copydesk_tagger.core.skeletons import LEAST, LENGTH, skeleton
from copydesk_tagger.core.story_keys import MOST
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.contracts import StoryKeys

TOLD = {
    "en": ("Fontana opens bridge in Ghent", "Prime Minister Roberto Fontana opened a bridge of 1,340 metres in Ghent."),
    "nl": ("Fontana opent brug in Gent", "Premier Roberto Fontana heeft in Gent een brug van 1.340 meter geopend."),
    "ru": ("Фонтана открыл мост в Генте", "Премьер Роберто Фонтана открыл в Генте мост длиной 1340 метров."),
}


def keys(text: str, title: str = "") -> StoryKeys:
    found = tag_document(Document(text=text, title=title)).story_keys
    assert found is not None
    return found


@pytest.mark.parametrize(
    "spellings",
    [
        ["Loekasjenko", "Lukashenko", "Lukaschenko", "Лукашенко"],
        ["Fontana", "Фонтана", "فونتانا"],
        ["Erdogan", "Erdoğan", "Эрдоган"],
    ],
)
def test_spellings_of_a_name_have_one_skeleton(spellings: list[str]) -> None:
    found = {skeleton(name, consonantal=name[0] > "\u0600") for name in spellings}
    assert len({one[:LEAST] for one in found if one}) == 1


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
    assert {"number:1340", "name:fntn"} <= shared
    assert "name:fntn" in set(one.headline) & set(other.headline)


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
