"""How people are shown what a replay would change: a sample of articles to read, and tables."""

import heapq
from collections.abc import Iterator
from zlib import crc32

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from copydesk.cli.changes import HOW, Change, Compared, Tally
from copydesk.cli.word_diffs import printable, word_diff

_MARKS = {"added": "[green]+[/]", "removed": "[red]−[/]", "changed": "[yellow]~[/]"}
_IN_WORDS = frozenset({"title", "subtitle", "text"})
_EXCERPT = 160
_MOST_OF_A_KIND = 12
_MOST_ROWS = 20


class Sample:
    """Some of the articles that change, always the same ones: those whose ids have the smallest checksums."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: list[tuple[int, int, Compared]] = []
        self._seen = 0

    def offer(self, one: Compared) -> None:
        self._seen += 1
        if one.changes and self._size:
            entry = (-crc32(one.id.encode()), self._seen, one)
            if len(self._kept) < self._size:
                heapq.heappush(self._kept, entry)
            else:
                heapq.heappushpop(self._kept, entry)

    def articles(self) -> list[Compared]:
        return [one for *_, one in sorted(self._kept, key=lambda entry: entry[:2], reverse=True)]


def print_report(console: Console, sample: Sample, tally: Tally) -> None:
    """The sample first, the sums last, where they are seen."""
    for one in sample.articles():
        for line in article_lines(one):
            console.print(line, soft_wrap=True)
    if not tally.changed:
        console.print(heading(tally))
    for table in tables(tally):
        console.print(table)


def article_lines(one: Compared) -> Iterator[Text]:
    """An article's changes, one kind a line; of texts the places where they differ."""
    head = (
        f"[bold]{escape(_excerpt(one.title or one.url))}[/] [dim]{escape(one.source)} {escape(printable(one.url))}[/]"
    )
    yield Text.from_markup(head)
    by_kind: dict[str, list[Change]] = {}
    for change in one.changes:
        by_kind.setdefault(change.kind, []).append(change)
    for kind, changes in by_kind.items():
        line = Text(f"  {kind:<13} ")
        for number, change in enumerate(changes[:_MOST_OF_A_KIND]):
            line.append("  " if number else "").append_text(_shown(change))
        if len(changes) > _MOST_OF_A_KIND:
            line.append(f"  and {len(changes) - _MOST_OF_A_KIND} more", "dim")
        yield line


def _shown(change: Change) -> Text:
    if change.kind in _IN_WORDS and change.change == "changed":
        return word_diff(change.before or "", change.value)
    was = f" [dim](was {escape(_excerpt(change.before))})[/]" if change.before is not None else ""
    name = f"[cyan]{escape(change.name)}[/] " if change.name else ""
    return Text.from_markup(f"{_MARKS[change.change]} {name}{escape(_excerpt(change.value))}{was}")


def _excerpt(text: str) -> str:
    plain = printable(" ".join(text.split()))
    return plain if len(plain) <= _EXCERPT else f"{plain[:_EXCERPT]}…"


def tables(tally: Tally) -> Iterator[Table]:
    """The sums: what changes, cuts by reason, sources, versions; only those that say something."""
    if tally.kinds:
        yield _kinds(tally)
    for kind in tally.kinds:
        if names := tally.names(kind):
            yield _names(tally, kind, names)
    if tally.changed and len(tally.sources) > 1:
        yield _sources(tally)
    if tally.makers:
        table = _table("Versions", "made by", "then", "now", "articles")
        for (maker, before, after), times in sorted(tally.makers.items()):
            table.add_row(escape(maker), escape(before), escape(after), str(times))
        yield table
    if tally.left_out:
        table = _table("Not compared", "reason", "pages")
        for reason, times in tally.left_out.most_common():
            table.add_row(escape(reason), str(times))
        yield table


def heading(tally: Tally) -> str:
    """The whole of it in a sentence."""
    said = f"{tally.changed} of {tally.articles} articles would change ({tally.share:.1%})"
    return f"{said}, {tally.read} of them for readers" if tally.read else said


def _kinds(tally: Tally) -> Table:
    table = _table(heading(tally), "what", *HOW, "in articles")
    for kind in tally.kinds:
        table.add_row(kind, *(str(tally.counts[kind, change]) for change in HOW), str(tally.touched[kind]))
    for name, differences in (("text longer", tally.longer), ("text shorter", tally.shorter)):
        if articles := differences.total():
            characters = sum(size * times for size, times in differences.items())
            table.add_row(name, "", "", f"{characters / articles:,.0f} characters each", str(articles))
    return table


def _names(tally: Tally, kind: str, names: list[str]) -> Table:
    table = _table(f"{kind.capitalize()} by reason", "reason", "added", "removed")
    for name in names[:_MOST_ROWS]:
        table.add_row(escape(name), *(str(tally.named[kind, name, change]) for change in ("added", "removed")))
    return table


def _sources(tally: Tally) -> Table:
    table = _table("By source", "source", "articles", "would change", "share")
    most = sorted(tally.sources, key=lambda source: (-tally.changed_in[source], source))
    for source in most[:_MOST_ROWS]:
        articles, changed = tally.sources[source], tally.changed_in[source]
        table.add_row(escape(source), str(articles), str(changed), f"{changed / articles:.1%}")
    if len(most) > _MOST_ROWS:
        rest = most[_MOST_ROWS:]
        changed = sum(tally.changed_in[source] for source in rest)
        table.add_row(f"{len(rest)} others", str(sum(tally.sources[source] for source in rest)), str(changed), "")
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    table.add_column(first)
    for heading in others:
        table.add_column(heading, justify="right")
    return table
