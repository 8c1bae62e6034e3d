"""A cleaned page in a terminal."""

import io
import re

import pytest
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.adapters.explain import print_explanation
from copydesk_cleaner.core.document import CleanedArticle
from copydesk_cleaner.core.explanation import Explanation, text_lines, visible
from copydesk_cleaner.core.page_lines import PageLine
from copydesk_cleaner.core.text_article import TextArticle, clean_text
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tests.unit.cleaner.explained_pages import CHINESE, HEBREW, TEXT, explanation, hostile_explanation


def shown(held: Explanation, *, colours: bool = False, width: int = 100) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colours, color_system="truecolor" if colours else None)
    print_explanation(held, console)
    return out.getvalue()


def cells(printed: str) -> tuple[str, str]:
    """What stands in the left column and in the right one, with the breaks of lines taken out."""
    rows = [line.split("│") for line in printed.splitlines() if "│" in line]
    return " ".join(" ".join(row[0] for row in rows).split()), " ".join(" ".join(row[1] for row in rows).split())


def test_kept_lines_stand_left_and_cut_ones_right_with_reason_rule_and_score() -> None:
    left, right = cells(shown(explanation()))
    assert TEXT in left
    assert HEBREW in left
    assert CHINESE in left
    assert "article 2 of this page The tunnel closes." in left
    assert "navigation classifier · 0.02–0.31 Главная Спорт" in right
    assert "related-link site rule: .also · 0.20 Читайте также" in right
    assert "Главная" not in left
    assert TEXT not in right


def test_the_head_says_what_is_known() -> None:
    head = shown(explanation())
    for told in (
        "most.html",
        "Мост через овраг открыли",
        "Анна Роу",
        "2030-05-02T08:00:00+00:00",
        "taken as UTC",
        "blocks, confidence 0.93",
        "replaced-characters",
        "Tunnel closes",
        "4 kept",
    ):
        assert told in head


def test_a_score_of_nought_is_told_and_none_is_not() -> None:
    lines = (
        PageLine("Главная", "li", "li", 0.0, "navigation", "block model"),
        PageLine("Реклама", "p", "p", None, "site-boilerplate", "site rule: p"),
    )
    _, right = cells(shown(Explanation("a", "u", None, lines)))
    assert "block model · 0.00 Главная" in right
    assert "site rule: p Реклама" in right


def test_lines_that_nobody_sees_are_not_shown() -> None:
    lines = [PageLine(text, "p", "p", 0.1, "furniture", "m") for text in ("\u200c", " \u200b\ufeff", "Реклама", "\x00")]
    assert [line.text for line in visible(lines)] == ["Реклама", "\x00"]


def test_a_page_without_text_says_so_and_shows_what_was_cut() -> None:
    held = explanation()
    printed = shown(Explanation("a", "u", None, held.lines[:2]))
    assert "no main text" in printed
    assert "Главная" in cells(printed)[1]


def test_no_colour_where_the_console_has_none() -> None:
    assert "\x1b[" not in shown(explanation())
    assert "\x1b[" in shown(explanation(), colours=True)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(cell_len(line) for line in shown(explanation(), width=width).splitlines()) <= width


def test_a_page_cannot_command_the_terminal() -> None:
    plain = shown(hostile_explanation())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", plain)
    coloured = shown(hostile_explanation(), colours=True)
    assert not re.search(r"\x1b(?!\[[\d;]*m)", coloured)


LINES = (
    "The council of the district opened a new bridge over the ravine on Thursday, after two years of work and a winter "
    "in which the river twice carried away the scaffolding.",
    "Children of the school on the other side were the first to cross it. They had been taken around by bus, which took "
    "forty minutes each way, and their parents had asked for the bridge in a petition.",
    "The park beside the bridge follows in the summer. The trees have been ordered, and the fountain will be lit at night, "
    "said the mayor, who hopes that the market will move there.",
    "Cars will not be let on it. The council counts on three thousand people a day, and has put up stands for bicycles at "
    "both ends of the bridge.",
)


def test_a_heading_is_kept_although_a_list_of_links_names_it_too() -> None:
    links = "".join(f"<li><a href='/{n}'>{text}</a></li>" for n, text in enumerate(("The park", "The school", "Sport")))
    page = (
        f"<html lang='en'><body><article><h1>Bridge opens after two years</h1><p>{LINES[0]}</p><p>{LINES[1]}</p>"
        f"<div class='related'><ul>{links}</ul></div><h2>The park</h2><p>{LINES[2]}</p><p>{LINES[3]}</p></article></body></html>"
    )
    document = clean_document(page, url="https://courier.example/bridge", explain=True)
    [article] = document.articles
    assert [block.text for block in article.blocks] == [*LINES[:2], "The park", *LINES[2:]]
    assert [line.text for line in document.lines if line.reason is None] == [block.text for block in article.blocks]


SOURCE = """Bridge opens after two years

By Jane Roe

VIENNA (DPA) - The bridge over the ravine opened on Thursday morning. It took two years to build.

Children were the first to cross it. No cars will be let on it, the council of the district said.

Share this article
"""


def articles(source: str) -> list[CleanedArticle]:
    def cleaned(one: TextArticle) -> CleanedArticle:
        return CleanedArticle(title=one.title, blocks=one.blocks, cuts=one.cuts)

    found = clean_text(source)
    return [cleaned(one) for one in (found, *found.parts)]


def test_a_text_shows_every_line_with_its_fate() -> None:
    found = articles(SOURCE)
    lines = text_lines(SOURCE, found)
    kept = [line.text for line in lines if line.reason is None]
    assert kept == [block.text for block in found[0].blocks]
    reasons = {line.text: line.reason for line in lines if line.reason}
    assert reasons["Bridge opens after two years"] == "title"
    assert reasons["VIENNA (DPA) -"] == "dateline"


@given(
    st.lists(st.sampled_from([*SOURCE.splitlines(), "50 minutes ago", "", "Tunnel closes for repairs"]), max_size=30)
)
def test_no_character_of_a_text_is_lost_in_the_lines(pieces: list[str]) -> None:
    source = "\n".join(pieces)
    lines = text_lines(source, articles(source))
    assert "".join("".join(line.text.split()) for line in lines) == "".join(source.split())
