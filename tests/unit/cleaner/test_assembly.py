"""From scored blocks to text: what is kept, of what kind it is, and what the ledger says of the rest."""

import numpy as np
import pytest
import turbohtml
from copydesk_cleaner.core.assembly import ScoredPage, css_path, cut_reason, text_blocks, worth_telling
from copydesk_cleaner.core.block_walk import Walk, walk_page

LONG = "A paragraph of the article that says enough to be one, and then stops."


def walk(body: str) -> Walk:
    return walk_page(turbohtml.parse(f"<html><body>{body}</body></html>"))


def kept(body: str, *scores: float) -> list[str]:
    page = walk(body)
    assert len(page.blocks) == len(scores)
    return [page.blocks[index].text for index in ScoredPage(page, np.asarray(scores)).kept()]


def kinds(body: str) -> list[tuple[str, str]]:
    page = walk(body)
    return [(block.kind, block.text) for block in text_blocks(page, range(len(page.blocks)))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One</p>", [("paragraph", "One")]),
        ("<h2>Head</h2><div>Text</div>", [("heading", "Head"), ("paragraph", "Text")]),
        ("<h3><div>Head</div></h3>", [("heading", "Head")]),
        ("<ul><li>One</li><li><p>Two</p></li></ul>", [("list", "One"), ("list", "Two")]),
        ("<ol><li><div><p>Deep</p></div></li></ol>", [("list", "Deep")]),
        ("<blockquote><p>Said</p><footer>Who</footer></blockquote>", [("quote", "Said"), ("quote", "Who")]),
        (
            "<blockquote class='twitter-tweet'><p>Posted</p>— Someone <a href='/'>1 May</a></blockquote>",
            [("quote", "Posted"), ("quote", "— Someone 1 May")],
        ),
    ],
)
def test_a_block_is_what_its_element_says(body: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(body) == expected


def test_the_cells_of_a_row_stand_in_one_line() -> None:
    rows = "<tr><th>Town</th><th>Votes</th></tr><tr><td>Elm</td><td><p>71</p></td></tr>"
    assert kinds(f"<p>Count:</p><table>{rows}</table><p>End</p>") == [
        ("paragraph", "Count:"),
        ("table", "Town | Votes"),
        ("table", "Elm | 71"),
        ("paragraph", "End"),
    ]


def test_a_table_that_only_lays_out_a_page_is_none() -> None:
    body = f"<table><tr><td><p>One</p><p>Two</p></td><td>{LONG * 4}</td></tr></table>"
    assert {kind for kind, _ in kinds(body)} == {"paragraph"}


def test_blocks_are_kept_from_one_half_on() -> None:
    assert kept("<div>One</div><div>Two</div><div>Three</div>", 0.9, 0.49, 0.5) == ["One", "Three"]
    assert kept("<p>One</p>", 0.4) == []


@pytest.mark.parametrize("inner", ["<h2>A heading</h2>", "<p>Short words.</p>", "<blockquote>Said so.</blockquote>"])
def test_neighbours_that_are_kept_vouch_for_a_block(inner: str) -> None:
    body = f"<p>{LONG}</p>{inner}<p>{LONG}</p>"
    assert len(kept(body, 0.9, 0.36, 0.9)) == 3
    assert len(kept(body, 0.9, 0.1, 0.9)) == 2
    assert len(kept(body, 0.9, 0.36, 0.2)) == 1


def test_nobody_vouches_for_links_and_boxes() -> None:
    assert len(kept(f"<p>{LONG}</p><p><a href='/x'>Another one</a></p><p>{LONG}</p>", 0.9, 0.45, 0.9)) == 2
    assert len(kept(f"<p>{LONG}</p><p class='newsletter'>In your inbox.</p><p>{LONG}</p>", 0.9, 0.45, 0.9)) == 2


def test_a_list_that_a_line_announces_belongs_to_it() -> None:
    items = "<ul><li>Elm: 58 per cent</li><li>Oak: 71 per cent</li></ul>"
    assert len(kept(f"<p>The results:</p>{items}<p>{LONG}</p>", 0.9, 0.15, 0.2, 0.9)) == 4
    assert len(kept(f"<p>The results：</p>{items}", 0.9, 0.15, 0.2)) == 1
    assert len(kept(f"<p>It was late.</p>{items}<p>{LONG}</p>", 0.9, 0.15, 0.2, 0.9)) == 2


def test_a_clock_beside_an_entry_is_no_text_but_a_cell_is() -> None:
    assert kept(f"<div>16:50</div><p>{LONG}</p>", 0.8, 0.9) == [LONG]
    assert kept(f"<p>{LONG}</p><table><tr><td>16:50</td><td>Train</td></tr></table>", 0.9, 0.8, 0.8)[1] == "16:50"


def test_a_line_that_is_nothing_but_a_link_needs_more_than_others() -> None:
    link = "<p><a href='/x'>The bridge will stay closed for a month</a></p>"
    assert len(kept(f"<p>{LONG}</p>{link}<p>{LONG}</p>", 0.9, 0.8, 0.9)) == 2
    assert len(kept(f"<p>{LONG}</p>{link}<p>{LONG}</p>", 0.9, 0.9, 0.9)) == 3
    assert len(kept(f"<p>{LONG}</p>{link * 5}", 0.9, *[0.7] * 5)) == 6


def test_bare_lines_over_a_button_are_a_box() -> None:
    box = "<div><div>Our reporters are out every day.</div><div>Help us.</div><a href='/give'>Give now</a></div>"
    assert len(kept(f"<p>{LONG}</p><p>{LONG}</p>{box}<p>{LONG}</p>", 0.9, 0.9, 0.8, 0.7, 0.2, 0.9)) == 3
    bare = box.replace("<a href='/give'>Give now</a>", "<div>Every day</div>")
    assert len(kept(f"<p>{LONG}</p><p>{LONG}</p>{bare}<p>{LONG}</p>", 0.9, 0.9, 0.8, 0.7, 0.6, 0.9)) == 6


def test_a_standfirst_is_kept_by_its_name_or_its_place() -> None:
    dek = "Upstream states get winter power in return for summer water"
    named = f"<h1>Title</h1><p>By A. Writer</p><p class='standfirst'>{dek}</p><p>{LONG}</p>"
    assert kept(named, 0.0, 0.0, 0.05, 0.9) == [dek, LONG]
    assert kept(named.replace("standfirst", "byline"), 0.0, 0.0, 0.05, 0.9) == [LONG]
    placed = f"<h1>Title</h1><div>{dek}</div><p>{LONG}</p>"
    assert kept(placed, 0.0, 0.4, 0.9) == [dek, LONG]
    assert kept(placed, 0.0, 0.2, 0.9) == [LONG]


def test_confidence_falls_with_text_that_could_go_either_way() -> None:
    page = walk(f"<p>{LONG}</p><p>{LONG}</p>")
    sure, unsure = (ScoredPage(page, np.asarray(scores)).confidence() for scores in ([0.95, 0.99], [0.6, 0.55]))
    assert 0 <= unsure < sure <= 1
    assert ScoredPage(page, np.asarray([0.1, 0.2])).confidence() == 0


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<figure><figcaption>Line</figcaption></figure>", "caption"),
        ("<nav><p>Line</p></nav>", "navigation"),
        ("<div class='share-bar'>Line</div>", "share-widget"),
        ("<div class='newsletter-signup'><p>Line</p></div>", "newsletter"),
        ("<div id='comments'><p>Line</p></div>", "comments"),
        ("<div class='related-stories'><p>Line</p></div>", "related-teasers"),
        ("<p class='byline'>Line</p>", "byline"),
        (f"<div class='author-box'><p>{LONG * 2}</p></div>", "author-biography"),
        ("<time>Line</time>", "timestamp"),
        ("<p><a href='/x'>Line</a></p>", "related-link"),
        ("<p>Line</p>", "furniture"),
        ("<h1>Line</h1>", "title"),
        ("<p>Line</p><h1>Line</h1>", "repeated-title"),
    ],
)
def test_reasons_are_read_off_the_markup(markup: str, reason: str) -> None:
    page = walk(markup)
    assert cut_reason(page, 0) == reason


def test_the_ledger_tells_what_stands_among_the_text_and_next_to_it() -> None:
    menu, tail = "<p>Menu</p>" * 10, "<p>Tail</p>" * 10
    page = walk(f"{menu}<article><p>One</p><p>Box</p><p>Two</p><p>End</p></article>{tail}")
    told = worth_telling(page, [10, 12])
    assert told == [7, 8, 9, 11, 13, 14, 15]
    assert worth_telling(page, []) == []


def test_the_place_of_a_block_is_a_css_path() -> None:
    document = turbohtml.parse("<html><body><p>One</p><div><p>Two</p></div></body></html>")
    found = document.select_one(css_path(walk_page(document), 1))
    assert found is not None
    assert found.text == "Two"
