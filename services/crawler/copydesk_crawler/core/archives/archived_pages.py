"""Pages out of archived HTTP messages: which records hold one, and what it was when it was fetched. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

import msgspec
from warcio.bufferedreaders import ChunkedDataReader
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from copydesk.contracts import PageFetched, article_id
from copydesk_crawler.core.http.decompression import UndecodableBodyError, decode_body
from copydesk_crawler.core.http.response_headers import HTML_TYPES, ResponseHeaders
from copydesk_crawler.core.urls.canonical_url import Address, canonical_url

_PARSER = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/2"], verify=True)


@dataclass(frozen=True)
class Skipped:
    """A record that gives no page; `reason` is a short stable label."""

    reason: str


@dataclass(frozen=True)
class Response:
    """An archived HTTP response with its codings undone."""

    status: int
    headers: ResponseHeaders
    body: bytes


def response_of(block: bytes, limit: int) -> Response | Skipped:
    """Read the block of a response record; bodies above `limit` bytes are left, compressed or not."""
    stream = BytesIO(block)
    try:
        parsed = _PARSER.parse(stream)
        status = int(parsed.get_statuscode())
    except (StatusAndHeadersParserException, EOFError, ValueError):
        return Skipped("broken-http")
    headers = ResponseHeaders(
        [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in parsed.headers]
    )
    if headers.get("transfer-encoding").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        return Skipped("body-too-large")
    try:
        return Response(status, headers, decode_body(raw, headers.all("content-encoding"), limit))
    except UndecodableBodyError as error:
        # Some archives undo the coding and leave the header.
        undone = error.reason == "bad-encoding" and raw.lstrip()[:1] == b"<"
        return Response(status, headers, raw) if undone else Skipped(error.reason)


def page_of(response: Response, url: str, date: str, source: Callable[[str], str | None]) -> PageFetched | Skipped:
    """The page of a response; `source` names the source of a host, or None for hosts that are not wanted."""
    if response.status != 200:
        return Skipped(f"http-{response.status}")
    media_type = response.headers.media_type()
    if media_type not in HTML_TYPES and (media_type or response.body.lstrip()[:1] != b"<"):
        return Skipped("not-html")
    address = canonical_url(url)
    if not isinstance(address, Address):
        return Skipped(address.reason)
    filed_under = source(address.hostname)
    if filed_under is None:
        return Skipped("other-host")
    fetched_at = moment(date)
    if fetched_at is None:
        return Skipped("no-date")
    if not response.body.strip():
        return Skipped("empty-body")
    return PageFetched(
        id=article_id(address.url),
        url=address.url,
        source=filed_under,
        fetched_at=fetched_at,
        body=response.body,
        content_sha256=sha256(response.body).hexdigest(),
        canonical_url=address.url,
        content_type=media_type or "text/html",
        encoding=response.headers.charset(),
        etag=response.headers.validator("etag"),
        last_modified=response.headers.validator("last-modified"),
    )


def published_page(response: Response, metadata: str) -> PageFetched | Skipped:
    """The page as it was published when it was fetched, which the record says beside the response."""
    try:
        page = msgspec.json.decode(metadata, type=PageFetched)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Skipped("broken-metadata")
    if sha256(response.body).hexdigest() != page.content_sha256:
        return Skipped("altered-body")
    return msgspec.structs.replace(page, body=response.body)


def moment(date: str) -> datetime | None:
    """A WARC-Date (W3C-DTF, UTC, with as many digits of a second as the writer liked)."""
    head, dot, fraction = date.removesuffix("Z").partition(".")
    try:
        found = datetime.fromisoformat(head + (f".{fraction[:6]:0<6}" if dot else ""))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
