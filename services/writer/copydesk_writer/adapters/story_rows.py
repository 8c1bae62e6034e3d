"""Rows of what articles offer for finding their stories, and of what is told of stories."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from copydesk.contracts import STORIES_CHANGED, ArticleTagged, StoryChanged
from copydesk.runtime.outcomes import Outgoing
from copydesk.storage.array_literals import array_literal
from copydesk_writer.adapters.rows import Filing, Row
from copydesk_writer.core.revisions import Candidate
from copydesk_writer.core.stories import Change
from copydesk_writer.core.story_evidence import Telling, key_hash, probes


def offer_rows(filings: Iterable[Filing]) -> Iterator[Row]:
    """Rows of `article_stories`; articles whose story the message names are not looked at."""
    for filing in filings:
        article = filing.article
        if article.story_keys is None or article.story is not None:
            continue
        keys = article.story_keys.keys
        yield (
            filing.candidate.id,
            article.published or filing.candidate.fetched_at,
            article.published is not None,
            array_literal(list(keys)),
            f"{{{','.join(map(str, keys.values()))}}}",
            array_literal(article.story_keys.headline),
            f"{{{','.join(str(key_hash(key)) for key in probes(keys))}}}",
        )


def telling(row: asyncpg.Record) -> Telling:
    """An article as it was offered, with the story that it is in."""
    return Telling(
        id=row["id"],
        at=row["at"],
        dated=row["dated"],
        keys=dict(zip(row["keys"], row["weights"], strict=True)),
        headline=frozenset(row["headline"]),
        story=row["story"],
        original=row["original"],
    )


def change_rows(
    changes: Sequence[Change], causes: Mapping[UUID, Candidate], tellings: Mapping[UUID, Telling], now: datetime
) -> Iterator[Row]:
    """Rows of `story_changes`, numbered within the message that led to them."""
    counted: dict[str, int] = {}
    for change in changes:
        cause = causes[change.cause]
        message = cause.message_id
        ordinal = counted[message] = counted.get(message, -1) + 1
        original = tellings[change.cause].original if change.change in ("created", "joined") else None
        yield (
            message,
            ordinal,
            change.story,
            change.change,
            now,
            array_literal([str(article) for article in change.articles]),
            change.other,
            round(change.confidence, 3),
            cause.message.title if isinstance(cause.message, ArticleTagged) else None,
            str(original) if original else None,
        )


def story_event(row: asyncpg.Record) -> Outgoing:
    """The event of a change, made of its row alone, so that it is the same whenever it is sent."""
    changed = StoryChanged(
        id=row["story_id"],
        change=row["change"],
        at=row["at"],
        articles=row["articles"],
        other=row["other"],
        confidence=row["confidence"],
        title=row["title"],
        duplicate_of=row["duplicate_of"],
    )
    return Outgoing(STORIES_CHANGED, changed)
