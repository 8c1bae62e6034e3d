"""The vote of extractors: whom it follows, who may vote, and what it does when nobody found a text."""

import json

from copydesk_cleaner.adapters.markup_blocks import markup_blocks
from copydesk_cleaner.adapters.vote import vote

from copydesk.contracts import Block

from .dirty_pages import STORIES

URL = "https://courier.example/2030/story"
STORY = next(story for story in STORIES if story.language == "en")
PARAGRAPHS = [
    f"{text} {more}" for text in STORY.paragraphs for more in ("The clerk read it out twice.", "Nobody spoke.")
]


def page(body: str, script: str = "") -> str:
    return f"<html><head><title>{STORY.title}</title>{script}</head><body>{body}</body></html>"


def article() -> str:
    return "<article><h1>{}</h1>{}</article>".format(STORY.title, "".join(f"<p>{text}</p>" for text in PARAGRAPHS))


def as_blocks(texts: list[str]) -> list[Block]:
    return [Block(kind="paragraph", text=text) for text in texts]


def test_an_outlier_of_ours_is_outvoted() -> None:
    result = vote(page(article()), URL, as_blocks(["Home News Sport Weather Contact", "All rights reserved by us."]))
    assert result.winner != "own"
    text = " ".join(block.text for block in result.blocks)
    assert all(paragraph in text for paragraph in PARAGRAPHS)
    assert 0 < result.agreement < 1


def test_what_all_agree_on_wins_with_full_agreement() -> None:
    own = vote(page(article()), URL, []).blocks
    result = vote(page(article()), URL, own)
    assert result.blocks == own
    assert result.agreement > 0.9


def test_a_candidate_without_text_has_no_vote() -> None:
    own = as_blocks(PARAGRAPHS[:2])
    result = vote("<html><body></body></html>", URL, own)
    assert (result.blocks, result.winner, result.agreement) == (own, "own", 0.0)


def test_the_declared_body_is_taken_only_when_nobody_found_a_text() -> None:
    node = {"@type": "NewsArticle", "headline": STORY.title, "articleBody": "\n".join(PARAGRAPHS)}
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    declared = vote(page("<div id=app></div>", script), URL, [])
    assert " ".join(block.text for block in declared.blocks) == " ".join(PARAGRAPHS)
    own = as_blocks(["What the page itself shows to a reader is taken before what it declares to a machine."])
    assert vote(page("<div id=app></div>", script), URL, own).winner != "json-ld"


def test_a_declared_body_in_html_is_read_as_html() -> None:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    node = {"@type": "NewsArticle", "articleBody": body}
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    blocks = vote(page("<div></div>", script), URL, []).blocks
    assert " ".join(block.text for block in blocks) == " ".join(PARAGRAPHS)


def test_a_page_of_nothing_gives_nothing() -> None:
    for nothing in ("", " ", "\x00", "<html></html>"):
        result = vote(nothing, URL, [])
        assert (result.blocks, result.winner, result.agreement) == ([], "", 0.0)


def test_markup_becomes_blocks_of_their_kinds() -> None:
    markup = (
        "<div>Lead in <b>bold</b><br>next line<h2>Почему</h2><p>一段话。</p><ul><li>one<li>two</ul>"
        "<blockquote><p>said so</p></blockquote><figure><figcaption>no</figcaption></figure>"
        "<table><tr><td>a</td><td>b</td></tr></table>tail</div>"
    )
    assert [(block.kind, block.text) for block in markup_blocks(markup)] == [
        ("paragraph", "Lead in bold"), ("paragraph", "next line"), ("heading", "Почему"), ("paragraph", "一段话。"),
        ("list", "one"), ("list", "two"), ("quote", "said so"), ("table", "a | b"), ("paragraph", "tail"),
    ]  # fmt: skip
