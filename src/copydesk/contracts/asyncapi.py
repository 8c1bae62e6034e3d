"""The AsyncAPI 3 document of all topics.

Sources: AsyncAPI 3.0.0 with the Kafka bindings 0.5.0; CloudEvents 1.0 Kafka binding, binary content mode.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from copydesk.contracts.articles import ArticleTagged
from copydesk.contracts.envelope import Envelope, encode_headers, encode_value, type_name
from copydesk.contracts.examples import EXAMPLES
from copydesk.contracts.messages import (
    ArticleStored,
    Message,
    PageFetched,
    PageWithdrawn,
    SourceHealth,
    StoryChanged,
)
from copydesk.contracts.topics import REGISTRY, Topic
from copydesk.contracts.versions import VERSIONS, major, schema_urn

_BINDING = "0.5.0"
_SENT_AT = datetime(2026, 3, 9, 8, 15, 2, tzinfo=UTC)
_MAKERS: dict[type[Message], str] = {
    PageFetched: "crawler",
    PageWithdrawn: "crawler",
    SourceHealth: "crawler",
    ArticleStored: "writer",
    StoryChanged: "writer",
    ArticleTagged: "tagger",
}
"""Who makes a message, for examples; the cleaner makes or may make all others."""
_DESCRIPTION = """\
Topics of Copydesk, for whoever reads them. Delivery is at least once, ordered by key: drop repeats by `ce_id`.
Within a major version fields and values are only ever added: ignore fields that you do not know, and expect values
of lists (`x-extensible-enum`) that you do not know. `docs/consumers.md` says how to follow articles and stories.
"""
_CLAIM = (
    "SHA-256 (hex) of a value too large for a record: the record's value is empty, the body lies in blob storage under "
    "`<first two digits>/<next two>/<hash>`"
)


def asyncapi(messages: Sequence[type[Message]]) -> dict[str, Any]:
    """The document; payloads refer to the JSON Schemas beside it, `./json/<message>.v<major>.json`."""
    public = [topic for topic in REGISTRY.values() if topic.audience == "public"]
    minors = sum(int(VERSIONS[kind].split(".")[1]) for kind in messages)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Copydesk topics",
            "version": f"{max(map(major, messages))}.{minors}.0",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": {topic.name: _channel(topic) for topic in REGISTRY.values()},
        "operations": {f"receive.{topic.name}": _receive(topic) for topic in public},
        "components": {
            "messages": {kind.__name__: _message(kind) for kind in messages},
            "schemas": {"CloudEventHeaders": header_schema(messages)},
            "securitySchemes": {
                "scram": {"type": "scramSha512", "description": "COPYDESK_KAFKA__SASL_USERNAME and …PASSWORD"}
            },
        },
    }


def _servers() -> dict[str, Any]:
    place = {
        "host": "{bootstrap}",
        "variables": {
            "bootstrap": {
                "default": "localhost:9092",
                "description": "host:port of a broker (COPYDESK_KAFKA__BOOTSTRAP_SERVERS)",
            }
        },
    }
    prefix = "Names of topics and groups begin with COPYDESK_KAFKA__TOPIC_PREFIX, if the operator has set one."
    return {
        "plain": {**place, "protocol": "kafka", "description": f"A broker on a trusted network. {prefix}"},
        "secure": {
            **place,
            "variables": {"bootstrap": {**place["variables"]["bootstrap"], "default": "localhost:9093"}},  # type: ignore[index]
            "protocol": "kafka-secure",
            "description": f"TLS and SASL. {prefix}",
            "security": [{"$ref": "#/components/securitySchemes/scram"}],
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    retention = -1 if topic.retention is None else topic.retention // timedelta(milliseconds=1)
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {kind.__name__: {"$ref": f"#/components/messages/{kind.__name__}"} for kind in topic.messages},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["compact" if topic.compacted else "delete"],
                    "retention.ms": retention,
                },
                "bindingVersion": _BINDING,
            }
        },
        "x-key": topic.key,
        "x-audience": topic.audience,
    }


def _receive(topic: Topic) -> dict[str, Any]:
    group = {"type": "string", "description": "a name of your own; members of one group share the partitions"}
    return {
        "action": "receive",
        "summary": topic.description,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{kind.__name__}"} for kind in topic.messages],
        "bindings": {"kafka": {"groupId": group, "bindingVersion": _BINDING}},
    }


def _message(kind: type[Message]) -> dict[str, Any]:
    (example,) = (example for example in EXAMPLES if type(example) is kind)
    keys = sorted({topic.key for topic in REGISTRY.values() if kind in topic.messages})
    key = {"type": "string", "description": f"the message's field `{keys[0]}`, in UTF-8"}
    return {
        "name": type_name(kind),
        "title": kind.__name__,
        "summary": (kind.__doc__ or "").strip().split("\n")[0],
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./json/{kind.__name__}.v{major(kind)}.json"},
        },
        "bindings": {"kafka": {"key": key, "bindingVersion": _BINDING}},
        "examples": [
            {
                "name": kind.__name__,
                "headers": example_headers(example),
                "payload": msgspec.json.decode(encode_value(example)),
            }
        ],
        "x-version": VERSIONS[kind],
    }


def example_headers(example: Message) -> dict[str, str]:
    """Headers as a record of this message has them."""
    envelope = Envelope(
        id="5b0e4b52-6f6c-5b57-9e11-3f6c2d1c7a55",
        type=type_name(type(example)),
        dataschema=schema_urn(type(example)),
        source=_MAKERS.get(type(example), "cleaner"),
        time=_SENT_AT,
        origin=getattr(example, "source", None),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )
    return {name: value.decode() for name, value in encode_headers(envelope)}


def header_schema(messages: Sequence[type[Message]]) -> dict[str, Any]:
    """JSON Schema of a record's headers, as a map of names to text."""
    return {
        "type": "object",
        "description": "CloudEvents 1.0 attributes, Kafka binary content mode.",
        "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "content-type"],
        "properties": {
            "ce_specversion": {"const": "1.0"},
            "ce_id": {"type": "string", "description": "the same when a message is sent again: drop repeats by it"},
            "ce_type": {
                "type": "string",
                "description": "message and major version",
                "examples": [type_name(messages[0])],
            },
            "ce_dataschema": {
                "type": "string",
                "description": "message and version (major.minor) that its maker wrote; absent means 1.0",
                "examples": [schema_urn(messages[0])],
            },
            "ce_source": {"type": "string", "description": "the service that made the message"},
            "ce_time": {"type": "string", "format": "date-time", "description": "when it was made, RFC 3339"},
            "ce_newssource": {"type": "string", "description": "the news source the message belongs to"},
            "traceparent": {"type": "string", "description": "W3C Trace Context"},
            "claim-check": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": _CLAIM},
            "claim-bytes": {"type": "string", "description": "length in bytes of a body in blob storage"},
            "claim-fetched-at": {
                "type": "string",
                "format": "date-time",
                "description": "`fetched_at` of the message in blob storage, for those who do not read it",
            },
            "content-type": {"const": "application/json"},
        },
    }
