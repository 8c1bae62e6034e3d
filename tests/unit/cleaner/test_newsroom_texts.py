"""The demo newsroom's pages, in six languages and layouts: text, title, agencies and parts as their authors expect."""

from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from copydesk_cleaner.adapters.documents import clean_document

from copydesk.testing.newsroom.site import Site
from copydesk.testing.newsroom.story import PUBLISHERS, load_publisher

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
_SLACK = 3
"""Pages of a publisher that may differ in a standfirst, a heading or a list item."""


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", PUBLISHERS)
def test_pages_come_out_as_written(name: str) -> None:
    publisher = load_publisher(name)
    site = Site(publisher, f"https://{name}.example", NOW)
    expected = site.expected(0)
    different = []
    for page in expected:
        answer = site.resource(unquote(page.path), 0)
        label = answer.content_type.partition("charset=")[2] or None
        document = clean_document(answer.body, url=site.base + page.path, encoding=label, latest=NOW)
        main, *parts = document.articles
        assert (main.title, main.agencies) == (page.title, page.agencies)
        assert (main.dateline.place if main.dateline else None) == page.dateline_place
        assert [part.title for part in parts] == [part.title for part in page.parts]
        assert [bare(part.text) for part in parts] == [bare(part.text) for part in page.parts]
        if bare(main.text) != bare(page.text):
            different.append(page.path)
    assert len(different) <= _SLACK, different
