"""What a home page tells of a source."""

import pytest
from copydesk_crawler.core.discovery.home_pages import parse_home_page
from hypothesis import given
from hypothesis import strategies as st

HOME = "https://www.courier.example/"


def page(head: str = "", body: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def test_announced_feeds_are_found_once_and_comment_feeds_left_out() -> None:
    findings = parse_home_page(
        page(
            '<link rel="alternate" type="application/rss+xml" href="/feed?x=1">'
            '<link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="https://feeds.example/all">'
            '<link rel="alternate" type="application/feed+json" href="/feed.json">'
            '<link rel="alternate" type="application/rss+xml" href="/feed?x=1">'
            '<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
            '<link rel="alternate" hreflang="de" href="/de/">'
            '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
            '<a href="/2030/01/01/bridge-open-again-today">x</a>',
        ),
        HOME,
        None,
    )
    assert [document.url for document in findings.documents] == [
        "https://www.courier.example/feed?x=1",
        "https://feeds.example/all",
        "https://www.courier.example/feed.json",
    ]
    assert [entry.url for entry in findings.entries] == [
        "https://www.courier.example/2030/01/01/bridge-open-again-today"
    ]


def test_without_feeds_the_article_links_count() -> None:
    body = """<base href="/news/"><a href="bridge-open-again-today.html?utm_source=home#top">Bridge open</a>
    <h3><a href="/artikel/1234567">Brug na twee jaar weer open</a></h3> <a href="/新闻/大桥重新开放引发市民热议">大桥重新开放</a> <a href="/tag/bridge-of-the-year">tag</a>
    <a href="/login">in</a><a href="/">home</a><a href="https://other.example/some-long-story-here">away</a>
    <a href="mailto:desk@courier.example">mail</a><a href="/sport/">sport</a><a href="http://[::1]/a-b-c-d">bad</a>"""
    urls = [entry.url for entry in parse_home_page(page(body=body), HOME, "utf-8").entries]
    assert urls[:2] == [
        "https://www.courier.example/news/bridge-open-again-today.html",
        "https://www.courier.example/artikel/1234567",
    ]
    assert len(urls) == 3


@pytest.mark.parametrize("encoding", ["zlib_codec", "idna", "utf-7", "bogus", "", "\udc80", "koi8-r"])
def test_any_charset_label_is_survived(encoding: str) -> None:
    findings = parse_home_page(page(body='<a href="/a-long-story-slug-here">A long story</a>'), HOME, encoding)
    assert len(findings.entries) == 1


def test_links_on_bare_addresses_belong_to_the_same_host_only() -> None:
    body = (
        '<h2><a href="http://127.0.0.1:8001/a-long-slug-of-words-1">A long story</a></h2>'
        '<h2><a href="http://127.0.0.1:8002/a-long-slug-of-words-1">A long story</a></h2>'
    )
    findings = parse_home_page(page(body=body), "http://127.0.0.1:8001/", None)
    assert [entry.url for entry in findings.entries] == ["http://127.0.0.1:8001/a-long-slug-of-words-1"]


@given(st.binary(max_size=200))
def test_total(body: bytes) -> None:
    parse_home_page(body, HOME, None)
