"""Broken pages that a reader would still read: the article comes out, and what comes out can be stored."""

import pytest
from copydesk_cleaner.adapters.documents import clean_document

from copydesk.testing.hostile_pages import ARTICLE, TITLE, hostile_pages

READABLE = ("references", "surrogates", "unknown charset", "double charset", "cut multibyte", "nested inline", "nuls")
URL = "https://courier.example/ferry"


@pytest.mark.parametrize("name", READABLE)
def test_the_article_comes_out_whole_and_storable(name: str) -> None:
    [page] = hostile_pages(name)
    [article] = clean_document(page.body, url=URL, encoding=page.encoding).articles
    assert article.title == TITLE
    assert article.text.startswith("\n\n".join(ARTICLE))
    article.text.encode()
    assert "\0" not in article.text


@pytest.mark.parametrize("name", ["wrong charset", "mojibake"])
def test_a_few_broken_characters_cost_no_paragraph(name: str) -> None:
    [page] = hostile_pages(name)
    [article] = clean_document(page.body, url=URL, encoding=page.encoding).articles
    assert len(article.text.split("\n\n")) == len(ARTICLE)


@pytest.mark.parametrize("name", ["empty", "only comment", "only spaces"])
def test_nothing_comes_of_nothing(name: str) -> None:
    [page] = hostile_pages(name)
    assert clean_document(page.body, url=URL, encoding=page.encoding).articles == ()
