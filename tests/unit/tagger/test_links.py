"""Linking people and organisations, with the knowledge base that ships."""

from collections.abc import Iterable

import pytest
from copydesk_tagger.adapters.knowledge_base import shipped_knowledge_base
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.linking import LinksAnnotator, known_names

from copydesk.contracts import Entity, EntityType, Language

LUKASHENKO = "wikidata:Q2866"
PUTIN = "wikidata:Q7747"


def linked(
    text: str,
    language: str = "en",
    mentions: Iterable[tuple[str, EntityType]] = (),
    countries: Iterable[str] = (),
    title: str = "",
) -> dict[str, str | None]:
    """What each entity of the text is linked to; `mentions` are those that were found before."""
    tags = Tags(language=Language(tag=language, confidence=1.0), countries=list(countries))
    for name, kind in mentions:
        start = text.rindex(name)
        tags.entities.append(Entity(start=start, end=start + len(name), text=name, type=kind, method="given"))
    LinksAnnotator(shipped_knowledge_base()).annotate(Document(text=text, title=title), tags)
    for entity in tags.entities:
        assert text[entity.start : entity.end] == entity.text
    return {entity.text: entity.uri for entity in tags.entities}


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("en", "Talks with Alexander Lukashenko went on.", "Alexander Lukashenko"),
        ("nl", "Gesprekken met Aleksandr Loekasjenko duren voort.", "Aleksandr Loekasjenko"),
        ("de", "Gespräche mit Alexander Lukaschenko dauern an.", "Alexander Lukaschenko"),
        ("fr", "Les discussions avec Alexandre Loukachenko continuent.", "Alexandre Loukachenko"),
        ("pl", "Rozmowy z Aleksandrem Łukaszenką trwają.", "Aleksandrem Łukaszenką"),
        ("ru", "Переговоры с Александром Лукашенко продолжаются.", "Александром Лукашенко"),
        ("uk", "Переговори з Олександром Лукашенком тривають.", "Олександром Лукашенком"),
        ("ar", "تستمر المحادثات مع ألكسندر لوكاشينكو في المدينة.", "ألكسندر لوكاشينكو"),
        ("zh", "同亚历山大·卢卡申科的会谈仍在继续。", "亚历山大·卢卡申科"),
        ("zh-Hant", "同亞歷山大·盧卡申科的會談仍在繼續。", "亞歷山大·盧卡申科"),
    ],
)
def test_one_person_has_one_id_in_every_spelling_and_script(language: str, text: str, name: str) -> None:
    assert linked(text, language) == {name: LUKASHENKO}
    assert linked(text, language, [(name, "PER")]) == {name: LUKASHENKO}


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("en", "Officials of NATO met.", "NATO"),
        ("fr", "Les chefs de l'OTAN se réunissent.", "OTAN"),
        ("ru", "Страны НАТО договорились.", "НАТО"),
        ("zh", "北约外长举行会议。", "北约"),
        ("ar", "اجتمع وزراء الناتو أمس.", "الناتو"),
        ("ar", "قال الوزير والناتو متفقان.", "الناتو"),
    ],
)
def test_acronyms_and_short_names_of_organisations_are_found_without_an_earlier_mention(
    language: str, text: str, name: str
) -> None:
    assert linked(text, language) == {name: "wikidata:Q7184"}


def test_acronyms_count_as_such_in_capitals_and_in_their_languages_only() -> None:
    assert linked("Who will pay? Nobody who can.") == {}
    assert linked("The WHO warned of cholera.") == {"WHO": "wikidata:Q7817"}
    assert linked("Sammen med OMS gjør de det.", "nb") == {}


def test_a_surname_alone_is_that_of_whoever_was_named_in_full() -> None:
    text = "Boris Johnson spoke in London. Nobody believed what was promised, and then left Johnson"

    assert linked(text, mentions=[("Johnson", "PER")])["Johnson"] == "wikidata:Q180589"
    assert linked("Rain spoilt the day for Johnson", mentions=[("Johnson", "PER")]) == {"Johnson": None}


def test_a_full_name_in_the_title_tells_whose_surname_the_text_has() -> None:
    text = "In London nobody believed Johnson"

    assert linked(text, mentions=[("Johnson", "PER")], title="Boris Johnson resigns")["Johnson"] == "wikidata:Q180589"


@pytest.mark.parametrize(
    "name", ["Melania Trump", "Ivanka Trump", "Donald Trump Jr.", "Angela Merkle", "Vladimir Putintsev"]
)
def test_relatives_and_namesakes_are_nobody_known(name: str) -> None:
    assert linked(f"The opening was attended by {name} yesterday.", mentions=[(name, "PER")]) == {name: None}


def test_what_surrounds_a_name_tells_two_bearers_apart() -> None:
    iraq = linked("George Bush sent troops to Iraq in 2003.", mentions=[("George Bush", "PER")])
    malta = linked("George Bush met Gorbachev in 1989.", mentions=[("George Bush", "PER")])
    neither = linked("George Bush won the chess tournament.", mentions=[("George Bush", "PER")])

    assert iraq["George Bush"] == "wikidata:Q207"
    assert malta["George Bush"] == "wikidata:Q23505"
    assert neither == {"George Bush": None}


def test_a_common_word_needs_an_article_about_such_things() -> None:
    company = linked("Apple fell 3% as iPhone sales of the company were weak.", mentions=[("Apple", "ORG")])
    fruit = linked("Apple pie is baked here on Sundays.", mentions=[("Apple", "ORG")])

    assert company == {"Apple": "wikidata:Q312"}
    assert fruit == {"Apple": None}


def test_an_earlier_mention_keeps_its_span_and_a_title_in_it_does_no_harm() -> None:
    text = "On Monday President Alexander Lukashenko flew home."

    assert linked(text, mentions=[("President Alexander Lukashenko", "PER")]) == {
        "President Alexander Lukashenko": LUKASHENKO
    }


def test_a_known_name_takes_the_place_of_a_country_inside_it() -> None:
    text = "Rates were held by the Bank of England again."

    assert linked(text, mentions=[("England", "LOC")]) == {"Bank of England": "copydesk:organisation/bank-of-england"}


def test_letters_with_marks_are_other_letters_where_a_name_has_none() -> None:
    assert linked("Über die Preise der Taxis wird gestritten.", "de") == {}


def test_nothing_is_linked_in_a_text_without_known_names() -> None:
    assert linked("The baker of our street sells good bread.") == {}
    assert linked("") == {}


def test_known_names_are_told_with_their_strength_before_anything_else_is_known() -> None:
    text = "Wladimir Putin und die Deutsche Bank."

    found = known_names(shipped_knowledge_base(), text, "de")

    assert [(text[start:end], kind, strength) for start, end, kind, strength in found] == [
        ("Wladimir Putin", "PER", 1.0),
        ("Deutsche Bank", "ORG", 1.0),
    ]


@pytest.mark.parametrize(("confidence", "kind"), [(0.6, "ORG"), (0.95, "LOC"), (0.0, "LOC")])
def test_a_known_name_tells_the_type_of_a_mention_that_was_not_sure(confidence: float, kind: EntityType) -> None:
    text = "The European Union agreed."
    mention = Entity(start=4, end=18, text=text[4:18], type="LOC", confidence=confidence)
    tags = Tags(language=Language(tag="en", confidence=1.0), entities=[mention])

    LinksAnnotator(shipped_knowledge_base()).annotate(Document(text=text), tags)

    assert [entity.type for entity in tags.entities] == [kind]


def test_a_full_name_takes_the_place_of_doubtful_pieces() -> None:
    text = "Alexander Lukashenko arrived."
    pieces = [
        Entity(start=0, end=9, text="Alexander", type="PER", confidence=0.5),
        Entity(start=10, end=20, text="Lukashenko", type="ORG", confidence=0.6),
    ]
    tags = Tags(language=Language(tag="en", confidence=1.0), entities=pieces)

    LinksAnnotator(shipped_knowledge_base()).annotate(Document(text=text), tags)

    assert [(entity.text, entity.type) for entity in tags.entities] == [("Alexander Lukashenko", "PER")]


def test_a_name_in_full_makes_people_of_pieces_and_of_places_of_the_same_name() -> None:
    text = "Vladimir Putin met Xi Jinping. Putin left."
    tags = Tags(
        language=Language(tag="en", confidence=1.0),
        entities=[
            Entity(start=19, end=21, text="Xi", type="PER", confidence=0.9),
            Entity(start=31, end=36, text="Putin", type="LOC", confidence=0.9),
        ],
    )

    LinksAnnotator(shipped_knowledge_base()).annotate(Document(text=text), tags)

    assert [(one.text, one.type) for one in tags.entities] == [
        ("Vladimir Putin", "PER"),
        ("Xi Jinping", "PER"),
        ("Putin", "PER"),
    ]
