"""Texts are written for this test."""

import pytest
from copydesk_tagger.adapters.worker import tag_document
from copydesk_tagger.core.document import Document


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
