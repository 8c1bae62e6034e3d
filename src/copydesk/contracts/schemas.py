"""Schemas, examples and the AsyncAPI document, made from the registry; committed under `schemas/`.

Sources: JSON Schema 2020-12; AsyncAPI 3.0.0 with the Kafka bindings 0.5.0; CloudEvents 1.0 Kafka binding.
"""

import json
from pathlib import Path
from typing import Any

import msgspec
import yaml

from copydesk.contracts.compatibility import breaking_changes
from copydesk.contracts.envelope import type_name
from copydesk.contracts.examples import EXAMPLES
from copydesk.contracts.messages import Message
from copydesk.contracts.topics import REGISTRY, Topic

_VERSION = 1


def schema_of(message: type[Message]) -> dict[str, Any]:
    """JSON Schema of a message; definitions are inlined under `$defs`, unknown fields are allowed."""
    _, definitions = msgspec.json.schema_components([message], ref_template="#/$defs/{name}")
    own = definitions.pop(message.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:copydesk:schema:{message.__name__}:{_VERSION}",
        **own,
        **({"$defs": definitions} if definitions else {}),
    }


def messages() -> list[type[Message]]:
    """Every message class of the registry, by name."""
    found = {kind for topic in REGISTRY.values() for kind in topic.messages}
    return sorted(found, key=lambda kind: kind.__name__)


def _channel(topic: Topic) -> dict[str, Any]:
    retention = -1 if topic.retention is None else int(topic.retention.total_seconds() * 1000)
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {kind.__name__: {"$ref": f"#/components/messages/{kind.__name__}"} for kind in topic.messages},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["compact" if topic.compacted else "delete"],
                    "retention.ms": retention,
                },
                "bindingVersion": "0.5.0",
            }
        },
        "x-key": topic.key,
        "x-audience": topic.audience,
    }


def _message(kind: type[Message]) -> dict[str, Any]:
    return {
        "name": type_name(kind),
        "title": kind.__name__,
        "summary": (kind.__doc__ or "").strip().split("\n")[0],
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./json/{kind.__name__}.v{_VERSION}.json"},
        },
    }


def _header_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "CloudEvents 1.0 attributes, Kafka binary content mode.",
        "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "content-type"],
        "properties": {
            "ce_specversion": {"const": "1.0"},
            "ce_id": {"type": "string", "description": "the same when a message is sent again: drop repeats by it"},
            "ce_type": text,
            "ce_source": {"type": "string", "description": "the service that made the message"},
            "ce_time": {"type": "string", "format": "date-time"},
            "ce_newssource": {"type": "string", "description": "the news source the message belongs to"},
            "traceparent": {"type": "string", "description": "W3C Trace Context"},
            "claim-check": {"type": "string", "description": "SHA-256 of a value kept in blob storage; value is empty"},
            "content-type": {"const": "application/json"},
        },
    }


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document of all topics."""
    public = [topic for topic in REGISTRY.values() if topic.audience == "public"]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Copydesk topics",
            "version": f"{_VERSION}.0.0",
            "description": "At-least-once, ordered per key. Fields are only ever added within a major version.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in REGISTRY.values()},
        "operations": {
            f"receive {topic.name}": {"action": "receive", "channel": {"$ref": f"#/channels/{topic.name}"}}
            for topic in public
        },
        "components": {
            "messages": {kind.__name__: _message(kind) for kind in messages()},
            "schemas": {"CloudEventHeaders": _header_schema()},
        },
    }


def render() -> dict[str, str]:
    """Every exported file by its path below `schemas/`."""
    files = {
        f"json/{kind.__name__}.v{_VERSION}.json": json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"
        for kind in messages()
    }
    for example in EXAMPLES:
        body = msgspec.json.format(msgspec.json.encode(example), indent=2).decode() + "\n"
        files[f"examples/{type(example).__name__}.v{_VERSION}.json"] = body
    files["asyncapi.yaml"] = yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=110)
    return files


def export(folder: Path) -> list[Path]:
    """Write the files that differ; return them."""
    written = []
    for name, content in render().items():
        path = folder / name
        if path.exists() and path.read_text(encoding="utf-8") == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        written.append(path)
    return written


def check(folder: Path) -> list[str]:
    """What is wrong with the committed files: breaking changes first, then files that are not fresh."""
    problems = []
    rendered = render()
    for name, content in rendered.items():
        path = folder / name
        if not path.exists():
            problems.append(f"{name}: missing; run `copydesk schemas export`")
            continue
        committed = path.read_text(encoding="utf-8")
        if name.startswith("json/"):
            changes = breaking_changes(json.loads(committed), json.loads(content))
            problems += [f"{name}: {change}" for change in changes]
        if committed != content:
            problems.append(f"{name}: not fresh; run `copydesk schemas export` and commit")
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    problems += [f"{name}: no topic carries this message any more" for name in sorted(kept - set(rendered))]
    return problems
