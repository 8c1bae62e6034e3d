"""Names in bylines as the rules for texts read them: what is a byline, and whom it names."""

import pytest
from copydesk_cleaner.core.credit_parts import is_lead
from copydesk_cleaner.core.names import is_byline, organisation_names, person_names


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("By Ana Lund and Jan de Vries, dpa", ["Ana Lund", "Jan de Vries"]),
        ("Von Prof. Dr. Marie Huber", ["Prof. Dr. Marie Huber"]),
        ("Ein Kommentar von Marie Huber", ["Marie Huber"]),
        ("Opinion by Ana Lund", ["Ana Lund"]),
        ("Von unserer Reporterin Marie Huber in Wien", ["Marie Huber"]),
        ("Reporter Ana Lund in Berlin", ["Ana Lund"]),
        ("Political Editor Ana Lund", ["Ana Lund"]),
        ("Ana Lund for The Courier", ["Ana Lund"]),
        ("Ana Lund | Reporter", ["Ana Lund"]),
        ("Ana Lund - Courier", ["Ana Lund"]),
        ("Ana Lund, 3 May 2030, 11:58", ["Ana Lund"]),
        ("23:39 · von Ana Lund", ["Ana Lund"]),
        ("Max von Berg", ["Max von Berg"]),
        ("Updated by Ana Lund", []),
        ("The Courier", []),
        ("Courier staff", []),
        ("Table of contents", []),
        ("Reuters", []),
        ("editor@courier.example", []),
        ("", []),
    ],
)
def test_people(printed: str, names: list[str]) -> None:
    assert person_names(printed) == names


@pytest.mark.parametrize(
    "line",
    [
        "By Ana Lund", "VON MARIE HUBER", "Door Piet van den Berg", "Par Élise Morvan", "Автор: Вера Гордеева", "記者：陳美玲",
        "By Reuters", "Yazan: Elif Aksoy", "Oleh Budi Santoso", "Kirjoittaja: Aino Salo", "Συντάκτης: Νίκος Λάμπρου",
    ],
)  # fmt: skip
def test_bylines(line: str) -> None:
    assert is_byline(line)


@pytest.mark.parametrize(
    "line",
    [
        "By noon the bridge was full of people.",
        "By noon the bridge was full",
        "Von der Leyen",
        "Ana Lund",
        "A bridge used by Ana Lund",
        "文在山",
        "By " + "Ana Lund and " * 20 + "Jan de Vries",
    ],
)
def test_lines_that_are_no_bylines(line: str) -> None:
    assert not is_byline(line)


def test_by_alone_announces_the_names() -> None:
    assert all(is_lead(text) for text in ("By", "by:", "Von", "Автор:", "Written by", "作者"))
    assert not any(is_lead(text) for text in ("", "·", "Bystander", "By Ana", "Text of the speech"))


def test_organisations_stay_whole() -> None:
    printed = ["Lund,  Berg & Co. KG", "Redaktion", "LUND, BERG & CO. KG", "x" * 500]
    assert organisation_names(printed) == ["Lund, Berg & Co. KG"]
