"""Whether readers and messages of two versions of a schema still understand each other, in both directions.

Backward: a new reader reads what was written before, for it lies on the topics for days and in archives for ever.
Forward: a reader of the old version reads what is written now, for consumers upgrade when they like. So a field may be
added with a default, and a list of values may grow (lists are open: readers accept values that they do not know);
nothing may be removed, renamed, retyped, made required or optional, or narrowed, and no default may change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

OPEN_LIST = "x-extensible-enum"
"""The values of a list that may grow; `enum` would tell readers to refuse others."""

Schema = dict[str, Any]

_NEW_READERS = "new readers refuse, or misread, what was written before"
_OLD_READERS = "readers of the old version refuse, or misread, what is written now"
_NOTES = frozenset({"$schema", "$id", "title", "description", "examples", "x-version"})
_COMPARED = frozenset(
    {"$ref", "$defs", "type", "anyOf", "properties", "required", "items", "additionalProperties", "default", OPEN_LIST}
)
_ABSENT = object()


@dataclass(frozen=True)
class Break:
    """A change that one side would not survive: of which field, what broke for whom, and what to do instead."""

    field: str
    what: str
    who: str
    remedy: str

    def __str__(self) -> str:
        return f"field {self.field}: {self.what}: {self.who}. {self.remedy}"


def breaking_changes(old: Schema, new: Schema) -> list[Break]:
    """Every change between two versions of a message's schema that breaks a reader; empty when compatible."""
    return list(_compare("", old, new, old, new))


def shape(schema: Any) -> Any:
    """The schema without what no reader depends on: titles, descriptions, its own name."""
    if isinstance(schema, dict):
        # The names of fields stand one level below `properties`, and may well be `title`.
        return {
            key: {name: shape(held) for name, held in value.items()} if key in ("properties", "$defs") else shape(value)
            for key, value in schema.items()
            if key not in _NOTES
        }
    return [shape(item) for item in schema] if isinstance(schema, list) else schema


def _resolve(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref")
    resolved: Schema = root["$defs"][reference.rsplit("/", 1)[-1]] if reference else schema
    return resolved


def _kinds(schema: Schema, root: Schema) -> dict[str, Schema]:
    """The alternatives of a schema by a readable type: `string`, `string (date-time)`, `null`, `object`, …"""
    found: dict[str, Schema] = {}
    for alternative in schema.get("anyOf", [schema]):
        resolved = _resolve(alternative, root)
        for kind in resolved["type"] if isinstance(resolved.get("type"), list) else [resolved.get("type", "anything")]:
            form = resolved.get("format") or resolved.get("contentEncoding")
            found[f"{kind} ({form})" if form else kind] = resolved
    return found


def _compare(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[Break]:
    before, after = _kinds(old, old_root), _kinds(new, new_root)
    if set(before) != set(after):
        what = f"type changed from {' or '.join(sorted(before))} to {' or '.join(sorted(after))}"
        who = _NEW_READERS if set(before) - set(after) else _OLD_READERS
        yield Break(path or "(the message)", what, who, "Keep its type, and add a field under another name.")
        return
    for kind, schema in before.items():
        yield from _compare_one(path, schema, after[kind], old_root, new_root)


def _compare_one(path: str, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> Iterator[Break]:
    yield from _compare_limits(path, old, new)
    for held, suffix in (("items", "[]"), ("additionalProperties", ".*")):
        if isinstance(old.get(held), dict) and isinstance(new.get(held), dict):
            yield from _compare(f"{path}{suffix}", old[held], new[held], old_root, new_root)
    stem = f"{path}." if path else ""
    fields, now = old.get("properties", {}), new.get("properties", {})
    for name in sorted(fields):
        if name not in now:
            remedy = "Keep it, empty if need be, and say in the changelog that it is no longer filled."
            yield Break(f"{stem}{name}", "removed", _OLD_READERS, remedy)
        else:
            yield from _compare_defaults(f"{stem}{name}", fields[name], now[name])
            yield from _compare(f"{stem}{name}", fields[name], now[name], old_root, new_root)
    required, needed = set(old.get("required", [])), set(new.get("required", []))
    for name in sorted(needed - required):
        yield Break(f"{stem}{name}", "now required", _NEW_READERS, "Give it a default.")
    for name in sorted((required - needed) & set(now)):
        yield Break(f"{stem}{name}", "no longer required", _OLD_READERS, "Keep it required.")


def _compare_defaults(path: str, old: Schema, new: Schema) -> Iterator[Break]:
    before, after = old.get("default", _ABSENT), new.get("default", _ABSENT)
    if before != after and before is not _ABSENT and after is not _ABSENT:
        what = f"default changed from {before!r} to {after!r}"
        yield Break(path, what, _NEW_READERS, "Keep the default, and let the maker of the message fill the field.")


def _compare_limits(path: str, old: Schema, new: Schema) -> Iterator[Break]:
    if OPEN_LIST in new and (gone := set(old.get(OPEN_LIST, [])) - set(new[OPEN_LIST])):
        what = f"values removed: {', '.join(sorted(map(str, gone)))}"
        yield Break(path, what, _NEW_READERS, "Keep them in the list, though nobody writes them any more.")
    if OPEN_LIST in new and OPEN_LIST not in old:
        remedy = "Keep it as it is, and name the values in its description."
        yield Break(path, "any string became a list of values", _NEW_READERS, remedy)
    for keyword in sorted(((set(old) | set(new)) - _COMPARED - _NOTES) - {"format", "contentEncoding"}):
        if old.get(keyword) != new.get(keyword):
            what = f"{keyword} changed from {old.get(keyword)!r} to {new.get(keyword)!r}"
            yield Break(path, what, f"{_NEW_READERS}, or the reverse", "Keep it as it is.")
