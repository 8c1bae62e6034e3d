"""Pages and articles from the topics, for as long as those keep them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from copydesk.cli.kept import Kept, M, Place
from copydesk.contracts import SITES_LEARNED, Decoded, Lane, PageWithdrawn, SiteLearned, Topic, UndecodableError, decode
from copydesk.runtime.claim_check import check_out
from copydesk.runtime.ports import BlobStore, Bus, DeliveredRecord, Partition, UnknownTopicError

_QUIET_SECONDS = 3.0


async def ends_of(bus: Bus, topic: Topic) -> dict[Partition, int]:
    """Where both lanes of a topic end now; partitions without records are left out."""
    found: dict[Partition, int] = {}
    for lane in Lane:
        ends = await bus.end_positions(topic.on(lane).name)
        found |= {partition: end for partition, end in ends.items() if end}
    return found


async def newest_on_topic(
    bus: Bus, blobs: BlobStore, kind: type[M], ends: Mapping[Partition, int], starts: Mapping[Partition, int]
) -> AsyncIterator[Kept[M]]:
    """The newest message of each id before `ends`; those of what was withdrawn are left out, and those before `starts`.

    The topics are read twice, so that no more than an article's id and place is kept of each.
    """
    newest: dict[str, tuple[datetime, datetime, Partition, int]] = {}
    async for record, decoded in _read(bus, blobs, ends):
        message = decoded.message
        if isinstance(message, kind | PageWithdrawn):
            place = (message.fetched_at, record.timestamp, record.partition, record.offset)
            newest[message.id] = max(newest.get(message.id, place), place)
    async for record, decoded in _read(bus, blobs, ends):
        message = decoded.message
        if not isinstance(message, kind) or record.offset < starts.get(record.partition, 0):
            continue
        if newest.get(message.id, ())[2:] == (record.partition, record.offset):
            yield Kept(message, decoded.unknown, Place(partition=record.partition, next_offset=record.offset + 1))


async def lessons(bus: Bus, blobs: BlobStore) -> AsyncIterator[SiteLearned]:
    """All that is known of sites; nothing where nobody has learned yet."""
    try:
        ends = {partition: end for partition, end in (await bus.end_positions(SITES_LEARNED.name)).items() if end}
        async for _, decoded in _read(bus, blobs, ends):
            if isinstance(decoded.message, SiteLearned):
                yield decoded.message
    except UnknownTopicError:
        return


async def _read(
    bus: Bus, blobs: BlobStore, ends: Mapping[Partition, int]
) -> AsyncIterator[tuple[DeliveredRecord, Decoded]]:
    """Every message before the ends; what cannot be decoded is left out."""
    unread = dict(ends)
    if not unread:
        return
    topics = sorted({partition.topic for partition in unread})
    consumer = await bus.consumer(f"copydesk.replay.{uuid4()}", topics)
    try:
        while unread and (records := await consumer.poll(max_records=500, timeout=_QUIET_SECONDS)):
            for record, decoded in await _decoded(records, blobs, ends):
                yield record, decoded
            done = {one.partition for one in records if one.offset + 1 >= ends.get(one.partition, 0)}
            consumer.pause(frozenset(done))
            for partition in done:
                unread.pop(partition, None)
    finally:
        await consumer.close()


async def _decoded(
    records: Sequence[DeliveredRecord], blobs: BlobStore, ends: Mapping[Partition, int]
) -> list[tuple[DeliveredRecord, Decoded]]:
    found = []
    for record in records:
        if record.offset >= ends.get(record.partition, 0):
            continue
        try:
            value = await check_out(record.headers, record.value, blobs)
            found.append((record, decode(record.headers, value)))
        except UndecodableError:
            continue
    return found
