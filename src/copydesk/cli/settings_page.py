"""Writes docs/settings.md from the settings classes: `python -m copydesk.cli.settings_page > docs/settings.md`."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from copydesk.settings import Settings

_HEAD = """# Settings

Generated from `copydesk.settings` by `make settings`; a test keeps it fresh.

Order: the environment, then `copydesk.toml` in the working directory, then the defaults. A variable such as
`COPYDESK_KAFKA__TOPIC_PREFIX` is `topic_prefix` in the table `[kafka]` of the file. Lists are separated by commas in
the environment, lengths of time are seconds or ISO 8601 durations.
"""


def render() -> str:
    """The page, in Markdown."""
    top, blocks = [], []
    for name, info in Settings.model_fields.items():
        block = info.annotation
        if isinstance(block, type) and issubclass(block, BaseModel):
            summary = (block.__doc__ or "").strip()
            rows = [_row(f"COPYDESK_{name}__{held}", field) for held, field in block.model_fields.items()]
            blocks.append(f"## {name}\n\n{summary}\n\n{_table(rows)}")
        else:
            top.append(_row(f"COPYDESK_{name}", info))
    return "\n".join([_HEAD, _table(top), *blocks])


def _table(rows: list[str]) -> str:
    return "\n".join(["| Variable | Default | |", "|---|---|---|", *rows]) + "\n"


def _row(name: str, info: FieldInfo) -> str:
    return f"| `{name.upper()}` | {_shown(info)} | {' '.join(_notes(info))} |"


def _notes(info: FieldInfo) -> Iterator[str]:
    if info.description:
        yield info.description
    choices = getattr(info.annotation, "__args__", ())
    if choices and all(isinstance(choice, str) for choice in choices):
        yield f"({', '.join(choices)})"


def _shown(info: FieldInfo) -> str:
    value: Any = info.get_default(call_default_factory=True, validated_data={})
    if value in (None, PydanticUndefined, []) or isinstance(value, SecretStr):
        return "–"
    if isinstance(value, list):
        return f"`{','.join(_text(held) for held in value)}`"
    return f"`{_text(value)}`"


def _text(value: Any) -> str:
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}"
    return value.as_posix() if isinstance(value, Path) else str(value)


if __name__ == "__main__":
    print(render(), end="")
