"""The model of names that ships, on sentences of our own in its languages."""

from functools import cache

import pytest
from copydesk_tagger.adapters.annotators import entities
from copydesk_tagger.core.document import Annotator, AnnotatorContext, Document, Tags

from copydesk.contracts import Language

SENTENCES = [
    (
        "en",
        "Mayor Helen Brody of Bristol met officials from the World Bank on Monday.",
        "Helen Brody/PER Bristol/LOC World Bank/ORG",
    ),
    (
        "nl",
        "Angela Merkel sprak in Gent met minister Jan Peeters.",
        "Angela Merkel/PER Gent/LOC Jan Peeters/PER",
    ),
    (
        "de",
        "Der Minister reiste am Montag nach Warschau und traf dort Anna Kowalska.",
        "Warschau/LOC Anna Kowalska/PER",
    ),
    (
        "fr",
        "Le maire de Bordeaux, Pierre Lemoine, a reçu une délégation du Japon.",
        "Bordeaux/LOC Pierre Lemoine/PER Japon/LOC",
    ),
    (
        "es",
        "El alcalde de Sevilla, Juan Moreno, viajó a Colombia el martes.",
        "Sevilla/LOC Juan Moreno/PER Colombia/LOC",
    ),
    (
        "it",
        "Il sindaco di Torino, Paolo Ferri, ha incontrato Maria Rossi a Roma.",
        "Torino/LOC Paolo Ferri/PER Maria Rossi/PER Roma/LOC",
    ),
    ("pl", "Burmistrz Jan Nowak poleciał z Krakowa do Londynu.", "Jan Nowak/PER Krakowa/LOC Londynu/LOC"),
    ("ru", "Министр Сергей Лавров прилетел в Пекин из Москвы.", "Сергей Лавров/PER Пекин/LOC Москвы/LOC"),
    ("uk", "Президент Володимир Зеленський прибув до Варшави.", "Володимир Зеленський/PER Варшави/LOC"),
    ("pt", "O prefeito de Curitiba, João Silva, viajou para Lisboa.", "Curitiba/LOC João Silva/PER Lisboa/LOC"),
    ("ar", "وصل الرئيس عبد الفتاح السيسي إلى باريس يوم الاثنين.", "عبد الفتاح السيسي/PER باريس/LOC"),
    ("zh", "习近平星期一抵达莫斯科。", "习近平/PER 莫斯科/LOC"),
    ("ja", "岸田首相は月曜日にワシントンを訪問した。", "岸田/PER ワシントン/LOC"),
    ("tr", "Cumhurbaşkanı Erdoğan pazartesi günü Ankara'dan Berlin'e gitti.", "Erdoğan/PER Ankara/LOC Berlin/LOC"),
]


@cache
def annotator() -> Annotator:
    return entities(AnnotatorContext())


def found(language: str, text: str) -> Tags:
    tags = Tags(language=Language(tag=language, confidence=1.0))
    annotator().annotate(Document(text=text), tags)
    return tags


@pytest.mark.parametrize(("language", "text", "names"), SENTENCES, ids=[language for language, _, _ in SENTENCES])
def test_plain_names_are_found_with_their_types(language: str, text: str, names: str) -> None:
    told = [f"{one.text}/{one.type}" for one in found(language, text).entities]

    assert " ".join(told) == names


def test_spans_are_code_points_of_the_text() -> None:
    text = "😀 Yesterday, Helen Brody flew to São Paulo.\n\n𝔸 note: Berlin — Montréal."
    tags = found("en", text)

    assert {one.text for one in tags.entities} >= {"Helen Brody", "São Paulo", "Berlin"}
    assert all(text[one.start : one.end] == one.text for one in tags.entities)


@pytest.mark.parametrize("text", ["", " \n\n ", "…", "a" * 5000, "١٢٣ ؟ 。" * 50, "\u200b\u200b", "🏳️‍🌈" * 100])
def test_odd_texts_do_no_harm(text: str) -> None:
    tags = found("en", text)

    assert all(text[one.start : one.end] == one.text for one in tags.entities)


def test_a_mention_says_which_model_found_it_and_how_sure_it_is() -> None:
    tags = found("en", "Helen Brody lives in Bristol.")

    assert {one.method for one in tags.entities} == {annotator().version}
    assert all(0 < one.confidence <= 1 for one in tags.entities)
