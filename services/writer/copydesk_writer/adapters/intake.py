"""From a message to a row that Postgres can hold, or the reason why there is none."""

import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Raw

from copydesk.contracts import ArticleTagged, Message, PageWithdrawn
from copydesk.runtime.outcomes import DeadLettered, Outcome, Received
from copydesk.storage.storable import storable_text, storable_time
from copydesk_writer.core.revisions import Candidate, record_of, revision_sha256, version_of

REPLACED = "replaced-characters"
"""Flag of an article in which characters that Postgres cannot hold became U+FFFD."""

_SIGNATURE = struct.Struct("<128I")


@dataclass
class Part:
    """Some messages of a batch by their places in it, and what became of them."""

    articles: dict[int, Candidate] = field(default_factory=dict)
    withdrawals: dict[int, Candidate] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    @property
    def candidates(self) -> dict[int, Candidate]:
        return self.articles | self.withdrawals

    def answer(self, places: Iterable[int], outcomes: Iterable[Outcome]) -> None:
        self.outcomes.update(zip(places, outcomes, strict=True))


def part_of(received: Mapping[int, Received[Message]]) -> Part:
    """What can be stored of some messages; the others are answered."""
    part = Part()
    for place, one in received.items():
        try:
            found = candidate(one)
        except ValueError as error:
            part.outcomes[place] = DeadLettered("bad row", str(error))
        else:
            (part.articles if isinstance(found.message, ArticleTagged) else part.withdrawals)[place] = found
    return part


def of_a_page(received: Received[Message]) -> ArticleTagged | PageWithdrawn:
    """What was received, if it is of the kinds that are filed."""
    if not isinstance(received.message, ArticleTagged | PageWithdrawn):
        raise TypeError(f"{received.envelope.type} does not belong here")
    return received.message


def candidate(received: Received[Message]) -> Candidate:
    """Raises `ValueError` naming the field that can never be stored."""
    message, envelope = of_a_page(received), received.envelope
    try:
        identity = UUID(message.id)
    except ValueError as error:
        raise ValueError(f"id {message.id[:80]!r} is no UUID") from error
    fetched_at, time = storable_time(message.fetched_at), storable_time(envelope.time)
    if fetched_at is None or time is None:
        raise ValueError(f"fetched_at {message.fetched_at} or ce_time {envelope.time} is outside the calendar")
    version, message_id = version_of(fetched_at), storable_text(envelope.id)
    if isinstance(message, PageWithdrawn):
        return Candidate(identity, version, time, message_id, message, fetched_at)
    article, record = _legible(message, received.unknown)
    return Candidate(
        identity,
        version,
        time,
        message_id,
        article,
        fetched_at,
        extra=_extra(received.unknown),
        revision_sha256=revision_sha256(article),
        record_sha256=sha256(record).digest(),
        minhash=_signature(article.minhash),
    )


def _legible(article: ArticleTagged, unknown: Mapping[str, Raw]) -> tuple[ArticleTagged, bytes]:
    """The article without what Postgres cannot hold, and its record; nearly always there is nothing of the kind."""
    try:
        record = record_of(article, unknown)
        doubtful = b"\\u0000" in record or "\0" in article.content_sha256 or not article.content_sha256.isascii()
    except UnicodeEncodeError:
        doubtful = True
    found = _dated(_replaced(article) if doubtful else article)
    return (article, record) if found is article else (found, record_of(found, unknown))


def _replaced(article: ArticleTagged) -> ArticleTagged:
    raw = msgspec.to_builtins(article, builtin_types=(datetime,))
    cleaned = msgspec.convert(_cleaned(raw), ArticleTagged)
    if cleaned == article:
        return article
    return msgspec.structs.replace(cleaned, flags=[*cleaned.flags, REPLACED])


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, dict):
        return {storable_text(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return value


def _dated(article: ArticleTagged) -> ArticleTagged:
    """Dates that overflow the calendar in UTC become null, and the notes say so."""
    changes: dict[str, Any] = {}
    for name in ("published", "modified"):
        value: datetime | None = getattr(article, name)
        if value is not None and storable_time(value) is None:
            changes[name] = None
            changes["date_notes"] = [*changes.get("date_notes", article.date_notes), f"{name} {value} out of range"]
    return msgspec.structs.replace(article, **changes) if changes else article


def _extra(unknown: Mapping[str, Raw]) -> str:
    encoded = msgspec.json.encode(dict(unknown))
    if b"\\u" not in encoded:
        return encoded.decode()
    # Only escapes can hide NUL or half a surrogate pair; the standard library reads both.
    try:
        return json.dumps(_cleaned(json.loads(encoded)), allow_nan=False, ensure_ascii=False)
    except ValueError as error:
        raise ValueError(f"unknown fields {sorted(unknown)}: {error}") from error


def _signature(minhash: list[int]) -> bytes | None:
    if not minhash:
        return None
    try:
        return _SIGNATURE.pack(*minhash)
    except struct.error as error:
        raise ValueError(f"minhash is not 128 unsigned 32-bit numbers: {error}") from error
