"""Section, keywords, subtitle, canonical address and language as a page gives them, and all of them together."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from copydesk_cleaner.core.metadata import PageMetadata, read_metadata
from copydesk_cleaner.core.page_facts import PageFacts
from turbohtml import parse

URL = "https://www.courier.example/2030/bridge"
FETCHED = datetime(2030, 1, 2, 12, tzinfo=UTC)


def metadata(head: str, body: str = "<p>Text.</p>", url: str = URL) -> PageMetadata:
    page = f'<!doctype html><html lang="pt_BR"><head>{head}</head><body>{body}</body></html>'
    return read_metadata(PageFacts(parse(page), url), FETCHED)


def linked(**fields: Any) -> str:
    node = {"@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def test_a_page_that_says_all() -> None:
    page = metadata(
        linked(
            headline="Bridge reopens",
            alternativeHeadline="Two years of repairs are over",
            datePublished="2030-01-01T08:30:00+01:00",
            author=[{"@type": "Person", "name": "Ana Lund"}],
            articleSection=["City &amp; Region", "Traffic"],
            keywords="bridge, river",
            isAccessibleForFree="False",
            image="/bridge.jpg",
            publisher={"@type": "Organization", "name": "The Courier"},
        )
        + '<link rel="canonical" href="/2030/bridge-reopens"><meta name=keywords content="River, repairs">',
        "<h1>Bridge reopens</h1>",
    )
    assert (page.title, page.subtitle) == ("Bridge reopens", "Two years of repairs are over")
    assert page.people == ["Ana Lund"]
    assert page.published.value is not None
    assert page.published.value.isoformat() == "2030-01-01T08:30:00+01:00"
    assert (page.section, page.keywords) == ("City & Region", ["bridge", "river", "repairs"])
    assert (page.language, page.paywalled) == ("pt-BR", True)
    assert [image.url for image in page.images] == ["https://www.courier.example/bridge.jpg"]
    assert page.canonical == "https://www.courier.example/2030/bridge-reopens"


def test_a_page_that_says_nothing() -> None:
    page = metadata("")
    assert (page.title, page.subtitle, page.section, page.canonical) == (None, None, None, None)
    assert (page.people, page.keywords, page.images, page.paywalled) == ([], [], [], False)
    assert page.titles == frozenset()


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://m.courier.example/2030/b", "https://m.courier.example/2030/b"),
        ("//www.courier.example/2030/b?id=5", "https://www.courier.example/2030/b?id=5"),
        ("https://other.example/2030/bridge", None),
        ("https://www.courier.example/", None),
        ("https://www.courier.example", None),
        ("javascript:void(0)", None),
        ("http://[", None),
    ],
)
def test_the_canonical_address_is_an_article_on_the_same_site(link: str, canonical: str | None) -> None:
    assert metadata(f'<link rel="Canonical" href="{link}">').canonical == canonical


def test_og_url_stands_in_for_a_canonical_link_that_is_none() -> None:
    head = '<link rel=canonical href="/"><meta property="og:url" content="https://courier.example/2030/bridge-2">'
    assert metadata(head).canonical == "https://courier.example/2030/bridge-2"


def test_the_section_is_the_crumb_above_the_article() -> None:
    crumbs = [
        {"@type": "ListItem", "position": 1, "name": "Start"},
        {"@type": "ListItem", "position": 2, "item": {"@id": "/politik", "name": "Politik"}},
        {"@type": "ListItem", "position": 3, "name": "Brücke wieder offen"},
    ]
    trail = json.dumps({"@type": "BreadcrumbList", "itemListElement": crumbs})
    page = metadata(f'<script type="application/ld+json">{trail}</script>', "<h1>Brücke wieder offen</h1>")
    assert page.section == "Politik"


@pytest.mark.parametrize(
    ("body", "subtitle"),
    [
        ("<h1>Title of it</h1><p class='article__standfirst'>The line.</p>", "The line."),
        ("<h1>Title of it</h1><div><h2 class='Sub-Title'>The line.</h2></div>", "The line."),
        ("<h1>Title of it</h1><p class='leader'>No line.</p>", None),
        ("<p class='subtitle'>Before it.</p><h1>Title of it</h1>", None),
        ("<h1>Title of it</h1><p class='subtitle'>Title of it</p>", None),
        ("<h1>Title of it</h1>" + "<p>Text.</p>" * 30 + "<p class='subtitle'>Far off.</p>", None),
    ],
)
def test_the_standfirst_beside_the_heading(body: str, subtitle: str | None) -> None:
    assert metadata("", body).subtitle == subtitle
