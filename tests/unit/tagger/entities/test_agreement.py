"""Mentions of one name in one document agree."""

from copydesk_tagger.core.entities.agreement import Mention, agreed

TEXT = "Poetin sprak. Volgens Poetin is het klaar. Poetin ging, en Poetins auto reed weg."


def at(text: str, name: str, nth: int, kind: str, confidence: float) -> Mention:
    start = -1
    for _ in range(nth):
        start = text.index(name, start + 1)
    return Mention(start, start + len(name), kind, confidence)  # type: ignore[arg-type]


def test_the_type_for_which_most_speaks_is_everywhere_the_type() -> None:
    found = agreed(TEXT, [at(TEXT, "Poetin", 1, "PER", 0.8), at(TEXT, "Poetin", 2, "LOC", 0.4)])

    assert [one.type for one in found] == ["PER", "PER"]
    assert found[1].confidence < found[0].confidence


def test_a_sure_name_is_found_where_it_was_missed_and_only_as_a_word() -> None:
    found = agreed(TEXT, [at(TEXT, "Poetin", 1, "PER", 0.97)])

    assert [TEXT[one.start : one.end] for one in found] == ["Poetin"] * 3
    assert max(one.end for one in found) < TEXT.index("Poetins")


def test_an_unsure_name_speaks_for_itself_alone() -> None:
    assert len(agreed(TEXT, [at(TEXT, "Poetin", 1, "PER", 0.7)])) == 1


def test_nothing_is_found_inside_of_another_name() -> None:
    text = "Paris is big. Paris Hilton sang."
    found = agreed(text, [at(text, "Paris", 1, "LOC", 0.99), at(text, "Paris Hilton", 1, "PER", 0.9)])

    assert [text[one.start : one.end] for one in found] == ["Paris", "Paris Hilton"]


def test_where_two_names_were_missed_in_one_place_the_longer_is_found() -> None:
    text = "New York waits. New York Times writes. All read New York Times."
    sure = [at(text, "New York", 1, "LOC", 0.99), at(text, "New York Times", 1, "ORG", 0.95)]

    assert [text[one.start : one.end] for one in agreed(text, sure)] == ["New York", *["New York Times"] * 2]
