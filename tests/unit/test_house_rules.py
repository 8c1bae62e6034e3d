"""The limits that keep the code readable; `python -m benchmarks.sizes` prints the figures."""

import ast
import re

import pytest

from benchmarks.sizes import ROOT, functions, modules, percentile


@pytest.mark.parametrize(("measure", "usual", "most"), [(functions, 30, 60), (modules, 250, 400)])
def test_functions_and_modules_fit_a_screen(measure, usual, most):
    measured = measure()

    assert percentile(measured, 0.9) <= usual
    assert [held for held in measured if held.lines > most] == []


def test_modules_are_named_for_what_they_do():
    vague = re.compile(r"(^|/)_?(utils?|helpers?|common|misc|managers?)\.py$")

    assert [held.name for held in modules() if vague.search(held.name)] == []


def test_init_modules_only_re_export():
    for path in [*ROOT.glob("src/**/__init__.py"), *ROOT.glob("services/**/__init__.py")]:
        defined = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if not _re_exports(node)]
        assert defined == [], path


def _re_exports(node):
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets] == ["__all__"]
    return isinstance(node, ast.Import | ast.ImportFrom | ast.Expr)
