"""Named SQL: statements live in `sql/*.sql`, each under a `-- name:` line and a comment that says what it is for."""

import re
from collections.abc import Mapping
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


def load_statements(file: str) -> Mapping[str, str]:
    """The statements of `sql/<file>.sql` by name; comments stay in, so that server logs show them too."""
    text = (files("copydesk.storage") / "sql" / f"{file}.sql").read_text(encoding="utf-8")
    pieces = _NAME.split(text)[1:]
    return {
        name: statement.strip().removesuffix(";") for name, statement in zip(pieces[::2], pieces[1::2], strict=True)
    }
