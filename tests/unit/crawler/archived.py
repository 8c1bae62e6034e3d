"""Exchanges and WARC files for the tests of the archive."""

import gzip
from datetime import UTC, datetime
from typing import Any

from copydesk_crawler.core.archives.warc_records import exchange_members, warcinfo_member
from copydesk_crawler.core.http.answers import Exchange

from copydesk.contracts import PageFetched
from copydesk.testing.factories import make_page

NOON = datetime(2030, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def body_of(name: str) -> bytes:
    return f"<!doctype html><title>{name}</title><p>Der Fährmann von {name} kam zurück.</p>".encode()


def exchange(url: str = "https://bay.example/ferry", **fields: Any) -> Exchange:
    given: dict[str, Any] = {
        "requested_at": NOON,
        "http_version": "HTTP/1.1",
        "status": 200,
        "request_headers": (("Host", url.split("/")[2]), ("User-Agent", "Copydesk/0.1")),
        "headers": HTML,
        "payload": body_of(url),
        "address": "192.0.2.7",
    }
    return Exchange(url=url, **given | fields)


def page(url: str = "https://bay.example/ferry", body: bytes | None = None, **fields: Any) -> PageFetched:
    given: dict[str, Any] = {"source": "bay", "fetched_at": NOON, "encoding": "utf-8", "language": None}
    return make_page(url, body=body_of(url) if body is None else body, **given | fields)


def warc(*members: bytes) -> bytes:
    """A file with a warcinfo record and these members."""
    return b"".join((warcinfo_member("test.warc.gz", "Copydesk/test", NOON), *members))


def captured(url: str = "https://bay.example/ferry", **fields: Any) -> bytes:
    """The response and request records of an exchange that published a page."""
    return b"".join(exchange_members(exchange(url, **fields), page(url), None))


def record(
    kind: str, block: bytes, *, url: str = "https://bay.example/ferry", length: int | None = None, **more: str
) -> bytes:
    """A record as another program may write it, as a gzip member."""
    return gzip.compress(plain_record(kind, block, url=url, length=length, **more))


def plain_record(
    kind: str, block: bytes, *, url: str = "https://bay.example/ferry", length: int | None = None, **more: str
) -> bytes:
    lines = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:4c6cf2a1-6f0c-4c3e-9a51-4c2f8e4f0a11>",
        "WARC-Target-URI": url,
        "WARC-Date": "2026-05-04T09:30:00Z",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block) if length is None else length),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def http(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    lines = {"Content-Type": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body
