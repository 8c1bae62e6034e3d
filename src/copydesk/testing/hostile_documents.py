"""Feeds and sitemaps built to harm their reader, and odd ones that are to be read all the same."""

import asyncio
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from copydesk.testing.raw_server import Talk, saying


@dataclass(frozen=True)
class Canary:
    """What no parser may touch: a file with a word in it, and a server that counts its visitors."""

    path: str
    url: str
    word: str = "canary-4c1e"


@dataclass(frozen=True)
class HostileDocument:
    """`expected` lists all outcomes that are right: a problem, or how many entries were read."""

    name: str
    kind: Literal["feed", "sitemap", "home"]
    body: Callable[[Canary], bytes]
    expected: tuple[str, ...]
    content_type: str = "application/xml"

    def talk(self, canary: Canary) -> Talk:
        """Serves the document, and no robots.txt."""
        page = saying("200 OK", self.body(canary), f"Content-Type: {self.content_type}")
        none = saying("404 Not Found")

        async def talk(writer: asyncio.StreamWriter, head: str) -> None:
            await (none if head.startswith("GET /robots.txt") else page)(writer, head)

        return talk


def _rss(items: str, before: str = "", encoding: str = "utf-8") -> str:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>{before}'
        f"<rss version='2.0'><channel><title>Courier</title>{items}</channel></rss>"
    )


def _item(title: str = "The bridge", link: str = "https://courier.example/a", date: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>"


def _plain(text: str) -> Callable[[Canary], bytes]:
    return lambda canary: text.encode()


def _doctype(declarations: str, title: str = "&x;") -> Callable[[Canary], bytes]:
    def body(canary: Canary) -> bytes:
        filled = declarations.replace("PATH", canary.path).replace("URL", canary.url)
        return _rss(_item(title), f"<!DOCTYPE rss [{filled}]>").encode()

    return body


def _laughs() -> str:
    steps = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!ENTITY l0 "ha">{steps}<!ENTITY x "&l9;">'


def _sitemap(urls: str) -> str:
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def _json_feed(**item: object) -> Callable[[Canary], bytes]:
    entry = {"id": "1", "url": "https://courier.example/a", **item}
    text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [entry]})
    return lambda canary: text.encode()


def _rss_091(canary: Canary) -> bytes:
    """As thousands of sites served it, with a document type that is to be loaded from afar."""
    return (
        f'<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "{canary.url}">'
        f"<rss version='0.91'><channel><title>Courier</title>{_item()}</channel></rss>"
    ).encode()


def _xinclude(canary: Canary) -> bytes:
    include = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file://{canary.path}" parse="text"/>'
    return _rss(_item(include)).encode()


def _utf_7(canary: Canary) -> bytes:
    """Declared in an encoding that hides the declarations from whoever looks for them in the bytes."""
    inner = _rss(_item("&x;"), f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{canary.path}">]>', "utf-7")
    return inner.partition("?>")[0].encode() + b"?>" + inner.partition("?>")[2].encode("utf-7")


_XML = ("xml-entities",)
_ONE = ("1 entry",)
_BAD_JSON = ("json-feed-malformed",)
_NONE = ("not-a-feed", "not-a-sitemap", "0 entries")
_KILLED = ("parser-documenttimeout", "parser-documentmemory", "parser-workerdied")
_BOMBED = ("compression-ratio", "body-too-large")
_BOMB = gzip.compress(bytes(64_000_000), 1)

ENTITIES = (
    HostileDocument("billion laughs", "feed", _doctype(_laughs()), _XML),
    HostileDocument("quadratic blow-up", "feed", _doctype(f'<!ENTITY x "{"a" * 50_000}">', "&x;" * 50_000), _XML),
    HostileDocument("XXE, file", "feed", _doctype('<!ENTITY x SYSTEM "file://PATH">'), _XML),
    HostileDocument("XXE, http", "feed", _doctype('<!ENTITY x SYSTEM "URL">'), _XML),
    HostileDocument("XXE, parameter", "feed", _doctype('<!ENTITY % x SYSTEM "URL"> %x;', "y"), _XML),
    HostileDocument(
        "XXE in a sitemap",
        "sitemap",
        lambda canary: (
            f'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file://{canary.path}">]>'
            "<urlset><url><loc>https://courier.example/&x;</loc></url></urlset>"
        ).encode(),
        _XML,
    ),
    HostileDocument("XXE in UTF-16", "feed", lambda canary: _doctype('<!ENTITY x SYSTEM "file://PATH">')(canary).decode()
        .replace("utf-8", "utf-16").encode("utf-16"), _XML),
    HostileDocument("XXE in UTF-7", "feed", _utf_7, (*_XML, *_NONE, *_ONE)),
    HostileDocument("XInclude", "feed", _xinclude, _ONE),
    HostileDocument("RSS 0.91 with its document type", "feed", _rss_091, _ONE),
)  # fmt: skip

_DEEP = 20_000
_ATTRIBUTES = " ".join(f"a{number}='x'" for number in range(200_000))
_NUL = _item("The \0 bridge", "https://courier.example/\0a")
SHAPES = (
    HostileDocument("20,000 elements deep", "feed", _plain(_rss("<a>" * _DEEP + "</a>" * _DEEP)), ("xml-too-deep",)),
    HostileDocument(
        "200,000 attributes",
        "feed",
        _plain(_rss(f"<item {_ATTRIBUTES}><link>https://courier.example/a</link></item>")),
        (*_KILLED, *_ONE),
    ),
    HostileDocument(
        "broken markup without end", "feed", _plain(_rss("<item " + "a='<' " * 100_000)), (*_KILLED, *_NONE)
    ),
    HostileDocument("NUL in title and link", "feed", _plain(_rss(_NUL)), _ONE),
    HostileDocument("lone surrogates", "feed", _plain(_rss(_item("The &#xD83D; bridge"))), (*_ONE, *_NONE)),
    HostileDocument("control characters", "feed", _plain(_rss(_item("The \x01\x08\x1b bridge"))), (*_ONE, *_NONE)),
    HostileDocument("gzip bomb", "sitemap", lambda canary: _BOMB, _BOMBED, "application/gzip"),
    HostileDocument(
        "truncated gzip",
        "sitemap",
        lambda canary: gzip.compress(_sitemap("<url><loc>https://courier.example/a</loc></url>").encode())[:-9],
        ("truncated-body",),
        "application/gzip",
    ),
    HostileDocument("a sitemap of noise", "sitemap", lambda canary: b"<urlset>" + bytes(range(256)) * 400, _NONE),
)  # fmt: skip

DATES = (
    *(
        HostileDocument(f"date {date}", "feed", _plain(_rss(_item(date=date))), _ONE)
        for date in (
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "Fri, 31 Dec 99999 23:59:59 GMT",
            "9999-12-31T23:59:59-14:00",
            "0000-00-00T00:00:00Z",
            "Mon, 99 Foo 2030 99:99:99 +9999",
            "1e200000",
        )
    ),
    HostileDocument(
        "sitemap date 9999-12-31T23:59:59-14:00",
        "sitemap",
        _plain(_sitemap("<url><loc>https://courier.example/a</loc><lastmod>9999-12-31T23:59:59-14:00</lastmod></url>")),
        _ONE,
    ),
)

_LABELS = ("zlib_codec", "idna", "utf-7", "bogus", "unicode_escape", "rot13", "base64", "x" * 500)
CHARSETS = (
    *(
        HostileDocument(f"XML declared as {label[:16]}", "feed", _plain(_rss(_item(), encoding=label)), (*_ONE, *_NONE))
        for label in _LABELS
    ),
    *(
        HostileDocument(
            f"XML served as {label[:16]}", "feed", _plain(_rss(_item())), (*_ONE, *_NONE), f"text/xml; charset={label}"
        )
        for label in _LABELS
    ),
    *(
        HostileDocument(
            f"HTML as {label[:16]}",
            "home",
            _plain(f"<html><head><meta charset='{label}'></head><body><a href='/2030/01/01/the-bridge-is-open'>x</a>"),
            ("0 entries", "1 entry"),
            f"text/html; charset={label}",
        )
        for label in _LABELS
    ),
)

JSON = (
    HostileDocument("JSON with NUL", "feed", _json_feed(title="The \0 bridge"), _ONE, "application/feed+json"),
    HostileDocument("JSON with a lone surrogate", "feed", _json_feed(title="The \ud83d bridge"), _ONE),
    HostileDocument("JSON with NaN", "feed", _json_feed(title=float("nan"), date_published=float("inf")), _ONE),
    HostileDocument("JSON in year 9999", "feed", _json_feed(date_published="9999-12-31T23:59:59-14:00"), _ONE),
    HostileDocument(
        "JSON with 1e200000",
        "feed",
        _plain('{"version":"https://jsonfeed.org/version/1","items":[{"url":"https://a.example/","n":1e200000}]}'),
        _ONE,
    ),
    HostileDocument("JSON with 100,000 digits", "feed", _plain('{"items":[' + "9" * 100_000 + "]}"), _BAD_JSON),
    HostileDocument("JSON 100,000 lists deep", "feed", _plain('{"items":' + "[" * 100_000), _BAD_JSON),
)  # fmt: skip

LINKS = HostileDocument(
    "links that are no addresses",
    "feed",
    _plain(
        _rss(
            "".join(
                _item(link=link)
                for link in (
                    "javascript:alert(document.cookie)",
                    "JaVaScRiPt:alert(1)",
                    "data:text/html,x",
                    "file:///etc/passwd",
                    "http://10.0.0.1@2130706433/",
                    "http://[::1]/",
                    "https://courier.example/a",
                )
            )
        )
    ),
    ("7 entries",),
)
"""All are read; all but the last are rejected, and counted, when they are to be stored."""

HOSTILE_DOCUMENTS: tuple[HostileDocument, ...] = (*ENTITIES, *SHAPES, *DATES, *CHARSETS, *JSON, LINKS)
