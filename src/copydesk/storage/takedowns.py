"""Taking articles down in Postgres: their rows, the crawler's addresses, the tombstones and the receipts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import msgspec

from copydesk.contracts import ArticleStored, StageOutcome, article_id, root_message_id
from copydesk.storage.funnel import record_outcomes
from copydesk.storage.pool import Connection, Pool
from copydesk.storage.statements import load_statements
from copydesk.storage.storable import storable_text

_SQL = load_statements("takedowns")
_WRITING = load_statements("writing")
_STORIES = load_statements("stories")

TAKEN_DOWN = "taken-down"
"""The reason under which stages drop what was taken down."""

_CHILDREN = (
    "article_entities",
    "article_places",
    "article_topics",
    "cuts",
    "article_bands",
    "article_lasting_bands",
    "article_signatures",
)

Result = Literal["removed", "nothing there", "blocked", "sent", "remains", "failed"]


class PlaceResult(msgspec.Struct, frozen=True, kw_only=True):
    """What was done in one place; `until` is when that which remains there goes by itself."""

    place: str
    result: Result
    count: int = 0
    detail: str = ""
    until: datetime | None = None


class Kin(msgspec.Struct, frozen=True, kw_only=True):
    """Another article with text of this one, which was not asked to be taken down."""

    id: str
    url: str
    source: str
    kind: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Every place where an article can be, with its result. `complete` means that no place has failed."""

    article_id: str
    url: str
    reason: str
    requested_by: str | None
    requested_at: datetime
    checked_at: datetime
    complete: bool
    places: list[PlaceResult]
    kin: list[Kin] = []


@dataclass(frozen=True)
class Asked:
    """A wish to have an article taken down."""

    article_id: UUID
    url: str
    reason: str
    by: str | None
    at: datetime


@dataclass(frozen=True)
class Withdrawn:
    """What Postgres had of it; `event` is None where nothing was stored or it was withdrawn before."""

    article_id: UUID
    url: str
    source: str | None
    part_of: UUID | None
    requested_at: datetime
    event: ArticleStored | None
    addresses: tuple[str, ...]
    stories: tuple[str, ...]
    kin: tuple[Kin, ...]
    places: list[PlaceResult] = field(default_factory=list)


async def find_articles(pool: Pool, ids: Sequence[UUID], url: str) -> list[tuple[UUID, str]]:
    """The articles that are meant by ids or an address, each with its address; none where nobody has met them."""
    rows = await pool.fetch(_SQL["find_articles"], list(ids), storable_text(url))
    return [(row["id"], row["url"]) for row in rows]


async def withdraw(pool: Pool, asked: Asked, *, dry_run: bool = False) -> Withdrawn:
    """Empty an article and leave a tombstone, in one transaction; done again, it finds nothing left to do.

    Writers refuse what belongs to a tombstone. Their transactions in hand are waited for, so that none of them brings
    the article back. With `dry_run` all of it is done and rolled back.
    """
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            done = await _withdraw_in(connection, asked)
        except BaseException:
            await transaction.rollback()
            raise
        await (transaction.rollback() if dry_run else transaction.commit())
    return done


async def _withdraw_in(connection: Connection, asked: Asked) -> Withdrawn:
    await connection.execute(_SQL["shut_out_writers"])
    kin = [_kin(row) for row in await connection.fetch(_SQL["kin"], asked.article_id)]
    stone = await connection.fetchrow(
        _SQL["insert_takedown"], asked.article_id, storable_text(asked.url), asked.reason, asked.by, asked.at
    )
    assert stone is not None
    story = await connection.fetchval(_SQL["story_of"], asked.article_id)
    places = [PlaceResult(place="postgres: tombstone", result="blocked", count=1, detail="writers refuse it")]
    if stone["revision"] is None:
        await _withdraw(connection, asked)
    places += await _empty(connection, asked.article_id, stone["part_of"])
    if story is not None:
        await connection.execute(_STORIES["refresh_stories"], [story])
    event = await connection.fetchrow(_SQL["takedown_event"], asked.article_id)
    addresses = [row["url"] for row in await connection.fetch(_SQL["known_addresses"], asked.article_id)]
    return Withdrawn(
        article_id=asked.article_id,
        url=stone["url"],
        source=stone["source"],
        part_of=stone["part_of"],
        requested_at=stone["requested_at"],
        event=_event(event) if event else None,
        addresses=_own(addresses, asked.article_id, stone["part_of"]),
        stories=(story,) if story else (),
        kin=tuple(kin),
        places=places,
    )


async def _withdraw(connection: Connection, asked: Asked) -> None:
    message = root_message_id("takedowns", str(asked.article_id), asked.at.isoformat())
    version = int(asked.at.timestamp() * 1000)
    revision = await connection.fetchval(_SQL["withdraw_article"], asked.article_id, asked.at, version, message)
    if revision is not None:
        await connection.execute(_SQL["insert_takedown_revision"], asked.article_id)
        await connection.execute(_SQL["name_revision"], asked.article_id, revision)


async def _empty(connection: Connection, article: UUID, part_of: UUID | None) -> list[PlaceResult]:
    """Rows that hang on the article go, those that say what was become empty; counts are of rows touched."""
    places = [_touched(table, await connection.execute(_WRITING[f"delete_{table}"], [article])) for table in _CHILDREN]
    places.append(_touched("story_keys", await connection.execute(_STORIES["delete_story_keys"], [article])))
    for table, statement in (
        ("article_stories", "delete_article_stories"),
        ("article_search", "delete_article_search"),
        ("articles", "empty_article"),
        ("revisions", "empty_revisions"),
        ("story_changes", "empty_story_changes"),
    ):
        places.append(_touched(table, await connection.execute(_SQL[statement], article)))
    await connection.execute(_SQL["queue_for_search"], article)
    if part_of is not None:
        cut = await connection.execute(_SQL["cut_part_out"], part_of, article)
        await connection.execute(_SQL["delete_cuts_of_other_articles"], part_of)
        places.append(_touched("articles.parts of its page", cut))
    return places


def _touched(table: str, status: str) -> PlaceResult:
    """From a command tag such as `DELETE 3`."""
    count = int(status.rpartition(" ")[2])
    return PlaceResult(place=f"postgres: {table}", result="removed" if count else "nothing there", count=count)


async def block_addresses(pool: Pool, gone: Withdrawn, now: datetime) -> PlaceResult:
    """Have the crawler leave every address of the article alone, those too that it has not met yet."""
    urls = {UUID(article_id(url)): url for url in gone.addresses}
    urls.setdefault(gone.article_id, gone.url)
    new = sorted(urls.items())
    source = gone.source or urlsplit(gone.url).netloc
    async with pool.acquire() as connection, connection.transaction():
        if gone.part_of is None or gone.addresses:
            await connection.execute(
                _SQL["add_blocked_urls"],
                [key for key, _ in new],
                [storable_text(url) for _, url in new],
                [urlsplit(url).netloc.lower() for _, url in new],
                [source] * len(new),
            )
        status = await connection.execute(_SQL["block_urls"], [key for key, _ in new])
        outcome = StageOutcome(
            id=str(gone.article_id),
            source=source,
            url=gone.url,
            stage="writer" if gone.event else "crawler",
            outcome="dropped",
            version=int(now.timestamp() * 1000),
            at=now,
            reason=TAKEN_DOWN,
        )
        await record_outcomes(connection, [outcome])
    count = int(status.rpartition(" ")[2])
    return PlaceResult(place="crawler: frontier", result="blocked", count=count, detail="addresses never fetched again")


async def keep_receipt(pool: Pool, receipt: Receipt) -> None:
    """Store a receipt in the place of the one before."""
    finished = receipt.checked_at if receipt.complete else None
    encoded = msgspec.json.encode(receipt).decode()
    await pool.execute(_SQL["keep_receipt"], UUID(receipt.article_id), encoded, finished)


async def load_receipts(pool: Pool, ids: Sequence[UUID] | None = None) -> list[Receipt]:
    """All receipts, or those of some articles, the newest first."""
    rows = await pool.fetch(_SQL["receipts"], None if ids is None else list(ids))
    return [msgspec.json.decode(row["receipt"], type=Receipt) for row in rows]


def _own(addresses: Sequence[str], article: UUID, part_of: UUID | None) -> tuple[str, ...]:
    """A part without an address of its own has its page's, which is not to be touched."""
    if part_of is None:
        return tuple(sorted(addresses))
    return tuple(sorted(url for url in addresses if article_id(url) == str(article)))


def _event(row: asyncpg.Record) -> ArticleStored:
    fields: dict[str, Any] = dict(row)
    digest = fields.pop("revision_sha256").hex()
    return ArticleStored(id=str(fields.pop("article_id")), revision_sha256=digest, **fields)


def _kin(row: asyncpg.Record) -> Kin:
    return Kin(id=str(row["id"]), url=row["url"], source=row["source"], kind=row["kind"])
