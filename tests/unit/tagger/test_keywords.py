"""Texts are written for this test."""

import pytest
from copydesk_tagger.adapters.annotators import lexicons
from copydesk_tagger.adapters.worker import tag_document
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.keywords import KeywordsAnnotator

from copydesk.contracts import Entity, Language


def keywords(text: str, title: str = "") -> list[str]:
    return tag_document(Document(text=text, title=title)).keywords


FERRY = (
    "The old ferry across the estuary keeps running for another year. Ferry operator Marta Lindqvist said that the "
    "ferries carry nine hundred cyclists a day. The harbour authority had wanted to scrap the ferry in spring. "
    "Marta Lindqvist thanked the cyclists."
)


def test_subjects_come_before_grammar() -> None:
    found = keywords(FERRY, "Old ferry keeps running")

    assert "ferry" in found[:3]
    assert "Marta Lindqvist" in found
    assert not {"the", "that", "had", "for", "said", "year"} & {word.lower() for word in found}


def test_forms_of_a_word_are_one_keyword() -> None:
    found = [word.lower() for word in keywords(FERRY)]

    assert "ferries" not in found
    assert len(found) == len(set(found))


def test_a_person_s_office_is_no_part_of_the_name() -> None:
    found = keywords(
        "President Marta Lindqvist opened the bridge. Later President Marta Lindqvist met engineers and cyclists."
    )

    assert "Marta Lindqvist" in found
    assert "President Marta Lindqvist" not in found


@pytest.mark.parametrize(
    ("text", "expected", "unwanted"),
    [
        (
            "Das Stauwerk hielt dem Hochwasser stand. Das Hochwasser erreichte am Abend den Deich, und der Deich hielt.",
            {"Hochwasser", "Deich"},
            {"das", "und", "der"},
        ),
        (
            "Паводок достиг дамбы вечером. Дамба выдержала паводок, сообщили спасатели, и жители вернулись.",
            {"паводок", "дамба"},
            {"и", "вечером"},
        ),
        (
            "洪水星期三晚上到达堤坝。堤坝挡住了洪水，救援人员表示，居民已经返回家园。",
            {"洪水", "堤坝"},
            {"了", "已经"},
        ),
    ],
)
def test_keywords_in_other_languages(text: str, expected: set[str], unwanted: set[str]) -> None:
    found = set(keywords(text))

    assert expected <= found
    assert not unwanted & found


def test_a_text_without_words_has_none() -> None:
    assert keywords("12 345 — 67 %") == []


def by_entities(language: str, text: str, *people: tuple[str, str]) -> list[str]:
    """Keywords where somebody else has found `people`: pairs of what the text has and the fullest name."""
    entities = [
        Entity(start=text.index(found), end=text.index(found) + len(found), text=found, type="PER", name=name)
        for found, name in people
    ]
    tags = Tags(language=Language(tag=language, confidence=1.0), entities=entities)
    KeywordsAnnotator(lexicons()).annotate(Document(text=text), tags)
    return tags.keywords


def test_people_are_named_in_full_and_not_in_pieces() -> None:
    text = "Гонщик Тимур Беляков выиграл этап. Беляков опередил соперников на минуту, и Белякову вручили кубок."
    found = by_entities("ru", text, ("Тимур Беляков", "Тимур Беляков"), ("Белякову", "Тимур Беляков"))
    assert "Тимур Беляков" in found
    assert not {"Беляков", "Белякову", "Тимур"} & set(found)


def test_names_that_no_word_list_has_stay_whole_in_chinese() -> None:
    found = by_entities("zh", "船长沈砚秋驾船横渡海峡。沈砚秋说，渡轮明年停航。", ("沈砚秋", "沈砚秋"))
    assert "沈砚秋" in found
    assert not {"砚秋", "沈砚"} & set(found)


@pytest.mark.parametrize(
    ("language", "text", "verb"),
    [
        ("nl", "De veerman meldde dat de veerboot stilligt. De gemeente meldde niets over de veerboot.", "meldde"),
        ("pl", "Kapitan poinformował o promie. Urząd poinformował, że prom wróci.", "poinformować"),
        ("ru", "Капитан заявил, что паром цел. Порт заявил, что паром вернётся.", "заявить"),
    ],
)
def test_words_of_reporting_are_no_keywords(language: str, text: str, verb: str) -> None:
    assert verb not in by_entities(language, text)
