"""Articles that were split off a page: they go when their page goes.

A page and its parts travel on keys of their own, so their messages may be in the hands of different writers. Each looks
for the other after its own commit: a withdrawal for parts that are stored, a part for a withdrawal of its page. So
at least one of two that are filed side by side sees the other, and no transaction waits for another.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from msgspec import structs

from copydesk.contracts import ArticleTagged, PageWithdrawn, caused_message_id
from copydesk.runtime.outcomes import DeadLettered, Emit, Outcome
from copydesk.storage import Connection, Pool
from copydesk_writer.adapters.tables import SQL, STORIES
from copydesk_writer.core.revisions import Candidate, Key

_GONE = 410


async def withdrawals_of_parts(pool: Pool, filed: Sequence[Candidate]) -> dict[Key, list[Candidate]]:
    """The withdrawals of parts that follow from what was filed, by the message that each follows from.

    Asks nothing where a batch has neither withdrawals of pages nor parts. Each withdrawal has the same id whenever its
    cause comes again, also when the page has been seen to be gone once more; so whoever made a revision tells it again.
    """
    pages = [found for found in filed if found.withdraws_page]
    parts = {found.key: (found, page) for found in filed for page in page_of(found)}
    if not pages and not parts:
        return {}
    async with pool.acquire() as connection:
        found = await _of_pages(connection, pages) if pages else {}
        return found | (await _of_parts(connection, [*parts.values()]) if parts else {})


async def _of_pages(connection: Connection, pages: Sequence[Candidate]) -> dict[Key, list[Candidate]]:
    rows = await connection.fetch(SQL["parts_of_pages"], sorted({page.id for page in pages}))
    split_off: dict[UUID, list[UUID]] = {}
    for row in rows:
        split_off.setdefault(row["page"], []).append(row["part"])
    return {
        page.key: [
            replace(
                page,
                id=part,
                message_id=caused_message_id(page.message_id, "part", str(part), 0),
                message=structs.replace(page.message, id=str(part)),
            )
            for part in split_off[page.id]
        ]
        for page in pages
        if page.id in split_off
    }


async def _of_parts(connection: Connection, parts: Sequence[tuple[Candidate, UUID]]) -> dict[Key, list[Candidate]]:
    since = min(part.version for part, _ in parts)
    rows = await connection.fetch(SQL["withdrawals_of_pages"], sorted({page for _, page in parts}), since)
    gone = {row["page"]: row for row in rows}
    found: dict[Key, list[Candidate]] = {}
    for part, page in parts:
        if page not in gone or gone[page]["version"] <= part.version:
            continue
        message = PageWithdrawn(
            id=str(part.id),
            url=part.message.url,
            source=part.message.source,
            fetched_at=gone[page]["fetched_at"],
            status=_GONE,
        )
        found[part.key] = [
            Candidate(
                id=part.id,
                version=gone[page]["version"],
                message_time=gone[page]["fetched_at"],
                message_id=caused_message_id(part.message_id, "page", str(page), 0),
                message=message,
                fetched_at=gone[page]["fetched_at"],
            )
        ]
    return found


async def seen_gone(connection: Connection, unknown: Sequence[Candidate]) -> dict[UUID, int]:
    """The newest version at which articles never stored, or their pages, were seen to be gone, if no older."""
    if not unknown:
        return {}
    since = min(found.version for found in unknown)
    asked = {found.id: [found.id, *page_of(found)] for found in unknown}
    rows = await connection.fetch(SQL["seen_gone"], [one for some in asked.values() for one in some], since)
    seen = {row["article_id"]: row for row in rows}
    gone: dict[UUID, int] = {}
    for identity, some in asked.items():
        for one in some:
            version = seen[one]["version" if one == identity else "of_page"] if one in seen else None
            if version is not None:
                gone[identity] = max(version, gone.get(identity, version))
    return gone


def page_of(candidate: Candidate) -> list[UUID]:
    """The page that an article was split off, if it was."""
    message = candidate.message
    try:
        return [UUID(message.part_of)] if isinstance(message, ArticleTagged) and message.part_of else []
    except ValueError:
        return []


async def count_stories_anew(connection: Connection, articles: Sequence[UUID]) -> None:
    """Stories that withdrawn articles belong to say how many articles they have."""
    found = await connection.fetch(STORIES["stories_of"], sorted(articles)) if articles else []
    if found:
        await connection.execute(STORIES["refresh_stories"], sorted(row["story_id"] for row in found))


def with_parts(outcome: Outcome, of_parts: Sequence[Outcome]) -> Outcome:
    """What a message leads to, with what it leads to for parts."""
    told = [out for part in of_parts if isinstance(part, Emit) for out in part.messages]
    if not told or isinstance(outcome, DeadLettered):
        return outcome
    return Emit((*(outcome.messages if isinstance(outcome, Emit) else ()), *told))
