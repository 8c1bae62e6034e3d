"""Feeds of every kind, and what pretends to be one."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from copydesk_crawler.core.discovery.feeds import parse_feed
from hypothesis import given
from hypothesis import strategies as st

URL = "https://courier.example/feeds/all"
PUBLISHED = datetime(2030, 1, 1, 8, 30, tzinfo=UTC)

RSS_2 = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Koerier</title>
<language>nl-NL</language><item><title>Brug na twee jaar weer open</title>
<link>https://courier.example/brug?utm_source=rss</link><pubDate>Tue, 01 Jan 2030 09:30:00 +0100</pubDate></item>
<item><guid isPermaLink="true">https://courier.example/tweede</guid></item></channel></rss>"""
RSS_1 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Bote</title></channel>
<item rdf:about="https://courier.example/brug"><title>Brücke wieder offen</title>
<link>https://courier.example/brug</link><dc:date>2030-01-01T09:30:00+01:00</dc:date></item></rdf:RDF>"""
RSS_091 = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://feeds.example/rss-0.91.dtd">
<rss version="0.91"><channel><title>Courier</title><item><title>Bridge open</title>
<link>https://courier.example/brug</link></item></channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru"><title>Курьер</title>
<entry><title>Мост снова открыт</title><link rel="alternate" href="/brug"/><id>tag:1</id>
<updated>2030-01-01T08:30:00Z</updated></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "桥报",
        "language": "zh",
        "items": [
            {"id": "1", "url": "/brug", "title": "大桥重新开放", "date_published": "2030-01-01T16:30:00+08:00"},
            {"id": "https://courier.example/tweede"},
            {"id": 7},
            "rubbish",
        ],
    }
)


@pytest.mark.parametrize(
    ("feed", "url", "published"),
    [
        (RSS_2, "https://courier.example/brug?utm_source=rss", PUBLISHED),
        (RSS_1, "https://courier.example/brug", PUBLISHED),
        (RSS_091, "https://courier.example/brug", None),
        (ATOM, "https://courier.example/brug", PUBLISHED),
        (JSON_FEED, "https://courier.example/brug", PUBLISHED),
    ],
)
def test_every_kind_gives_its_entries(feed: str, url: str, published: datetime | None) -> None:
    findings = parse_feed(feed.encode(), URL, "text/xml")
    assert findings.problem is None
    assert findings.entries[0].url == url
    assert findings.entries[0].published == published
    assert findings.entries[0].title


def test_language_and_permalink_guid() -> None:
    findings = parse_feed(RSS_2.encode(), URL, None)
    assert findings.entries[0].hints()["language"].lower() == "nl-nl"
    assert findings.entries[1].url == "https://courier.example/tweede"
    assert [entry.url for entry in parse_feed(JSON_FEED.encode(), URL, None).entries] == [
        "https://courier.example/brug",
        "https://courier.example/tweede",
    ]


def test_nul_bytes_and_byte_order_marks_are_tolerated() -> None:
    assert (
        parse_feed(RSS_2.replace("Brug", "Br\0ug").encode(), URL, None).entries[0].title
        == "Brug na twee jaar weer open"
    )
    assert parse_feed(b"\xef\xbb\xbf" + RSS_2.encode(), URL, None).entries
    assert parse_feed(b"\xef\xbb\xbf" + JSON_FEED.encode(), URL, None).entries
    assert parse_feed(RSS_2.replace("utf-8", "utf-16").encode("utf-16"), URL, None).entries


def test_ill_formed_feeds_still_give_what_they_have() -> None:
    broken = RSS_2.replace("</title>\n<link>", " & more</title>\n<link>")
    assert parse_feed(broken.encode(), URL, None).entries[0].url.startswith("https://courier.example/brug")


def test_impossible_dates_are_unknown() -> None:
    for date in ("Tue, 01 Jan 9999 09:30:00 +0100", "Tue, 99 Foo 2030", "0000-00-00"):
        feed = RSS_2.replace("Tue, 01 Jan 2030 09:30:00 +0100", date)
        assert parse_feed(feed.encode(), URL, None).entries[0].published is None


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<rss version="2.0"><channel><item><link>https://courier.example/&b;</link></item></channel></rss>'
)


@pytest.mark.parametrize(
    "feed",
    [
        LAUGHS,
        LAUGHS + "<not well formed",
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel><item><link>&x;</link></item></channel></rss>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd">%p;]><rss><channel></channel></rss>',
        '<!DOCTYPE rss [<!ENTITY big "' + "x" * 100_000 + '">]><rss><channel>' + "&big;" * 1_000 + "</channel></rss>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_documents_that_declare_entities_are_rejected(feed: str, encoding: str) -> None:
    assert parse_feed(feed.encode(encoding), URL, None).problem == "xml-entities"


def test_depth_is_bounded() -> None:
    assert parse_feed(b"<rss>" + b"<a>" * 5_000, URL, None).problem == "xml-too-deep"
    assert parse_feed(b"{" + b'"a":[' * 200_000, URL, None).problem == "json-feed-malformed"


def test_a_body_is_never_taken_for_a_file_name(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(RSS_2)
    assert parse_feed(str(secret).encode(), URL, None).problem == "not-a-feed"


@pytest.mark.parametrize("body", [b"", b"<html><body>Sign in</body></html>", b"{}", b'{"items": []}', b"\xff\xfe\x00"])
def test_what_is_no_feed_is_named_so(body: bytes) -> None:
    assert parse_feed(body, URL, "text/html").problem == "not-a-feed"


@given(st.binary(max_size=300))
def test_total(body: bytes) -> None:
    parse_feed(body, URL, None)
