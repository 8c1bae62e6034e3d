"""What a consumer is handed besides the message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from msgspec import Raw

from copydesk.contracts import Envelope, Message, UndecodableError
from copydesk.runtime.ports import DeliveredRecord

M_co = TypeVar("M_co", bound=Message, covariant=True)


@dataclass(frozen=True)
class ConsumedRecord(Generic[M_co]):
    """A message with its envelope and its place.

    `envelope.id` is the same when a message is sent again: drop repeats by it. `unknown` holds top-level fields that
    this version of Copydesk does not know, as JSON. `timestamp` is when the broker dated the record.
    """

    message: M_co
    envelope: Envelope
    unknown: Mapping[str, Raw]
    topic: str
    partition: int
    offset: int
    timestamp: datetime


class UndecodableRecordError(UndecodableError):
    """A record that is no message, or whose body in blob storage is gone; it says which record and why."""

    def __init__(self, record: DeliveredRecord, reason: str) -> None:
        self.topic, self.partition = record.partition
        self.offset = record.offset
        self.reason = reason
        super().__init__(
            f"{self.topic}[{self.partition}]@{self.offset}: {reason}. The record stays uncommitted and comes again: "
            f'mend what wrote it, or pass undecodable="skip" to read past such records'
        )
