"""From deliveries to outcomes: decode, call the handler, and turn what it answers into records to send."""

import random
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from copydesk.contracts import Lane, Message, UndecodableError, decode
from copydesk.runtime.availability import UNAVAILABLE
from copydesk.runtime.claim_check import check_in, check_out
from copydesk.runtime.dead_letters import dead_letter, dead_letter_id, dead_letter_record
from copydesk.runtime.in_hand import Delivery
from copydesk.runtime.outcomes import (
    BatchHandler,
    DeadLettered,
    Drop,
    Emit,
    Handler,
    Outcome,
    Received,
    Retry,
    RetryClass,
)
from copydesk.runtime.ports import OutgoingRecord
from copydesk.runtime.publisher import Publisher
from copydesk.runtime.reports import Subject, report_record, reports, salvaged_subject, subject_of
from copydesk.runtime.retry import GiveUp, InPlace, decide
from copydesk.runtime.retry_records import History, retry_record
from copydesk.runtime.service import ServiceContext
from copydesk.telemetry import get_logger

_log = get_logger(__name__)


@dataclass(frozen=True)
class Settlement:
    """The end of a delivery: what to send before it is done, and how it counts."""

    records: tuple[OutgoingRecord, ...]
    outcome: str
    reason: str = ""
    retry_kind: str = ""


@dataclass(frozen=True)
class Postponed:
    """Not settled: try again in place after `delay`, knowing `history`."""

    delay: timedelta
    history: History
    kind: RetryClass


class Handling:
    """What one stage does with its messages of one lane, whichever topic they come from."""

    def __init__(
        self,
        name: str,
        accepts: frozenset[type[Message]],
        handler: Handler | None,
        batch_handler: BatchHandler | None,
        reports_outcomes: bool,
        lane: Lane,
        context: ServiceContext,
    ) -> None:
        self._stage = name
        self._lane = lane
        self._accepts = accepts
        self._handler = handler
        self._batch_handler = batch_handler
        self._reports = reports_outcomes
        self._blobs = context.blobs
        self._clock = context.clock
        self._limit = context.settings.kafka.max_record_bytes
        self.publisher = Publisher(context, name, lane)

    async def judge(self, deliveries: Sequence[Delivery]) -> list[Outcome]:
        """One outcome for each delivery. Raises when a dependency is away; then nothing has been decided."""
        found = [await self._read(delivery) for delivery in deliveries]
        readable = [received for received in found if isinstance(received, Received)]
        answers = iter(await self._answer(readable))
        return [next(answers) if isinstance(received, Received) else received for received in found]

    async def settle(self, delivery: Delivery, outcome: Outcome) -> Settlement | Postponed:
        """What is to be sent for an outcome. Raises when blob storage is away; then it may be asked again."""
        try:
            return await self._settle(delivery, outcome)
        except UNAVAILABLE:
            raise
        except Exception as error:  # noqa: BLE001 - a handler may answer what cannot be encoded, or nothing at all
            return await self.bury(delivery, _surprise(error))

    async def _settle(self, delivery: Delivery, outcome: Outcome) -> Settlement | Postponed:
        received = delivery.decoded
        match outcome, received:
            case Retry(), _:
                return await self._retry(delivery, outcome)
            case DeadLettered(), _:
                return await self.bury(delivery, outcome)
            case Drop(), Received():
                return Settlement((*self._reported(delivery, outcome),), "dropped", outcome.reason)
            case Emit(), Received():
                records = await self.publisher.caused_records(outcome.messages, received.envelope)
                return Settlement((*records, *self._reported(delivery, outcome)), "passed")
            case _:
                raise TypeError(f"{self._stage} answered {outcome!r}, which is no outcome")

    async def bury(self, delivery: Delivery, outcome: DeadLettered) -> Settlement:
        """The settlement of a record that goes to the dead letters; its first record is the letter."""
        now = self._clock.now()
        outcome = DeadLettered(_encodable(outcome.reason), _encodable(outcome.detail))
        history = delivery.history.after_failure(now, outcome.reason, counted=True)
        received = delivery.decoded
        envelope = received.envelope if isinstance(received, Received) else None
        subject = self._subject(delivery)
        letter = dead_letter(delivery.record, history, self._stage, outcome, now, subject.source or None)
        record = await check_in(dead_letter_record(letter, envelope, now), self._blobs, self._limit)
        _log.warning(
            "dead letter",
            stage=self._stage,
            article=subject.id,
            dead_letter=letter.id,
            error=outcome.reason,
            topic=letter.topic,
            partition=letter.partition,
            offset=letter.offset,
            attempts=letter.attempts,
        )
        return Settlement((record, *self._reported(delivery, outcome)), "dead-lettered", _label(outcome.reason))

    async def _read(self, delivery: Delivery) -> Received[Message] | DeadLettered:
        if delivery.decoded is None:
            delivery.decoded = await self._decode(delivery)
        if isinstance(delivery.decoded, DeadLettered):
            return delivery.decoded
        return Received(
            message=delivery.decoded.message,
            envelope=delivery.decoded.envelope,
            unknown=delivery.decoded.unknown,
            partition=delivery.record.partition,
            offset=delivery.record.offset,
            attempt=delivery.attempt,
            lane=self._lane,
        )

    async def _decode(self, delivery: Delivery) -> Received[Message] | DeadLettered:
        record = delivery.record
        try:
            decoded = decode(record.headers, await check_out(record.headers, record.value, self._blobs))
        except UndecodableError as error:
            return DeadLettered("undecodable", str(error))
        except UNAVAILABLE:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a hostile record breaks, it breaks only itself
            return _surprise(error)
        if type(decoded.message) not in self._accepts:
            return DeadLettered(
                "unexpected type", f"{decoded.envelope.type} does not belong on {record.partition.topic}"
            )
        return Received(decoded.message, decoded.envelope, decoded.unknown, record.partition, record.offset)

    async def _answer(self, readable: Sequence[Received[Message]]) -> Sequence[Outcome]:
        if not readable:
            return ()
        try:
            return await self._call(readable)
        except UNAVAILABLE:
            raise
        except Exception as error:  # noqa: BLE001 - the one place that turns a surprise into a dead letter
            if len(readable) == 1:
                return [_surprise(error)]
            _log.warning("batch failed, handling its messages one by one", stage=self._stage, error=repr(error))
        return [answer for received in readable for answer in await self._answer([received])]

    async def _call(self, readable: Sequence[Received[Message]]) -> Sequence[Outcome]:
        now = self._clock.now()
        if self._batch_handler is not None:
            answers = await self._batch_handler(readable, now)
            if len(answers) != len(readable):
                raise ValueError(f"{self._stage} answered {len(answers)} outcomes to {len(readable)} messages")
            return answers
        if self._handler is None:
            raise TypeError(f"stage {self._stage} has no handler")
        return [await self._handler(received, now) for received in readable]

    async def _retry(self, delivery: Delivery, retry: Retry) -> Settlement | Postponed:
        now = self._clock.now()
        history = delivery.history.after_failure(now, retry.reason, counted=retry.kind is not RetryClass.BUSY)
        decision = decide(
            retry.kind,
            max(history.attempts, 1),
            history.first_failed or now,
            now,
            retry.after,
            random.random(),  # noqa: S311 - spreads retries, guards nothing
        )
        if isinstance(decision, InPlace):
            return Postponed(decision.delay, history, retry.kind)
        if isinstance(decision, GiveUp):
            return await self.bury(delivery, DeadLettered(f"retries exhausted: {retry.reason}"))
        again = retry_record(delivery.record, history, self._stage, decision.tier, now, self._lane)
        record = await check_in(again, self._blobs, self._limit)
        return Settlement((record,), "retried", _label(retry.reason), retry.kind)

    def _reported(self, delivery: Delivery, outcome: Emit | Drop | DeadLettered) -> list[OutgoingRecord]:
        if not self._reports:
            return []
        received = delivery.decoded
        cause, trace = (
            (received.envelope.id, received.envelope.traceparent)
            if isinstance(received, Received)
            else (dead_letter_id(delivery.history), None)
        )
        found = reports(self._stage, self._subject(delivery), outcome, self._clock.now())
        return [report_record(report, cause, trace) for report in found]

    def _subject(self, delivery: Delivery) -> Subject:
        if isinstance(delivery.decoded, Received):
            return subject_of(delivery.decoded.message)
        return salvaged_subject(delivery.record, dead_letter_id(delivery.history))


def _surprise(error: Exception) -> DeadLettered:
    detail = "".join(traceback.format_exception(error))
    return DeadLettered(f"{type(error).__name__}: {str(error)[:200]}", detail[-20_000:])


def _label(reason: str) -> str:
    """A metric label from a dead letter's reason: its part before the first colon, so that labels stay few."""
    return _encodable(reason).partition(":")[0][:60]


def _encodable(text: str) -> str:
    """Text of a page may hold halves of surrogate pairs, and exceptions quote it; neither JSON nor headers may."""
    return text.encode("utf-8", "replace").decode()
