"""docs/consumers.md, written from the contracts by `copydesk schemas export`.

The prose is `consumer_guide.md` beside this module; marks in it are replaced by what the contracts say.
"""

import inspect
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from copydesk.contracts import REGISTRY, VERSIONS, Lane, Message, Topic, type_name
from copydesk.contracts.asyncapi import header_schema
from copydesk.contracts.compatibility import OPEN_LIST
from copydesk.contracts.examples import EXAMPLES
from copydesk.contracts.releases import RELEASED
from copydesk.contracts.schemas import messages, schema_of

_Schema = dict[str, Any]
_MARK = re.compile(r"<!-- (\w+) -->")
_LONG_EXAMPLE = 1_600


def render(schemas: Path) -> str:
    """The page, in Markdown; `schemas` is the folder with the releases, which tell since when a field is there."""
    parts = {
        "headers": _headers(),
        "versions": _versions(),
        "topics": _topics(),
        "messages": "\n".join(_messages(schemas / RELEASED)),
    }
    page = (files(__package__) / "consumer_guide.md").read_text(encoding="utf-8")
    return _MARK.sub(lambda mark: parts[mark[1]].rstrip("\n"), page)


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines) + "\n"


def _headers() -> str:
    schema = header_schema(messages())
    rows = []
    for name, held in schema["properties"].items():
        notes = [held["description"]] if "description" in held else []
        notes += [f"`{held['const']}`"] if "const" in held else []
        notes += [f"such as `{example}`" for example in held.get("examples", [])]
        rows.append([f"`{name}`", "always" if name in schema["required"] else "", "; ".join(notes)])
    return _table(["Header", "", ""], rows)


def _versions() -> str:
    return _table(
        ["Message", "Version", "`ce_type`"],
        [[_link(kind.__name__), VERSIONS[kind], f"`{type_name(kind)}`"] for kind in messages()],
    )


def _topics() -> str:
    shown = [topic for topic in REGISTRY.values() if not topic.name.startswith(f"{Lane.BACKFILL}.")]
    public = _table(
        ["Topic", "Messages", "Key", "Partitions", "Kept", ""],
        [_topic(topic) for topic in shown if topic.audience == "public"],
    )
    internal = ", ".join(f"`{topic.name}`" for topic in shown if topic.audience == "internal")
    return (
        f"{public}\nDelivery is at least once on each, order is by key. Topics with two lanes have a "
        f"`{Lane.BACKFILL}.…` beside them.\n\nFor the services alone, without promises: {internal}.\n"
    )


def _topic(topic: Topic) -> list[str]:
    kinds = ", ".join(_link(kind.__name__) for kind in topic.messages)
    lanes = " Two lanes." if topic.lanes else ""
    return [f"`{topic.name}`", kinds, f"`{topic.key}`", str(topic.partitions), _kept(topic), topic.description + lanes]


def _kept(topic: Topic) -> str:
    if topic.compacted:
        return "the newest record of each key, for ever"
    return "for ever" if topic.retention is None else f"{topic.retention // timedelta(days=1)} days"


def _messages(released: Path) -> Iterator[str]:
    told: dict[str, _Schema] = {}
    for kind in messages():
        schema = schema_of(kind)
        yield f"### {kind.__name__}\n"
        yield f"{_prose(kind)}\n"
        on = ", ".join(f"`{topic.name}`" for topic in REGISTRY.values() if kind in topic.messages and _is_public(topic))
        yield f"On {on or 'internal topics'}. Version {VERSIONS[kind]}, `{type_name(kind)}`.\n"
        yield _fields(schema, _history(kind, released))
        yield _example(kind)
        told |= schema.get("$defs", {})
    yield "### What messages consist of\n"
    for name, schema in sorted(told.items()):
        yield f"#### {name}\n"
        yield f"{inspect.cleandoc(schema.get('description', ''))}\n"
        yield _fields(schema, [])


def _is_public(topic: Topic) -> bool:
    return topic.audience == "public" and not topic.name.startswith(f"{Lane.BACKFILL}.")


def _prose(kind: type[Message]) -> str:
    return inspect.cleandoc(kind.__doc__ or "")


def _history(kind: type[Message], released: Path) -> list[tuple[str, set[str]]]:
    """Released versions, oldest first, each with its fields."""
    paths = (released / kind.__name__).glob("*.json")
    by_version = sorted(paths, key=lambda path: [int(figure) for figure in path.stem.split(".")])
    found = [(path.stem, set(json.loads(path.read_text(encoding="utf-8"))["properties"])) for path in by_version]
    return [*found, (VERSIONS[kind], set(kind.__struct_fields__))]


def _fields(schema: _Schema, history: list[tuple[str, set[str]]]) -> str:
    rows = []
    for name, held in schema["properties"].items():
        since = next((version for version, known in history if name in known), "")
        always = "always" if name in schema["required"] else f"else {_default(held)}"
        meaning = held.get("description", "") + (f" (since {since})" if since and since != history[0][0] else "")
        rows.append([f"`{name}`", _type(held), always, meaning])
    return _table(["Field", "Type", "Present", "Holds"], rows)


def _default(schema: _Schema) -> str:
    return f"`{json.dumps(schema['default'], ensure_ascii=False)}`" if "default" in schema else "undecided"


def _type(schema: _Schema) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(alternative) for alternative in schema["anyOf"])
    if "$ref" in schema:
        return _link(schema["$ref"].rsplit("/", 1)[-1])
    if OPEN_LIST in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema[OPEN_LIST])
    if "prefixItems" in schema:
        return f"[{', '.join(_type(item) for item in schema['prefixItems'])}]"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"map to {_type(schema['additionalProperties'])}"
    if schema.get("contentEncoding") == "base64":
        return "bytes in base64"
    return "time" if schema.get("format") == "date-time" else str(schema.get("type"))


def _example(kind: type[Message]) -> str:
    (example,) = (example for example in EXAMPLES if type(example) is kind)
    path = f"schemas/examples/{kind.__name__}.v{VERSIONS[kind].split('.')[0]}.json"
    body = msgspec.json.format(msgspec.json.encode(example), indent=2).decode()
    if len(body) > _LONG_EXAMPLE:
        return f"An example: [{path}](../{path}).\n"
    return f"```json\n{body}\n```\n"


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"
