"""Places beside names that were found, governments, regions, scripts. Texts are written for this test."""

import pytest
from copydesk_tagger.adapters.annotators import gazetteer, lexicons
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.places_annotator import PlacesAnnotator
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.contracts import Entity, EntityType, Language

PLACES = PlacesAnnotator(gazetteer(), lexicons())
WASHINGTON, UNITED_STATES, MOSCOW = 4140963, 6252001, 524901


def tagged(text: str, language: str = "en", seen: dict[str, EntityType] | None = None, **fields: str) -> Tags:
    """The tags of a text; `seen` are names that an annotator of entities found, its silence on others counts."""
    tags = Tags(language=Language(tag=language, confidence=1.0))
    if seen is not None:
        tags.models["entities"] = "seen"
        for name, kind in seen.items():
            start = text.index(name)
            tags.entities.append(Entity(start=start, end=start + len(name), text=name, type=kind, method="seen"))
    PLACES.annotate(Document(text=text, **fields), tags)
    return tags


def names(tags: Tags) -> list[str]:
    return [place.name for place in tags.places]


def test_a_span_of_a_place_gets_its_id_and_stays_one_entity() -> None:
    found = tagged("Ministers flew to Nairobi on Monday.", seen={"Nairobi": "LOC"})

    (entity,) = found.entities
    assert (entity.uri, entity.method) == ("geonames:184745", "seen")


def test_people_and_bodies_are_no_places() -> None:
    found = tagged(
        "Florence Paris spoke to Bank of London on Monday; nobody else was asked.",
        seen={"Florence Paris": "PER", "Bank of London": "ORG"},
    )

    assert names(found) == []
    assert all(entity.uri is None for entity in found.entities)


def test_the_country_in_the_name_of_a_body_still_counts() -> None:
    found = tagged("The Bank of Japan kept its rates.", seen={"Bank of Japan": "ORG"})

    assert found.countries == ["JP"]


def test_a_region_after_a_name_settles_it_for_the_whole_text() -> None:
    found = tagged("A storm hit Paris, Texas. The mayor of Paris asked for help.", seen={"Paris, Texas": "LOC"})

    assert [place.country for place in found.places if place.name == "Paris"] == ["US"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Washington accused the company of fraud."),
        ("nl", "Washington wil dat Europa meer betaalt."),
        ("ru", "Вашингтон обвинил компанию в обмане."),
        ("es", "Washington anunció sanciones contra la empresa."),
        ("zh", "据报道，华盛顿宣布制裁这家公司。"),
    ],
)
def test_a_government_called_by_its_capital_is_its_country(language: str, text: str) -> None:
    found = tagged(text, language)

    assert [place.geonames for place in found.places] == [UNITED_STATES]


def test_a_capital_after_a_preposition_is_the_city() -> None:
    assert [place.geonames for place in tagged("Crowds gathered in Washington on Friday.").places] == [WASHINGTON]


def test_the_source_s_country_chooses_between_namesakes() -> None:
    text = "Thousands marched through Birmingham on Sunday."

    assert tagged(text, country="GB").places[0].country == "GB"
    assert [place.country for place in tagged("A man from Perth was found on the moor in Scotland.").places] == [
        "GB"
    ] * 2


def test_a_region_without_an_id_tells_its_country_alone() -> None:
    found = tagged("Floods cut off villages in Sichuan.")

    assert found.countries == ["CN"]
    assert found.places == []


def test_places_say_how_sure_they_are() -> None:
    (place,) = tagged("Crowds gathered in Washington on Friday.").places

    assert 0.6 < place.confidence <= 0.95
    assert place.method == "gazetteer"


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("ka", "თბილისში აქცია გაიმართა.", "Tbilisi"),
        ("ta", "சென்னையில் மழை பெய்தது.", "Chennai"),
        ("bn", "ঢাকায় বন্যা দেখা দিয়েছে।", "Dhaka"),
        ("hi", "मुंबई में बारिश हुई।", "Mumbai"),
        ("am", "በአዲስ አበባ ዝናብ ጣለ።", "Addis Ababa"),
        ("th", "เกิดไฟไหม้ในกรุงเทพเมื่อวันจันทร์", "Bangkok"),
        ("el", "Φωτιά ξέσπασε έξω από την Αθήνα.", "Athens"),
        ("he", "ראש הממשלה נפגש בירושלים עם אורחים.", "Jerusalem"),
        ("cs", "Požár zničil sklad v Praze.", "Prague"),
        ("hr", "Požar je izbio u Zagrebu.", "Zagreb"),
        ("km", "អគ្គិភ័យកើតឡើងនៅភ្នំពេញ។", "Phnom Penh"),
    ],
)
def test_names_are_found_with_the_endings_and_prefixes_of_their_script(language: str, text: str, place: str) -> None:
    assert place in names(tagged(text, language))


@pytest.mark.parametrize(("language", "text"), [("hi", "उसने पटनायक से बात की।"), ("th", "ไม่มีข่าวในวันนี้")])
def test_a_name_inside_a_longer_word_is_none(language: str, text: str) -> None:
    assert names(tagged(text, language)) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                ["Paris", "Москве", "بباريس", "北京", "กรุงเทพ", "Georgia", ", ", "-", "서울에서", "თბილისში", "\u0301"]
            ),
        ),
        max_size=12,
    ).map("".join),
    st.sampled_from(["en", "ru", "ar", "zh", "ka", "pl", "cs", "ko", "und"]),
)
def test_any_text_has_entities_that_lie_in_it(text: str, language: str) -> None:
    for entity in tagged(text, language).entities:
        assert text[entity.start : entity.end] == entity.text
