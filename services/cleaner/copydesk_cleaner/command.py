"""`copydesk clean`: files in, cleaned articles out; no bus, no database."""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from copydesk.runtime.workers import DocumentFailedError, WorkerPool
from copydesk.settings import Settings
from copydesk_cleaner.adapters.explain import print_explanation
from copydesk_cleaner.adapters.html_report import write_report
from copydesk_cleaner.adapters.page_files import PageFile, PageFileError, clean_files
from copydesk_cleaner.adapters.page_workers import page_workers
from copydesk_cleaner.adapters.rules_file import load_rules
from copydesk_cleaner.core.errors import RulesError
from copydesk_cleaner.core.explanation import Explanation

_NO_TEXT = "no main text was found on the page"
_AT_ONCE = 8
"""Files for one call of a worker: a call costs milliseconds, as much as a small page."""
_AHEAD = 4
"""Calls under way for each worker; bounds what is held before it is printed."""


class _ManifestLine(msgspec.Struct, frozen=True):
    id: str
    url: str
    path: str
    encoding: str | None = None


@dataclass(frozen=True)
class _Show:
    """What is asked for beside the articles."""

    explain: bool
    report: Path | None

    @property
    def lines(self) -> bool:
        return self.explain or self.report is not None


def clean(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="HTML (.html, .htm) or text (.txt) files, plain or .gz.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="The address of the page; only with a single file.")] = None,
    manifest: Annotated[
        Path | None, typer.Option(help='JSON lines {"id","url","path","encoding"?}; paths count from its folder.')
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    rules: Annotated[
        Path | None, typer.Option(help="YAML with rules for single sites; needs the addresses of the pages.")
    ] = None,
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
    if rules is not None and url is None and manifest is None:
        _wrong_usage("--rules are looked up by the page's address: add --url, or give a manifest with an address each")
    try:
        files = list(read_manifest(manifest)) if manifest else [_file(path, url) for path in paths or ()]
        if rules is not None:
            book = load_rules(rules)
            files = [replace(file, rules=book.rules_for(file.url)) for file in files]
    except (PageFileError, RulesError) as error:
        _wrong_usage(str(error))
    if html_report is not None:
        _check_writable(html_report)
    if asyncio.run(_print_all(files, jobs, _Show(explain, html_report))):
        raise typer.Exit(1)


def _wrong_usage(message: str) -> None:
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(2)


def _check_writable(report: Path) -> None:
    """Exit before the work is done rather than after it."""
    try:
        report.open("ab").close()
    except OSError as error:
        _unwritable(report, error)


def _unwritable(report: Path, error: OSError) -> None:
    typer.echo(f"error: {report}: the report cannot be written there: {error.strerror}; name another file", err=True)
    raise typer.Exit(1) from error


def _file(path: Path, url: str | None) -> PageFile:
    return PageFile(path, url or path.resolve().as_uri())


def read_manifest(manifest: Path) -> Iterator[PageFile]:
    """The files of a manifest. Raises `PageFileError` naming the line at fault."""
    try:
        lines = manifest.read_bytes().splitlines()
    except OSError as error:
        raise PageFileError(f"{manifest}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            held = msgspec.json.decode(line, type=_ManifestLine)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            text = f'{manifest}:{number}: {error}; a line is {{"id", "url", "path", "encoding"?}}'
            raise PageFileError(text) from error
        yield PageFile(manifest.parent / held.path, held.url, held.encoding, held.id)


async def _print_all(files: Sequence[PageFile], jobs: int, show: _Show) -> int:
    """Print every article in order; returns how many files failed."""
    failed = 0
    explained: list[Explanation] = []
    console = Console(highlight=False)
    settings = Settings().page_workers
    calls = max(1, settings.recycle_after // _AT_ONCE)
    pool = page_workers(settings.model_copy(update={"processes": jobs, "recycle_after": calls}))
    try:
        async for outcome in _in_order(files, pool, jobs, show.lines):
            if isinstance(outcome, PageFileError):
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
        try:
            write_report(explained, show.report)
        except OSError as error:
            _unwritable(show.report, error)
    return failed


async def _in_order(
    files: Sequence[PageFile], pool: WorkerPool, jobs: int, lines: bool
) -> AsyncIterator[Explanation | PageFileError]:
    size = max(1, min(_AT_ONCE, len(files) // (jobs * _AHEAD)))
    waiting: deque[asyncio.Task[list[Explanation | PageFileError]]] = deque()
    for start in range(0, len(files), size):
        waiting.append(asyncio.create_task(_outcomes(files[start : start + size], pool, lines)))
        if len(waiting) >= jobs * _AHEAD:
            for outcome in await waiting.popleft():
                yield outcome
    for running in waiting:
        for outcome in await running:
            yield outcome


async def _outcomes(files: Sequence[PageFile], pool: WorkerPool, lines: bool) -> list[Explanation | PageFileError]:
    """What became of each file. Where a worker is killed over several, each has another worker to itself."""
    try:
        return await pool.call(clean_files, files, lines)
    except DocumentFailedError as error:
        if len(files) > 1:
            return [outcome for file in files for outcome in await _outcomes([file], pool, lines)]
        limits = "COPYDESK_CLEANER__PAGE_TIMEOUT and COPYDESK_CLEANER__PAGE_MEMORY_BYTES set the limits"
        return [PageFileError(f"{files[0].path}: {error}; {limits}")]
