"""Pages out of texts, HTML files and JSON lines."""

import gzip
import mimetypes
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from copydesk.cli.output import CommandError
from copydesk.contracts import PageFetched, article_id


class ImportedLine(msgspec.Struct):
    """One line of a JSON lines file: `url` with `html` or `text`; `encoding` never applies, JSON is Unicode."""

    url: str
    html: str | None = None
    text: str | None = None
    fetched_at: datetime | None = None
    language: str | None = None
    country: str | None = None


def read_pages(path: Path, source: str) -> Iterator[PageFetched]:
    """The pages of one file. Raises `CommandError` naming file and line."""
    try:
        body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        raise CommandError(f"{path}: cannot be read: {error}") from error
    name = path.name.removesuffix(".gz")
    fetched_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if name.endswith((".jsonl", ".ndjson")):
        yield from _read_lines(path, body, source, fetched_at)
        return
    kind = mimetypes.guess_type(name)[0] or ("text/html" if body.lstrip()[:1] == b"<" else "text/plain")
    if not kind.startswith("text/") and kind != "application/xhtml+xml":
        raise CommandError(f"{path}: {kind} is neither text, HTML nor JSON lines; convert it, or leave it out")
    yield _page(f"import://{source}/{name}", body, kind, source, fetched_at)


def _read_lines(path: Path, body: bytes, source: str, fetched_at: datetime) -> Iterator[PageFetched]:
    for number, line in enumerate(body.splitlines(), 1):
        if not line.strip():
            continue
        try:
            held = msgspec.json.decode(line, type=ImportedLine)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CommandError(f"{path}:{number}: {error}; nothing after line {number - 1} was sent") from error
        content = held.html if held.html is not None else held.text
        if content is None:
            raise CommandError(f"{path}:{number}: needs `html` or `text`; nothing after line {number - 1} was sent")
        kind = "text/plain" if held.html is None else "text/html"
        page = _page(held.url, content.encode(), kind, source, held.fetched_at or fetched_at)
        yield msgspec.structs.replace(page, language=held.language, country=held.country, encoding="utf-8")


def _page(url: str, body: bytes, kind: str, source: str, fetched_at: datetime) -> PageFetched:
    return PageFetched(
        id=article_id(url),
        url=url,
        canonical_url=url,
        source=source,
        fetched_at=fetched_at,
        body=body,
        content_sha256=sha256(body).hexdigest(),
        content_type=kind,
    )
