"""What a transaction writes, table by table, and the events that follow from it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import UUID

import asyncpg

from copydesk.contracts import ARTICLES_STORED, ArticleStored
from copydesk.runtime.outcomes import Emit, Outgoing
from copydesk.storage import Connection
from copydesk.storage.statements import load_statements
from copydesk_writer.adapters import rows
from copydesk_writer.adapters.rows import Filing, Row
from copydesk_writer.adapters.story_rows import offer_rows
from copydesk_writer.core.duplicates import MEMORY, bands_since
from copydesk_writer.core.revisions import Candidate, Stored, Verdict

SQL = load_statements("writing")
STORIES = load_statements("stories")
SEARCH = load_statements("search")


async def write_articles(connection: Connection, filings: Sequence[Filing], now: datetime) -> dict[UUID, Emit]:
    """Upsert articles and all that hangs on them; returns the events by article."""
    if not filings:
        return {}
    await run(connection, "upsert_articles", map(rows.article_row, filings))
    revised = [filing for filing in filings if filing.makes_revision]
    await run(connection, "insert_revisions", map(rows.revision_row, revised))
    await run(connection, "insert_fetches", (rows.fetch_row(filing.candidate, filing.verdict) for filing in filings))
    changed = [filing for filing in filings if filing.replaces_children]
    await run(connection, "insert_entities", rows.entity_rows(changed))
    await run(connection, "insert_places", rows.place_rows(changed))
    await run(connection, "insert_stories", rows.story_rows(changed))
    known = [filing.candidate.id for filing in changed if filing.revision > 1 or not filing.makes_revision]
    for statement in _MAKING_ROOM if known else ():
        await connection.execute(SQL[statement], known)
    for table, (columns, make) in _CHILDREN.items():
        await add(connection, table, columns, (row for filing in changed for row in make(filing)))
    await make_findable(connection, known, [filing for filing in changed if filing.stored_at > now - MEMORY], now)
    shown = [filing.candidate.id for filing in filings if filing.makes_revision or filing.replaces_children]
    await queue_for_search(connection, shown)
    return {filing.candidate.id: event_of(_event_fields(filing)) for filing in revised}


_MAKING_ROOM = (
    "delete_article_entities",
    "delete_article_places",
    "delete_article_topics",
    "delete_cuts",
    "delete_article_bands",
    "delete_article_lasting_bands",
    "delete_article_signatures",
)

_CHILDREN: dict[str, tuple[tuple[str, ...], Callable[[Filing], Iterable[Row]]]] = {
    "article_entities": (rows.ARTICLE_ENTITIES, rows.article_entity_rows),
    "article_places": (rows.ARTICLE_PLACES, rows.article_place_rows),
    "article_topics": (rows.ARTICLE_TOPICS, rows.article_topic_rows),
    "cuts": (rows.CUTS, rows.cut_rows),
}
"""Tables of which nobody but the holder of the article's row lock adds rows, with their columns."""


async def queue_for_search(connection: Connection, ids: Sequence[UUID]) -> None:
    """Have the second pass index articles, or take them out of the index; see `search_pass`."""
    if ids:
        await connection.execute(SEARCH["queue"], ids)


async def make_findable(connection: Connection, known: Sequence[UUID], fresh: Sequence[Filing], now: datetime) -> None:
    """Keep what articles offer for finding copies and stories, in the place of what those known before offered.

    Old ones that only have other tags are not among `fresh`: what they offered is let go of once, and was.
    """
    await add(
        connection, "article_signatures", rows.ARTICLE_SIGNATURES, chain.from_iterable(map(rows.signature_rows, fresh))
    )
    since = bands_since(now.astimezone(UTC).date())
    await add(connection, "article_bands", rows.ARTICLE_BANDS, rows.band_rows(fresh, since))
    await add(connection, "article_lasting_bands", rows.ARTICLE_BANDS, rows.lasting_band_rows(fresh))
    if known:
        await connection.execute(STORIES["delete_story_keys"], known)
    offered = list(offer_rows(fresh))
    if offered:
        await run(connection, "upsert_article_stories", offered, STORIES)
        await connection.execute(STORIES["insert_story_keys"], [row[0] for row in offered])


async def withdraw_articles(
    connection: Connection,
    gone: Sequence[Candidate],
    verdicts: dict[UUID, Verdict],
    stored: dict[UUID, Stored],
    now: datetime,
) -> dict[UUID, Emit]:
    """Mark articles withdrawn; returns the events by article. What was never stored is only remembered as gone."""
    unknown = (rows.fetch_row(found, Verdict.UNKNOWN) for found in gone if verdicts[found.id] is Verdict.UNKNOWN)
    await run(connection, "insert_fetches", unknown)
    newer = [found for found in gone if verdicts[found.id] in (Verdict.WITHDRAWN, Verdict.UNCHANGED)]
    if not newer:
        return {}
    withdrawn = [found.id for found in newer if verdicts[found.id] is Verdict.WITHDRAWN]
    await connection.fetch(SQL["lock_articles"], [found.id for found in newer])
    await run(
        connection,
        "withdraw_articles",
        (
            (
                found.id,
                found.fetched_at,
                found.version,
                found.message_id,
                found.message_time,
                stored[found.id].revision + (found.id in withdrawn),
                max(now, stored[found.id].stored_at) if found.id in withdrawn else stored[found.id].stored_at,
            )
            for found in newer
        ),
    )
    await run(connection, "insert_fetches", (rows.fetch_row(found, verdicts[found.id]) for found in newer))
    await queue_for_search(connection, withdrawn)
    made = await connection.fetch(SQL["insert_withdrawals"], withdrawn)
    return {row["article_id"]: event_of(row) for row in made}


async def run(
    connection: Connection, statement: str, found: Iterable[Row], statements: Mapping[str, str] = SQL
) -> None:
    """Run a statement over rows; nothing is sent where there are none."""
    arguments = rows.columns(found)
    if arguments:
        await connection.execute(statements[statement], *arguments)


async def add(connection: Connection, table: str, columns: Sequence[str], found: Iterable[Row]) -> None:
    """Add rows that cannot be there yet, by COPY; nothing is sent where there are none.

    Raises `asyncpg.DataError` for values that the columns cannot hold, as a statement would.
    """
    records = list(found)
    if not records:
        return
    try:
        await connection.copy_records_to_table(table, schema_name="copydesk", columns=columns, records=records)
    except (OverflowError, TypeError, ValueError) as error:
        raise asyncpg.DataError(f"{table}: {error}") from error


def _event_fields(filing: Filing) -> dict[str, Any]:
    published, difference = filing.article.published, filing.difference
    return {
        "article_id": filing.candidate.id,
        "revision": filing.revision,
        "change": filing.verdict.value,
        "source": filing.article.source,
        "url": filing.article.url,
        "title": filing.article.title,
        "language": filing.article.language.tag,
        "published": published.astimezone(UTC) if published else None,
        "revision_sha256": filing.candidate.revision_sha256,
        "stored_at": filing.stored_at,
        "changed": list(difference.changed) if difference else [],
        "words_added": difference.words_added if difference else None,
        "words_removed": difference.words_removed if difference else None,
        "share_changed": difference.share if difference else None,
        "told": filing.told,
    }


def event_of(revision: Mapping[str, Any] | asyncpg.Record) -> Emit:
    """The event of a revision, if it is told, made of its row alone, so that it is the same whenever it is sent."""
    if not revision["told"]:
        return Emit(())
    event = ArticleStored(
        id=str(revision["article_id"]),
        source=revision["source"],
        url=revision["url"],
        change=revision["change"],
        revision=revision["revision"],
        revision_sha256=revision["revision_sha256"].hex(),
        stored_at=revision["stored_at"],
        title=revision["title"],
        language=revision["language"],
        published=revision["published"],
        changed=revision["changed"],
        words_added=revision["words_added"],
        words_removed=revision["words_removed"],
        share_changed=revision["share_changed"],
    )
    return Emit((Outgoing(ARTICLES_STORED, event),))
