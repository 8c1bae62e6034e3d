"""`copydesk replay`: the archive once more, behind live news."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from copydesk.cli.backfill import BROKEN, BackfillSender, archive_reader
from copydesk.cli.composition import infrastructure
from copydesk.cli.output import CommandError, err
from copydesk.cli.retagging import Retagging, print_diff, send_again
from copydesk.cli.stored_articles import Selection
from copydesk.contracts import PageFetched
from copydesk.settings import Settings
from copydesk.storage.archives import OPEN_SUFFIX, ArchivedRecord, ArchiveFolder

_BEING_WRITTEN = "being-written"
_Moment = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])]


class Stage(StrEnum):
    """Where a replay may begin."""

    CLEANER = "cleaner"
    TAGGER = "tagger"


class ReplayPosition(msgspec.Struct, kw_only=True):
    """How far a replay has come: all of `file` before `offset`, and every file before it. `started` names the run."""

    started: datetime
    file: str = ""
    offset: int = 0


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which pages of which archive are replayed; a replay of the same is one that may be resumed."""

    archive: str
    source: str | None
    since: datetime | None
    until: datetime | None
    reprocess: bool

    def includes(self, page: PageFetched) -> bool:
        return (
            (self.source is None or page.source == self.source)
            and (self.since is None or page.fetched_at >= self.since)
            and (self.until is None or page.fetched_at < self.until)
        )


def replay(
    stage: Annotated[Stage, typer.Option(help="The stage to begin with.")],
    archive: Annotated[
        str | None, typer.Option(help="cleaner: folder or s3://bucket/prefix; else COPYDESK_CRAWLER__ARCHIVE_URL.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Of this source only.")] = None,
    since: _Moment = None,
    until: _Moment = None,
    rate: Annotated[float | None, typer.Option(min=0.01, help="At most so many a second.")] = None,
    reprocess: Annotated[
        bool,
        typer.Option("--reprocess", help="cleaner: handle stored pages anew; what comes out different is a revision."),
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="cleaner: begin again where an earlier replay broke off.")
    ] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="tagger: show what would change, by the models installed here; write nothing."),
    ] = False,
    language: Annotated[str | None, typer.Option(help="tagger: articles in this language only, such as nl.")] = None,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="tagger: only articles whose flags say that tags are lacking.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="tagger: at most so many articles.")] = None,
    from_topics: Annotated[
        bool, typer.Option("--from-topics", help="tagger: take articles from the topics, not from the database.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="With --diff: one JSON object a line, the sums last.")] = False,
) -> None:
    """Send what is kept through the pipeline again, behind live news: pages to the cleaner, or articles to the tagger.

    --stage cleaner takes archived pages. What is stored already stays as it is, unless --reprocess is given; newer
    versions are never overwritten. A replay that is interrupted goes on where it was.

    --stage tagger takes stored articles and replaces their tags. --diff tags them here and now, prints what would
    change, and writes nothing.

    Times are of fetching, in UTC; --until is exclusive.

    Example: copydesk replay --stage tagger --language nl --limit 200 --diff
    """
    settings = Settings()
    if stage == Stage.TAGGER:
        if archive is not None or reprocess or restart:
            raise CommandError("--archive, --reprocess and --restart belong to --stage cleaner")
        selection = Selection(
            source=source, since=_utc(since), until=_utc(until), language=language, incomplete=incomplete
        )
        asked = Retagging(selection=selection, limit=limit, topics=from_topics, rate=rate)
        asyncio.run(print_diff(settings, asked, as_json=json) if diff else send_again(settings, asked))
        return
    if diff or json or from_topics or incomplete or language is not None or limit is not None:
        raise CommandError(
            "--diff, --json, --language, --incomplete, --limit and --from-topics belong to --stage tagger"
        )
    wanted = Wanted(
        archive=_archive(archive, settings), source=source, since=_utc(since), until=_utc(until), reprocess=reprocess
    )
    asyncio.run(_replay(settings, wanted, rate, restart))


def _archive(named: str | None, settings: Settings) -> str:
    url = named or settings.crawler.archive_url
    if url is None:
        raise CommandError("name the archive by --archive, a folder or s3://bucket/prefix")
    return url


async def _replay(settings: Settings, wanted: Wanted, rate: float | None, restart: bool) -> None:
    read = archive_reader("archive-pages")
    folder = _open(wanted.archive)
    files = await asyncio.to_thread(folder.files)
    if not files:
        raise CommandError(f"{wanted.archive}: no WARC files here")
    state = ReplayState(settings.data_dir, wanted, restart=restart)
    position = state.position
    if position.file:
        err.print(f"going on in {position.file} at {position.offset}; --restart begins again", soft_wrap=True)
    async with infrastructure(settings, postgres=False) as opened:
        again = f"again {position.started.isoformat()}" if wanted.reprocess else ""
        sender = BackfillSender(opened, "replay", rate=rate, again=again)
        with sender.progress("replaying", sum(file.size for file in files)):
            for file in files:
                name = file.name.removesuffix(OPEN_SUFFIX)
                if name >= position.file:
                    start = position.offset if name == position.file else 0
                    with folder.open(file.name) as content:
                        records = read(content, settings.http.max_body_bytes, start=start)
                        await sender.send(file.name, _chosen(records, wanted, file.name), partial(state.keep, name))
                sender.advance(file.size)
    state.forget()
    sender.print_summary()


def _open(url: str) -> ArchiveFolder:
    try:
        if "://" not in url and not Path(url).is_dir():
            raise CommandError(f"{url}: no such folder")
        return ArchiveFolder(url)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _chosen(records: Iterator[ArchivedRecord], wanted: Wanted, name: str) -> Iterator[ArchivedRecord]:
    """The records with those pages left out that are not asked for."""
    for record in records:
        if record.page is not None and not wanted.includes(record.page):
            yield ArchivedRecord(record.end, skipped="not-asked-for")
        elif record.skipped == BROKEN and name.endswith(OPEN_SUFFIX):
            yield replace(record, skipped=_BEING_WRITTEN)
        else:
            yield record


class ReplayState:
    """Keeps a replay's position in the data directory, one file for each set of wishes."""

    def __init__(self, data_dir: Path, wanted: Wanted, *, restart: bool) -> None:
        digest = sha256(msgspec.json.encode(wanted)).hexdigest()[:16]
        self._path = data_dir / f"replay-{digest}.json"
        self.position = ReplayPosition(started=datetime.now(UTC))
        if not restart and self._path.exists():
            try:
                self.position = msgspec.json.decode(self._path.read_bytes(), type=ReplayPosition)
            except msgspec.DecodeError as error:
                raise CommandError(f"{self._path}: {error}; --restart begins again") from error

    def keep(self, file: str, offset: int) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        kept = ReplayPosition(started=self.position.started, file=file, offset=offset)
        written = self._path.with_suffix(".new")
        written.write_bytes(msgspec.json.encode(kept))
        written.replace(self._path)

    def forget(self) -> None:
        """The replay is through."""
        self._path.unlink(missing_ok=True)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
