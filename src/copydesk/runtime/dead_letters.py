"""Dead letters: the whole record with its provenance, in the message and again in headers for tools. Pure."""

from datetime import datetime

from copydesk.contracts import (
    DeadLetter,
    Envelope,
    Headers,
    caused_message_id,
    dead_letters,
    encode_headers,
    encode_value,
    root_message_id,
    schema_urn,
    type_name,
)
from copydesk.runtime.outcomes import DeadLettered
from copydesk.runtime.ports import DeliveredRecord, OutgoingRecord
from copydesk.runtime.retry_records import History, original_headers
from copydesk.telemetry import child_traceparent

_HEADER_BYTES = 1_000


def dead_letter_id(history: History) -> str:
    """The same for the same record, however often it is read."""
    return root_message_id(history.topic, str(history.partition), str(history.offset))


def dead_letter(
    record: DeliveredRecord, history: History, stage: str, outcome: DeadLettered, now: datetime, source: str | None
) -> DeadLetter:
    """The letter for a record that has failed for the last time; `history` counts that failure."""
    return DeadLetter(
        id=dead_letter_id(history),
        stage=stage,
        topic=history.topic,
        partition=history.partition,
        offset=history.offset,
        error=outcome.reason,
        detail=outcome.detail,
        attempts=history.attempts,
        first_failed_at=history.first_failed or now,
        last_failed_at=now,
        key=record.key,
        value=record.value,
        headers=list(original_headers(record.headers)),
        source=source,
    )


def dead_letter_record(letter: DeadLetter, cause: Envelope | None, now: datetime) -> OutgoingRecord:
    """The record for `dead-letters.<stage>`, keyed by the letter's id."""
    topic = dead_letters(letter.stage).name
    envelope = Envelope(
        id=caused_message_id(letter.id, topic, letter.id, 0),
        type=type_name(DeadLetter),
        dataschema=schema_urn(DeadLetter),
        source=letter.stage,
        time=now,
        origin=letter.source,
        traceparent=child_traceparent(cause.traceparent if cause else None),
    )
    headers = (*encode_headers(envelope), *_provenance(letter))
    return OutgoingRecord(topic, letter.id.encode(), encode_value(letter), headers)


def _provenance(letter: DeadLetter) -> Headers:
    fields = {
        "dlq-topic": letter.topic,
        "dlq-partition": str(letter.partition),
        "dlq-offset": str(letter.offset),
        "dlq-stage": letter.stage,
        "dlq-error": letter.error,
        "dlq-attempts": str(letter.attempts),
        "dlq-first-failed": letter.first_failed_at.isoformat(),
        "dlq-last-failed": letter.last_failed_at.isoformat(),
    }
    return tuple((name, value.encode("utf-8", "replace")[:_HEADER_BYTES]) for name, value in fields.items())
