"""`copydesk retention`: drops what sources allow to be kept for so many days only, in every place that has it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

import msgspec
import typer

from copydesk.cli.composition import blob_url, reading_pool, service_command
from copydesk.cli.output import err, out, print_json
from copydesk.cli.receipts import print_places
from copydesk.runtime.outcomes import DependencyUnavailableError
from copydesk.settings import Settings
from copydesk.storage import Pool
from copydesk.storage.sources import text_floors
from copydesk.storage.takedowns import PlaceResult

_STAYS = "feeds, and pages that the crawler took for no articles, stay as long as the file"


class RetentionReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What one run did in each place; `floors` are the times before which nothing of a source has its text any more."""

    at: datetime
    floors: dict[str, datetime]
    complete: bool
    places: list[PlaceResult]


def retention(
    json: Annotated[bool, typer.Option("--json", help="The receipt as one JSON object.")] = False,
) -> None:
    """Drop texts whose time has passed from database, search, blob storage and archive, and print a receipt.

    Writer and crawler do the same by themselves, every hour and every day; this does it now and says what was done.
    `retention` in a source's entry says for how many days its texts may be kept.

    Example: copydesk retention
    """
    receipt = asyncio.run(keep_to_retention(Settings()))
    if json:
        print_json(receipt)
    elif not receipt.floors:
        err.print(
            "no source says for how many days its texts may be kept: `retention` in its entry does", soft_wrap=True
        )
    else:
        for source, floor in sorted(receipt.floors.items()):
            out.print(f"{source}: without text if fetched before {floor:%Y-%m-%d %H:%M %Z}", markup=False)
        print_places(receipt.places)
    if not receipt.complete:
        err.print("some places have failed; the same command again tries them once more", soft_wrap=True)
        raise typer.Exit(1)


async def keep_to_retention(settings: Settings) -> RetentionReceipt:
    """Go from place to place; one that is away keeps nothing else from being done."""
    now = datetime.now(UTC)
    async with reading_pool(settings) as pool:
        places = [
            await _tried("postgres: texts", partial(_texts, pool, now)),
            await _tried(f"blob storage: {blob_url(settings)}", partial(_bodies, pool, blob_url(settings))),
        ]
        floors = await text_floors(pool)
    spool = settings.data_dir / "archive-spool"
    archives = [settings.crawler.archive_url, str(spool) if spool.is_dir() else None]
    named = [url for url in archives if url is not None and floors]
    places += [await _tried(f"archive: {url}", partial(_pages, url, floors, now)) for url in named]
    complete = all(place.result != "failed" for place in places)
    return RetentionReceipt(at=now, floors=floors, complete=complete, places=places)


async def _tried(place: str, work: Callable[[], Awaitable[tuple[int, str]]]) -> PlaceResult:
    try:
        count, detail = await work()
    except (DependencyUnavailableError, ConnectionError, RuntimeError, OSError, ValueError) as error:
        return PlaceResult(place=place, result="failed", detail=str(error))
    return PlaceResult(place=place, result="removed" if count else "nothing there", count=count, detail=detail)


async def _texts(pool: Pool, now: datetime) -> tuple[int, str]:
    drop: Callable[..., Any] = service_command("writer", "text-retention", "dropping texts")
    return await drop(pool, now), "articles; the search index follows within seconds of a running writer"


async def _bodies(pool: Pool, url: str) -> tuple[int, str]:
    bodies: Callable[..., Any] = service_command("writer", "body-retention", "dropping bodies")
    return await bodies(url).remove(pool), "bodies of large messages"


async def _pages(url: str, floors: dict[str, datetime], now: datetime) -> tuple[int, str]:
    expire: Callable[..., Any] = service_command("crawler", "archive-retention", "taking pages out of archives")
    done = await asyncio.to_thread(expire, url, floors, now)
    if done.problems:
        raise RuntimeError("; ".join(done.problems))
    taken = f"pages in {done.files} files, whatever became of them; " if done.files else ""
    return done.records, f"{taken}{_STAYS}"
