"""Articles as Parquet: typed columns after the message, one row group at a time."""

import types
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.contracts import ArticleTagged

ROW_GROUP = 2_000
"""Articles; some 20 MB, which is what an export holds in memory."""

_LEFT_OUT = frozenset({"minhash", "bands", "story_keys"})
_INSTANT = pa.timestamp("us", tz="UTC")
_PLAIN = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64(), datetime: _INSTANT}
_OF_THE_ROW = {
    "revision": pa.int32(),
    "revision_sha256": pa.string(),
    "first_stored_at": _INSTANT,
    "stored_at": _INSTANT,
    "unknown": pa.string(),
}
"""Beside the message's fields; `unknown` holds those that this version does not know, as JSON."""


def arrow_schema() -> pa.Schema:
    """The columns of an export: ArticleTagged's fields with their structure, and what the row adds."""
    hints = get_type_hints(ArticleTagged)
    fields = [pa.field(name, _arrow(hints[name])) for name in ArticleTagged.__struct_fields__ if name not in _LEFT_OUT]
    return pa.schema([*fields, *(pa.field(name, kind) for name, kind in _OF_THE_ROW.items())])


class ParquetFile:
    """Writes articles to an open file; memory holds one row group."""

    def __init__(self, file: IO[bytes]) -> None:
        self._schema = arrow_schema()
        self._known = frozenset(self._schema.names)
        self._maps = [field.name for field in self._schema if pa.types.is_map(field.type)]
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def add(self, article: Mapping[str, Any]) -> None:
        row = dict(article)
        for name in self._maps:
            row[name] = list(row[name].items())
        unknown = {name: row.pop(name) for name in article.keys() - self._known}
        row["unknown"] = msgspec.json.encode(unknown).decode() if unknown else None
        self._rows.append(row)
        if len(self._rows) == ROW_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is left, and the footer without which the file cannot be read."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, self._schema))
            self._rows = []


def _arrow(hint: Any) -> pa.DataType:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (some,) = (one for one in arguments if one is not type(None))
        return _arrow(some)
    if origin is Literal:
        return pa.string()
    if origin is list:
        return pa.list_(_arrow(arguments[0]))
    if origin is dict:
        return pa.map_(_arrow(arguments[0]), _arrow(arguments[1]))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = get_type_hints(hint)
        return pa.struct([pa.field(name, _arrow(hints[name])) for name in hint.__struct_fields__])
    return _PLAIN[hint]
