"""Sitemaps of every kind, and what pretends to be one."""

import gzip
from datetime import UTC, datetime

import pytest
from copydesk_crawler.core.discovery.sitemaps import parse_sitemap
from hypothesis import given
from hypothesis import strategies as st

URL = "https://courier.example/sitemap.xml"
LIMIT = 1_000_000
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://courier.example/brug </loc><image:image><image:loc>https://courier.example/1.jpg</image:loc>
<image:title>photo</image:title></image:image><news:news><news:publication><news:name>Courier</news:name>
<news:language>nl</news:language></news:publication><news:publication_date>2030-01-01T09:30:00+01:00</news:publication_date>
<news:title>Brug weer open</news:title></news:news></url>
<url><loc>/tweede</loc><lastmod>2030-01-02</lastmod></url><url></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://courier.example/s1.xml</loc><lastmod>2029-01-01</lastmod></sitemap>
<sitemap><loc>https://courier.example/s2.xml.gz</loc><lastmod>2030-01-01</lastmod></sitemap></sitemapindex>"""


def test_news_sitemap() -> None:
    findings = parse_sitemap(NEWS.encode(), URL, None, LIMIT)
    first, second = findings.entries
    assert findings.lists_news
    assert (first.url, first.language) == ("https://courier.example/brug", "nl")
    assert first.published == datetime(2030, 1, 1, 8, 30, tzinfo=UTC)
    assert second.url == "https://courier.example/tweede"
    assert second.published == datetime(2030, 1, 2, tzinfo=UTC)
    assert findings.newest == second.published


def test_index_text_gzip_and_feeds() -> None:
    index = parse_sitemap(INDEX.encode(), URL, None, LIMIT)
    assert [child.url for child in index.documents] == [
        f"https://courier.example/{name}" for name in ("s1.xml", "s2.xml.gz")
    ]
    text = parse_sitemap(
        b"\xef\xbb\xbfhttps://courier.example/a\n\nnonsense\nhttps://courier.example/b\r\n", URL, None, LIMIT
    )
    assert [entry.url for entry in text.entries] == ["https://courier.example/a", "https://courier.example/b"]
    assert parse_sitemap(gzip.compress(NEWS.encode()), URL, None, LIMIT).entries
    rss = b"<rss version='2.0'><channel><item><link>https://courier.example/a</link></item></channel></rss>"
    assert parse_sitemap(rss, URL, None, LIMIT).entries[0].url == "https://courier.example/a"


def test_without_namespace_and_half_broken() -> None:
    plain = "<urlset><url><loc>https://courier.example/a</loc></url><url><loc>https://courier.example/b&c</loc></url>"
    assert (
        next(entry.url for entry in parse_sitemap(plain.encode(), URL, None, LIMIT).entries)
        == "https://courier.example/a"
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "not-a-sitemap"),
        (b"<html></html>", "not-a-sitemap"),
        (b"no urls here", "not-a-sitemap"),
        (
            b'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>&x;</loc></url></urlset>',
            "xml-entities",
        ),
        (gzip.compress(bytes(50_000_000)), "body-too-large"),
        (b"\x1f\x8bnot gzip", "bad-encoding"),
        (b"<sitemapindex></sitemapindex>", "empty-sitemap-index"),
    ],
)
def test_problems_are_named(body: bytes, problem: str) -> None:
    assert parse_sitemap(body, URL, None, LIMIT).problem == problem


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: f"<urlset><url><loc>{text}".encode("utf-8", "replace")),
    )
)
def test_total(body: bytes) -> None:
    parse_sitemap(body, URL, None, LIMIT)


def test_what_a_sitemap_names_is_listed() -> None:
    for body in (NEWS, "https://courier.example/a\nhttps://courier.example/a\n", RSS):
        findings = parse_sitemap(body.encode(), URL, None, LIMIT)
        assert findings.entries
        assert all(entry.listed for entry in findings.entries)


RSS = '<rss version="2.0"><channel><item><link>https://courier.example/a</link></item></channel></rss>'
EDITIONS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><loc>https://courier.example/nl/brug</loc><lastmod>2030-01-01</lastmod>
<xhtml:link rel="alternate" hreflang="nl" href="https://courier.example/nl/brug"/>
<xhtml:link rel="alternate" hreflang="de" href="/de/bruecke"/>
<xhtml:link rel="alternate" hreflang="x-default" href="https://courier.example/choose"/>
<xhtml:link rel="alternate" media="only screen and (max-width: 640px)" href="https://m.courier.example/nl/brug"/></url>
<url><loc>https://courier.example/de/bruecke</loc><lastmod>Wed, 02 Jan 2030 09:30:00 +0100</lastmod></url></urlset>"""


def test_editions_in_other_languages_are_entries_of_their_own() -> None:
    entries = parse_sitemap(EDITIONS.encode(), URL, None, LIMIT).entries
    assert [(entry.url, entry.language) for entry in entries] == [
        ("https://courier.example/nl/brug", None),
        ("https://courier.example/de/bruecke", None),
    ]
    assert entries[1].published == datetime(2030, 1, 2, 8, 30, tzinfo=UTC)
    alone = parse_sitemap(EDITIONS.partition("<url><loc>https://courier.example/de")[0].encode(), URL, None, LIMIT)
    assert (alone.entries[1].url, alone.entries[1].language) == ("https://courier.example/de/bruecke", "de")
