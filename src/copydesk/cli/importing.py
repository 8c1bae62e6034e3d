"""`copydesk import`: files onto the back-fill lane."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from copydesk.cli.backfill import BackfillSender, archive_reader
from copydesk.cli.composition import infrastructure
from copydesk.cli.imported_files import read_pages
from copydesk.cli.output import CommandError
from copydesk.settings import Settings
from copydesk.storage.archives import ArchivedRecord, is_warc

_BESIDE_WARC = frozenset({".cdxj", ".cdx", ".lock"})
"""What lies beside WARC files in the folders of archives."""


def import_files(
    paths: Annotated[
        list[Path], typer.Argument(help="WARC, text, HTML or JSON lines, plain or .gz; folders are walked.")
    ],
    source: Annotated[
        str | None, typer.Option(help="The source that the articles are filed under; of WARC by default the host.")
    ] = None,
    hosts: Annotated[
        str | None, typer.Option(help="Of WARC only pages of these hosts and what is below them: example.org,….")
    ] = None,
) -> None:
    """Send files down the same road as crawled pages, behind live news.

    A file's URL is `import://SOURCE/NAME`, so that importing it again makes a revision and not a second article;
    JSON lines carry `{"url", "html" or "text", "language"?, "country"?}`. Of WARC files (Common Crawl's, too) every
    HTML page with status 200 is taken as of its date; importing them again changes nothing.

    Example: copydesk import archive/*.html --source archive
    """
    if source is None:
        _expect_warc(path for path in paths if not path.is_dir())
    files = list(_files(paths))
    if source is None:
        _expect_warc(files)
    asyncio.run(_import(files, source, frozenset(hosts.lower().split(",")) if hosts else frozenset()))


def _expect_warc(paths: Iterable[Path]) -> None:
    for path in paths:
        if not is_warc(path.name):
            raise typer.BadParameter(f"{path} is no WARC file: name its source", param_hint="--source")


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(held for held in path.rglob("*") if held.is_file() and held.suffix not in _BESIDE_WARC)
        elif path.exists():
            yield path
        else:
            raise CommandError(f"{path}: no such file")


async def _import(files: Sequence[Path], source: str | None, hosts: frozenset[str]) -> None:
    settings = Settings()
    async with infrastructure(settings, postgres=False) as opened:
        sender = BackfillSender(opened, "import")
        with sender.progress("importing", sum(path.stat().st_size for path in files)):
            for path in files:
                if is_warc(path.name):
                    await _import_warc(path, settings, source, hosts, sender)
                else:
                    records = (ArchivedRecord(0, page=page) for page in read_pages(path, source or ""))
                    await sender.send(str(path), records)
                sender.advance(path.stat().st_size)
    sender.print_summary()


async def _import_warc(
    path: Path, settings: Settings, source: str | None, hosts: frozenset[str], sender: BackfillSender
) -> None:
    read = archive_reader("warc-pages")
    try:
        with path.open("rb") as file:
            await sender.send(str(path), read(file, settings.http.max_body_bytes, source=source, hosts=hosts))
    except OSError as error:
        raise CommandError(f"{path}: cannot be read: {error}") from error
