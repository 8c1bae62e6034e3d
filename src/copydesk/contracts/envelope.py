"""CloudEvents 1.0 in Kafka binary mode: attributes in `ce_` headers, the message alone in the record's value.

Sources: CloudEvents specification 1.0.2; Kafka Protocol Binding for CloudEvents 1.0.2, section 3.2; W3C Trace Context.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from msgspec import Raw, Struct

from copydesk.contracts.messages import Message
from copydesk.contracts.open_values import open_decoder
from copydesk.contracts.topics import REGISTRY
from copydesk.contracts.versions import major

CONTENT_TYPE = b"application/json"
SPEC_VERSION = "1.0"

Headers = tuple[tuple[str, bytes], ...]


class UndecodableError(ValueError):
    """A record that is no message of ours; the text says why and names the field."""


class Envelope(Struct, frozen=True, kw_only=True):
    """The attributes of one message.

    `id` is unique per `source` (the service that made it); `origin` is the news source the message belongs to
    and travels as the extension attribute `newssource`, so that even a record with a broken body can be counted.
    `dataschema` names the message's schema with its version (`versions.schema_urn`); records made before messages
    stated their version have none, and are of version 1.0.
    """

    id: str
    type: str
    source: str
    time: datetime
    origin: str | None = None
    traceparent: str | None = None
    dataschema: str | None = None


class Decoded(Struct, frozen=True, kw_only=True):
    """A message with its envelope; `unknown` holds top-level fields that this version does not know, verbatim."""

    envelope: Envelope
    message: Message
    unknown: dict[str, Raw]


def type_name(message: type[Message]) -> str:
    """The `ce_type` of a message class, such as `copydesk.ArticleCleaned.v1`."""
    return f"copydesk.{message.__name__}.v{major(message)}"


_TYPES: dict[str, type[Message]] = {type_name(kind): kind for topic in REGISTRY.values() for kind in topic.messages}
_FIELDS: dict[type[Message], frozenset[str]] = {
    kind: frozenset(kind.__struct_encode_fields__) for kind in _TYPES.values()
}
_DECODERS = {kind: msgspec.json.Decoder(kind) for kind in _TYPES.values()}
_RAW_DECODER = msgspec.json.Decoder(dict[str, Raw])
_ENCODER = msgspec.json.Encoder()


def encode_value(message: Message, unknown: Mapping[str, Raw] | None = None) -> bytes:
    """The JSON of a message; fields in `unknown` are carried along unless the message has them itself."""
    value = _ENCODER.encode(message)
    own = _FIELDS[type(message)]
    extra = {name: raw for name, raw in (unknown or {}).items() if name not in own}
    if not extra:
        return value
    return value[:-1] + b"," + _ENCODER.encode(extra)[1:]


def encode_headers(envelope: Envelope) -> Headers:
    """Record headers of an envelope; absent attributes have no header."""
    attributes = {
        "ce_specversion": SPEC_VERSION,
        "ce_id": envelope.id,
        "ce_type": envelope.type,
        "ce_source": envelope.source,
        "ce_time": envelope.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_dataschema": envelope.dataschema,
        "ce_newssource": envelope.origin,
        "traceparent": envelope.traceparent,
    }
    pairs = [(name, value.encode()) for name, value in attributes.items() if value is not None]
    return (*pairs, ("content-type", CONTENT_TYPE))


def decode_envelope(headers: Headers) -> Envelope:
    """Read the attributes back. Raises `UndecodableError` when a required one is missing or malformed."""
    found = {name: value.decode("utf-8", "replace") for name, value in headers}
    try:
        return Envelope(
            id=found["ce_id"],
            type=found["ce_type"],
            source=found["ce_source"],
            time=datetime.fromisoformat(found["ce_time"]),
            origin=found.get("ce_newssource"),
            traceparent=found.get("traceparent"),
            dataschema=found.get("ce_dataschema"),
        )
    except KeyError as error:
        raise UndecodableError(f"header {error.args[0]} is missing") from error
    except ValueError as error:
        raise UndecodableError(f"header ce_time is no RFC 3339 time: {found['ce_time']!r}") from error


def decode(headers: Headers, value: bytes) -> Decoded:
    """Read a record, also one of a later minor version: fields and values that this one does not know are kept.

    Raises `UndecodableError` naming the header or field at fault.
    """
    envelope = decode_envelope(headers)
    kind = _TYPES.get(envelope.type)
    if kind is None:
        raise UndecodableError(f"unknown ce_type {envelope.type!r}; known: {', '.join(sorted(_TYPES))}")
    try:
        message = _message(kind, value)
        own = _FIELDS[kind]
        unknown = {name: raw.copy() for name, raw in _RAW_DECODER.decode(value).items() if name not in own}
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UndecodableError(f"{envelope.type}: {error}") from error
    return Decoded(envelope=envelope, message=message, unknown=unknown)


def _message(kind: type[Message], value: bytes) -> Message:
    try:
        return _DECODERS[kind].decode(value)
    except msgspec.ValidationError:
        later: Message = open_decoder(kind)(value)
        return later
