"""Which story an article belongs to: joins, new stories, merges and splits.

Articles are taken one by one in the order of their time; each joins the story whose most similar articles are likely
enough to tell the same event. Two stories become one only where their own articles, not just the newcomer that
touches both (a round-up does), tell the same event.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from copydesk.contracts import story_id
from copydesk_writer.core.story_evidence import WINDOW, Rarities, Telling, likelihood

JOIN = 0.5
"""Least likelihood with which an article joins a story."""

KEEP = 0.3
"""Least likelihood with which a changed article stays where it is."""

MERGE = 0.6
"""Least mean likelihood between the articles of two stories that become one."""

SPLIT = 0.12
"""Parts of a story with a mean likelihood below this between them are two."""

BY_NEAREST = 2
"""Articles of a story that speak for it: those nearest to the newcomer."""

MOST_COMPARED = 24
"""Of a larger story the newest are compared when it is looked at for parts."""

_LEAST_PART = 2
_COMPARED_IN_MERGE = 5


@dataclass(frozen=True)
class Change:
    """What becomes an event; `cause` is the article whose arrival led to it."""

    story: str
    change: Literal["created", "joined", "left", "merged", "split"]
    cause: UUID
    articles: tuple[UUID, ...] = ()
    other: str | None = None
    confidence: float = 1.0


@dataclass
class Newsroom:
    """What is known around some newcomers; it is changed as they are assigned.

    `tellings` holds newcomers and candidates; `near` the candidates of each newcomer; `sizes` and `ranks` the number
    of articles and the rank by age (a lower one is elder) of each story that any of them has.
    The elder is the one that was there first, so that what is imported later never takes over the id of live news.
    """

    tellings: dict[UUID, Telling]
    near: Mapping[UUID, Sequence[UUID]]
    sizes: dict[str, int]
    ranks: dict[str, tuple[datetime, str]]
    now: datetime
    rarities: Rarities
    changes: list[Change] = field(default_factory=list)
    confidence: dict[UUID, float] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    _of_story: dict[str, set[UUID]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for telling in self.tellings.values():
            if telling.story is not None:
                self._of_story.setdefault(telling.story, set()).add(telling.id)

    def move(self, identity: UUID, story: str, confidence: float) -> None:
        moved = self.tellings[identity]
        before = moved.story
        if before is not None:
            self.sizes[before] -= 1
            self._of_story[before].discard(identity)
        self.sizes[story] = self.sizes.get(story, 0) + 1
        moved.story = story
        self._of_story.setdefault(story, set()).add(identity)
        self.confidence[identity] = confidence

    def unite(self, into: str, gone: str) -> None:
        self.merged[gone] = into
        self.sizes[into] = self.sizes.get(into, 0) + self.sizes.pop(gone)
        self.ranks.setdefault(into, self.ranks[gone])
        moved = self._of_story.pop(gone, set())
        self._of_story.setdefault(into, set()).update(moved)
        for identity in moved:
            self.tellings[identity].story = into

    def members(self, story: str) -> list[Telling]:
        """Those that are known here, by time."""
        found = (self.tellings[identity] for identity in self._of_story.get(story, ()))
        return sorted(found, key=lambda one: (one.at, one.id))


def assign(room: Newsroom, newcomers: Iterable[UUID]) -> None:
    """Find the story of each newcomer; what comes of it stands in the room."""
    for identity in sorted(newcomers, key=lambda one: (room.tellings[one].at, one)):
        newcomer = room.tellings[identity]  # with the story that it is in by now, after what others led to
        ranked = _ranked(room, newcomer)
        joined = _settle(room, newcomer, ranked)
        _merge(room, newcomer, joined, [story for story, score in ranked if score >= JOIN and story != joined])


def _settle(room: Newsroom, newcomer: Telling, ranked: Sequence[tuple[str, float]]) -> str:
    own, scores = newcomer.story, dict(ranked)
    best, score = ranked[0] if ranked else ("", 0.0)
    if own is not None and (room.sizes[own] == 1 or (best != own and scores.get(own, 0.0) >= KEEP)) and score < JOIN:
        return own
    if own is not None and (best == own or scores.get(own, 0.0) >= max(KEEP, score - 0.2)):
        room.confidence[newcomer.id] = scores[own]
        return own
    if score < JOIN:
        best, score = story_id(str(newcomer.id)), 1.0
        if best in room.sizes or best == own:
            best = story_id(f"{newcomer.id} out of {own}")
    if own is not None and room.sizes[own] == 1:
        _unite(room, newcomer.id, best, own, score)
        return best
    if own is not None:
        room.changes.append(Change(own, "left", newcomer.id, (newcomer.id,)))
    change: Literal["created", "joined"] = "joined" if best in room.sizes else "created"
    room.changes.append(Change(best, change, newcomer.id, (newcomer.id,), confidence=score))
    room.ranks.setdefault(best, (room.now, best))
    room.move(newcomer.id, best, score)
    return best


def _ranked(room: Newsroom, newcomer: Telling) -> list[tuple[str, float]]:
    """Stories near the newcomer with the likelihood that it is one of them, the likeliest first."""
    found: dict[str, list[float]] = {}
    for identity in room.near.get(newcomer.id, ()):
        other = room.tellings.get(identity)
        if other is None or other.story is None or other.id == newcomer.id:
            continue
        if abs(other.at - newcomer.at) > WINDOW and not _copies(newcomer, other):
            continue
        found.setdefault(other.story, []).append(_likelihood(room, newcomer, other))
    scores = {}
    for story, likelihoods in found.items():
        voices = min(BY_NEAREST, max(1, room.sizes[story] - (story == newcomer.story)))
        nearest = sorted(likelihoods, reverse=True)[:voices]
        scores[story] = 1.0 if nearest[0] == 1.0 else sum(nearest) / voices
    return sorted(scores.items(), key=lambda item: (-item[1], room.ranks[item[0]]))


def _likelihood(room: Newsroom, one: Telling, other: Telling) -> float:
    return 1.0 if _copies(one, other) else likelihood(one, other, room.rarities)


def _copies(one: Telling, other: Telling) -> bool:
    if one.original is not None and one.original == other.original:
        return True
    return other.id == one.original or one.id == other.original


def _merge(room: Newsroom, newcomer: Telling, joined: str, others: Sequence[str]) -> None:
    for other in others:
        ours, theirs = (
            sorted(room.members(story), key=lambda one: abs(one.at - newcomer.at))[:_COMPARED_IN_MERGE]
            for story in (joined, other)
        )
        mean = _mean(room, [one for one in ours if one.id != newcomer.id] or ours, theirs)
        if mean >= MERGE:
            into, gone = sorted((joined, other), key=lambda story: room.ranks[story])
            _unite(room, newcomer.id, into, gone, mean)
            joined = into


def _unite(room: Newsroom, cause: UUID, into: str, gone: str, confidence: float) -> None:
    moved = room.members(gone)
    room.changes.append(Change(into, "merged", cause, tuple(one.id for one in moved), gone, confidence))
    room.unite(into, gone)


def _mean(room: Newsroom, some: Sequence[Telling], others: Sequence[Telling]) -> float:
    found = [_likelihood(room, one, other) for one in some for other in others]
    return sum(found) / len(found) if found else 0.0


def split(room: Newsroom, story: str, cause: UUID) -> None:
    """Part a story whose newest articles fall into groups that hardly share anything; the eldest keep the id."""
    members = room.members(story)[-MOST_COMPARED:]
    parts = _parts(room, members)
    if len(parts) == 1:
        return
    for part in parts[1:]:
        if len(part) < _LEAST_PART:
            continue
        new = story_id(f"{part[0].id} out of {story}")
        if new in room.sizes:
            continue
        room.changes.append(Change(new, "split", cause, tuple(one.id for one in part), story))
        room.ranks[new] = (room.now, new)
        for one in part:
            room.move(one.id, new, 1.0)


def _parts(room: Newsroom, members: Sequence[Telling]) -> list[list[Telling]]:
    """Groups by average linkage, each by time, the one with the eldest article first."""
    groups = [[one] for one in members]
    links = {
        (first, second): _likelihood(room, members[first], members[second])
        for second in range(len(members))
        for first in range(second)
    }
    alive = set(range(len(members)))
    while links:
        (first, second), link = max(links.items(), key=lambda item: (item[1], item[0]))
        if link < SPLIT:
            break
        ours, theirs = len(groups[first]), len(groups[second])
        alive.discard(second)
        for third in alive - {first}:
            one, other = (min(first, third), max(first, third)), (min(second, third), max(second, third))
            links[one] = (links[one] * ours + links[other] * theirs) / (ours + theirs)
        links = {pair: value for pair, value in links.items() if second not in pair}
        groups[first] = groups[first] + groups[second]
    return [sorted(groups[one], key=lambda member: (member.at, member.id)) for one in sorted(alive)]
