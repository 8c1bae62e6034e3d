"""JSON Schemas, examples and the AsyncAPI document, made from the registry; committed under `schemas/`.

Source: JSON Schema 2020-12. What is released lies beside them and never changes (`releases.py`).
"""

import json
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import yaml

from copydesk.contracts.asyncapi import asyncapi
from copydesk.contracts.compatibility import OPEN_LIST
from copydesk.contracts.examples import EXAMPLES
from copydesk.contracts.messages import Message
from copydesk.contracts.releases import RELEASED, freeze, release_problems
from copydesk.contracts.topics import REGISTRY
from copydesk.contracts.versions import VERSIONS, major, schema_urn

FieldNotes = dict[str, dict[str, str]]


@cache
def field_notes() -> FieldNotes:
    """What each field of each struct holds, its unit, and when it is null or empty, from `fields.toml`."""
    return tomllib.loads((files(__package__) / "fields.toml").read_text(encoding="utf-8"))


def schema_of(message: type[Message]) -> dict[str, Any]:
    """JSON Schema of a message: definitions under `$defs`, unknown fields allowed, lists of values open."""
    _, definitions = msgspec.json.schema_components([message], ref_template="#/$defs/{name}")
    for name, definition in definitions.items():
        _describe(name, definition)
    own = definitions.pop(message.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_urn(message),
        "x-version": VERSIONS[message],
        **own,
        **({"$defs": definitions} if definitions else {}),
    }


def messages() -> list[type[Message]]:
    """Every message class of the registry, by name."""
    found = {kind for topic in REGISTRY.values() for kind in topic.messages}
    return sorted(found, key=lambda kind: kind.__name__)


def _describe(name: str, definition: dict[str, Any]) -> None:
    notes = field_notes().get(name, {})
    inherited = field_notes()["ArticleCleaned"] if name == "ArticleTagged" else {}
    for field, schema in definition["properties"].items():
        _open_lists(schema)
        if note := notes.get(field) or inherited.get(field):
            schema["description"] = note


def _open_lists(schema: dict[str, Any]) -> None:
    if "enum" in schema:
        schema |= {"type": "string", OPEN_LIST: schema.pop("enum")}
    for alternative in [*schema.get("anyOf", []), schema.get("items"), schema.get("additionalProperties")]:
        if isinstance(alternative, dict):
            _open_lists(alternative)


def render() -> dict[str, str]:
    """Every exported file by its path below `schemas/`."""
    rendered = {
        f"json/{kind.__name__}.v{major(kind)}.json": json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"
        for kind in messages()
    }
    for example in EXAMPLES:
        body = msgspec.json.format(msgspec.json.encode(example), indent=2).decode() + "\n"
        rendered[f"examples/{type(example).__name__}.v{major(type(example))}.json"] = body
    document = yaml.safe_dump(asyncapi(messages()), sort_keys=False, allow_unicode=True, width=110)
    return rendered | {"asyncapi.yaml": document}


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
    """What is wrong with the committed files: what breaks a released version first, then files that are not fresh."""
    problems = release_problems(folder, _current())
    rendered = render()
    for name, content in rendered.items():
        path = folder / name
        if not path.exists():
            problems.append(f"{name}: missing; run `copydesk schemas export`")
        elif path.read_text(encoding="utf-8") != content:
            problems.append(f"{name}: not fresh; run `copydesk schemas export` and commit")
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    orphans = sorted(name for name in kept - set(rendered) if not name.startswith(f"{RELEASED}/"))
    return problems + [f"{name}: no topic carries this message any more" for name in orphans]


def release(folder: Path) -> list[Path]:
    """Freeze the schemas of versions that are not released yet; return their files.

    Raises `ValueError` with what `check` finds, for what is released can never be mended.
    """
    if problems := check(folder):
        raise ValueError("\n".join(problems))
    return freeze(folder, _current())


def _current() -> dict[str, tuple[str, dict[str, Any]]]:
    return {kind.__name__: (VERSIONS[kind], schema_of(kind)) for kind in messages()}
