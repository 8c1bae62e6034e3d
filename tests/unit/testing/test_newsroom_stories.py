"""What the demo day has to offer a test of the pipeline."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest

from copydesk.testing.newsroom import ExpectedArticle
from copydesk.testing.newsroom.edition import LAST_STEP
from copydesk.testing.newsroom.markup import parse_blocks, plain_text
from copydesk.testing.newsroom.site import Site
from copydesk.testing.newsroom.story import PUBLISHERS, load_publisher

NOW = datetime(2026, 7, 3, 14, 20, tzinfo=UTC)


def all_expected(step: int) -> list[ExpectedArticle]:
    return [
        article
        for name in PUBLISHERS
        for article in Site(load_publisher(name), f"http://{name}.example", NOW).expected(step)
    ]


def test_one_event_is_told_in_several_languages() -> None:
    languages: dict[str, set[str]] = defaultdict(set)
    for article in all_expected(LAST_STEP):
        if article.event:
            languages[article.event].add(article.language)
    assert languages["syr-darya-agreement"] == {"nl", "en", "de", "ar", "ru", "zh"}
    assert languages["rotterdam-strike"] == {"nl", "en", "de", "zh"}
    assert languages["red-sea-cables"] == {"ar", "en", "ru"}
    assert languages["storm-odette"] == {"nl", "en", "de"}


def test_the_syndicated_copy_is_lightly_edited() -> None:
    articles = all_expected(0)
    copy = next(each for each in articles if each.syndicated_from)
    original = next(each for each in articles if each.event == copy.event and each.publisher == copy.syndicated_from)
    ours, theirs = set(copy.text.split()), set(original.text.split())
    assert copy.title != original.title
    assert copy.text != original.text
    assert len(ours & theirs) / len(ours | theirs) > 0.8


@pytest.mark.parametrize(
    ("slug", "where"),
    [("ladoga-monastyr", "header"), ("olen", "meta"), ("huochezhan-shiwu", "meta")],
)
def test_a_legacy_encoding_is_told_by_the_header_or_only_by_the_page(slug: str, where: str) -> None:
    name = "jiangqiao" if slug == "huochezhan-shiwu" else "nevline"
    site = Site(load_publisher(name), f"http://{name}.example", NOW)
    story = site.publisher.by_slug(slug)
    path = unquote(site.timetable.article(story, 0).path)
    resource = site.resource(path, 0)
    assert (f"charset={story.encoding}" in resource.content_type) == (where == "header")
    assert re.search(rb"charset=\"?" + story.encoding.encode(), resource.body)
    assert story.title in resource.body.decode(story.encoding)
    with pytest.raises(UnicodeDecodeError):
        resource.body.decode("utf-8")


def test_the_edit_rewrites_and_the_correction_changes_one_figure() -> None:
    first = {(each.publisher, each.path): each for each in all_expected(0)}
    last = [each for each in all_expected(LAST_STEP) if each.edition == 1]
    rewritten = next(each for each in last if each.publisher == "aldermoor")
    corrected = next(each for each in last if each.publisher == "elmtaler")
    assert rewritten.title != first[rewritten.publisher, rewritten.path].title
    before = first[corrected.publisher, corrected.path].text.split("\n\n")
    after = corrected.text.split("\n\n")
    assert [old == new for old, new in zip(before, after, strict=False)].count(False) == 1
    assert after[len(before) :] == [corrected.text.rsplit("\n\n", 1)[1]]
    assert after[-1].startswith("Korrektur:")


def test_two_pages_show_a_second_article_of_their_own_publisher() -> None:
    for name in ("aldermoor", "sahel"):
        articles = {each.path: each for each in all_expected(0) if each.publisher == name}
        parts = [part for each in articles.values() for part in each.parts]
        assert len(parts) == 2
        for part in parts:
            assert part.text == articles[part.path].text


def test_live_blogs_keep_their_entries_in_the_order_of_the_page() -> None:
    for name, headings in {
        "aldermoor": ["Warnings lifted for Norfolk", "No trains beyond Ipswich"],
        "jiangqiao": ["白沙村卫冕成功", "岸边人山人海"],
    }.items():
        texts = [each.text for each in all_expected(0) if each.publisher == name]
        live = next(text for text in texts if headings[0] in text)
        blocks = live.split("\n\n")
        assert blocks.index(headings[0]) < blocks.index(headings[1])


def test_story_markup_becomes_blocks() -> None:
    blocks = parse_blocks("One [linked](other-story) line.\n\n## Head\n\n> Said.\n\n- a\n- b\n\n@entry 5 Now\n")
    assert [block.kind for block in blocks] == ["paragraph", "heading", "quote", "list", "entry"]
    assert plain_text(blocks) == "One linked line.\n\nHead\n\nSaid.\n\na\nb\n\nNow"
    assert blocks[0].html(lambda slug: f"/{slug}") == 'One <a href="/other-story">linked</a> line.'
    assert blocks[-1].minutes == 5


def test_markup_escapes_what_is_not_a_link() -> None:
    assert parse_blocks("a < b & c")[0].html(lambda slug: slug) == "a &lt; b &amp; c"
