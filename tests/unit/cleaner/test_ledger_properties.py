"""For any input at all: kept + cuts = input, character for character."""

from copydesk_cleaner.core.ledger import kept_characters, reassemble, tile
from copydesk_cleaner.core.lines import storable
from copydesk_cleaner.core.text_article import TextArticle, clean_text
from hypothesis import given, settings
from hypothesis import strategies as st

from .dirty_pages import STORIES

_WIDGETS = (
    "TT", "20", "What do you think?", "65 Points", "Upvote Downvote", "Leave a Reply", "Share", "Comments", "ADVERTISEMENT",
    "Written by someone", "(AFP)", "Foto: Archiv", "Lees ook: iets anders", "2 hours ago", "il y a 5 min", "—", "\ufeff", "Tags: a, b",
    "Two men on a pier. (Ana Lund via AP)", "By Ana Lund", "4 July 2024", "PARIS (AFP) - Un mot.", "3小时前", "قبل ساعتين",
)  # fmt: skip
_LINES = st.one_of(
    st.sampled_from(_WIDGETS),
    st.sampled_from([line for story in STORIES for line in (story.title, story.head, *story.teasers, *story.ago)]),
    st.sampled_from([line for story in STORIES for line in (*story.paragraphs, story.dateline + story.paragraphs[0])]),
    st.text(max_size=40),
)
_SEPARATORS = st.sampled_from(["\n", "\n\n", "\r\n", "\r", "", " ", "\n \u00a0\n", "\u2028", "\x0b"])


def assert_ledger_holds(source: str, article: TextArticle) -> None:
    spans = tile(source, article.cuts)
    assert reassemble(spans) == source
    assert kept_characters(spans) == "".join(article.text.split())
    for part in article.parts:
        start, end = part.span
        inside = [
            cut
            for cut in part.cuts
            if cut.where is not None and start <= cut.where and cut.where + len(cut.text) <= end
        ]
        assert len(inside) == len(part.cuts)
        assert kept_characters(tile(source[:end], part.cuts)).endswith("".join(part.text.split()))


@settings(deadline=None)
@given(st.text())
def test_arbitrary_text(raw: str) -> None:
    source, _ = storable(raw)
    assert_ledger_holds(source, clean_text(source))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_LINES, _SEPARATORS), max_size=30))
def test_generated_dirty_pages(lines: list[tuple[str, str]]) -> None:
    source, _ = storable("".join(line + separator for line, separator in lines))
    assert_ledger_holds(source, clean_text(source))


@settings(deadline=None)
@given(st.lists(st.sampled_from(STORIES), min_size=1, max_size=3, unique=True))
def test_nothing_is_invented(stories: list[object]) -> None:
    source = "\n".join(paragraph for story in STORIES if story in stories for paragraph in story.paragraphs)
    article = clean_text(source)
    assert all(block.text in source for block in article.blocks)
    assert article == clean_text(source)
