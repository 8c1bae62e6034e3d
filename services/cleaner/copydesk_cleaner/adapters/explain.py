"""A cleaned page in a terminal: what was kept on the left, what was cut and why on the right, in reading order."""

import re
from collections import Counter

from rich import box
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from copydesk.contracts import ArticleCleaned, CutReason
from copydesk_cleaner.core.explanation import Explanation, Run, runs
from copydesk_cleaner.core.page_lines import PageLine

_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_STYLES: dict[CutReason, str] = {
    "title": "bold blue",
    "repeated-title": "blue",
    "repeated-standfirst": "blue",
    "byline": "cyan",
    "dateline": "cyan",
    "timestamp": "cyan",
    "author-biography": "cyan",
    "caption": "green",
    "photo-credit": "green",
    "related-teasers": "yellow",
    "related-link": "yellow",
    "other-article": "magenta",
    "site-boilerplate": "magenta",
}
_OTHER = "red"
"""Style of the reasons that are machinery: boxes, buttons, notices."""


def print_explanation(explanation: Explanation, console: Console) -> None:
    """Print one page: its head, then its lines. Without colour where the console has none (NO_COLOR, a pipe)."""
    console.print(Rule(_safe(explanation.name), style="bold"))
    console.print(_head(explanation))
    table = Table(box=box.MINIMAL, expand=True, padding=(0, 1), show_edge=False)
    table.add_column("kept", ratio=1, overflow="fold")
    table.add_column("cut", ratio=1, overflow="fold")
    for run in runs(explanation.lines):
        cell = _kept(run) if run.kept else _cut(run)
        table.add_row(*((cell, "") if run.kept else ("", cell)))
    console.print(table)


def _safe(text: str) -> Text:
    """Text of a page that can neither move the cursor nor turn the rest of the row around."""
    return Text(_CONTROLS.sub("\ufffd", _DIRECTIONS.sub("", text)))


def _kept(run: Run) -> Text:
    lines = [_styled(line, "bold" if line.tag in _HEADINGS else "") for line in run.lines]
    if run.first.part:
        lines.insert(0, Text(f"article {run.first.part + 1} of this page", style="bold magenta"))
    return Text("\n\n").join(lines)


def _cut(run: Run) -> Text:
    reason = run.first.reason
    label = Text(reason or "", style=_STYLES.get(reason, _OTHER) if reason else "")
    why = " · ".join(filter(None, [run.first.rule, run.scores]))
    label.append(f"  {_safe(why)}", style="dim")
    return Text("\n").join([label, *(_styled(line, "dim") for line in run.lines)])


def _styled(line: PageLine, style: str) -> Text:
    text = _safe(line.text)
    text.stylize(style)
    return text


def _head(explanation: Explanation) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    article = explanation.article
    rows = _facts(article) if article else [("text", "no main text was found on the page")]
    address = "" if explanation.url.startswith("file:") else explanation.url
    for name, value in [("address", address), *rows, ("lines", _counts(explanation))]:
        if value:
            text = _safe(value)
            text.stylize("bold" if name == "title" else "")
            grid.add_row(name, text)
    return grid


def _facts(article: ArticleCleaned) -> list[tuple[str, str]]:
    """What is known of the article, as name and value; the value is empty where nothing is."""
    return [
        ("title", article.title or ""),
        ("subtitle", article.subtitle or ""),
        ("authors", ", ".join(article.authors)),
        ("agencies", ", ".join(article.agencies)),
        ("dateline", article.dateline.text if article.dateline else ""),
        ("published", article.published.isoformat() if article.published else "not known"),
        ("modified", article.modified.isoformat() if article.modified else ""),
        ("dates", "; ".join(article.date_notes)),
        ("section", article.section or ""),
        ("method", f"{article.method}, confidence {article.confidence:.2f}"),
        ("flags", ", ".join([*article.flags, *(["paywalled"] if article.paywalled else [])])),
        *((f"article {number}", part.title or part.text[:80]) for number, part in enumerate(article.parts, 2)),
    ]


def _counts(explanation: Explanation) -> str:
    reasons = Counter(line.reason for line in explanation.lines)
    kept = reasons.pop(None, 0)
    cut = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    return f"{kept} kept, {reasons.total()} cut" + (f" ({cut})" if cut else "")
