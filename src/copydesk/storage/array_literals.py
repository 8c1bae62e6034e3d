"""Arrays as PostgreSQL writes them (PostgreSQL 18 manual, section 8.15.2).

A statement that takes a column of rows as one array parameter cannot take a column of arrays: unnest would flatten
it. Each array goes as text instead and is cast back.
"""

from collections.abc import Iterable


def array_literal(texts: Iterable[str]) -> str:
    """The literal of a `text[]`, such as `{"a","say \\"b\\""}`."""
    known = list(texts)
    joined = '","'.join(known)
    if not known:
        return "{}"
    if "\\" in joined or joined.count('"') > 2 * (len(known) - 1):
        joined = '","'.join(text.replace("\\", "\\\\").replace('"', '\\"') for text in known)
    return f'{{"{joined}"}}'
