"""Order of annotators, and what a failing one costs."""

import pickle

import pytest
from copydesk_tagger.adapters.worker import tag_document, tag_documents
from copydesk_tagger.core.annotation import CircleError, annotate, in_order
from copydesk_tagger.core.document import Document, Tags
from hypothesis import given, settings
from hypothesis import strategies as st


class Says:
    """An annotator that adds its name to the keywords."""

    version = "1"
    languages: frozenset[str] | None = None
    cost = 0.1

    def __init__(self, name: str, *needs: str, languages: frozenset[str] | None = None) -> None:
        self.name = name
        self.needs = frozenset(needs)
        self.languages = languages

    def annotate(self, document: Document, tags: Tags) -> None:
        tags.keywords.append(self.name)


class Fails(Says):
    def annotate(self, document: Document, tags: Tags) -> None:
        raise ValueError("no such table")


def test_annotators_run_after_what_they_need() -> None:
    ordered = in_order([Says("c", "b"), Says("b", "a"), Says("a")])

    assert [one.name for one in ordered] == ["a", "b", "c"]


def test_what_is_needed_and_not_there_is_not_waited_for() -> None:
    assert [one.name for one in in_order([Says("places", "entities"), Says("language")])] == ["places", "language"]


def test_annotators_that_wait_for_each_other_are_named() -> None:
    with pytest.raises(CircleError, match=r"places needs topics; topics needs places"):
        in_order([Says("places", "topics"), Says("topics", "places"), Says("language")])


def test_a_failing_annotator_leaves_the_others_tags_and_its_reason() -> None:
    tags = annotate(Document(text="text"), [Says("first"), Fails("second"), Says("third")])

    assert tags.keywords == ["first", "third"]
    assert tags.models == {"first": "1", "third": "1"}
    assert len(tags.notes) == 1
    assert tags.notes[0].startswith("tagger:second: ValueError: no such table")


def test_an_annotator_is_left_out_for_languages_it_does_not_know() -> None:
    tags = annotate(Document(text="text"), [Says("dutch", languages=frozenset({"nl"}))])

    assert tags.models == {}


def test_every_annotator_names_its_version() -> None:
    tags = tag_document(Document(text="The ferry left Oslo on Monday."))

    assert set(tags.models) >= {"language", "places", "keywords", "near_duplicates"}
    assert all(tags.models.values())


def test_documents_and_tags_travel_to_workers_and_back() -> None:
    document = Document(text="The ferry left Oslo on Monday.", title="Ferry", dateline_place="OSLO")

    assert pickle.loads(pickle.dumps(document)) == document
    assert pickle.loads(pickle.dumps(tag_documents([document]))) == [tag_document(document)]


ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=400)


@settings(deadline=None, max_examples=60)
@given(ANY_TEXT, ANY_TEXT, st.one_of(st.none(), ANY_TEXT), st.one_of(st.none(), ANY_TEXT))
def test_any_text_is_tagged_and_always_the_same(text: str, title: str, hint: str | None, place: str | None) -> None:
    document = Document(text=text, title=title, language_hint=hint, dateline_place=place)
    tags = tag_document(document)

    assert tags.notes == []
    assert tag_document(document) == tags
    assert all(0 <= entity.start < entity.end <= len(text) for entity in tags.entities)


def test_of_an_endless_text_the_head_is_read() -> None:
    tags = tag_document(Document(text="The ferry left Oslo on Monday. " * 10_000))

    assert tags.countries == ["NO"]
    assert tags.notes == ["tagger: only the first 200000 characters were read"]


AWKWARD = (
    "Paris Moscow Georgia KYIV Moskou Москве Нью-Йорк 北京 德国人 الرياض وباريس Türkiye'nin Deutschlands in , . \n der de "
    "Hilton 😀 ʼs ’s Lisbon- -Berlin São Paulo ٢٠٢٤ ประเทศไทย ไทย 서울에서 日本 ワシントン Ürümqi"
)
WORDS = st.sampled_from(AWKWARD.split(" "))


@settings(deadline=None, max_examples=60)
@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_mentions_are_what_stands_there(text: str) -> None:
    tags = tag_document(Document(text=text))

    assert tags.notes == []
    assert all(text[entity.start : entity.end] == entity.text for entity in tags.entities)
    assert all(-90 <= place.lat <= 90 and -180 <= place.lon <= 180 and 0 < place.salience <= 1 for place in tags.places)
