"""What a page declares of itself: meta elements, JSON-LD, headings, names of the site."""

import json
from typing import Any

import pytest
from copydesk_cleaner.core.page_facts import PageFacts
from hypothesis import given
from hypothesis import strategies as st
from turbohtml import parse

URL = "https://www.courier.example/2030/bridge"


def facts(head: str, body: str = "<p>Text.</p>", url: str = URL) -> PageFacts:
    return PageFacts(parse(f'<!doctype html><html lang="nb_NO"><head>{head}</head><body>{body}</body></html>'), url)


def script(value: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_meta_elements_are_found_by_any_of_their_names() -> None:
    page = facts(
        '<meta property="OG:Title" content=" Bro  åpnet ">'
        '<meta name=author content="Kari Lie"><meta name=author content="Ola Vik"><meta name=empty content=" ">'
        '<meta http-equiv=Last-Modified content="Tue, 01 Jan 2030 08:30:00 GMT">',
        '<meta itemprop="datePublished" content="2030-01-01">',
    )
    assert page.meta["og:title"] == ["Bro åpnet"]
    assert page.meta["author"] == ["Kari Lie", "Ola Vik"]
    assert page.meta["datepublished"] == ["2030-01-01"]
    assert "empty" not in page.meta
    assert page.meta_text("nothing", "last-modified") == "Tue, 01 Jan 2030 08:30:00 GMT"
    assert page.language == "nb-NO"


def test_the_article_of_the_page_goes_before_articles_it_only_lists() -> None:
    other = {"@type": "NewsArticle", "headline": "Elsewhere", "url": "https://www.courier.example/2030/else"}
    own = {"@type": "NewsArticle", "headline": "Bridge", "mainEntityOfPage": {"@id": URL + "/?utm_source=feed"}}
    page = facts(script([{"@type": "WebPage", "name": "Page"}, other, own]))
    assert page.article["headline"] == "Bridge"
    assert [node.get("headline", node.get("name")) for node in page.json_ld] == ["Bridge", "Elsewhere", "Page"]


def test_references_within_a_graph_are_followed() -> None:
    graph = [
        {"@type": "Article", "headline": "Bridge", "author": {"@id": "#ana"}, "publisher": {"@id": "#courier"}},
        {"@type": "Person", "@id": "#ana", "name": "Ana Lund"},
        {"@type": "Organization", "@id": "#courier", "name": "The Courier"},
    ]
    page = facts(script({"@graph": graph}))
    assert page.article["author"]["name"] == "Ana Lund"
    assert page.article["publisher"]["name"] == "The Courier"


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "Article", "headline": "Bridge",}',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;Bridge&quot;}",
        '<!-- {"@type": "Report", "headline": "Bridge"} -->',
        '{"@type": "https://schema.org/LiveBlogPosting", "headline": "Bridge"};',
    ],
)
def test_scripts_that_are_nearly_json_are_read(text: str) -> None:
    assert facts(f"<script type='application/LD+JSON'>{text}</script>").article["headline"] == "Bridge"


def test_a_script_of_five_megabytes_is_skipped() -> None:
    large = script([{"@type": "Article", "headline": "x" * 5_000_000}])
    assert facts(large + script({"@type": "Article", "headline": "Bridge"})).article == {
        "@type": "Article",
        "headline": "Bridge",
    }


@pytest.mark.parametrize("text", ["{", "[" * 5000, '"x"', "", "null", "[{}, 3, null]", '{"a": ' * 3000, "9" * 5000])
def test_what_is_no_json_ld_says_nothing(text: str) -> None:
    assert facts(f'<script type="application/ld+json">{text}</script>').article == {}


def test_json_ld_holds_no_text_that_a_database_refuses() -> None:
    text = r'{"@type": "Article", "headline": "a\u0000b\ud83d", "author": [{"name": "\udc00"}]}'
    article = facts(f'<script type="application/ld+json">{text}</script>').article
    assert (article["headline"], article["author"]) == ("a\ufffdb\ufffd", [{"name": "\ufffd"}])


def test_the_site_is_known_by_all_its_names() -> None:
    page = facts(
        '<meta property="og:site_name" content="The Courier">'
        + script({"@type": "Article", "publisher": {"@type": "Organization", "name": "Courier Media"}})
        + script({"@type": "WebSite", "name": "Courier Online"}),
        url="https://www.courier.co.example/a",
    )
    assert {"the courier", "courier media", "courier online", "courier.co.example", "courier"} <= page.site_names


def test_headings_and_title() -> None:
    page = facts(
        "<title>A &amp; B\n | Courier</title>", "<svg><title>Logo</title></svg><h1> </h1><h1>A\n <b>&amp;</b> B</h1>"
    )
    assert (page.title, page.h1) == ("A & B | Courier", ["A & B"])
    assert facts("", "<svg></svg>").title is None


@pytest.mark.parametrize(
    ("root", "head", "language"),
    [
        ('lang="sr-Latn_RS"', "", "sr-Latn-RS"),
        ('lang="und"', '<meta property="og:locale" content="fa_IR">', "fa-IR"),
        ("", '<meta http-equiv="Content-Language" content="de, en">', "de"),
        ('lang=""', script({"@type": "Article", "inLanguage": "ka"}), "ka"),
        ('lang="{{lang}}"', "", None),
        ("", "", None),
    ],
)
def test_the_language_is_the_first_that_is_one(root: str, head: str, language: str | None) -> None:
    page = PageFacts(parse(f"<!doctype html><html {root}><head>{head}</head><body></body></html>"), URL)
    assert page.language == language


def test_a_heading_that_was_never_closed_is_none() -> None:
    page = facts("", "<h1>" + "<div>Story of the bridge.</div>" * 500)
    assert page.h1 == []


@given(st.text(), st.text(), st.text())
def test_no_page_breaks_the_reading(content: str, ld: str, url: str) -> None:
    page = facts(f'<meta name="a" content="{content}"><script type="application/ld+json">{ld}</script>', url=url)
    assert isinstance(page.article, dict)
    assert all(not name or name == " ".join(name.split()) for name in page.site_names)
    assert page.absolute(content) is None or content
