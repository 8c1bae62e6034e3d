"""Rows of what articles offer for finding their stories, and of what is told of stories."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from struct import Struct
from uuid import UUID

import asyncpg
import msgspec

from copydesk.contracts import STORIES_CHANGED, ArticleTagged, StoryChanged
from copydesk.runtime.outcomes import Outgoing
from copydesk.storage.array_literals import array_literal
from copydesk_writer.adapters.rows import Filing, Row
from copydesk_writer.core.revisions import Candidate
from copydesk_writer.core.stories import Change
from copydesk_writer.core.story_evidence import Keys, Telling, key_hash, probes

_TEXTS = msgspec.json.Decoder(list[str])
_REMEMBERED = 4096
"""Offers that need not be read anew: candidates were mostly filed not long ago, and are met again and again."""


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
    keys, headline = _offer(row["keys"], row["weights"], row["headline"])
    return Telling(row["id"], row["at"], row["dated"], keys, headline, row["story"], row["original"])


@lru_cache(maxsize=_REMEMBERED)
def _offer(keys: str, weights: bytes, headline: str) -> tuple[Keys, frozenset[str]]:
    """Of what the database tells of an article: lists as JSON, weights as PostgreSQL sends an array."""
    names = _TEXTS.decode(keys)
    return Keys(zip(names, _weights(len(names)).unpack(weights), strict=True)), frozenset(_TEXTS.decode(headline))


@lru_cache
def _weights(number: int) -> Struct:
    """So many single-precision numbers, each after its length; before them dimensions, flags, type and bounds."""
    return Struct(f">{20 if number else 12}x" + "4xf" * number)


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
