"""Titles, authors, dates and the rest, from pages marked up well, badly and not at all."""

from datetime import UTC, datetime

import pytest
from copydesk_cleaner.core.dates import read_date
from copydesk_cleaner.core.names import is_byline, person_name, person_names
from copydesk_cleaner.core.page_metadata import PageMetadata, read_metadata
from copydesk_cleaner.core.titles import vote_title
from lxml.html import document_fromstring

URL = "https://www.courier.example/2030/bridge"
FETCHED = datetime(2030, 1, 2, 12, tzinfo=UTC)


def metadata(head: str, body: str = "<p>Text.</p>", html: str = '<html lang="en-GB">') -> PageMetadata:
    page = f"<!doctype html>{html}<head>{head}</head><body>{body}</body></html>"
    return read_metadata(document_fromstring(page), URL, FETCHED)


def linked(**fields: str) -> str:
    inner = ", ".join(f'"{name.replace("__", "@")}": {value}' for name, value in fields.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {inner}}}</script>'


def test_json_ld_goes_first() -> None:
    page = metadata(
        linked(
            headline='"Bridge reopens"',
            datePublished='"2030-01-01T08:30:00+01:00"',
            dateModified='"2030-01-01T10:00:00Z"',
            author='[{"@type": "Person", "name": "Ana Lund"}, {"@type": "Organization", "name": "dpa"}]',
            articleSection='"City"',
            keywords='"bridge, river"',
            isAccessibleForFree='"False"',
            image='{"@type": "ImageObject", "url": "/bridge.jpg", "caption": "The bridge."}',
            publisher='{"@type": "Organization", "name": "The Courier"}',
        )
        + '<meta name="author" content="Somebody Else"><meta property="article:published_time" content="2029-12-01">'
        + '<link rel="canonical" href="/2030/bridge-reopens">',
        "<h1>Bridge reopens</h1>",
    )
    assert page.title == "Bridge reopens"
    assert page.authors == ["Ana Lund"]
    assert page.agencies == ["DPA"]
    assert page.published.value is not None
    assert page.published.value.isoformat() == "2030-01-01T08:30:00+01:00"
    assert page.modified.value == datetime(2030, 1, 1, 10, tzinfo=UTC)
    assert (page.section, page.keywords, page.paywalled, page.language) == ("City", ["bridge", "river"], True, "en-GB")
    assert [(image.url, image.caption) for image in page.images] == [
        ("https://www.courier.example/bridge.jpg", "The bridge.")
    ]
    assert page.canonical == "https://www.courier.example/2030/bridge-reopens"


@pytest.mark.parametrize(
    "script",
    [
        '{"@graph": [{"@type": "WebSite"}, {"@type": ["Article", "Thing"], "headline": "Bridge reopens"}]}',
        '[{"@type": "http://schema.org/NewsArticle", "headline": "Bridge\\nreopens"}]',
        '<!-- {"@type": "WebPage", "mainEntity": {"@type": "Article", "headline": "Bridge reopens"}} -->',
        '{"@type": "BlogPosting", "headline": "Bridge\treopens"};',
    ],
)
def test_shapes_of_json_ld(script: str) -> None:
    assert metadata(f'<script type="application/ld+json">{script}</script>').title == "Bridge reopens"


@pytest.mark.parametrize(
    "script", ["{", "[" * 5000, '"x"', "{}", '{"@type": 5, "author": {"author": {}}}', '{"a": ' * 3000]
)
def test_broken_json_ld_is_no_json_ld(script: str) -> None:
    page = metadata(f'<title>Bridge reopens | Courier</title><script type="application/ld+json">{script}</script>')
    assert page.title == "Bridge reopens"


@pytest.mark.parametrize(
    ("headings", "og", "document", "title"),
    [
        (["Bridge reopens after repairs"], "Bridge open", "Bridge open - Courier", "Bridge reopens after repairs"),
        (["The Courier", "Bridge reopens after repairs"], "Bridge reopens after repairs!", None, "Bridge reopens after repairs"),
        (["The Courier"], "Bridge reopens after repairs", "Bridge reopens after repairs | The Courier", "Bridge reopens after repairs"),
        ([], None, "Bridge reopens after repairs | The Courier", "Bridge reopens after repairs"),
        ([], "Bridge &amp; tunnel", None, "Bridge & tunnel"),
        ([], None, None, None),
    ],
)  # fmt: skip
def test_title_vote(headings: list[str], og: str | None, document: str | None, title: str | None) -> None:
    assert vote_title(headings, og, None, document) == title


def test_a_foreign_canonical_link_is_not_believed() -> None:
    assert metadata('<link rel="canonical" href="https://other.example/2030/bridge">').canonical is None


@pytest.mark.parametrize(
    ("printed", "value", "noted"),
    [
        ("2030-01-01T08:30:00.1234567+0100", "2030-01-01T08:30:00.123456+01:00", False),
        ("2030-01-01", "2030-01-01T00:00:00+00:00", True),
        ("2030-01-01T08:30", "2030-01-01T08:30:00+00:00", True),
        ("Tue, 01 Jan 2030 08:30:00 +0100", "2030-01-01T08:30:00+01:00", False),
        ("2030-02-31", None, True),
        ("9999-12-31T23:59:59Z", None, True),
        ("2030-05-01", None, True),
        ("0001-01-01T00:00:00", None, True),
        ("1970-01-01T00:00:00Z", None, True),
        ("99999999999999-01-01", None, True),
    ],
)
def test_dates(printed: str, value: str | None, noted: bool) -> None:
    found = read_date(printed, FETCHED)
    assert found is not None
    assert (found.value.isoformat() if found.value else None) == value
    assert (found.note is not None) is noted


def test_what_is_no_date_at_all() -> None:
    assert read_date("yesterday", FETCHED) is None


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("By Ana Lund and Jan de Vries, dpa", ["Ana Lund", "Jan de Vries"]),
        ("Von Dr. Marie Huber", ["Dr. Marie Huber"]),
        ("Door Piet van den Berg / ANP", ["Piet van den Berg"]),
        ("Par Élise Ŧoumani et Luc Besse", ["Élise Ŧoumani", "Luc Besse"]),
        ("Автор: Вера Гордеева", ["Вера Гордеева"]),
        ("作者：李小雨", ["李小雨"]),
        ("Redactie", []),
        ("Courier staff", []),
        ("Reuters", []),
        ("editor@courier.example", []),
        ("Ana Lund | Reporter", ["Ana Lund"]),
    ],
)
def test_people(printed: str, names: list[str]) -> None:
    assert person_names(printed) == names


def test_bylines_and_sentences() -> None:
    assert is_byline("By Ana Lund")
    assert not is_byline("By noon the bridge was full of people.")
    assert person_name("x" * 200) is None


def test_escaped_nuls_and_surrogates_in_json_ld_can_be_stored() -> None:
    page = metadata(linked(headline='"Bridge \\u0000 reopens \\ud800"', author='"Ana \\udfffLund"'))
    assert page.title == "Bridge \ufffd reopens \ufffd"
    assert all("\udfff" not in name for name in page.authors)
