"""Which messages on the topics are about an article, and until when they stay there."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import msgspec

from copydesk.bus.partitioner import partition_of
from copydesk.contracts import REGISTRY, DeadLetter, UndecodableError, decode, decode_envelope
from copydesk.runtime.claim_check import check_out
from copydesk.runtime.ports import BlobStore, Bus, DeliveredRecord, Partition, UnknownTopicError

_QUIET_SECONDS = 3.0
_WITHOUT_TEXT = frozenset({"stages.outcomes", "sites.learned", "sites.drift", "sources.health"})
"""Topics that tell nothing of what an article says."""


class FoundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One record; `expires` is when the topic's retention lets go of it, null where it never does."""

    topic: str
    partition: int
    offset: int
    at: datetime
    type: str
    message_id: str
    expires: datetime | None = None
    detail: str = ""


@dataclass(frozen=True)
class _Keys:
    """The articles asked for, and the stories of theirs, by which a topic of stories is keyed."""

    articles: frozenset[str]
    stories: frozenset[str]

    def of(self, topic: str) -> frozenset[str]:
        return self.stories if topic.endswith("stories.changed") else self.articles


async def messages_of(
    bus: Bus, blobs: BlobStore, articles: Collection[str], stories: Collection[str] = ()
) -> list[FoundMessage]:
    """Every record about some articles that the topics hold now, in the order of topics and offsets.

    Of a topic only those partitions are read that can hold any. Raises `BusUnavailableError`.
    """
    keys = _Keys(frozenset(articles), frozenset(stories))
    ends: dict[Partition, int] = {}
    for name in REGISTRY:
        if name in _WITHOUT_TEXT:
            continue
        with suppress(UnknownTopicError):
            positions = await bus.end_positions(name)
            numbers = range(len(positions)) if _is_dead(name) else _partitions(keys.of(name), len(positions))
            ends |= {part: end for part, end in positions.items() if end and part.number in numbers}
    found: list[FoundMessage] = []
    async for record in _records(bus, ends):
        message = await _found(record, keys, blobs)
        if message is not None:
            found.append(message)
    return sorted(found, key=lambda one: (list(REGISTRY).index(one.topic), one.partition, one.offset))


async def _records(bus: Bus, wanted: Mapping[Partition, int]) -> AsyncIterator[DeliveredRecord]:
    """All that partitions hold before given ends; the others of their topics are not read."""
    ends = dict(wanted)
    if not ends:
        return
    consumer = await bus.consumer(f"copydesk.look.{uuid4()}", sorted({partition.topic for partition in ends}))
    try:
        while ends:
            records = await consumer.poll(max_records=1_000, timeout=_QUIET_SECONDS)
            assigned = consumer.assignment()
            consumer.pause(frozenset(assigned - ends.keys()))
            for record in records:
                if record.partition not in wanted:
                    continue
                if record.offset + 1 >= ends.get(record.partition, 0):
                    ends.pop(record.partition, None)
                yield record
            if not records and assigned:
                return
    finally:
        await consumer.close()


async def _found(record: DeliveredRecord, keys: _Keys, blobs: BlobStore) -> FoundMessage | None:
    topic, key = record.partition.topic, (record.key or b"").decode("utf-8", "replace")
    detail = ""
    if _is_dead(topic):
        letter = await _letter(record, blobs)
        if letter is None or (letter.key or b"").decode("utf-8", "replace") not in keys.articles:
            return None
        detail = f"{letter.stage}: {letter.error}"
    elif key not in keys.of(topic):
        return None
    try:
        envelope = decode_envelope(record.headers)
        kind, identity = envelope.type, envelope.id
    except UndecodableError:
        kind = identity = ""
    retention = REGISTRY[topic].retention
    return FoundMessage(
        topic=topic,
        partition=record.partition.number,
        offset=record.offset,
        at=record.timestamp,
        type=kind,
        message_id=identity,
        expires=record.timestamp + retention if retention else None,
        detail=detail,
    )


async def _letter(record: DeliveredRecord, blobs: BlobStore) -> DeadLetter | None:
    try:
        message = decode(record.headers, await check_out(record.headers, record.value, blobs)).message
    except UndecodableError:
        return None
    return message if isinstance(message, DeadLetter) else None


def _partitions(keys: Collection[str], count: int) -> set[int]:
    return {partition_of(key.encode(), count) for key in keys}


def _is_dead(topic: str) -> bool:
    return topic.startswith("dead-letters.")
