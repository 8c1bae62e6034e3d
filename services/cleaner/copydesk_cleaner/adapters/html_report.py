"""Cleaned pages as one HTML file that a person can read: kept text on the left, cuts in their place on the right.

The file asks nothing of any network. Text of pages is escaped by the template, and the content security policy
(CSP 3, hashes) runs no script but the report's own, so a hostile page stays text.
"""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from copydesk.contracts import ArticleCleaned, CutReason
from copydesk_cleaner.core.explanation import Explanation, Run, runs

_TEMPLATE = "html_report.html.j2"
_FOLDED = 8
"""Lines of neighbouring cuts from which on they are folded: a page's navigation would push its text out of sight."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SCRIPT = """
for (const box of document.querySelectorAll(".legend input")) {
  box.addEventListener("change", () => {
    for (const cut of document.querySelectorAll(`.cut.r-${box.value}`)) cut.hidden = !box.checked;
    for (const group of document.querySelectorAll(".cuts"))
      group.hidden = !group.querySelector(".cut:not([hidden])");
  });
}
document.querySelector(".unfold").addEventListener("click", (event) => {
  const folded = document.querySelectorAll("details.cuts");
  const open = [...folded].some((group) => !group.open);
  for (const group of folded) group.open = open;
  event.target.setAttribute("aria-pressed", String(open));
});
"""


@dataclass(frozen=True)
class _Row:
    """Neighbouring runs that are all kept, or all cut."""

    kept: bool
    runs: tuple[Run, ...]

    @property
    def reasons(self) -> str:
        counts = Counter(run.first.reason for run in self.runs for _ in run.lines)
        return ", ".join(f"{reason} {count}" for reason, count in counts.most_common())

    @property
    def lines(self) -> int:
        return sum(len(run.lines) for run in self.runs)


@dataclass(frozen=True)
class _Section:
    name: str
    url: str
    article: ArticleCleaned | None
    rows: tuple[_Row, ...]
    kept: int
    cut: int


def write_report(explanations: Sequence[Explanation], path: Path) -> None:
    """Write the report over `path`. Raises `OSError` where that is not possible."""
    path.write_text(render_report(explanations), encoding="utf-8")


def render_report(explanations: Sequence[Explanation]) -> str:
    """The report as HTML. Control characters and lone surrogates, which HTML cannot hold, become U+FFFD."""
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: _CONTROLS.sub("\ufffd", value) if type(value) is str else value,
    )
    environment.filters["folded"] = lambda row: row.lines > _FOLDED
    counts = Counter(line.reason for held in explanations for line in held.lines if line.reason)
    return environment.get_template(_TEMPLATE).render(
        sections=[_section(held) for held in explanations],
        reasons=[(reason, counts[reason]) for reason in get_args(CutReason) if reason in counts],
        script=_SCRIPT,
        script_hash=b64encode(sha256(_SCRIPT.encode()).digest()).decode(),
    )


def _section(held: Explanation) -> _Section:
    rows: list[_Row] = []
    for run in runs(held.lines):
        if rows and not rows[-1].kept and not run.kept:
            rows[-1] = _Row(False, (*rows[-1].runs, run))
        else:
            rows.append(_Row(run.kept, (run,)))
    kept = sum(line.reason is None for line in held.lines)
    return _Section(held.name, held.url, held.article, tuple(rows), kept, len(held.lines) - kept)
