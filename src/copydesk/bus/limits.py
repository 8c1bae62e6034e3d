"""How large a record may be, counted before compression as brokers' clients do."""

from collections.abc import Sequence

from copydesk.runtime.ports import OutgoingRecord, RecordTooLargeError

ENVELOPE_BYTES = 100_000
"""Room for key, headers and framing on top of `KafkaSettings.max_record_bytes`, which is about the value alone."""

COMPRESSION_SLACK_BYTES = 20_000
"""Incompressible data grows a little when it is compressed, and brokers measure what they receive."""

_FRAMING_BYTES = 70
_HEADER_FRAMING_BYTES = 10


def record_size(record: OutgoingRecord) -> int:
    """Upper bound of the bytes that a record takes in a batch of one (Kafka's message format v2)."""
    headers = sum(len(name.encode()) + len(value) + _HEADER_FRAMING_BYTES for name, value in record.headers)
    return len(record.key) + len(record.value) + headers + _FRAMING_BYTES


def refuse_oversize(records: Sequence[OutgoingRecord], limit: int) -> None:
    """Raise `RecordTooLargeError` for the first record above `limit` bytes."""
    for record in records:
        if (size := record_size(record)) > limit:
            raise RecordTooLargeError(
                f"a record of {size} bytes with key {record.key!r} for topic {record.topic} is above the limit of "
                f"{limit} bytes: store the body as a blob and send its reference"
            )
