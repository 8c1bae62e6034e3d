"""The walk over a page's tree: what is one block, what is none, and what a block knows of itself."""

from itertools import pairwise

import pytest
import turbohtml
from copydesk_cleaner.core.block_walk import Walk, walk_page
from copydesk_cleaner.core.class_words import BIT
from hypothesis import given
from hypothesis import strategies as st

LINE = "A first line that is long enough to be a paragraph of its own, and it ends."
NEXT = "A second line that is as long as the first one was, and it ends, too."


def walk(body: str) -> Walk:
    return walk_page(turbohtml.parse(f"<html><head><title>Not shown</title></head><body>{body}</body></html>"))


def texts(body: str) -> list[str]:
    return [block.text for block in walk(body).blocks]


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("<p>One</p><p>Two</p>", ["One", "Two"]),
        ("<div>Before<p>Inside</p>after</div>", ["Before", "Inside", "after"]),
        ("<p>One <b>bold</b>, <i>two</i> words<sup>2</sup></p>", ["One bold, two words2"]),
        ("<p>  white \n\t space\u00a0here </p>", ["white space here"]),
        ("<p>sil<wbr>ben<span>trennung</span></p>", ["silbentrennung"]),
        ("<a href='/x'><h3>Head</h3><p>Text</p></a>", ["Head", "Text"]),
        ("<span>Loose <div>block</div> in a span</span>", ["Loose", "block", "in a span"]),
        ("<ul><li>One</li><li>Two<ul><li>Deep</li></ul></li></ul>", ["One", "Two", "Deep"]),
        ("<table><tr><th>A</th><td>1</td></tr></table>", ["A", "1"]),
        ("<dl><dt>Q</dt><dd>A</dd></dl>", ["Q", "A"]),
        ("<news-text>Own element</news-text>", ["Own element"]),
        ("<p></p><div> \n </div>", []),
    ],
)
def test_blocks_end_where_elements_do(body: str, blocks: list[str]) -> None:
    assert texts(body) == blocks


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        (f"<p>{LINE}<br><br>{NEXT}</p>", [LINE, NEXT]),
        (f"<p>{LINE}<br>{NEXT}</p>", [LINE, NEXT]),
        ("<p>A street<br>and a town</p>", ["A street and a town"]),
        ("<p><br>One<br> <br>Two<br></p>", ["One", "Two"]),
    ],
)
def test_two_line_breaks_or_one_after_a_sentence_end_a_paragraph(body: str, blocks: list[str]) -> None:
    assert texts(body) == blocks


def test_only_what_follows_a_break_is_marked_broken() -> None:
    assert [block.broken for block in walk("<p>One<br><br>Two</p><p>Three</p>").blocks] == [False, True, False]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>var text = 'no'</script>",
        "<style>p {color: red}</style>",
        "<noscript>Switch on scripts</noscript>",
        "<svg><text>Drawn</text></svg>",
        "<math><mi>x</mi></math>",
        "<iframe>Frame</iframe>",
        "<object><p>No plugin</p></object>",
        "<select><option>One</option></select>",
        "<textarea>Write here</textarea>",
        "<button>Share <span>this</span></button>",
        "<template><p>For later</p></template>",
        "<!-- a comment -->",
    ],
)
def test_what_readers_do_not_read_is_no_text(hidden: str) -> None:
    assert texts(f"<p>One {hidden}two</p><p>Three</p>") == ["One two", "Three"]


def test_links_and_emphasis_are_counted_in_characters() -> None:
    (block,) = walk("<p>See <a href='/a'>here</a> and <a href='/b'><b>there</b></a> for <em>more</em>.</p>").blocks
    assert (block.links, block.linked, block.bold) == (2, len("herethere"), len("theremore"))


def test_a_link_around_blocks_counts_in_each() -> None:
    head, text, after = walk("<a href='/x'><h3>Head</h3><p>Text</p></a><p>After</p>").blocks
    assert [block.linked for block in (head, text, after)] == [4, 4, 0]


def test_classes_inside_a_line_and_time_elements_are_known() -> None:
    (block,) = walk("<p><span class='author-name'>A. Writer</span> <time>9:00</time></p>").blocks
    assert block.mask == BIT["author"] | BIT["date"]


def test_roles_and_hiding_are_read_off_attributes() -> None:
    body = "<div class='newsletter' style='display: none'><p>One</p></div><div hidden>Two</div>"
    found = walk(body)
    box, own = (found.holders[block.holder] for block in found.blocks)
    assert found.holders[box.parent].mask & BIT["newsletter"]
    assert found.holders[box.parent].mask & own.mask & BIT["hidden"]


def test_pictures_are_counted_and_their_alts_kept() -> None:
    found = walk(
        "<img alt='A bridge over the river'><p>One</p><figure><img alt='x'><figcaption>Two</figcaption></figure>"
    )
    assert [block.images for block in found.blocks] == [1, 2]
    assert found.alts == {"a bridge over the river"}


def test_a_dialog_is_no_text_and_ends_the_paragraph() -> None:
    assert texts("<p>One</p><dialog><p>Subscribe</p></dialog><p>Two</p>") == ["One", "Two"]


def test_deep_nesting_hurts_nothing_beside_it() -> None:
    found = texts("<p>Above</p>" + "<div>" * 20_000 + "</div>" * 20_000 + "<p>Below</p>")
    assert found[0] == "Above"


def test_an_endless_page_is_cut_off_and_says_so() -> None:
    found = walk("<p>x</p>" * 30_000)
    assert found.truncated
    assert 1_000 < len(found.blocks) < 30_000
    assert all(holder.last <= len(found.blocks) for holder in found.holders)


@pytest.mark.parametrize(
    "text",
    [
        "\u200fשלום (2024) \u200eCopydesk\u200f עולם",
        "مرحبا \u2067العالم\u2069 ١٢٣",
        "می\u200cخواهم",
        "ก\u200bข",
        "क्\u200dष",
    ],
    ids=["marks", "isolates", "non-joiner", "zero-width space", "joiner"],
)
def test_order_and_direction_of_text_are_kept(text: str) -> None:
    assert texts(f"<p dir='rtl'>{text}</p>") == [text]


_WORDS = st.text("abcджשלمرحकก字。 ", min_size=1, max_size=12)
_TREES = st.recursive(
    _WORDS,
    lambda inner: st.tuples(
        st.sampled_from(["p", "div", "section", "ul", "li", "blockquote", "span", "b", "em", "h2", "td", "i"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)
Tree = str | tuple[str, list["Tree"]]


def markup(tree: Tree) -> str:
    return tree if isinstance(tree, str) else f"<{tree[0]}>{''.join(map(markup, tree[1]))}</{tree[0]}>"


@given(st.lists(_TREES, max_size=6))
def test_every_visible_character_stands_in_one_block_in_order(trees: list[Tree]) -> None:
    document = turbohtml.parse(f"<html><body>{''.join(map(markup, trees))}</body></html>")
    visible = "".join(document.text.split())
    found = walk_page(document)
    assert "".join("".join(block.text.split()) for block in found.blocks) == visible
    assert all(block.text.strip() and block.linked <= len(block.text) for block in found.blocks)
    for holder in found.holders:
        assert 0 <= holder.first <= holder.last <= len(found.blocks)
        if holder.parent >= 0:
            over = found.holders[holder.parent]
            assert over.first <= holder.first
            assert holder.last <= over.last
            assert holder.depth == over.depth + 1
    for at, block in enumerate(found.blocks):
        assert found.holders[block.holder].first <= at < found.holders[block.holder].last
    assert all(one.images <= other.images for one, other in pairwise(found.blocks))
