from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from copydesk.contracts import article_id, caused_message_id, part_id, root_message_id


def test_an_article_keeps_its_id_for_ever():
    assert article_id("https://harbour-gazette.example/a") == "8d8646a6-1da5-5d85-8760-0b159a20bd21"


@given(st.text(), st.text())
def test_ids_are_uuids_and_differ_when_their_subjects_do(one, other):
    for make in (article_id, lambda text: part_id("page", text), lambda text: root_message_id("topic", "key", text)):
        assert UUID(make(one)).version == 5
        assert (make(one) == make(other)) == (one == other)


def test_a_redelivered_cause_makes_the_same_message_again():
    first = caused_message_id("cause", "articles.cleaned", "key", 0)

    assert caused_message_id("cause", "articles.cleaned", "key", 0) == first
    assert caused_message_id("cause", "articles.cleaned", "key", 1) != first
    assert caused_message_id("cause", "articles.tagged", "key", 0) != first
