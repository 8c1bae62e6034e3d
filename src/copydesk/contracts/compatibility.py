"""Whether a consumer written against an old schema still understands messages of a new one, and the reverse.

Both must hold, because old and new versions of a stage run side by side: a field may be added with a default,
nothing may be removed, renamed, retyped, made required, or narrowed. Adding a value to a closed list is
breaking for old readers and is reported as such.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Each breaking change as `path: reason`; empty when compatible."""
    return list(_compare("$", old, new, old, new))


def _resolve(schema: Schema, root: Schema) -> tuple[Schema, str | None]:
    reference = schema.get("$ref")
    if reference is None:
        return schema, None
    name = reference.rsplit("/", 1)[-1]
    return root["$defs"][name], name


def _kinds(schema: Schema, root: Schema) -> dict[str, Schema]:
    """The alternatives of a schema by a readable type: `string`, `integer`, `null`, `object Cut`, …"""
    found: dict[str, Schema] = {}
    for alternative in schema.get("anyOf", [schema]):
        resolved, name = _resolve(alternative, root)
        for kind in resolved["type"] if isinstance(resolved.get("type"), list) else [resolved.get("type")]:
            label = f"object {name}" if kind == "object" and name else _label(kind, resolved)
            found[label] = resolved
    return found


def _label(kind: str | None, schema: Schema) -> str:
    if kind is None:
        return "one of a list" if "enum" in schema else "anything"
    form = schema.get("format") or schema.get("contentEncoding")
    return f"{kind} ({form})" if form else kind


def _compare(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[str]:
    before, after = _kinds(old, old_root), _kinds(new, new_root)
    if set(before) != set(after):
        yield f"{path}: type changed from {' or '.join(sorted(before))} to {' or '.join(sorted(after))}"
        return
    for label, schema in before.items():
        yield from _compare_one(path, schema, after[label], old_root, new_root)


def _compare_one(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[str]:
    if "enum" in old or "enum" in new:
        yield from _compare_lists(path, old, new)
    if old.get("prefixItems") != new.get("prefixItems"):
        yield f"{path}: the items of a fixed-length list changed"
    for held, suffix in (("items", "[]"), ("additionalProperties", ".*")):
        if isinstance(old.get(held), dict) and isinstance(new.get(held), dict):
            yield from _compare(f"{path}{suffix}", old[held], new[held], old_root, new_root)
    fields, now = old.get("properties", {}), new.get("properties", {})
    for name in sorted(set(fields) - set(now)):
        yield f"{path}.{name}: removed; consumers may read it: keep it, and deprecate it in the changelog"
    for name in sorted(set(new.get("required", [])) - set(old.get("required", []))):
        yield f"{path}.{name}: now required; messages already on the topics lack it: give it a default"
    for name in sorted(set(old.get("required", [])) - set(new.get("required", []))):
        yield f"{path}.{name}: no longer required; consumers rely on it"
    for name in sorted(set(fields) & set(now)):
        yield from _compare(f"{path}.{name}", fields[name], now[name], old_root, new_root)


def _compare_lists(path: str, old: Schema, new: Schema) -> Iterator[str]:
    before, after = set(old.get("enum", [])), set(new.get("enum", []))
    if before - after:
        yield f"{path}: values removed: {', '.join(sorted(map(str, before - after)))}"
    if after - before:
        yield f"{path}: values added that old readers refuse: {', '.join(sorted(map(str, after - before)))}"
