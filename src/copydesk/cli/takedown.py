"""`copydesk takedown`: withdraws articles from every place that has them, and says of each place what became of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

import typer

from copydesk.cli.article_messages import messages_of
from copydesk.cli.composition import (
    Infrastructure,
    blob_url,
    database,
    existing_database,
    open_bus,
    pool_on,
    reading_pool,
    service_command,
)
from copydesk.cli.named_articles import articles_named
from copydesk.cli.output import err, print_json
from copydesk.cli.receipts import print_receipt
from copydesk.contracts import (
    ARTICLES_STORED,
    PAGES_FETCHED,
    REGISTRY,
    PageWithdrawn,
    UrlDiscovered,
    root_message_id,
    type_name,
)
from copydesk.runtime.outcomes import DependencyUnavailableError, Outgoing
from copydesk.runtime.publisher import Publisher
from copydesk.settings import Settings
from copydesk.storage import Pool, open_blobs
from copydesk.storage.kept_bodies import KeptBodies
from copydesk.storage.takedowns import (
    Asked,
    PlaceResult,
    Receipt,
    Withdrawn,
    block_addresses,
    keep_receipt,
    load_receipts,
    withdraw,
)
from copydesk.telemetry import Metrics

_WITHOUT_TEXT = frozenset({type_name(PageWithdrawn), type_name(UrlDiscovered)})
"""Messages that say no more than where an article was."""


def takedown(
    articles: Annotated[list[str] | None, typer.Argument(metavar="URL", help="Addresses or ids of articles.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why; it stays with the receipt.")] = None,
    by: Annotated[str | None, typer.Option(help="Who asked for it; it stays with the receipt.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing: print what the receipt would say.")
    ] = False,
    receipts: Annotated[bool, typer.Option("--list", help="Print the receipts of earlier takedowns.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Receipts as JSON, one a line.")] = False,
) -> None:
    """Withdraw articles from database, search, archive and blob storage, tell consumers, and print a receipt.

    An address means every article of its page, or the one that it would be; an id means that one. What was taken down
    is neither fetched nor stored again, however it comes. A place that could not be reached is named; the same command
    again tries it once more.

    Example: copydesk takedown https://harbour-gazette.example/ferry --reason "request of the publisher"
    """
    if receipts:
        asyncio.run(_list(articles or [], json))
        return
    if not articles or not (dry_run or (reason or "").strip()):
        raise typer.BadParameter("name articles and a --reason, or say --list for earlier receipts")
    found = asyncio.run(take_down(Settings(), articles, reason or "", by, dry_run=dry_run))
    if dry_run:
        err.print("dry run: nothing has been changed", soft_wrap=True)
    for receipt in found:
        print_json(receipt) if json else print_receipt(receipt, dry_run=dry_run)
    if not all(receipt.complete for receipt in found):
        err.print("some places have failed; the same command again tries them once more", soft_wrap=True)
        raise typer.Exit(1)


async def _list(articles: Sequence[str], as_json: bool) -> None:
    async with reading_pool(Settings()) as pool:
        ids = [found for name in articles for found, _ in await articles_named(pool, name)] if articles else None
        found = await load_receipts(pool, ids)
    for receipt in found:
        print_json(receipt) if as_json else print_receipt(receipt)
    if not found:
        err.print("nothing was taken down")


async def take_down(
    settings: Settings, names: Sequence[str], reason: str, by: str | None, *, dry_run: bool = False
) -> list[Receipt]:
    """One receipt an article; with `dry_run` of what would be done.

    Raises `CommandError` for a name that means none.
    """
    opened = existing_database(settings) if dry_run else database(settings)
    async with opened as dsn, pool_on(dsn, settings) as pool:
        wanted = dict([one for name in names for one in await articles_named(pool, name)])
        desk = _Desk(settings, pool, dsn, frozenset(map(str, wanted)), dry_run)
        return [
            await desk.take_down(Asked(article, url, reason, by, datetime.now(UTC))) for article, url in wanted.items()
        ]


@dataclass
class _Desk:
    """Goes from place to place with one article; the tombstone is the first of them, so that nothing comes back."""

    settings: Settings
    pool: Pool
    dsn: str
    wanted: frozenset[str]
    """Ids of all articles that are taken down in this run; none of them is named as still there."""
    dry_run: bool

    async def take_down(self, asked: Asked) -> Receipt:
        gone = await withdraw(self.pool, asked, dry_run=self.dry_run)
        places = [
            *gone.places,
            *await self._tried("crawler: frontier", lambda: self._frontier(gone)),
            *await self._tried("topics", lambda: self._tell(gone)),
            *await self._tried("blob storage", lambda: self._bodies(gone)),
            *await self._archives(gone),
        ]
        receipt = Receipt(
            article_id=str(asked.article_id),
            url=gone.url,
            reason=asked.reason,
            requested_by=asked.by,
            requested_at=gone.requested_at,
            checked_at=datetime.now(UTC),
            complete=all(place.result != "failed" for place in places),
            places=places,
            kin=[one for one in gone.kin if one.id not in self.wanted],
        )
        if not self.dry_run:
            await keep_receipt(self.pool, receipt)
        return receipt

    async def _tried(self, place: str, work: Callable[[], Awaitable[list[PlaceResult]]]) -> list[PlaceResult]:
        """What is away is named in the receipt, and keeps nothing else from being done."""
        try:
            return await work()
        except (DependencyUnavailableError, ConnectionError, RuntimeError, OSError, ValueError) as error:
            return [PlaceResult(place=place, result="failed", detail=str(error))]

    async def _frontier(self, gone: Withdrawn) -> list[PlaceResult]:
        if self.dry_run:
            return [PlaceResult(place="crawler: frontier", result="blocked", count=len({gone.url, *gone.addresses}))]
        return [await block_addresses(self.pool, gone, datetime.now(UTC))]

    async def _tell(self, gone: Withdrawn) -> list[PlaceResult]:
        """The event after the commit, the withdrawal to all stages, and what stays on the topics until it expires."""
        bus = open_bus(self.settings, read_only=self.dry_run)
        blobs = open_blobs(blob_url(self.settings))
        try:
            if not self.dry_run:
                await bus.ensure_topics(list(REGISTRY.values()))
            found = await messages_of(bus, blobs, self._ids(gone), gone.stories)
            context = Infrastructure(self.settings, bus, blobs, self.dsn).context(Metrics())
            told = _told(gone)
            if not self.dry_run:
                await Publisher(context, "takedown").publish_roots(told)
        finally:
            await bus.close()
        sent = [PlaceResult(place=f"topic: {out.topic.name}", result="sent", count=1) for out, _ in told]
        own = {root_message_id(out.topic.name, str(gone.article_id), version) for out, version in told}
        remaining: dict[str, list[datetime | None]] = {}
        for message in found:
            if message.type not in _WITHOUT_TEXT and message.message_id not in own:
                remaining.setdefault(message.topic, []).append(message.expires)
        detail = "by the topic's own retention"
        return sent + [
            PlaceResult(
                place=f"topic: {topic}",
                result="remains",
                count=len(times),
                until=max((time for time in times if time), default=None),
                detail=detail,
            )
            for topic, times in remaining.items()
        ]

    async def _bodies(self, gone: Withdrawn) -> list[PlaceResult]:
        kept = KeptBodies(blob_url(self.settings))
        found = await kept.of_articles(self._ids(gone))
        for body in () if self.dry_run else found:
            await kept.remove(body.path)
        return [_gone(f"blob storage: {kept.url}", len(found))]

    async def _archives(self, gone: Withdrawn) -> list[PlaceResult]:
        places: list[PlaceResult] = []
        url, spool = self.settings.crawler.archive_url, self.settings.data_dir / "archive-spool"
        for place in (url, str(spool) if spool.is_dir() else None):
            if place is not None:
                places += await self._tried(f"archive: {place}", partial(self._archive, gone, place))
        if not places:
            detail = "COPYDESK_CRAWLER__ARCHIVE_URL names none"
            places.append(PlaceResult(place="archive", result="nothing there", detail=detail))
        return places

    async def _archive(self, gone: Withdrawn, url: str) -> list[PlaceResult]:
        redact: Callable[..., Any] = service_command("crawler", "archive-redaction", "taking records out of archives")
        addresses = gone.addresses or (gone.url,)
        now = datetime.now(UTC)
        done = await asyncio.to_thread(redact, url, self._ids(gone), addresses, now, dry_run=self.dry_run)
        place = f"archive: {url}"
        results = [PlaceResult(place=place, result="failed", detail=problem) for problem in done.problems]
        if done.records or not results:
            results.append(_gone(place, done.records, f"in {done.files} files" if done.files else ""))
        return results

    def _ids(self, gone: Withdrawn) -> list[str]:
        """An article that was split off a page lies in the page's messages and records, too."""
        return [str(one) for one in (gone.article_id, gone.part_of) if one is not None]


def _gone(place: str, count: int, detail: str = "") -> PlaceResult:
    return PlaceResult(place=place, result="removed" if count else "nothing there", count=count, detail=detail)


def _told(gone: Withdrawn) -> list[tuple[Outgoing, str]]:
    told: list[tuple[Outgoing, str]] = []
    if gone.event is not None:
        told.append((Outgoing(ARTICLES_STORED, gone.event), f"takedown {gone.event.revision}"))
    withdrawn = PageWithdrawn(
        id=str(gone.article_id),
        url=gone.url,
        source=gone.source or "",
        fetched_at=gone.requested_at,
        status=0,
        reason="takedown",
    )
    told.append((Outgoing(PAGES_FETCHED, withdrawn), f"takedown {gone.requested_at.isoformat()}"))
    return told
