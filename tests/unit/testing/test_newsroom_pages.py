"""The demo pages carry what their expectations promise. Rendered without sockets."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import html

from copydesk.testing.newsroom import ExpectedArticle
from copydesk.testing.newsroom.edition import LAST_STEP
from copydesk.testing.newsroom.site import Site
from copydesk.testing.newsroom.story import PUBLISHERS, load_publisher

NOW = datetime(2026, 7, 3, 14, 20, tzinfo=UTC)


def site_of(name: str) -> Site:
    return Site(load_publisher(name), f"http://{name}.example", NOW)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def page_text(site: Site, path: str, step: int) -> str:
    """Return what a browser shows: decoded as the header says, else as the page says."""
    resource = site.resource(unquote(path), step)
    assert resource.status == 200, path
    declared = re.search(r"charset=([\w-]+)", resource.content_type)
    encoding = declared[1] if declared else None
    tree: Any = html.fromstring(resource.body, parser=html.HTMLParser(encoding=encoding))
    for hidden in tree.xpath("//script|//style|//head"):
        hidden.drop_tree()
    return squeezed(str(tree.text_content()))


def assert_carries(page: str, article: ExpectedArticle) -> None:
    for paragraph in re.split(r"\n+", article.text):
        assert squeezed(paragraph) in page
    assert squeezed(article.title) in page
    if article.dateline:
        assert squeezed(article.dateline) in page
        assert article.dateline not in article.text
    for caption in article.captions:
        assert squeezed(caption) in page
    for unwanted in article.must_not:
        assert squeezed(unwanted) in page
        assert squeezed(unwanted) not in squeezed(article.text)


@pytest.mark.parametrize("name", PUBLISHERS)
@pytest.mark.parametrize("step", [0, LAST_STEP])
def test_a_page_carries_its_expected_article_and_the_furniture_around_it(name: str, step: int) -> None:
    site = site_of(name)
    for article in site.expected(step):
        page = page_text(site, article.path, step)
        assert_carries(page, article)
        for part in article.parts:
            assert_carries(page, part)


@pytest.mark.parametrize("name", PUBLISHERS)
def test_a_publisher_has_thirty_different_pages(name: str) -> None:
    stories = load_publisher(name).story
    assert len(stories) == 30
    assert len({story.slug for story in stories}) == 30
    assert len({story.text for story in stories}) == 30


@pytest.mark.parametrize("name", PUBLISHERS)
def test_two_newsrooms_of_the_same_time_serve_the_same_bytes(name: str) -> None:
    one, two = site_of(name), site_of(name)
    paths = ["/", "/robots.txt", *(feed.path for feed in one.publisher.feeds)]
    for step in range(LAST_STEP + 1):
        assert one.expected(step) == two.expected(step)
        for path in paths + [unquote(article.path) for article in one.expected(step)]:
            assert one.resource(path, step) == two.resource(path, step)


@pytest.mark.parametrize("name", PUBLISHERS)
def test_a_page_changes_only_with_its_own_article(name: str) -> None:
    site = site_of(name)
    for step in range(1, LAST_STEP + 1):
        changed = site.changed(step)
        for article in site.expected(step - 1):
            path = unquote(article.path)
            same = site.resource(path, step - 1) == site.resource(path, step)
            assert same == (site.base + article.path not in changed)


@pytest.mark.parametrize("name", PUBLISHERS)
def test_nothing_is_dated_after_now(name: str) -> None:
    site = site_of(name)
    for article in site.expected(LAST_STEP):
        resource = site.resource(unquote(article.path), LAST_STEP)
        assert article.published <= NOW
        assert resource.modified is not None
        assert article.published <= resource.modified <= NOW
