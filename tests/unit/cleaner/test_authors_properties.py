"""Splitting credits holds for whatever is printed in them."""

from copydesk_cleaner.core.names import person_names, read_credits
from hypothesis import given
from hypothesis import strategies as st

PEOPLE = st.sampled_from(
    [
        "Ana Lund",
        "Jan de Vries",
        "Élise Morvan",
        "Вера Гордеева",
        "Νίκος Λάμπρου",
        "Can Tekin",
        "Kiss Anna",
        "Ugo Longhi",
    ]
)
LEADS = st.sampled_from(["", "By ", "Von ", "Door ", "Par ", "Автор: ", "Text: "])
JOINERS = st.sampled_from([", ", " and ", " und ", " et ", " / ", " | ", "; ", " & ", " y ", " и ", " ve "])
TAILS = st.sampled_from(
    ["", ", dpa", " (AFP)", ", 3 May 2030", " | 11:58", ", Senior Reporter", " ana@courier.example"]
)


@given(st.text(max_size=500))
def test_no_credit_breaks_the_reading(printed: str) -> None:
    credit = read_credits([printed])
    for name in (*credit.people, *credit.organisations, *person_names(printed)):
        assert name == " ".join(name.split())
        assert any(sign.isalpha() for sign in name)


@given(LEADS, st.lists(PEOPLE, min_size=1, max_size=4, unique=True), JOINERS, TAILS)
def test_people_come_back_in_order_however_they_are_joined(
    lead: str, people: list[str], joiner: str, tail: str
) -> None:
    printed = lead + joiner.join(people) + tail
    assert person_names(printed) == people
    assert list(read_credits([printed]).people) == people


@given(LEADS, st.lists(PEOPLE, min_size=1, max_size=4), JOINERS, TAILS)
def test_reading_what_was_read_changes_nothing(lead: str, people: list[str], joiner: str, tail: str) -> None:
    once = read_credits([lead + joiner.join(people) + tail])
    assert read_credits(once.people + once.organisations) == once
