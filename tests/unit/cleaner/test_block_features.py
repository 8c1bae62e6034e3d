"""The classifier's view of a page: one row a block, whatever the page and its language."""

import re

import numpy as np
import pytest
import turbohtml
from copydesk_cleaner.core.block_features import Matrix, PageColumns, block_features
from copydesk_cleaner.core.block_walk import walk_page
from copydesk_cleaner.core.page_hints import PageHints
from hypothesis import given
from hypothesis import strategies as st

LATIN = "abcdefghijklmnoprstuvz"
CYRILLIC = "абцдефгхийклмнопрстувз"
PAGE = """
<nav><ul><li><a href="/">home</a></li><li><a href="/s">sport</a></li></ul></nav>
<article class="story"><h1>bridge to close</h1><p class="byline">by ana rivers</p>
<p>the bridge over the river is to close for three weeks, the council said.</p>
<p>buses will run on the other bank, and <b>fares</b> will not rise. see <a href="/map">the map</a>.</p>
<blockquote>nobody asked us, the ferryman said.</blockquote></article>
<div class="related-list"><a href="/1">fire at the mill</a><br><br><a href="/2">rain again</a></div>
<footer>all rights held</footer>
"""


def features(body: str, hints: PageHints | None = None) -> Matrix:
    walk = walk_page(turbohtml.parse(f"<html><body>{body}</body></html>"))
    return block_features(PageColumns(walk, hints or PageHints()))


def transliterated(body: str) -> str:
    """The same page in other letters: what stands between tags changes, the markup does not."""
    letters = str.maketrans(LATIN, CYRILLIC)
    return re.sub(r"(?<=>)[^<]+", lambda text: text[0].translate(letters), body)


def test_a_page_in_other_letters_looks_the_same() -> None:
    ours, theirs = features(PAGE), features(transliterated(PAGE))
    assert "бридге то цлосе" in transliterated(PAGE)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("body", ["x", "<p>One block.</p>", "<h1>…</h1>", "<p>日本語。</p>", PAGE * 40])
def test_every_page_has_the_same_columns_of_finite_numbers(body: str) -> None:
    found = features(body)
    assert found.dtype == np.float32
    assert found.shape[1] == features(PAGE).shape[1]
    assert np.isfinite(found).all()


def test_what_the_head_of_a_page_says_is_seen() -> None:
    told = PageHints(frozenset({"bridge to close"}), "the bridge over the river is to close for three weeks", "")
    assert (features(PAGE) != features(PAGE, told)).any()


@given(
    st.lists(st.text(min_size=1, max_size=40).filter(lambda text: not text.isspace()), min_size=1, max_size=12),
    st.lists(st.sampled_from(["p", "div", "li", "h2", "td", "blockquote"]), min_size=12, max_size=12),
)
def test_any_text_in_any_element_gives_finite_numbers(texts: list[str], tags: list[str]) -> None:
    body = "".join(f"<{tag}>{text}</{tag}>" for text, tag in zip(texts, tags, strict=False))
    walk = walk_page(turbohtml.parse(f"<html><body>{body}</body></html>"))
    if walk.blocks:
        found = block_features(PageColumns(walk, PageHints()))
        assert len(found) == len(walk.blocks)
        assert np.isfinite(found).all()
