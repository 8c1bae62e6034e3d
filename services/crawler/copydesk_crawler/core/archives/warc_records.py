"""WARC records of one exchange, made and read. Pure: bytes in, bytes out.

ISO 28500:2017 (WARC 1.1). As other archives do, messages are written in the syntax of HTTP/1.1 whatever the protocol
was (`WARC-Protocol` names it), and without Transfer-Encoding, which is undone already.
"""

import gzip
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlsplit

import msgspec
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from copydesk.contracts import PageFetched
from copydesk_crawler.core.http.answers import Exchange

PAGE_HEADER = "WARC-JSON-Metadata"
"""Carries what was published of the exchange: a PageFetched without its body, so that a replay sends the same again."""

SAME_PAYLOAD = RecordBuilder.REVISIT_PROFILE_1_1
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_LEVEL = 6
_VERSION = RecordBuilder.WARC_1_1
_HOP_BY_HOP = frozenset({"transfer-encoding", "trailer"})


@dataclass(frozen=True)
class Capture:
    """An earlier record that a revisit refers to; `digest` is of its payload, as `sha1:BASE32`."""

    url: str
    date: str
    digest: str


class _WireHeaders(StatusAndHeaders):  # type: ignore[misc]
    """Header lines written as they came, in Latin-1; warcio would percent-encode what is not ASCII."""

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self.to_bytes(encoding="latin-1")


class _WholeRecords(WARCWriter):  # type: ignore[misc]
    """Writes records to memory, one gzip member each."""

    def __init__(self) -> None:
        super().__init__(BytesIO(), gzip=False, warc_version=_VERSION)

    def member(self, record: ArcWarcRecord) -> bytes:
        self.out = BytesIO()
        self.write_record(record)
        return gzip.compress(self.out.getvalue(), _LEVEL, mtime=0)


def warcinfo_member(filename: str, software: str, now: datetime) -> bytes:
    """The first record of a file."""
    writer = _WholeRecords()
    info = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    record = writer.create_warcinfo_record(filename, info)
    record.rec_headers.replace_header("WARC-Date", warc_date(now))
    return writer.member(record)


def exchange_members(exchange: Exchange, page: PageFetched | None, earlier: Capture | None) -> tuple[bytes, bytes]:
    """The response (or revisit) and the request, a gzip member each.

    With `earlier` the response becomes a revisit of it; a 304 is one without it, too.
    """
    writer = _WholeRecords()
    answer = _answer(writer, exchange, page, earlier)
    asked = writer.create_warc_record(
        exchange.url,
        "request",
        payload=BytesIO(),
        length=0,
        warc_headers_dict={
            **_about(exchange),
            "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
        },
        http_headers=_request_headers(exchange),
    )
    return writer.member(answer), writer.member(asked)


def payload_digest(payload: bytes) -> str:
    """As WARC files write it: `sha1:` and base 32."""
    return "sha1:" + b32encode(sha1(payload, usedforsecurity=False).digest()).decode()


def warc_date(moment: datetime) -> str:
    """A WARC-Date with microseconds, which WARC 1.1 allows."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _answer(
    writer: _WholeRecords, exchange: Exchange, page: PageFetched | None, earlier: Capture | None
) -> ArcWarcRecord:
    about = _about(exchange)
    headers = _response_headers(exchange)
    if earlier is None and exchange.status != 304:
        if page is not None:
            about[PAGE_HEADER] = _page_json(page)
        digest = {"WARC-Payload-Digest": payload_digest(exchange.payload)}
        return writer.create_warc_record(
            exchange.url,
            "response",
            payload=BytesIO(exchange.payload),
            length=len(exchange.payload),
            warc_headers_dict={**about, **digest},
            http_headers=headers,
        )
    about["WARC-Profile"] = NOT_MODIFIED if exchange.status == 304 else SAME_PAYLOAD
    about["WARC-Refers-To-Target-URI"] = earlier.url if earlier else exchange.url
    if earlier is not None:
        about["WARC-Refers-To-Date"] = earlier.date
        about["WARC-Payload-Digest"] = earlier.digest
    return writer.create_warc_record(exchange.url, "revisit", warc_headers_dict=about, http_headers=headers)


def _about(exchange: Exchange) -> dict[str, str]:
    found = {"WARC-Date": warc_date(exchange.requested_at), "WARC-Protocol": _protocol(exchange.http_version)}
    if exchange.address:
        found["WARC-IP-Address"] = exchange.address
    return found


def _protocol(http_version: str) -> str:
    version = http_version.upper().removeprefix("HTTP/")
    return "h2" if version in {"2", "2.0", "H2"} else f"http/{version.lower()}"


def _response_headers(exchange: Exchange) -> _WireHeaders:
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = ""
    return _WireHeaders(f"{exchange.status} {phrase}".strip(), _lines(exchange.headers), protocol="HTTP/1.1")


def _request_headers(exchange: Exchange) -> _WireHeaders:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = _lines(exchange.request_headers)
    if not any(name.lower() == "host" for name, _ in lines):
        lines.insert(0, ("Host", parts.netloc))
    return _WireHeaders(f"GET {target} HTTP/1.1", lines, is_http_request=True)


def _lines(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers that stay true of the stored bytes, none of which breaks out of its line."""
    return [
        (name, " ".join(value.splitlines()))
        for name, value in headers
        if name.lower() not in _HOP_BY_HOP and not name.startswith(":")
    ]


def _page_json(page: PageFetched) -> str:
    """ASCII, so that the header is the same in whatever encoding it is read."""
    held = msgspec.json.encode(msgspec.structs.replace(page, body=b"", body_coding=None)).decode()
    return "".join(char if char.isascii() else _escape(char) for char in held)


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
