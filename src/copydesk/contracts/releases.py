"""Released schemas, `released/<message>/<version>.json`: what consumers have built on, so none ever changes."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from copydesk.contracts.compatibility import breaking_changes, shape

RELEASED = "released"
_SUMS = "SHA256SUMS"
_FIRST = "1.0"

Current = Mapping[str, tuple[str, dict[str, Any]]]
"""Name of each message → its version and schema as the code has them."""


def release_problems(folder: Path, current: Current) -> list[str]:
    """What sets the messages of today at odds with the last release of each; each line says what to do.

    A folder without releases, such as one that schemas were exported to, has nothing to be at odds with.
    """
    if not (folder / RELEASED).is_dir():
        return []
    problems = list(_altered(folder / RELEASED))
    gone = sorted({path.name for path in (folder / RELEASED).glob("*/")} - set(current))
    problems += [f"{name}: released, and no topic carries it any more; put it back into the registry" for name in gone]
    for name, (version, schema) in current.items():
        last = _last(folder / RELEASED / name)
        if last is None:
            if version != _FIRST:
                problems.append(
                    f"{name} {version}: never released; a first version is {_FIRST} (contracts/versions.py)"
                )
        else:
            problems += _against(name, version, schema, last)
    return problems


def freeze(folder: Path, current: Current) -> list[Path]:
    """Write the schema of every version that is not released yet, and the digests of all; return the new files."""
    written = []
    for name, (version, schema) in current.items():
        path = folder / RELEASED / name / f"{version}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            written.append(path)
    sums = [f"{digest}  {name}" for name, digest in sorted(_digests(folder / RELEASED).items())]
    (folder / RELEASED / _SUMS).write_text("\n".join(sums) + "\n", encoding="utf-8")
    return written


def _against(name: str, version: str, schema: dict[str, Any], last: Path) -> Iterator[str]:
    released, before = last.stem, json.loads(last.read_text(encoding="utf-8"))
    breaks = breaking_changes(before, schema)
    yield from (f"{name} {version}: against the released {released}: {change}" for change in breaks)
    changed = shape(before) != shape(schema)
    expected = _next_minor(released) if changed else released
    if not breaks and version != expected:
        why = f"it has been added to since {released}" if changed else f"nothing changed since {released}"
        yield f"{name} {version}: {why}: its version is {expected}; say so in src/copydesk/contracts/versions.py"


def _next_minor(version: str) -> str:
    major, minor = version.split(".")
    return f"{major}.{int(minor) + 1}"


def _last(folder: Path) -> Path | None:
    released = sorted(folder.glob("*.json"), key=lambda path: [int(figure) for figure in path.stem.split(".")])
    return released[-1] if released else None


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in folder.glob("*/*.json")
    }


def _altered(folder: Path) -> Iterator[str]:
    sums = folder / _SUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.exists() else []
    recorded = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = _digests(folder)
    for name in sorted(recorded.keys() | found.keys()):
        if recorded.get(name) != found.get(name):
            how = "gone" if name not in found else "altered" if name in recorded else "new"
            yield (
                f"{RELEASED}/{name}: {how} since its release; take it back from version control"
                if how != "new"
                else f"{RELEASED}/{name}: put there by hand; only `copydesk schemas release` adds to the releases"
            )
