"""Assigning stories: one writer at a time looks around what was just committed and decides.

The turn is an advisory lock that goes with the transaction, taken before anything is read; so each sees all that the
others decided, and of two writers filing tellings of one event side by side the later one sees both.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from struct import Struct
from uuid import UUID

from asyncpg.pgproto import pgproto

from copydesk.contracts import ArticleTagged
from copydesk.runtime.outcomes import Outgoing
from copydesk.storage import Connection
from copydesk_writer.adapters.story_rows import change_rows, story_event, telling
from copydesk_writer.adapters.tables import STORIES, run
from copydesk_writer.core import stories
from copydesk_writer.core.batches import newest_of_each
from copydesk_writer.core.revisions import Candidate
from copydesk_writer.core.stories import MOST_COMPARED, Newsroom
from copydesk_writer.core.story_evidence import WINDOW, Rarities, Telling, key_hash, nearest

_LOOKED_AT = frozenset({4, 8, 16, 32, 64, 128, 256, 512})
"""Sizes at which a story is looked at for parts: that costs the square of the articles compared."""

_ID = 16
"""Bytes of an id."""


async def assign(connection: Connection, candidates: Sequence[Candidate], now: datetime) -> None:
    """Find the stories of those articles that have not been looked at, and count anew those of articles withdrawn."""
    newest = newest_of_each(candidates)
    if not newest:
        return
    await connection.execute(STORIES["take_turn"])
    await _refresh(connection, [found.id for found in newest if not _is_to_assign(found)])
    found = {one.id: one for one in newest}
    rows = await connection.fetch(STORIES["unassigned"], sorted(found))
    if rows:
        newcomers = {row["id"]: telling(row) for row in rows}
        await _assign(connection, newcomers, found, now)


def _is_to_assign(candidate: Candidate) -> bool:
    """Withdrawals change what a story says of itself, and so do articles whose messages name their story."""
    message = candidate.message
    return isinstance(message, ArticleTagged) and message.story is None


async def _assign(
    connection: Connection, tellings: Mapping[UUID, Telling], found: Mapping[UUID, Candidate], now: datetime
) -> None:
    room, newcomers = await _room(connection, tellings, now), sorted(tellings)
    before = {one.id: one.story for one in room.tellings.values()}
    moved = {story for one in newcomers if (story := before[one]) is not None}
    stories.assign(room, newcomers)
    for story in _to_look_at(room, newcomers, moved):
        cause = next((one for one in newcomers if room.tellings[one].story == story), newcomers[0])
        stories.split(room, story, cause)
    await _write(connection, room, before)
    await run(connection, "insert_changes", change_rows(room.changes, found, room.tellings, now), STORIES)
    await connection.execute(STORIES["mark_assigned"], newcomers)


async def _refresh(connection: Connection, articles: Sequence[UUID]) -> None:
    found = await connection.fetch(STORIES["stories_of"], sorted(articles)) if articles else []
    if found:
        await connection.execute(STORIES["refresh_stories"], sorted(row["story_id"] for row in found))


async def events(connection: Connection, messages: Sequence[str]) -> dict[str, list[Outgoing]]:
    """What is to be told of stories, by the message that led to it."""
    told: dict[str, list[Outgoing]] = {}
    for row in await connection.fetch(STORIES["made_changes"], list(messages)):
        told.setdefault(row["message_id"], []).append(story_event(row))
    return told


def _to_look_at(room: Newsroom, newcomers: Sequence[UUID], moved: set[str]) -> list[str]:
    """Stories that reached a size at which they are looked at, and those of articles whose keys changed."""
    touched = {story for one in newcomers if (story := room.tellings[one].story) is not None}
    return sorted(
        story
        for story in touched | moved
        if room.sizes.get(story, 0) in _LOOKED_AT or (story in moved and room.sizes.get(story, 0) > 1)
    )


async def _room(connection: Connection, newcomers: Mapping[UUID, Telling], now: datetime) -> Newsroom:
    near, counts = await _near(connection, list(newcomers))
    candidates = {one for found in near.values() for one in found}
    tellings = {**newcomers, **await _tellings(connection, candidates - newcomers.keys())}
    there = {one.story for one in tellings.values() if one.story is not None}
    known = await connection.fetch(STORIES["known_stories"], sorted(there))
    sizes = {row["id"]: max(1, row["articles"]) for row in known}
    looked_at = {story for story, size in sizes.items() if size + 1 in _LOOKED_AT}
    looked_at |= {one.story for one in newcomers.values() if one.story is not None}
    if looked_at:
        members = await connection.fetch(STORIES["newest_of_stories"], sorted(looked_at), MOST_COMPARED)
        tellings |= await _tellings(connection, {row["id"] for row in members} - tellings.keys())
    names = {key for one in newcomers.values() for key in one.keys}
    return Newsroom(
        tellings=tellings,
        near=near,
        sizes=sizes,
        ranks={row["id"]: (row["first_seen_at"], row["id"]) for row in known},
        now=now,
        rarities=Rarities({name: counts[number] for name in names if (number := key_hash(name)) in counts}),
    )


async def _near(connection: Connection, newcomers: Sequence[UUID]) -> tuple[dict[UUID, list[UUID]], dict[int, int]]:
    """The candidates of each newcomer, and how many articles of about that time have a key that several have."""
    met: dict[UUID, list[tuple[int, tuple[bytes, ...]]]] = {one: [] for one in newcomers}
    counts: dict[int, int] = {}
    for article, place, key, found in await connection.fetch(STORIES["find_tellings"], newcomers, WINDOW):
        others = _ids(len(found) // _ID).unpack(found)
        met[article].append((place, others))
        counts[key] = max(counts.get(key, 0), len(others))
    near: dict[UUID, list[UUID]] = {
        one: [pgproto.UUID(other) for other in nearest(one.bytes, [others for _, others in sorted(found)])]
        for one, found in met.items()
    }
    for row in await connection.fetch(STORIES["copies"], newcomers):
        near[row["article"]].append(row["other"])
    return near, counts


@lru_cache
def _ids(number: int) -> Struct:
    """So many ids, one after another."""
    return Struct(f"{_ID}s" * number)


async def _tellings(connection: Connection, ids: set[UUID]) -> dict[UUID, Telling]:
    rows = await connection.fetch(STORIES["tellings"], sorted(ids)) if ids else []
    return {row["id"]: telling(row) for row in rows}


async def _write(connection: Connection, room: Newsroom, before: Mapping[UUID, str | None]) -> None:
    """Articles first, in the order of their ids, then stories, as everywhere."""
    changed = [
        (one.id, one.story, room.confidence.get(one.id, 1.0))
        for one in room.tellings.values()
        if one.story is not None and (one.story != before.get(one.id) or one.id in room.confidence)
    ]
    merged = {gone: _survivor(room, gone) for gone in room.merged}
    await connection.fetch(STORIES["lock_members"], [row[0] for row in changed], sorted(merged))
    await run(connection, "insert_stories", sorted((story, room.now) for story in {one.story for one in room.changes}))
    await run(connection, "merge_stories", sorted(merged.items()), STORIES)
    await run(connection, "set_stories", sorted(changed), STORIES)
    touched = {row[1] for row in changed} | {story for one in changed if (story := before.get(one[0])) is not None}
    await connection.execute(STORIES["refresh_stories"], sorted(touched - merged.keys()))
    await run(connection, "forward_stories", sorted(merged.items()), STORIES)


def _survivor(room: Newsroom, story: str) -> str:
    while story in room.merged:
        story = room.merged[story]
    return story
