"""`copydesk export`."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any, TypedDict

import msgspec
import typer

from copydesk.cli.composition import reading_pool
from copydesk.cli.moments import parse_moment
from copydesk.cli.output import CommandError, err
from copydesk.contracts.ninjs import as_ninjs
from copydesk.settings import Settings
from copydesk.storage.articles import export as export_articles
from copydesk.storage.articles import withdrawn_articles


class Format(StrEnum):
    """How articles are written down."""

    JSONL = "jsonl"
    PARQUET = "parquet"
    NINJS = "ninjs"


def export(
    since: Annotated[str | None, typer.Option(help="Stored since: 2026-03-09, a full time, or 24h, 7d.")] = None,
    until: Annotated[str | None, typer.Option(help="Stored before; like --since.")] = None,
    source: Annotated[str | None, typer.Option(help="One source only.")] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="JSON lines, Parquet (needs copydesk\\[parquet]), or ninjs 3.1.")
    ] = Format.JSONL,
    ninjs: Annotated[bool, typer.Option("--ninjs", help="Short for --format ninjs: documents, one a line.")] = False,
    out: Annotated[Path | None, typer.Option(help="A file in place of stdout; it appears once it is whole.")] = None,
    left_out: Annotated[
        Path | None, typer.Option(help="A file for what was withdrawn since and is left out, as JSON lines.")
    ] = None,
) -> None:
    """Stored articles with their tags, in the order in which they were stored; without those that were withdrawn.

    Example: copydesk export --since 24h --format parquet --out today.parquet
    """
    wanted = _Wanted(since=parse_moment("--since", since), until=parse_moment("--until", until), source=source)
    if ninjs and format_ is Format.PARQUET:
        raise typer.BadParameter("ninjs documents are JSON: leave --format out", param_hint="--ninjs")
    if format_ is Format.PARQUET and out is None and sys.stdout.isatty():
        raise typer.BadParameter("Parquet is not for terminals: name a file", param_hint="--out")
    asyncio.run(_export(wanted, _writer(format_, ninjs or format_ is Format.NINJS), out, left_out))


class _Wanted(TypedDict):
    """Which articles; null is no limit."""

    since: datetime | None
    until: datetime | None
    source: str | None


Writer = Callable[[IO[bytes]], tuple[Callable[[dict[str, Any]], None], Callable[[], None]]]
"""For an open file: what adds an article to it, and what ends it."""


def _writer(format_: Format, ninjs: bool) -> Writer:
    if format_ is not Format.PARQUET:
        return lambda file: (lambda article: _line(file, as_ninjs(article) if ninjs else article), file.flush)
    try:
        from copydesk.cli.parquet_files import ParquetFile
    except ImportError as error:
        raise CommandError(f"--format parquet needs {error.name}: install copydesk[parquet]") from error

    def parquet(file: IO[bytes]) -> tuple[Callable[[dict[str, Any]], None], Callable[[], None]]:
        written = ParquetFile(file)
        return written.add, written.close

    return parquet


def _line(file: IO[bytes], held: object) -> None:
    file.write(msgspec.json.encode(held) + b"\n")


async def _export(wanted: _Wanted, writer: Writer, out: Path | None, left_out: Path | None) -> None:
    count = 0
    async with reading_pool(Settings()) as pool:
        with _whole(out) as file:
            add, end = writer(file)
            async for article in export_articles(pool, **wanted):
                add(article)
                count += 1
            end()
        if left_out:
            with _whole(left_out) as file:
                async for gone in withdrawn_articles(pool, **wanted):
                    _line(file, gone)
    if out:
        err.print(f"{count:,} articles in {out}", markup=False, soft_wrap=True)
    elif not count:
        err.print("no stored articles like that")


@contextmanager
def _whole(path: Path | None) -> Iterator[IO[bytes]]:
    """Stdout, or a file that takes its name when all of it is written, so that half of one is never taken for it."""
    if path is None:
        yield sys.stdout.buffer
        return
    partial = path.with_name(f"{path.name}.partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}; name another file") from error
    finally:
        partial.unlink(missing_ok=True)
