"""Dead letters: the whole record with its provenance, in the message and again in headers for tools. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal

import msgspec

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
from copydesk.runtime.ports import DeliveredRecord, OutgoingRecord, Partition
from copydesk.runtime.retry_records import History, origin_header, original_headers
from copydesk.telemetry import child_traceparent

LETTER, RETRIED = "dlq-letter", "dlq-retried"
"""Headers of a record that was sent again: the id of its letter, and when."""

_HEADER_BYTES = 1_000
_NEVER = datetime.min.replace(tzinfo=UTC)


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
        id=caused_message_id(letter.id, topic, _occasion(letter), 0),
        type=type_name(DeadLetter),
        dataschema=schema_urn(DeadLetter),
        source=letter.stage,
        time=now,
        origin=letter.source,
        traceparent=child_traceparent(cause.traceparent if cause else None),
    )
    headers = (*encode_headers(envelope), *_provenance(letter))
    return OutgoingRecord(topic, letter.id.encode(), encode_value(letter), headers)


def settled(
    letter: DeadLetter, state: Literal["retried", "dropped"], now: datetime, reason: str | None = None
) -> DeadLetter:
    """The letter after somebody decided; sent to the same topic it stands over what was there."""
    return msgspec.structs.replace(letter, state=state, settled_at=now, settled_reason=reason)


def standing(letters: Iterable[DeadLetter]) -> list[DeadLetter]:
    """Each letter as it stands, the one that failed first in front, whatever the order in which its records came."""
    newest: dict[str, DeadLetter] = {}
    for letter in letters:
        other = newest.get(letter.id)
        if other is None or _age(other) <= _age(letter):
            newest[letter.id] = letter
    return sorted(newest.values(), key=lambda letter: (letter.last_failed_at, letter.id))


def record_again(letter: DeadLetter, now: datetime) -> OutgoingRecord:
    """The record of a letter as it was, for the topic that it came from; headers say which letter it was.

    It counts as the same record there: failing again it makes a letter of the same id.
    """
    provenance = {LETTER: letter.id, RETRIED: now.isoformat(), "dlq-stage": letter.stage, "dlq-error": letter.error}
    headers = (
        *((name, value) for name, value in letter.headers if name not in provenance),
        *_encoded(provenance),
        origin_header(letter.topic, letter.partition, letter.offset),
    )
    return OutgoingRecord(letter.topic, letter.key or b"", letter.value, headers)


def record_of(letter: DeadLetter) -> DeliveredRecord:
    """The record of a letter as it was read."""
    origin = Partition(letter.topic, letter.partition)
    return DeliveredRecord(
        origin, letter.offset, letter.first_failed_at, letter.key, letter.value, tuple(letter.headers)
    )


def _age(letter: DeadLetter) -> tuple[datetime, datetime]:
    return letter.last_failed_at, letter.settled_at or _NEVER


def _occasion(letter: DeadLetter) -> str:
    """What sets the records of one letter apart: how often it was retried, and what was decided. Redelivery is not."""
    retried = dict(letter.headers).get(RETRIED, b"").decode("utf-8", "replace")
    decided = f"{letter.state} {letter.settled_at}" if letter.settled_at else ""
    return "|".join(filter(None, (letter.id, retried, decided)))


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
    if letter.settled_at:
        fields |= {"dlq-state": letter.state, "dlq-settled": letter.settled_at.isoformat()}
    return _encoded(fields)


def _encoded(fields: Mapping[str, str]) -> Headers:
    return tuple((name, value.encode("utf-8", "replace")[:_HEADER_BYTES]) for name, value in fields.items())
