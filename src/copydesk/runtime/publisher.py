"""Turns messages into records: envelope, deterministic id, trace context, claim check."""

from collections import Counter
from collections.abc import Sequence

from copydesk.contracts import (
    Envelope,
    Lane,
    caused_message_id,
    encode_headers,
    encode_value,
    root_message_id,
    schema_urn,
    type_name,
)
from copydesk.runtime.claim_check import check_in
from copydesk.runtime.outcomes import Outgoing
from copydesk.runtime.ports import OutgoingRecord
from copydesk.runtime.service import ServiceContext
from copydesk.telemetry import child_traceparent


class Publisher:
    """Sends the messages of one service on one lane; returning means acknowledged.

    A message keeps its id on every lane, so that what was published live and is replayed is known to be the same.

    Every method raises `BusUnavailableError`, `BlobsUnavailableError` or `RecordTooLargeError`; sending the same
    again is harmless, since the ids are the same.
    """

    def __init__(self, context: ServiceContext, service_name: str, lane: Lane = Lane.LIVE) -> None:
        self._bus = context.bus
        self._blobs = context.blobs
        self._clock = context.clock
        self._limit = context.settings.kafka.max_record_bytes
        self._service = service_name
        self._lane = lane

    async def publish(self, outgoing: Sequence[Outgoing], *, cause: Envelope) -> None:
        """Send what a consumed message caused; a redelivered cause makes the same ids again."""
        await self.send(await self.caused_records(outgoing, cause))

    async def publish_roots(self, outgoing: Sequence[tuple[Outgoing, str]]) -> None:
        """Send messages that start a chain, each with the version that makes its id, such as the fetch time."""
        records = []
        for out, version in outgoing:
            identity = root_message_id(out.topic.name, _key(out), version)
            records.append(await self._record(out, identity, None))
        await self.send(records)

    async def caused_records(self, outgoing: Sequence[Outgoing], cause: Envelope) -> list[OutgoingRecord]:
        """The records of `publish`, for a caller who sends them in one batch with others."""
        seen: Counter[tuple[str, str]] = Counter()
        records = []
        for out in outgoing:
            place = (out.topic.name, _key(out))
            identity = caused_message_id(cause.id, *place, seen[place])
            seen[place] += 1
            records.append(await self._record(out, identity, cause))
        return records

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        """Produce records in one batch and wait for every acknowledgement."""
        if records:
            producer = await self._bus.producer()
            await producer.send(records)

    async def _record(self, out: Outgoing, identity: str, cause: Envelope | None) -> OutgoingRecord:
        envelope = Envelope(
            id=identity,
            type=type_name(type(out.message)),
            dataschema=schema_urn(type(out.message)),
            source=self._service,
            time=self._clock.now(),
            origin=getattr(out.message, "source", None) or (cause.origin if cause else None),
            traceparent=child_traceparent(cause.traceparent if cause else None),
        )
        value = encode_value(out.message, out.unknown)
        record = OutgoingRecord(out.topic.on(self._lane).name, _key(out).encode(), value, encode_headers(envelope))
        return await check_in(record, self._blobs, self._limit)


def _key(out: Outgoing) -> str:
    return str(getattr(out.message, out.topic.key))
