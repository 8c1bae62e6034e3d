"""Watch lists: names and phrases that a user wants found, as YAML or CSV."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

import yaml

from copydesk.contracts import EntityType

_TYPES: tuple[str, ...] = get_args(EntityType)
_KEYS = ("id", "name", "type", "aliases", "required", "forbidden", "case_sensitive")
_COLUMNS = ("id", "name", "type", "aliases", "language", "required", "forbidden", "case_sensitive")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0", "")
_ANY = "any"

_Path = tuple[str | int, ...]


class WatchListError(ValueError):
    """A watch list cannot be used; the text names file, line and key, and says what to write instead."""


@dataclass(frozen=True)
class WatchedEntry:
    """One entry of a watch list.

    `names` holds the name and the aliases by language (primary subtag, or "" for all). Without a `type` it is a phrase
    and no entity. An article must hold one of `required`, if there are any, and none of `forbidden`. Where
    `case_sensitive`, names are found only as they are written here.
    """

    id: str
    name: str
    type: EntityType | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    case_sensitive: bool = False


@dataclass(frozen=True)
class WatchList:
    """The entries of one file; `name` is the file's, without its ending."""

    name: str
    entries: tuple[WatchedEntry, ...]


class _FaultError(Exception):
    """What is wrong at a place of the document."""

    def __init__(self, path: _Path, what: str) -> None:
        super().__init__(what)
        self.path = path


def read_yaml(source: bytes, file: str, name: str) -> WatchList:
    """The watch list of a YAML file: `entities`, a list of maps (see the tagger's README), and `phrases`, texts.

    Raises `WatchListError`.
    """
    try:
        document = _read(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {min(mark.line, len(source.splitlines()) - 1) + 1}" if mark else ""
        what = getattr(error, "problem", None) or str(error)
        raise WatchListError(f"{file}{line}: no YAML: {what}; quote texts with : or # in them") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise WatchListError(f"{file}: no YAML: {error}; save it as UTF-8") from error
    try:
        return WatchList(name, tuple(_from_document(document)))
    except _FaultError as fault:
        raise WatchListError(f"{file}{_line(source, fault.path)}, {_spell(fault.path)}: {fault}") from fault


def read_csv(source: bytes, file: str, name: str) -> WatchList:
    """The watch list of a CSV file with a header; rows of one id add aliases to it, each in its language.

    Lists in a cell are parted by `|`. Raises `WatchListError`.
    """
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WatchListError(f"{file}: not UTF-8: {error}; save it as CSV UTF-8") from error
    head = text.splitlines()[0] if text.strip() else ""
    dialect = ";" if head.count(";") > head.count(",") else "\t" if "\t" in head else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=dialect)
    merged: dict[str, dict[str, Any]] = {}
    lines: dict[str, int] = {}
    try:
        _check_columns(rows, file)
        for row in rows:
            cells = {column: (value or "").strip() for column, value in row.items() if isinstance(column, str)}
            if None in row:
                where = f"{file}, line {rows.line_num}"
                raise WatchListError(f"{where}: more cells than columns; quote cells with {dialect!r}")
            if any(cells.values()):
                _merge(merged, lines, cells, f"{file}, line {rows.line_num}", rows.line_num)
    except csv.Error as error:
        raise WatchListError(
            f"{file}, line {rows.line_num + 1}: no CSV: {error}; quote the cells of this line"
        ) from error
    entries = []
    for identifier, record in merged.items():
        try:
            entries.append(_entry(record, ("entities", 0)))
        except _FaultError as fault:
            raise WatchListError(f"{file}, line {lines[identifier]}, {fault.path[-1]}: {fault}") from fault
    return WatchList(name, tuple(entries))


def _check_columns(rows: "csv.DictReader[str]", file: str) -> None:
    columns = [column.strip() for column in rows.fieldnames or []]
    rows.fieldnames = columns
    if unknown := [column for column in columns if column not in _COLUMNS]:
        raise WatchListError(f"{file}, line 1: unknown column {unknown[0]!r}; there are: {', '.join(_COLUMNS)}")
    if "name" not in columns:
        raise WatchListError(f"{file}, line 1: the column name is missing; there are: {', '.join(_COLUMNS)}")


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _read(source: bytes) -> object:
    """What the YAML says, as the safe loader does and three times as fast, as long lists are read while articles wait.

    Whatever is more than maps, lists and texts (anchors, tags, several documents) is left to the loader.
    """
    inside: list[list[Any]] = [[]]
    for event in yaml.parse(source, Loader=_LOADER):
        if isinstance(event, yaml.ScalarEvent) and event.anchor is None and event.implicit != (False, False):
            inside[-1].append(_scalar(event))
        elif isinstance(event, yaml.CollectionStartEvent) and event.anchor is None and event.implicit:
            inside.append([])
        elif isinstance(event, yaml.SequenceEndEvent):
            held = inside.pop()
            inside[-1].append(held)
        elif isinstance(event, yaml.MappingEndEvent) and all(isinstance(key, str) for key in inside[-1][::2]):
            held = inside.pop()
            inside[-1].append(dict(zip(held[::2], held[1::2], strict=True)))
        elif not isinstance(
            event, yaml.StreamStartEvent | yaml.StreamEndEvent | yaml.DocumentStartEvent | yaml.DocumentEndEvent
        ):
            return yaml.load(source, Loader=_LOADER)  # noqa: S506 - the C version of the safe loader
    return inside[0][0] if len(inside[0]) == 1 else yaml.load(source, Loader=_LOADER)  # noqa: S506 - the same


def _scalar(event: Any) -> object:
    """The text of a scalar, or what YAML takes a bare word for (`no` is false, `3` a number)."""
    if not event.implicit[0] or event.value[:1] not in _BARE:
        return event.value
    return yaml.safe_load(event.value) if any(match(event.value) for match in _BARE[event.value[:1]]) else event.value


_BARE = {
    first or "": [pattern.match for tag, pattern in resolvers if tag != "tag:yaml.org,2002:str"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
"""By first letter, the patterns of bare words that are no texts."""


def _merge(
    merged: dict[str, dict[str, Any]], lines: dict[str, int], cells: Mapping[str, str], where: str, line: int
) -> None:
    identifier = cells.get("id") or cells["name"]
    if not identifier:
        raise WatchListError(f"{where}, name: is missing; write the name that is to be found")
    language = cells.get("language", "") or _ANY
    names = [one.strip() for one in cells.get("aliases", "").split("|") if one.strip()]
    if identifier in merged:
        merged[identifier]["aliases"].setdefault(language, []).extend(
            [*([cells["name"]] if cells["name"] else []), *names]
        )
        return
    flag = cells.get("case_sensitive", "").lower()
    if flag not in (*_TRUE, *_FALSE):
        raise WatchListError(f"{where}, case_sensitive: is {flag!r}; write true or false")
    record: dict[str, Any] = {"id": identifier, "name": cells["name"], "aliases": {language: names}}
    record |= {key: cells[key].split("|") for key in ("required", "forbidden") if cells.get(key)}
    record |= {"type": cells["type"]} if cells.get("type") else {}
    merged[identifier] = record | {"case_sensitive": flag in _TRUE}
    lines[identifier] = line


def _from_document(document: object) -> Iterator[WatchedEntry]:
    if not isinstance(document, dict) or not set(document) & {"entities", "phrases"}:
        raise _FaultError((), "must hold the key entities (a list of entries) or phrases (a list of texts)")
    if unknown := [key for key in document if key not in ("entities", "phrases")]:
        raise _FaultError((unknown[0],), "unknown key; there are: entities, phrases")
    seen: set[str] = set()
    for number, record in enumerate(_list(document.get("entities"), ("entities",))):
        entry = _entry(record, ("entities", number))
        if entry.id in seen:
            raise _FaultError(
                ("entities", number, "id"), f"{entry.id!r} stands here for the second time; give it another"
            )
        seen.add(entry.id)
        yield entry
    for number, phrase in enumerate(_list(document.get("phrases"), ("phrases",))):
        text = _text(phrase, ("phrases", number))
        if text not in seen:
            seen.add(text)
            yield WatchedEntry(text, text, names={"": (text,)})


def _entry(record: object, path: _Path) -> WatchedEntry:
    if not isinstance(record, dict):
        raise _FaultError(path, f"must be a map with the keys {', '.join(_KEYS)}")
    if unknown := [key for key in record if key not in _KEYS]:
        raise _FaultError((*path, unknown[0]), f"unknown key; there are: {', '.join(_KEYS)}")
    if "name" not in record:
        raise _FaultError((*path, "name"), "is missing; write the name that is to be found")
    name = _text(record["name"], (*path, "name"))
    kind = record.get("type")
    if kind is not None and kind not in _TYPES:
        raise _FaultError(
            (*path, "type"), f"is {kind!r}; write one of {', '.join(_TYPES)}, or leave it out for a phrase"
        )
    sensitive = record.get("case_sensitive", False)
    if not isinstance(sensitive, bool):
        raise _FaultError((*path, "case_sensitive"), f"is {sensitive!r}; write true or false")
    return WatchedEntry(
        id=_text(record.get("id", name), (*path, "id")),
        name=name,
        type=kind,
        names=_names(name, record.get("aliases"), (*path, "aliases")),
        required=_texts(record.get("required"), (*path, "required")),
        forbidden=_texts(record.get("forbidden"), (*path, "forbidden")),
        case_sensitive=sensitive,
    )


def _names(name: str, aliases: object, path: _Path) -> dict[str, tuple[str, ...]]:
    """Aliases are a list, or a map from a language (`any` for all) to a list."""
    by_language = aliases if isinstance(aliases, dict) else {_ANY: aliases}
    found: dict[str, tuple[str, ...]] = {"": (name,)}
    for language, texts in by_language.items():
        if not isinstance(language, str):
            raise _FaultError((*path, str(language)), 'is no language; quote the tag, as in "no": […]')
        key = "" if language == _ANY else language.lower()
        found[key] = (*found.get(key, ()), *_texts(texts, (*path, language)))
    return found


def _texts(value: object, path: _Path) -> tuple[str, ...]:
    if isinstance(value, str):
        return (_text(value, path),)
    return tuple(_text(one, (*path, number)) for number, one in enumerate(_list(value, path)))


def _list(value: object, path: _Path) -> Iterable[object]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _FaultError(path, f"must be a list, is {value!r}")
    return value


def _text(value: object, path: _Path) -> str:
    if not isinstance(value, str):
        raise _FaultError(path, f"must be a text, is {value!r}: put it in quotes")
    if not any(letter.isalnum() for letter in value):
        raise _FaultError(path, f"is {value!r}, which no article can hold; write a name or take the line out")
    return value.strip()


def _line(source: bytes, path: _Path) -> str:
    """Where a path stands in the file; the nearest thing above it where it is missing."""
    node = yaml.compose(source, Loader=_LOADER)
    for step in path:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step]
        if found is None:
            break
        node = found
    return f", line {node.start_mark.line + 1}" if node is not None else ""


def _spell(path: _Path) -> str:
    """`entities[3].type`, numbered from one as people count."""
    spelled = ""
    for step in path:
        spelled += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if spelled else step
    return spelled or "top level"
