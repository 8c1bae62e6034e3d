"""Articles that were split off a page: they go when their page goes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from msgspec import structs

from copydesk.contracts import ArticleTagged, PageWithdrawn, caused_message_id
from copydesk.runtime.outcomes import Emit, Outcome
from copydesk.storage import Connection
from copydesk_writer.adapters.tables import SQL, STORIES
from copydesk_writer.core.revisions import Candidate

TAKEDOWN = "takedown"
"""The reason of a withdrawal that means one article, not its page."""


async def parts_of(connection: Connection, pages: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    """The withdrawals that follow from those of pages, by the message that withdraws the page."""
    gone = {found.id: found for found in pages if not _of_one_article(found)}
    rows = await connection.fetch(SQL["parts_of_pages"], list(gone)) if gone else []
    parts: dict[str, list[Candidate]] = {}
    for page in (found for found in pages if found.id in gone):
        for row in rows:
            if row["page"] == page.id:
                parts.setdefault(page.message_id, []).append(_withdrawal(page, row["part"]))
    return parts


def page_of(candidate: Candidate) -> list[UUID]:
    """The page that an article was split off, if it was."""
    message = candidate.message
    try:
        return [UUID(message.part_of)] if isinstance(message, ArticleTagged) and message.part_of else []
    except ValueError:
        return []


async def count_stories_anew(connection: Connection, parts: Mapping[str, Sequence[Candidate]]) -> None:
    """Stories that parts belong to say how many articles they have."""
    ids = sorted({part.id for some in parts.values() for part in some})
    found = await connection.fetch(STORIES["stories_of"], ids) if ids else []
    if found:
        await connection.execute(STORIES["refresh_stories"], sorted(row["story_id"] for row in found))


def with_parts(outcome: Outcome, of_parts: Sequence[Outcome]) -> Outcome:
    """What a withdrawal of a page leads to, with what it leads to for its parts."""
    told = [out for part in of_parts if isinstance(part, Emit) for out in part.messages]
    if not told:
        return outcome
    return Emit((*(outcome.messages if isinstance(outcome, Emit) else ()), *told))


def _of_one_article(found: Candidate) -> bool:
    return isinstance(found.message, PageWithdrawn) and found.message.reason == TAKEDOWN


def _withdrawal(page: Candidate, part: UUID) -> Candidate:
    """Its message is made up, with an id that is the same whenever the page's comes."""
    return replace(
        page,
        id=part,
        message_id=caused_message_id(page.message_id, "part", str(part), 0),
        message=structs.replace(page.message, id=str(part)),
    )
