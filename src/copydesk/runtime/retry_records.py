"""The trail of failures that a record carries through the retry topics, and the record that carries it. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from copydesk.contracts import RETRY_DELAYS, Headers, Lane
from copydesk.contracts.topics import retries
from copydesk.runtime.ports import DeliveredRecord, OutgoingRecord

DUE = "retry-due"
ATTEMPT = "retry-attempt"
FIRST_FAILED = "retry-first-failed"
REASON = "retry-reason"
ORIGIN = "retry-origin"
"""Topic, partition and offset where the record was first read, as `topic/partition/offset`."""

_OWN = frozenset({DUE, ATTEMPT, FIRST_FAILED, REASON, ORIGIN})
_REASON_BYTES = 1_000


@dataclass(frozen=True)
class History:
    """What happened to a record before this try; `topic`, `partition`, `offset` are where it was first read.

    `attempts` counts failures that count; `first_failed` is None while nothing has failed.
    """

    topic: str
    partition: int
    offset: int
    attempts: int = 0
    first_failed: datetime | None = None
    reason: str = ""
    due: datetime | None = None

    def after_failure(self, now: datetime, reason: str, *, counted: bool) -> "History":
        return replace(
            self,
            attempts=self.attempts + counted,
            first_failed=self.first_failed or now,
            reason=reason,
        )


def fresh_history(record: DeliveredRecord) -> History:
    """The history of a record that has not failed yet, or of a dead letter's that was sent again."""
    return History(*_origin(record))


def read_history(record: DeliveredRecord) -> History:
    """The history in a record's headers. A malformed header counts as absent: the trail is never a reason to fail."""
    found = {name: value.decode("utf-8", "replace") for name, value in record.headers if name in _OWN}
    topic, partition, offset = _origin(record)
    attempts = found.get(ATTEMPT, "0")
    return History(
        topic=topic,
        partition=partition,
        offset=offset,
        attempts=int(attempts) if _numbers([attempts]) else 0,
        first_failed=_time(found.get(FIRST_FAILED)),
        reason=found.get(REASON, ""),
        due=_time(found.get(DUE)),
    )


def origin_header(topic: str, partition: int, offset: int) -> tuple[str, bytes]:
    """Where a record was first read, for one that is sent again."""
    return ORIGIN, f"{topic}/{partition}/{offset}".encode()


def retry_record(
    record: DeliveredRecord, history: History, stage: str, tier: str, now: datetime, lane: Lane = Lane.LIVE
) -> OutgoingRecord:
    """The record's own bytes, addressed to the retry topic of a tier and due when the tier's delay has passed."""
    trail = {
        DUE: (now + RETRY_DELAYS[tier]).isoformat(),
        ATTEMPT: str(history.attempts),
        FIRST_FAILED: (history.first_failed or now).isoformat(),
        REASON: history.reason,
    }
    headers = (
        *original_headers(record.headers),
        *((name, value.encode("utf-8", "replace")[:_REASON_BYTES]) for name, value in trail.items()),
        origin_header(history.topic, history.partition, history.offset),
    )
    return OutgoingRecord(retries(stage, tier, ()).on(lane).name, record.key or b"", record.value, headers)


def original_headers(headers: Headers) -> Headers:
    """The headers that the record had before its first failure."""
    return tuple((name, value) for name, value in headers if name not in _OWN)


def _origin(record: DeliveredRecord) -> tuple[str, int, int]:
    origin = dict(record.headers).get(ORIGIN, b"").decode("utf-8", "replace").split("/")
    if len(origin) == 3 and _numbers(origin[1:]):
        return origin[0], int(origin[1]), int(origin[2])
    return record.partition.topic, record.partition.number, record.offset


def _time(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _numbers(texts: list[str]) -> bool:
    return all(text.isascii() and text.isdigit() and len(text) < 19 for text in texts)
