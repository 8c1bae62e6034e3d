"""Admission: which messages may be stored, and how much of them, by takedowns and by the rights in their sources."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import structs

from copydesk.contracts import ArticleTagged, stated_rights
from copydesk.runtime.outcomes import Drop, Outcome
from copydesk.storage import Connection
from copydesk.storage.statements import load_statements
from copydesk.storage.takedowns import TAKEN_DOWN
from copydesk_writer.core.revisions import Candidate, Key
from copydesk_writer.core.rights import without_parts, without_text

_SQL = load_statements("rights")


class NotAloneError(Exception):
    """Nothing was wrong, but the transaction has to run again, with no other beside it."""


async def begin(connection: Connection) -> None:
    """The first statement of a transaction that files articles: a takedown waits for it, or it for the takedown."""
    await connection.execute(_SQL["look_at_takedowns"])


async def begin_alone(connection: Connection) -> None:
    """`begin` for a transaction that rests on articles not being there: it waits for those that may be filing them."""
    await connection.execute(_SQL["look_at_takedowns_alone"])


async def expect_alone(connection: Connection) -> None:
    """Raises `NotAloneError` in a transaction that another may overtake with an article that it has not seen."""
    if not await connection.fetchval(_SQL["is_alone"]):
        raise NotAloneError


async def admitted(
    connection: Connection, candidates: Sequence[Candidate], now: datetime
) -> tuple[list[Candidate], dict[Key, Outcome]]:
    """What may be stored of candidates, one an article, and the answers to the messages that may not, by their keys."""
    rows = await connection.fetch(
        _SQL["terms"],
        [found.id for found in candidates],
        [found.message.source for found in candidates],
        [found.fetched_at for found in candidates],
        now,
    )
    if not rows:
        return list(candidates), {}
    terms: dict[UUID, asyncpg.Record] = {row["id"]: row for row in rows}
    refused: dict[Key, Outcome] = {
        found.key: Drop(TAKEN_DOWN) for found in candidates if found.id in terms and terms[found.id]["taken_down"]
    }
    kept = [found for found in candidates if found.key not in refused]
    return [_on(terms[found.id], found) if found.id in terms else found for found in kept], refused


def _on(terms: asyncpg.Record, found: Candidate) -> Candidate:
    """The candidate as it may be stored; its digests stay those of what came, so that it is known the next time."""
    article = found.message
    if not isinstance(article, ArticleTagged):
        return found
    article = without_parts(article, terms["parts_taken_down"])
    if terms["without_text"]:
        article = without_text(article)
    if article.rights is None:
        fields = {name: terms[name] for name in ("licence", "display", "retention_days", "opt_outs")}
        article = structs.replace(article, rights=stated_rights(**fields))
    return replace(found, message=article)
