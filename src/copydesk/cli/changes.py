"""What working on articles anew would change, in one and in all: one shape for every stage. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

HowChanged = Literal["added", "removed", "changed"]
HOW: tuple[HowChanged, ...] = get_args(HowChanged)
ARTICLE = "article"
"""The kind of a change that leaves nothing: no article comes out any more."""

READ = frozenset({"title", "subtitle", "text", "authors", "published"})
"""Kinds that readers see: a change of one of them makes a revision."""


@dataclass(frozen=True)
class Change:
    """Something that comes, goes, or becomes another; `before` is what it was where it changed.

    `name` says which of its kind it is where kinds are told apart, as the reason of a cut.
    """

    kind: str
    change: HowChanged
    value: str
    before: str | None = None
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """An article as it is kept and as it would be.

    `lengths` are the characters of its text then and now; `makers` what made it in versions that differ.
    """

    id: str
    url: str
    source: str
    title: str | None
    changes: Sequence[Change] = ()
    lengths: tuple[int, int] = (0, 0)
    makers: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "url": self.url,
            "source": self.source,
            "title": self.title,
            "changes": [
                {"kind": one.kind, "change": one.change, "name": one.name, "value": one.value, "before": one.before}
                for one in self.changes
            ],
            "characters": {"before": self.lengths[0], "after": self.lengths[1]},
        }


@dataclass
class Tally:
    """Sums over the articles compared; `left_out` counts those that could not be, by reason."""

    articles: int = 0
    changed: int = 0
    read: int = 0
    counts: Counter[tuple[str, HowChanged]] = field(default_factory=Counter)
    touched: Counter[str] = field(default_factory=Counter)
    named: Counter[tuple[str, str, HowChanged]] = field(default_factory=Counter)
    longer: Counter[int] = field(default_factory=Counter)
    shorter: Counter[int] = field(default_factory=Counter)
    makers: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    changed_in: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """Of the articles compared, those that would change (0…1)."""
        return self.changed / self.articles if self.articles else 0.0

    def add(self, one: Compared) -> None:
        kinds = {change.kind for change in one.changes}
        self.articles += 1
        self.sources[one.source] += 1
        self.changed += bool(kinds)
        self.changed_in[one.source] += bool(kinds)
        self.read += bool(kinds & READ)
        self.touched.update(kinds)
        self.counts.update((change.kind, change.change) for change in one.changes)
        self.named.update((change.kind, change.name, change.change) for change in one.changes if change.name)
        before, after = one.lengths
        (self.longer if after > before else self.shorter)[abs(after - before)] += before != after
        self.makers.update((maker, *versions) for maker, versions in one.makers.items())

    @property
    def kinds(self) -> list[str]:
        """The kinds that changed anywhere, in the order in which they were first met."""
        return list(self.touched)

    def names(self, kind: str) -> list[str]:
        """What of a kind was told apart, most frequent first."""
        totals: Counter[str] = Counter()
        for (of, name, _), times in self.named.items():
            if of == kind:
                totals[name] += times
        return [name for name, _ in totals.most_common()]

    def as_json(self) -> dict[str, Any]:
        """`share` is 0…1, `read` the articles in which readers would see a change, `characters` sums of code points."""
        return {
            "articles": self.articles,
            "changed": self.changed,
            "share": round(self.share, 6),
            "read": self.read,
            "kinds": {kind: self._kind(kind) for kind in self.kinds},
            "lengths": {
                "longer": {"articles": self.longer.total(), "characters": _sum(self.longer)},
                "shorter": {"articles": self.shorter.total(), "characters": _sum(self.shorter)},
            },
            "sources": {
                source: {"articles": articles, "changed": self.changed_in[source]}
                for source, articles in sorted(self.sources.items())
            },
            "versions": [
                {"maker": maker, "before": before, "after": after, "articles": times}
                for (maker, before, after), times in sorted(self.makers.items())
            ],
            "left_out": dict(self.left_out),
        }

    def _kind(self, kind: str) -> dict[str, Any]:
        sums: dict[str, Any] = {change: self.counts[kind, change] for change in HOW}
        names = {name: {change: self.named[kind, name, change] for change in HOW} for name in self.names(kind)}
        return sums | {"articles": self.touched[kind]} | ({"names": names} if names else {})


def _sum(differences: Counter[int]) -> int:
    return sum(size * times for size, times in differences.items())


def list_changes(
    kind: str, before: Mapping[Any, str], after: Mapping[Any, str], names: Mapping[Any, str] | None = None
) -> Iterator[Change]:
    """Changes of what has an identity (the key) and a look (the value); `names` gives `Change.name` by key."""
    named = names or {}
    for key in before.keys() - after.keys():
        yield Change(kind, "removed", before[key], name=named.get(key))
    for key in after.keys() - before.keys():
        yield Change(kind, "added", after[key], name=named.get(key))
    for key in before.keys() & after.keys():
        if before[key] != after[key]:
            yield Change(kind, "changed", after[key], before[key], named.get(key))


def value_changes(kind: str, before: str | None, after: str | None) -> Iterator[Change]:
    """The change of what there is at most one of."""
    if before == after:
        return
    if after is None:
        yield Change(kind, "removed", before or "")
    elif before is None:
        yield Change(kind, "added", after)
    else:
        yield Change(kind, "changed", after, before)
