"""`copydesk replay`: what is kept goes through the pipeline once more, behind live news."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from copydesk.cli.change_report import Sample, print_report
from copydesk.cli.changes import Tally
from copydesk.cli.gates import Gate, share_of
from copydesk.cli.kept import Selection
from copydesk.cli.output import UsageError, err, out, print_json
from copydesk.cli.recleaning import Recleaning, compared_pages, send_pages
from copydesk.cli.replay_state import ReplayState
from copydesk.cli.retagging import Retagging, compared_articles, send_articles
from copydesk.settings import Settings

_Moment = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])]


class Stage(StrEnum):
    """Where a replay may begin."""

    CLEANER = "cleaner"
    TAGGER = "tagger"


@dataclass(frozen=True, kw_only=True)
class _Comparison:
    """Whether what would change is only shown, how much may, and of how many articles it is looked at."""

    only: bool
    gate: Gate | None
    sample: float
    show: int
    json: bool


_Archive = Annotated[
    str | None, typer.Option(help="cleaner: folder or s3://bucket/prefix; else COPYDESK_CRAWLER__ARCHIVE_URL.")
]
_FromTopics = Annotated[
    bool, typer.Option("--from-topics", help="What the topics still hold, not the archive or the database.")
]
_Language = Annotated[str | None, typer.Option(help="tagger: articles in this language only, such as nl.")]
_Incomplete = Annotated[
    bool, typer.Option("--incomplete", help="tagger: only articles whose flags say that tags are lacking.")
]
_Reprocess = Annotated[
    bool,
    typer.Option("--reprocess", help="cleaner: handle stored pages anew; what comes out different is a revision."),
]
_Diff = Annotated[
    bool, typer.Option("--diff", help="Show what would change, by what is installed here; write nothing.")
]
_MaxChanged = Annotated[
    str | None, typer.Option(help="Send nothing where more than this share of the articles would change: 5%, 0.05.")
]
_Sample = Annotated[
    str, typer.Option(help="The share that --diff and --max-changed look at; always the same articles.")
]
_Show = Annotated[int, typer.Option(min=0, help="So many of the articles that change are shown to be read.")]
_Json = Annotated[bool, typer.Option("--json", help="What would change, one JSON object an article, the sums last.")]


def replay(
    stage: Annotated[Stage, typer.Option(help="The stage to begin with.")],
    archive: _Archive = None,
    from_topics: _FromTopics = False,
    source: Annotated[str | None, typer.Option(help="Of this source only.")] = None,
    since: _Moment = None,
    until: _Moment = None,
    language: _Language = None,
    incomplete: _Incomplete = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    reprocess: _Reprocess = False,
    diff: _Diff = False,
    max_changed: _MaxChanged = None,
    sample: _Sample = "100%",
    show: _Show = 20,
    rate: Annotated[float | None, typer.Option(min=0.01, help="At most so many a second.")] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Begin again where an earlier replay broke off.")] = False,
    json: _Json = False,
) -> None:
    """Send what is kept through the pipeline again, behind live news: pages to the cleaner, or articles to the tagger.

    --stage cleaner takes archived pages. What is stored already stays as it is, unless --reprocess is given; newer
    versions are never overwritten. --stage tagger takes stored articles and replaces their tags.

    --diff does the stage's work here and now, shows what would change, and writes nothing. --max-changed does the same
    and goes on if few enough articles change; else nothing is sent and the exit code is 1.

    A replay that is interrupted goes on where it was. Times are of fetching, in UTC; --until is exclusive.

    Examples: copydesk replay --stage tagger --language nl --limit 200 --diff
    | copydesk replay --stage cleaner --archive warc/ --reprocess --max-changed 5% --sample 10%
    """
    settings = Settings()
    comparison = _Comparison(
        only=diff,
        gate=Gate(share_of(max_changed, "--max-changed")) if max_changed is not None else None,
        sample=share_of(sample, "--sample"),
        show=show,
        json=json,
    )
    _check(comparison)
    selection = Selection(source=source, since=_utc(since), until=_utc(until), language=language, incomplete=incomplete)
    if stage is Stage.TAGGER:
        if archive is not None or reprocess:
            raise UsageError("--archive and --reprocess belong to --stage cleaner")
        asked: Retagging | Recleaning = Retagging(selection=selection, limit=limit, topics=from_topics)
    else:
        if selection.by_tags:
            raise UsageError("--language and --incomplete belong to --stage tagger: pages have no tags")
        if comparison.gate and not diff and not reprocess:
            raise UsageError("--max-changed needs --reprocess: without it nothing that is stored changes")
        place = None if from_topics else _archive(archive, settings)
        asked = Recleaning(selection=selection, archive=place, limit=limit, reprocess=reprocess)
    asyncio.run(_replay(settings, asked, comparison, rate, restart=restart))


def _check(comparison: _Comparison) -> None:
    compares = comparison.only or comparison.gate is not None
    if not compares and (comparison.json or comparison.sample < 1.0):
        raise UsageError("--json and --sample say how --diff and --max-changed compare: give one of these")
    if not comparison.sample:
        raise UsageError("--sample 0 compares nothing: give a share of the articles, such as 10%")


def _archive(named: str | None, settings: Settings) -> str:
    url = named or settings.crawler.archive_url
    if url is None:
        raise UsageError("name the archive by --archive, a folder or s3://bucket/prefix, or take --from-topics")
    return url


async def _replay(
    settings: Settings, asked: Retagging | Recleaning, comparison: _Comparison, rate: float | None, *, restart: bool
) -> None:
    if comparison.only:
        await _compare(settings, asked, comparison)
        return
    state = ReplayState(settings.data_dir, asked, restart=restart)
    if where := state.position.where:
        err.print(f"going on in {where}; --restart begins again", soft_wrap=True)
    if comparison.gate and state.position.gate != comparison.gate.most:
        await _compare(settings, asked, comparison)
        state.pass_gate(comparison.gate.most)
    if isinstance(asked, Retagging):
        await send_articles(settings, asked, state, rate)
    else:
        await send_pages(settings, asked, state, rate)


async def _compare(settings: Settings, asked: Retagging | Recleaning, comparison: _Comparison) -> None:
    """Print what would change. Raises `CommandError` where the gate does not let it pass."""
    selection = msgspec.structs.replace(asked.selection, sample=comparison.sample)
    sampled = msgspec.structs.replace(asked, selection=selection)
    found = (
        compared_articles(settings, sampled) if isinstance(sampled, Retagging) else compared_pages(settings, sampled)
    )
    tally, sample = Tally(), Sample(comparison.show)
    async with aclosing(found) as articles:
        async for one in articles:
            if isinstance(one, str):
                tally.left_out[one] += 1
                continue
            tally.add(one)
            sample.offer(one)
            if comparison.json and one.changes:
                print_json(one.as_json())
    if comparison.json:
        print_json(tally.as_json())
    else:
        print_report(out, sample, tally)
    if comparison.gate:
        comparison.gate.check(tally)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
