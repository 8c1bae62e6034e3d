"""Answers of servers that mean no good, or know no better, each with what it must come to.

One list for the tests, which assert it, and for `benchmarks.bad_input`, which prints it. Outcomes are written as
`outcome_of` writes them. The list supposes a deadline of about a second and a cap of `LIMIT` bytes on bodies.
"""

import asyncio
import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import brotli
import zstandard

from copydesk.testing.raw_server import Talk, blurting, dripping, saying

LIMIT = 2_000_000
PAGE = b"<!doctype html><html><body><p>" + b"De brug is weer open. " * 40 + b"</p></body></html>"
HTML = "Content-Type: text/html; charset=UTF-8"
_HEAD = f"HTTP/1.1 200 OK\r\n{HTML}\r\n".encode()
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_BOMB_BYTES = 64_000_000

PROTOCOL = ("failed protocol-error", "failed connection-lost")
"""Which of the two depends on whether our hanging up or the server's reset comes first."""

TIMEOUT = ("failed timeout",)
TRUNCATED = ("failed truncated-body",)
TOO_LARGE = ("refused body-too-large",)
BOMB = ("refused compression-ratio", *TOO_LARGE)
"""Which of the two depends on which cap is met first."""

BAD_CODING = ("refused bad-encoding",)
FETCHED = ("fetched",)


@dataclass(frozen=True)
class HostileAnswer:
    """`expected` lists all outcomes that are right; `path` is what is asked for."""

    name: str
    talk: Talk
    expected: tuple[str, ...]
    path: str = "/news/bridge"


def outcome_of(answer: object) -> str:
    """A fetcher's answer in words: its kind in lower case, then its reason, status, wait in seconds, or location."""
    words = [type(answer).__name__.lower()]
    for name in ("reason", "location"):
        if value := getattr(answer, name, None):
            words.append(str(value))
            break
    else:
        if words[0] == "gone":
            words.append(str(getattr(answer, "status", "")))
        if wait := getattr(answer, "wait", None):
            words.append(f"{wait.total_seconds():.0f}")
    return " ".join(words)


def _page(*headers: str, body: bytes = PAGE) -> Talk:
    return saying("200 OK", body, HTML, *headers)


_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 1),
    "deflate": lambda data: zlib.compress(data, 1),
    "br": lambda data: bytes(brotli.compress(data, quality=1)),
    "zstd": zstandard.compress,
}


@cache
def bomb(codings: str) -> bytes:
    """64 MB of nothing under these codings, as a Content-Encoding lists them."""
    data = bytes(_BOMB_BYTES)
    for coding in codings.split(", "):
        data = _COMPRESS[coding](data)
    return data


def _bombing(codings: str) -> Talk:
    async def talk(writer: asyncio.StreamWriter, head: str) -> None:
        await _page(f"Content-Encoding: {codings}", body=bomb(codings))(writer, head)

    return talk


def _wide_window() -> bytes:
    """A zstd frame that asks its reader for 128 MB of memory."""
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return stream.compress(PAGE) + stream.flush()


def _resetting(start: bytes) -> Talk:
    """Say something and break the connection off."""

    async def talk(writer: asyncio.StreamWriter, head: str) -> None:
        writer.write(start)
        await writer.drain()
        writer.transport.abort()

    return talk


CODINGS = (
    *(HostileAnswer(f"{coding} bomb", _bombing(coding), BOMB) for coding in ("gzip", "deflate", "br", "zstd")),
    HostileAnswer("stacked gzip bomb", _bombing("gzip, gzip"), BOMB),
    HostileAnswer("br bomb in gzip", _bombing("br, gzip"), BOMB),
    *(
        HostileAnswer(f"truncated {coding}", _page(f"Content-Encoding: {coding}", body=packed(PAGE)[:-9]), TRUNCATED)
        for coding, packed in _COMPRESS.items()
    ),
    *(
        HostileAnswer(f"{coding} that is none", _page(f"Content-Encoding: {coding}"), BAD_CODING)
        for coding in ("gzip", "br", "zstd")
    ),
    HostileAnswer(
        "50,000 empty gzip members", _page("Content-Encoding: gzip", body=gzip.compress(b"") * 50_000), BAD_CODING
    ),
    HostileAnswer("zstd window of 128 MB", _page("Content-Encoding: zstd", body=_wide_window()), BAD_CODING),
    HostileAnswer("unknown coding", _page("Content-Encoding: rot13"), ("refused unknown-encoding",)),
    HostileAnswer(
        "five codings", _page("Content-Encoding: gzip, gzip, gzip, gzip, gzip"), ("refused too-many-encodings",)
    ),
)

SLOW_AND_ENDLESS = (
    HostileAnswer("body drip", dripping(_HEAD + b"\r\n", b"x", 0.05), TIMEOUT),
    HostileAnswer("header drip", dripping(_HEAD + b"X: ", b"x", 0.05), TIMEOUT),
    HostileAnswer("status line drip", dripping(b"HTTP/1.1 200 O", b"K", 0.05), TIMEOUT),
    HostileAnswer("chunk drip", dripping(_CHUNKED, b"1\r\nx\r\n", 0.05), TIMEOUT),
    HostileAnswer("silence", dripping(b"", b"", 0.05), TIMEOUT),
    HostileAnswer("silence after the head", dripping(_HEAD + b"Content-Length: 900\r\n\r\n", b"", 0.05), TIMEOUT),
    HostileAnswer("endless body", dripping(_HEAD + b"\r\n", b"x" * 65_536, 0), TOO_LARGE),
    HostileAnswer("endless chunks", dripping(_CHUNKED, b"10000\r\n" + b"x" * 65_536 + b"\r\n", 0), TOO_LARGE),
    HostileAnswer(
        "endless one-byte chunks",
        dripping(_CHUNKED, b"1\r\nx\r\n" * 10_000, 0),
        ("refused too-many-chunks", *TIMEOUT),
    ),
    HostileAnswer("endless chunk extension", dripping(_CHUNKED + b"1;", b"x" * 65_536, 0), PROTOCOL),
    HostileAnswer("endless trailer", dripping(_CHUNKED + b"1\r\nx\r\n0\r\n", b"X: x\r\n" * 5_000, 0), PROTOCOL),
    HostileAnswer("20,000 x 100 Continue", blurting(b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000), (*PROTOCOL, *TIMEOUT)),
    HostileAnswer(
        "endless 100 Continue", dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0), (*PROTOCOL, *TIMEOUT)
    ),
    HostileAnswer("slow 100 Continue", dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02), TIMEOUT),
    HostileAnswer("100 Continue, then a page", blurting(b"HTTP/1.1 100 Continue\r\n\r\n" + _HEAD + b"\r\nx"), FETCHED),
    HostileAnswer("endless status line", dripping(b"HTTP/1.1 200 ", b"O" * 65_536, 0), PROTOCOL),
    HostileAnswer("endless noise", dripping(b"", b"\x16\x03\x01\xff" * 16_384, 0), PROTOCOL),
)

HEADS = (
    HostileAnswer("header of 1 MB", _page("X: " + "a" * 1_000_000), PROTOCOL),
    HostileAnswer("200,000 headers", _page(*(f"X{number}: a" for number in range(200_000))), PROTOCOL),
    HostileAnswer("20 cookies of 4 KB", _page(*(f"Set-Cookie: c{each}={'x' * 4000}" for each in range(20))), FETCHED),
    HostileAnswer("header without colon", blurting(_HEAD + b"nonsense\r\n\r\n"), PROTOCOL),
    HostileAnswer("header name with a blank", blurting(_HEAD + b"Content Length: 5\r\n\r\nhello"), PROTOCOL),
    HostileAnswer("NUL in a header", blurting(_HEAD + b"X: a\0b\r\n\r\n"), PROTOCOL),
    HostileAnswer("entity tag in Latin-1", _page('ETag: "\xe9t\xe9"'), FETCHED),
    HostileAnswer("entity tag of 5 KB", _page(f'ETag: "{"x" * 5_000}"'), FETCHED),
    HostileAnswer("two different lengths", _page("Content-Length: 5", "Content-Length: 7"), PROTOCOL),
    HostileAnswer("negative length", _page("Content-Length: -5"), PROTOCOL),
    HostileAnswer("hexadecimal length", _page("Content-Length: 0x20"), PROTOCOL),
    HostileAnswer("length with a plus", _page("Content-Length: +5"), PROTOCOL),
    HostileAnswer("length of 30 digits", _page(f"Content-Length: {'9' * 30}"), (*PROTOCOL, *TOO_LARGE)),
    HostileAnswer("length past the cap", _page("Content-Length: 999999999999"), TOO_LARGE),
    HostileAnswer("body shorter than declared", _page(f"Content-Length: {len(PAGE) + 50}"), PROTOCOL),
    HostileAnswer("body longer than declared", _page("Content-Length: 30"), FETCHED),
    HostileAnswer("unknown transfer coding", blurting(_HEAD + b"Transfer-Encoding: rot13\r\n\r\nhello"), PROTOCOL),
    HostileAnswer("chunk size zz", blurting(_CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n"), PROTOCOL),
    HostileAnswer("negative chunk size", blurting(_CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"), PROTOCOL),
    HostileAnswer("chunk size past 64 bits", blurting(_CHUNKED + b"F" * 40 + b"\r\nhello"), PROTOCOL),
    HostileAnswer("chunks without an end", blurting(_CHUNKED + b"5\r\nhello\r\n"), PROTOCOL),
    HostileAnswer("chunk longer than its size", blurting(_CHUNKED + b"2\r\nhello\r\n0\r\n\r\n"), PROTOCOL),
    HostileAnswer("HTTP/0.9", blurting(PAGE), PROTOCOL),
    HostileAnswer("a mail server", blurting(b"220 mail.example ESMTP ready\r\n"), PROTOCOL),
    HostileAnswer("status 99", saying("99 Low"), (*PROTOCOL, "refused http-99")),
    HostileAnswer("status 999", saying("999 Denied"), ("failed http-999",)),
    HostileAnswer("status 20000", saying("20000 OK"), PROTOCOL),
    HostileAnswer("101 unasked", saying("101 Switching Protocols"), ("refused http-101", *PROTOCOL)),
    HostileAnswer("206 unasked", saying("206 Partial Content", PAGE, HTML), ("refused http-206",)),
    HostileAnswer("304 unasked", saying("304 Not Modified", b"", 'ETag: "v"'), ("notmodified",)),
    HostileAnswer("hung up at once", _resetting(b""), PROTOCOL),
    HostileAnswer("hung up in the head", _resetting(_HEAD), PROTOCOL),
    HostileAnswer("hung up in the body", _resetting(_HEAD + b"Content-Length: 900\r\n\r\n<html>"), PROTOCOL),
    HostileAnswer("no page", saying("200 OK", b"%PDF-1.7", "Content-Type: application/pdf"), ("refused not-html",)),
    HostileAnswer("address of 12,000 bytes", _page(), FETCHED, path="/" + "a" * 12_000),
    *(
        HostileAnswer(
            f"charset {label[:12]}", saying("200 OK", PAGE, f"Content-Type: text/html; charset={label}"), FETCHED
        )
        for label in ("zlib_codec", "idna", "utf-7", "bogus", '"', "utf-8''x", "\xe9", "x" * 500)
    ),
)


def _waiting(name: str, retry_after: str, *expected: str, status: str = "429 Slow down") -> HostileAnswer:
    return HostileAnswer(f"{status[:3]} {name}", saying(status, b"", f"Retry-After: {retry_after}"), expected)


WAITS = (
    HostileAnswer("429 without Retry-After", saying("429 Slow down"), ("busy 60",)),
    HostileAnswer("503 without Retry-After", saying("503 Later"), ("failed http-503",)),
    _waiting("in 7 s", "7", "busy 7", status="503 Later"),
    _waiting("in -3 s", "-3", "busy 60"),
    _waiting("in ten years", "315360000", "busy 86400"),
    _waiting("in 10^40 s", f"1{'0' * 40}", "busy 86400"),
    _waiting("till 2099", "Thu, 01 Jan 2099 00:00:00 GMT", "busy 86400"),
    _waiting("till 1999", "Fri, 01 Jan 1999 00:00:00 GMT", "busy 60"),
    _waiting("till the year 99999", "Fri, 01 Jan 99999 00:00:00 GMT", "busy 60", "busy 86400"),
    _waiting("till whenever", "soon\xe9", "busy 60"),
)


def _moved(name: str, location: str, outcome: str) -> HostileAnswer:
    return HostileAnswer(f"moved to {name}", saying("302 Found", b"", f"Location: {location}"), (outcome,))


REDIRECTS = (
    _moved("a script", "javascript:alert(1)", "redirected javascript:alert(1)"),
    _moved("a file", "file:///etc/passwd", "redirected file:///etc/passwd"),
    _moved("userinfo", "http://good.example@10.0.0.1/", "redirected http://good.example@10.0.0.1/"),
    _moved("UTF-8", "/caf\xc3\xa9", "redirected /caf%C3%A9"),
    _moved("Latin-1", "/caf\xe9", "redirected /caf%E9"),
    _moved("nowhere", "", "refused redirect-without-location"),
    HostileAnswer("moved with a line break", blurting(b"HTTP/1.1 302 F\r\nLocation: /a\rX-Evil: 1\r\n\r\n"), PROTOCOL),
)

HOSTILE_ANSWERS: tuple[HostileAnswer, ...] = (*CODINGS, *SLOW_AND_ENDLESS, *HEADS, *WAITS, *REDIRECTS)


def _robots(name: str, talk: Talk, *expected: str) -> HostileAnswer:
    return HostileAnswer(f"robots.txt: {name}", talk, expected)


_DISALLOW = b"User-agent: *\nDisallow: /\n"
_PLAIN = "Content-Type: text/plain"
_PARSED_BYTES = 500 * 1024
HOSTILE_ROBOTS = (
    _robots("404", saying("404 Not Found"), "all allowed"),
    _robots("403", saying("403 Forbidden"), "all allowed"),
    _robots("500", saying("500 Oops"), "nothing allowed"),
    _robots("silence", dripping(b"", b"", 0.05), "nothing allowed"),
    _robots("redirects for ever", saying("301 Moved", b"", "Location: /robots.txt"), "all allowed"),
    _robots("rules, then 50 MB", saying("200 OK", _DISALLOW + b"#" * 50_000_000, _PLAIN), "nothing allowed"),
    _robots(
        "rules, then no end", dripping(b"HTTP/1.1 200 OK\r\n\r\n" + _DISALLOW, b"#" * 65_536, 0), "nothing allowed"
    ),
    _robots("rules past 500 KiB", saying("200 OK", b"#" * _PARSED_BYTES + b"\n" + _DISALLOW, _PLAIN), "all allowed"),
    _robots("a web page", saying("200 OK", PAGE, HTML), "all allowed"),
    _robots("noise", saying("200 OK", bytes(range(256)) * 200, _PLAIN), "all allowed"),
)
"""Which rules an origin has in the end (RFC 9309, 2.3.1), for any other page of it."""
