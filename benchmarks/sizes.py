"""How long functions and modules are.

    python -m benchmarks.sizes

The house's limits: functions p90 ≤ 30 lines and none past 60, modules p90 ≤ 250 and none past 400.
"""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent


class Measured(NamedTuple):
    """A function or module with its length in lines."""

    lines: int
    name: str


def modules(root: Path = ROOT) -> list[Measured]:
    return sorted(
        Measured(len(path.read_text(encoding="utf-8").splitlines()), str(path.relative_to(root)))
        for path in _sources(root)
    )


def functions(root: Path = ROOT) -> list[Measured]:
    found = []
    for path in _sources(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append(Measured(lines, f"{path.relative_to(root)}:{node.lineno} {node.name}"))
    return sorted(found)


def percentile(measured: Sequence[Measured], share: float) -> int:
    return measured[min(len(measured) - 1, int(share * len(measured)))].lines


def _sources(root: Path) -> Iterator[Path]:
    for folder in ("src", "services"):
        yield from sorted(path for path in (root / folder).rglob("*.py") if path.stat().st_size)


def main() -> None:
    table = Table("", "count", "p50", "p90", "max", "longest")
    for name, measured in (("functions", functions()), ("modules", modules())):
        figures = (percentile(measured, 0.5), percentile(measured, 0.9), measured[-1].lines)
        table.add_row(name, str(len(measured)), *map(str, figures), measured[-1].name)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
