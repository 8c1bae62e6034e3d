"""What is different between two sets of tags of one article, and how people and programs are shown it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from copydesk.cli.stored_articles import NOTE_OF_TAGGER
from copydesk.contracts import ArticleTagged

Kind = Literal["language", "entities", "watched", "places", "countries", "topics", "keywords", "signature", "notes"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_MARKS = {"added": "[green]+[/]", "removed": "[red]−[/]", "changed": "[yellow]~[/]"}


@dataclass(frozen=True)
class TagChange:
    """One tag that comes, goes, or becomes another; `before` is what it was where it changed."""

    kind: Kind
    change: Literal["added", "removed", "changed"]
    tag: str
    before: str | None = None


def tag_changes(before: ArticleTagged, after: ArticleTagged) -> list[TagChange]:
    """Every difference, by kind. Confidence and weight alone are none, nor are fields that were not known before."""
    found: list[TagChange] = []
    if before.language.tag != after.language.tag:
        found.append(TagChange("language", "changed", after.language.tag, before.language.tag))
    shown = ((kind, _shown(kind, before), _shown(kind, after)) for kind in KINDS[1:])
    for kind, old, new in shown:
        found += [TagChange(kind, "removed", old[key]) for key in old.keys() - new.keys()]
        found += [TagChange(kind, "added", new[key]) for key in new.keys() - old.keys()]
        both = (key for key in old.keys() & new.keys() if old[key] != new[key])
        found += [TagChange(kind, "changed", new[key], old[key]) for key in both]
    return sorted(_told(found, before), key=lambda one: (KINDS.index(one.kind), one.change, one.tag))


def _told(found: Iterable[TagChange], before: ArticleTagged) -> Iterator[TagChange]:
    """Without signatures that were merely not kept: the database has them, but hands them to nobody."""
    for one in found:
        if one.kind != "signature" or before.minhash:
            yield one


def _shown(kind: Kind, article: ArticleTagged) -> dict[Any, str]:
    """The tags of a kind by what makes each the same one, as people read them."""
    match kind:
        case "entities":
            return {
                (
                    one.start,
                    one.end,
                ): f"{one.type} {one.text}{f' = {one.uri}' if one.uri else ''} ({one.start}–{one.end})"
                for one in article.entities
            }
        case "watched":
            return {(one.list, one.id, one.start): f"{one.list}: {one.id} {one.text}" for one in article.watched}
        case "places":
            return {one.geonames: f"{one.name}, {one.country} ({one.geonames})" for one in article.places}
        case "topics":
            return {one.code: f"{one.label} ({one.code})" for one in article.topics}
        case "signature":
            return {"": f"{hash(tuple(article.minhash)) & 0xFFFFFFFF:08x}"} if article.minhash else {}
        case "notes":
            return {flag: flag for flag in article.flags if flag.startswith(NOTE_OF_TAGGER)}
        case _:
            return {one: one for one in getattr(article, kind)}


@dataclass
class Tally:
    """Sums over the articles compared; `models` counts the articles by annotator and its versions then and now."""

    articles: int = 0
    changed: int = 0
    counts: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    touched: Counter[Kind] = field(default_factory=Counter)
    models: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, before: ArticleTagged, after: ArticleTagged, found: Iterable[TagChange]) -> None:
        found = list(found)
        self.articles += 1
        self.changed += bool(found)
        self.counts.update((one.kind, one.change) for one in found)
        self.touched.update({one.kind for one in found})
        for name in before.models.keys() | after.models.keys():
            versions = (before.models.get(name, "–"), after.models.get(name, "–"))
            if versions[0] != versions[1]:
                self.models[name, *versions] += 1

    def as_json(self) -> dict[str, Any]:
        return {
            "articles": self.articles,
            "changed": self.changed,
            "kinds": {
                kind: {change: self.counts[kind, change] for change in _MARKS} | {"articles": self.touched[kind]}
                for kind in KINDS
            },
            "models": [
                {"annotator": name, "before": before, "after": after, "articles": times}
                for (name, before, after), times in sorted(self.models.items())
            ],
        }

    def tables(self) -> Iterator[Table]:
        sums = Table(
            title=f"{self.changed} of {self.articles} articles would change", title_justify="left", box=SIMPLE_HEAD
        )
        sums.add_column("tags")
        for heading in (*_MARKS, "in articles"):
            sums.add_column(heading, justify="right")
        for kind in KINDS:
            if self.touched[kind]:
                sums.add_row(kind, *(str(self.counts[kind, change]) for change in _MARKS), str(self.touched[kind]))
        yield sums
        if self.models:
            models = Table(
                "annotator", "made by", "now", "articles", title="Versions", title_justify="left", box=SIMPLE_HEAD
            )
            for (name, before, after), times in sorted(self.models.items()):
                models.add_row(escape(name), escape(before), escape(after), str(times))
            yield models


def article_lines(after: ArticleTagged, found: Iterable[TagChange]) -> Iterator[str]:
    """An article's changes for a terminal, one kind a line, in rich's markup."""
    yield f"[bold]{escape(after.title or after.url)}[/] [dim]{escape(after.source)} {escape(after.url)}[/]"
    by_kind: defaultdict[Kind, list[str]] = defaultdict(list)
    for one in found:
        was = f" [dim](was {escape(one.before)})[/]" if one.before is not None else ""
        by_kind[one.kind].append(f"{_MARKS[one.change]} {escape(one.tag)}{was}")
    for kind, changes in by_kind.items():
        yield f"  {kind:<10} {'  '.join(changes)}"


def article_json(after: ArticleTagged, found: Iterable[TagChange]) -> Mapping[str, Any]:
    """An article's changes for a program."""
    return {
        "id": after.id,
        "url": after.url,
        "source": after.source,
        "changes": [{"kind": one.kind, "change": one.change, "tag": one.tag, "before": one.before} for one in found],
    }
