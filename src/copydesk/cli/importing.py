"""`copydesk import`: files into pages.fetched."""

import asyncio
import gzip
import mimetypes
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.progress import track

from copydesk.cli.composition import infrastructure
from copydesk.cli.output import CommandError, err
from copydesk.contracts import PAGES_FETCHED, STAGE_OUTCOMES, PageFetched, StageOutcome, article_id
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.settings import Settings
from copydesk.telemetry import Metrics

_BATCH = 100
"""Pages sent and awaited together; bounds what an interrupted import has to send again."""


class ImportedLine(msgspec.Struct):
    """One line of a JSON lines file: `url` with `html` or `text`; `encoding` never applies, JSON is Unicode."""

    url: str
    html: str | None = None
    text: str | None = None
    fetched_at: datetime | None = None
    language: str | None = None
    country: str | None = None


def import_files(
    paths: Annotated[list[Path], typer.Argument(help="Text, HTML or JSON lines, plain or .gz; folders are walked.")],
    source: Annotated[str, typer.Option(help="The source that the articles are filed under.")],
) -> None:
    """Send files down the same road as crawled pages.

    A file's URL is `import://SOURCE/NAME`, so that importing it again makes a revision and not a second article;
    JSON lines carry `{"url", "html" or "text", "language"?, "country"?}`.

    Example: copydesk import archive/*.html --source archive
    """
    asyncio.run(_import(list(_files(paths)), source))


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(held for held in path.rglob("*") if held.is_file())
        elif path.exists():
            yield path
        else:
            raise CommandError(f"{path}: no such file")


async def _import(files: Sequence[Path], source: str) -> None:
    sent = 0
    async with infrastructure(Settings(), postgres=False) as opened:
        publisher = Publisher(opened.context(Metrics()), "import")
        pages = (
            page for path in track(files, "importing", console=err, transient=True) for page in read_pages(path, source)
        )
        while batch := list(islice(pages, _BATCH)):
            await publisher.publish_roots([message for page in batch for message in _messages(page)])
            sent += len(batch)
    err.print(f"{sent} pages on {PAGES_FETCHED.name}; `copydesk run --once` takes them through", soft_wrap=True)


def _messages(page: PageFetched) -> list[tuple[Outgoing, str]]:
    version = f"{page.fetched_at.isoformat()} {page.content_sha256}"
    outcome = StageOutcome(
        id=page.id,
        source=page.source,
        url=page.url,
        stage="crawler",
        outcome="passed",
        version=int(page.fetched_at.timestamp() * 1000),
        at=page.fetched_at,
    )
    return [(Outgoing(PAGES_FETCHED, page), version), (Outgoing(STAGE_OUTCOMES, outcome), version)]


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
