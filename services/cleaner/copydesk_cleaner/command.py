"""`copydesk clean`: files in, cleaned articles out; no bus, no database."""

import asyncio
import gzip
import mimetypes
import sys
import zlib
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from copydesk.contracts import PageFetched, article_id
from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.settings import Settings
from copydesk_cleaner.adapters.decoding import decode_page
from copydesk_cleaner.adapters.documents import clean_document
from copydesk_cleaner.adapters.explain import print_explanation
from copydesk_cleaner.adapters.html_report import write_report
from copydesk_cleaner.adapters.page_workers import page_workers
from copydesk_cleaner.adapters.rules_file import load_rules
from copydesk_cleaner.core.document import CleanedDocument, to_messages
from copydesk_cleaner.core.errors import RulesError, UnreadableDocumentError
from copydesk_cleaner.core.explanation import Explanation, text_lines
from copydesk_cleaner.core.lines import storable
from copydesk_cleaner.core.site_rules import NO_RULES, SiteRuleBook

_SOURCE = "clean"
_NO_TEXT = "no main text was found on the page"
_AHEAD = 4
"""Files in hand for each worker; bounds what is read before it is printed."""


class _ManifestLine(msgspec.Struct, frozen=True):
    id: str
    url: str
    path: str
    encoding: str | None = None


@dataclass(frozen=True)
class Task:
    """One file to clean; `id` names it in the output where a manifest gave one."""

    path: Path
    url: str
    encoding: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class _Show:
    """What is asked for beside the articles."""

    rules: SiteRuleBook
    explain: bool
    report: Path | None

    @property
    def lines(self) -> bool:
        return self.explain or self.report is not None


class TaskError(Exception):
    """A file that could not be cleaned; the text names it, says why and what to do."""


def clean(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="HTML (.html, .htm) or text (.txt) files, plain or .gz.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="The address of the page; only with a single file.")] = None,
    manifest: Annotated[
        Path | None, typer.Option(help='JSON lines {"id","url","path","encoding"?}; paths count from its folder.')
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    rules: Annotated[Path | None, typer.Option(help="YAML with rules for single sites.")] = None,
    explain: Annotated[bool, typer.Option(help="Print kept and cut lines side by side instead of JSON.")] = False,
    html_report: Annotated[Path | None, typer.Option(help="Write kept and cut lines as one HTML page.")] = None,
) -> None:
    """Print the cleaned article of each file as one JSON object a line, in the order given; `parts` holds the others.

    A file that cannot be cleaned is named on stderr; the others are printed all the same, and the exit code is 1.
    Examples: copydesk clean page.html --url https://courier.example/2030/bridge
    | copydesk clean --manifest pages.jsonl --jobs 2
    """
    if (not paths) == (manifest is None):
        _wrong_usage("give either files or --manifest FILE")
    if url is not None and (paths is None or len(paths) != 1):
        _wrong_usage("--url is the address of one page: give a single file, or a manifest with an address each")
    try:
        tasks = list(read_manifest(manifest)) if manifest else [_task(path, url) for path in paths or ()]
    except TaskError as error:
        _wrong_usage(str(error))
    try:
        book = load_rules(rules) if rules else NO_RULES
    except RulesError as error:
        _wrong_usage(str(error))
    failed = asyncio.run(_print_all(tasks, jobs, _Show(book, explain, html_report)))
    if failed:
        raise typer.Exit(1)


def _wrong_usage(message: str) -> None:
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(2)


def _task(path: Path, url: str | None) -> Task:
    return Task(path, url or path.resolve().as_uri())


def read_manifest(manifest: Path) -> Iterator[Task]:
    """The tasks of a manifest. Raises `TaskError` naming the line at fault."""
    try:
        lines = manifest.read_bytes().splitlines()
    except OSError as error:
        raise TaskError(f"{manifest}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            held = msgspec.json.decode(line, type=_ManifestLine)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise TaskError(f'{manifest}:{number}: {error}; a line is {{"id", "url", "path", "encoding"?}}') from error
        yield Task(manifest.parent / held.path, held.url, held.encoding, held.id)


async def _print_all(tasks: Sequence[Task], jobs: int, show: _Show) -> int:
    """Print every article in order; returns how many files failed."""
    failed = 0
    explained: list[Explanation] = []
    console = Console(highlight=False)
    settings = Settings().page_workers.model_copy(update={"processes": jobs})
    pool = page_workers(settings)
    try:
        async for outcome in _in_order(tasks, pool, jobs * _AHEAD, show):
            if isinstance(outcome, TaskError):
                failed += 1
                typer.echo(f"error: {outcome}", err=True)
                continue
            if show.report:
                explained.append(outcome)
            if show.explain:
                print_explanation(outcome, console)
            elif outcome.article is not None:
                sys.stdout.buffer.write(msgspec.json.encode(outcome.article) + b"\n")
                sys.stdout.buffer.flush()
            if outcome.article is None:
                failed += 1
                typer.echo(f"error: {outcome.name}: {_NO_TEXT}", err=True)
    finally:
        await pool.close()
    if show.report:
        write_report(explained, show.report)
    return failed


async def _in_order(
    tasks: Iterable[Task], pool: WorkerPool, ahead: int, show: _Show
) -> AsyncIterator[Explanation | TaskError]:
    waiting: deque[asyncio.Task[Explanation | TaskError]] = deque()
    for task in tasks:
        waiting.append(asyncio.create_task(_attempt(task, pool, show)))
        if len(waiting) >= ahead:
            yield await waiting.popleft()
    for running in waiting:
        yield await running


async def _attempt(task: Task, pool: WorkerPool, show: _Show) -> Explanation | TaskError:
    try:
        page = read_page(task)
        document: CleanedDocument = await pool.call(
            clean_document,
            page.body,
            url=page.url,
            content_type=page.content_type,
            encoding=page.encoding,
            rules=show.rules.rules_for(page.url),
            explain=show.lines,
        )
    except TaskError as error:
        return error
    except UnreadableDocumentError as error:
        return TaskError(f"{task.path}: {error}")
    except DocumentFailedError as error:
        return TaskError(
            f"{task.path}: {error}; COPYDESK_WORKER__TIMEOUT and COPYDESK_WORKER__MEMORY_BYTES set the limits"
        )
    except Exception as error:  # noqa: BLE001 - whatever a page provokes in the parsers is its own failure alone
        return TaskError(f"{task.path}: the parsers failed on it: {type(error).__name__}: {error}")
    articles = to_messages(document, page)
    article = msgspec.structs.replace(articles[0], id=task.id or articles[0].id) if articles else None
    lines = document.lines
    if show.lines and page.content_type == "text/plain":
        lines = text_lines(storable(decode_page(page.body, page.encoding).text)[0], document.articles)
    return Explanation(str(task.path), page.url, article, lines)


def read_page(task: Task) -> PageFetched:
    """The file as if it had been fetched. Raises `TaskError` naming it."""
    try:
        body = task.path.read_bytes()
        if task.path.suffix == ".gz":
            body = gzip.decompress(body)
    except FileNotFoundError as error:
        raise TaskError(f"{task.path}: no such file") from error
    except (OSError, EOFError, zlib.error) as error:
        raise TaskError(f"{task.path}: cannot be read: {error}") from error
    name = task.path.name.removesuffix(".gz")
    kind = mimetypes.guess_type(name)[0] or ("text/html" if body.lstrip()[:1] == b"<" else "text/plain")
    return PageFetched(
        id=article_id(task.url),
        url=task.url,
        canonical_url=task.url,
        source=_SOURCE,
        fetched_at=datetime.fromtimestamp(task.path.stat().st_mtime, UTC),
        body=body,
        content_sha256=sha256(body).hexdigest(),
        content_type=kind,
        encoding=task.encoding,
    )
