"""The outcomes that a stage reports of each message, from which the funnel is summed. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

import msgspec

from copydesk.contracts import (
    STAGE_OUTCOMES,
    STAGES,
    ArticleCleaned,
    ArticleStored,
    Envelope,
    Message,
    PageFetched,
    PageWithdrawn,
    StageOutcome,
    caused_message_id,
    encode_headers,
    encode_value,
    schema_urn,
    type_name,
)
from copydesk.runtime.claim_check import claimed_fetch
from copydesk.runtime.outcomes import DeadLettered, Drop, Emit
from copydesk.runtime.ports import DeliveredRecord, OutgoingRecord
from copydesk.telemetry import child_traceparent

REPLACED = "replaced"
"""Reason of a drop: what the message brought went on under other ids only."""
WITHDRAWN = "withdrawn"
"""Reason with which a withdrawal passes, so that the funnel tells it from an article."""
_ARTICLES = (PageFetched, PageWithdrawn, ArticleCleaned, ArticleStored)

_URL_CHARACTERS = 8_000
_SOURCE_CHARACTERS = 500

StageName = Literal["crawler", "cleaner", "tagger", "writer"]


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of an article, as far as it is known; readable from records that are otherwise broken."""

    id: str
    source: str
    url: str = ""
    fetched_at: datetime | None = None
    part_of: str | None = None
    withdrawn: bool = False


class _Traces(msgspec.Struct, frozen=True):
    id: str = ""
    source: str = ""
    url: str = ""
    fetched_at: datetime | None = None
    part_of: str | None = None


_TRACES = msgspec.json.Decoder(_Traces)


def subject_of(message: Message) -> Subject:
    """The article that a message is about."""
    return Subject(
        id=str(getattr(message, "id", "")),
        source=_without_nul(str(getattr(message, "source", None) or ""))[:_SOURCE_CHARACTERS],
        url=_without_nul(str(getattr(message, "url", "")))[:_URL_CHARACTERS],
        fetched_at=getattr(message, "fetched_at", None),
        part_of=getattr(message, "part_of", None),
        withdrawn=isinstance(message, PageWithdrawn) or getattr(message, "change", None) == WITHDRAWN,
    )


def salvaged_subject(record: DeliveredRecord, fallback_id: str) -> Subject:
    """What a record that cannot be read still says of itself: its JSON if it is any, its key, its headers."""
    try:
        traces = _TRACES.decode(record.value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        traces = _Traces()
    key = (record.key or b"").decode("utf-8", "replace")
    source = dict(record.headers).get("ce_newssource", b"").decode("utf-8", "replace")
    return Subject(
        id=next((name for name in (traces.id, key) if _is_uuid(name)), fallback_id),
        source=_printable(traces.source or source),
        url=_printable(traces.url),
        fetched_at=traces.fetched_at or claimed_fetch(record.headers) or record.timestamp,
        part_of=traces.part_of if traces.part_of and _is_uuid(traces.part_of) else None,
    )


def reports(stage: str, subject: Subject, outcome: Emit | Drop | DeadLettered, now: datetime) -> list[StageOutcome]:
    """One report an emitted article, or one for the article consumed when nothing about it goes on."""
    if isinstance(outcome, Drop):
        return [_report(stage, subject, "dropped", now, subject, outcome.reason)]
    if isinstance(outcome, DeadLettered):
        return [_report(stage, subject, "dead-lettered", now, subject, outcome.reason[:200])]
    passed = {found.id: found for found in _emitted(outcome)}
    if not passed:
        return [_passed(stage, subject, now, subject)]
    sent_on = [_passed(stage, found, now, subject) for found in passed.values()]
    if subject.id in passed:
        return sent_on
    return [_report(stage, subject, "dropped", now, subject, REPLACED), *sent_on]


def report_record(report: StageOutcome, cause: str, traceparent: str | None) -> OutgoingRecord:
    """The record of a report; `cause` is the id of the message (or dead letter) that it is about."""
    about = f"{STAGE_OUTCOMES.name}|{report.stage}|{report.outcome}"
    envelope = Envelope(
        id=caused_message_id(cause, about, report.id, 0),
        type=type_name(StageOutcome),
        dataschema=schema_urn(StageOutcome),
        source=report.stage,
        time=report.at,
        origin=report.source or None,
        traceparent=child_traceparent(traceparent),
    )
    return OutgoingRecord(STAGE_OUTCOMES.name, report.id.encode(), encode_value(report), encode_headers(envelope))


def _emitted(outcome: Emit) -> Iterator[Subject]:
    return (subject_of(out.message) for out in outcome.messages if isinstance(out.message, _ARTICLES))


def _passed(stage: str, about: Subject, now: datetime, consumed: Subject) -> StageOutcome:
    return _report(stage, about, "passed", now, consumed, WITHDRAWN if about.withdrawn else None)


def _report(
    stage: str,
    about: Subject,
    outcome: Literal["passed", "dropped", "dead-lettered"],
    now: datetime,
    consumed: Subject,
    reason: str | None = None,
) -> StageOutcome:
    fetched = about.fetched_at or consumed.fetched_at
    return StageOutcome(
        id=about.id,
        source=about.source or consumed.source,
        url=about.url or consumed.url,
        stage=cast(StageName, stage),
        outcome=outcome,
        version=int(fetched.timestamp() * 1000) if fetched else 0,
        at=now,
        reason=None if reason is None else _without_nul(reason),
        part_of=about.part_of,
    )


def reportable(stage: str) -> bool:
    """Whether the funnel knows the stage."""
    return stage in STAGES


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _without_nul(text: str) -> str:
    """JSON may carry NUL, the funnel's database cannot."""
    return text.replace("\x00", "")


def _printable(text: str) -> str:
    return "".join(character for character in text[:2_000] if character.isprintable())
