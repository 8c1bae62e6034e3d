"""Arrays as PostgreSQL writes them (PostgreSQL 18 manual, section 8.15.2).

A statement that takes a column of rows as one array parameter cannot take a column of arrays: unnest would flatten
it. Each array goes as text instead and is cast back.
"""

from collections.abc import Iterable


def array_literal(texts: Iterable[str]) -> str:
    """The literal of a `text[]`, such as `{"a","say \\"b\\""}`."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
