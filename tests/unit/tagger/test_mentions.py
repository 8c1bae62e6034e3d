"""Which mentions are of one entity."""

import pytest
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.mentions import MentionsAnnotator

from copydesk.contracts import Entity


def entities(text: str, *names: tuple[str, str]) -> list[Entity]:
    """Entities of the names in their order in the text."""
    found = []
    at = 0
    for name, kind in names:
        start = text.index(name, at)
        at = start + len(name)
        found.append(Entity(start=start, end=at, text=name, type=kind))  # type: ignore[arg-type]
    return found


def names(text: str, *listed: tuple[str, str], title: str = "") -> list[tuple[str, str | None]]:
    tags = Tags(entities=entities(text, *listed))
    MentionsAnnotator().annotate(Document(text=text, title=title), tags)
    return [(one.text, one.name) for one in tags.entities]


def test_a_surname_joins_the_full_name() -> None:
    text = "Vladimir Poetin sprak. Later zei Poetin niets meer."

    assert names(text, ("Vladimir Poetin", "PER"), ("Poetin", "PER"))[1] == ("Poetin", "Vladimir Poetin")


def test_a_surname_of_two_people_is_that_of_the_last_one_named() -> None:
    text = "Bill Clinton came. Hillary Clinton spoke. Clinton smiled."
    found = names(text, ("Bill Clinton", "PER"), ("Hillary Clinton", "PER"), ("Clinton", "PER"))

    assert found[2] == ("Clinton", "Hillary Clinton")


def test_inflected_names_are_one() -> None:
    text = "Президент Александр Лукашенко прибыл. Визит Лукашенко. Александра Лукашенко встретили."
    listed = (("Александр Лукашенко", "PER"), ("Лукашенко", "PER"), ("Александра Лукашенко", "PER"))

    assert len({name for _, name in names(text, *listed)}) == 1


def test_an_abbreviation_joins_the_name_that_it_was_introduced_with() -> None:
    text = "The International Monetary Fund (IMF) met. The IMF lent money. NATO did not."
    found = names(text, ("International Monetary Fund", "ORG"), ("IMF", "ORG"), ("IMF", "ORG"), ("NATO", "ORG"))

    assert [name for _, name in found] == ["International Monetary Fund"] * 3 + ["NATO"]


def test_people_and_places_of_one_name_stay_apart() -> None:
    text = "Jordan Peele filmed in Jordan."

    assert names(text, ("Jordan Peele", "PER"), ("Jordan", "LOC"))[1] == ("Jordan", "Jordan")


def test_chinese_surnames_join() -> None:
    text = "中国国家主席习近平周三发表讲话。习近平说，经济向好。"

    assert names(text, ("习近平", "PER"), ("习近平", "PER")) == [("习近平", "习近平")] * 2


def test_a_uri_is_that_of_all_mentions() -> None:
    text = "Kaja Kallas spoke. Kallas left."
    found = entities(text, ("Kaja Kallas", "PER"), ("Kallas", "PER"))
    linked = Entity(start=found[0].start, end=found[0].end, text=found[0].text, type="PER", uri="wikidata:Q1")
    tags = Tags(entities=[linked, found[1]])
    MentionsAnnotator().annotate(Document(text=text), tags)

    assert [one.uri for one in tags.entities] == ["wikidata:Q1"] * 2


@pytest.mark.parametrize(
    ("title", "first"), [("Mayor Ilse Verbeke resigns", "Ilse Verbeke"), ("Ghent in turmoil", "Ghent")]
)
def test_the_title_says_what_an_article_is_about(title: str, first: str) -> None:
    text = "Ilse Verbeke is leaving the town hall of Ghent."
    tags = Tags(entities=entities(text, ("Ilse Verbeke", "PER"), ("Ghent", "LOC")))
    MentionsAnnotator().annotate(Document(text=text, title=title), tags)

    assert max(tags.entities, key=lambda one: one.salience).text == first
    assert max(one.salience for one in tags.entities) == 1


def test_a_place_has_its_commonest_name() -> None:
    text = "Russia voted. Russia won. Moscow had said so."
    found = [
        Entity(start=one.start, end=one.end, text=one.text, type="LOC", uri="geonames:2017370")
        for one in entities(text, ("Russia", "LOC"), ("Russia", "LOC"), ("Moscow", "LOC"))
    ]
    tags = Tags(entities=found)
    MentionsAnnotator().annotate(Document(text=text), tags)

    assert {one.name for one in tags.entities} == {"Russia"}
