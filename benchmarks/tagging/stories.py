"""Which articles become one story: pairs across languages, and clusters over a stream.

    python -m benchmarks.tagging.stories [DATA] [--learn]

DATA holds `langid/LANG.txt.gz` (NTREX documents, translations of one another); the default lies beside the repository.
Streams are made of half of the documents by seed, and of written pairs that look alike and are two events
(`lookalikes.tsv`). Weights were learned on the other half: `--learn` prints what comes of it.
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import numpy as np
from copydesk_tagger.adapters.annotators import places, story_keys
from copydesk_tagger.core.document import Annotator, AnnotatorContext, Document, Tags
from copydesk_writer.core.stories import Newsroom, assign, split
from copydesk_writer.core.story_evidence import (
    FEATURES,
    WEIGHTS,
    WINDOW,
    Keys,
    Rarities,
    Telling,
    evidence,
    nearest,
    probes,
)
from rich.console import Console
from rich.table import Table

from benchmarks.tagging.news_stream import DATA, LANGUAGES, START, Told, documents, halves, stream
from copydesk.contracts import Language, StoryKeys

LOOKALIKES = Path(__file__).with_suffix("").parent / "lookalikes.tsv"
LEARNED_ON, REPORTED_ON = (11, 12), (21, 22, 23)
_OF_A_KEY = 39
_KINDS = ("geonames", "country", "name", "number")

Keep = Callable[[str], bool]


def keys_of(title: str, text: str, language: str) -> StoryKeys:
    tags = Tags(language=Language(tag=language, confidence=1.0))
    for annotator in _annotators():
        annotator.annotate(Document(text=text, title=title), tags)
    return tags.story_keys or StoryKeys()


@cache
def _annotators() -> tuple[Annotator, ...]:
    return (places(AnnotatorContext()), story_keys(AnnotatorContext()))


def lookalikes() -> list[Told]:
    """Pairs of articles; the two of a pair look alike, and each is a story of its own."""
    with LOOKALIKES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        Told(f"lookalike {at}", row["language"], row["title"], row["text"], START + timedelta(hours=int(row["hours"])))
        for at, row in enumerate(rows)
    ]


def tellings(items: Sequence[Told]) -> list[Telling]:
    found = ((item, keys_of(item.title, item.text, item.language)) for item in items)
    return [
        Telling(UUID(int=at + 1), item.at, True, Keys(keys.keys), frozenset(keys.headline))
        for at, (item, keys) in enumerate(found)
    ]


def clusters(items: Sequence[Telling], keep: Keep = lambda _: True) -> list[str]:
    """The story of each article, assigned one by one as they come, with candidates found as in the database."""
    items = [_without(item, keep) for item in items]
    index: dict[str, list[Telling]] = defaultdict(list)
    room = Newsroom({}, {}, {}, {}, START, Rarities({}))
    for item in sorted(items, key=lambda one: (one.at, one.id)):
        room.tellings[item.id] = item
        near, counts = _near(item, index)
        room.near, room.rarities = {item.id: near}, Rarities(counts)
        assign(room, [item.id])
        story = room.tellings[item.id].story or ""
        if room.sizes[story] in (4, 8, 16, 32):
            split(room, story, item.id)
        for key in probes(item.keys):
            index[key].append(item)
    return [room.tellings[item.id].story or "" for item in items]


def _near(item: Telling, index: Mapping[str, Sequence[Telling]]) -> tuple[list[UUID], dict[str, int]]:
    met = {
        key: [*[one.id for one in index.get(key, ()) if abs(one.at - item.at) <= WINDOW][-_OF_A_KEY:], item.id]
        for key in probes(item.keys)
    }
    return nearest(item.id, met.values()), {key: len(others) for key, others in met.items() if len(others) > 1}


def _without(item: Telling, keep: Keep) -> Telling:
    keys = Keys({key: weight for key, weight in item.keys.items() if keep(key)})
    return replace(item, keys=keys, headline=frozenset(filter(keep, item.headline)))


def b_cubed(found: Sequence[str], truth: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 (Bagga and Baldwin 1998)."""
    ours, theirs = _groups(found), _groups(truth)
    pairs = list(zip(found, truth, strict=True))
    shared = [len(ours[one] & theirs[other]) for one, other in pairs]
    precision = sum(both / len(ours[one]) for both, (one, _) in zip(shared, pairs, strict=True)) / len(pairs)
    recall = sum(both / len(theirs[other]) for both, (_, other) in zip(shared, pairs, strict=True)) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _groups(labels: Sequence[str]) -> dict[str, set[int]]:
    groups: dict[str, set[int]] = defaultdict(set)
    for at, label in enumerate(labels):
        groups[label].add(at)
    return groups


def pairing_table(data: Path, reported: Sequence[int]) -> Table:
    """How often document n of one language finds document n among those of another, by the evidence they share."""
    found = {
        language: tellings(
            [Told("", language, one[0], "\n\n".join(one[1:]), START) for one in documents(data, language)]
        )
        for language in LANGUAGES
    }
    counts = Counter(key for some in found.values() for one in some for key in one.keys)
    rarities = Rarities(counts)
    table = Table("document n finds itself in other languages", "right, all", "right, of the half not learned on")
    for language in LANGUAGES:
        hits = [
            [_nearest(one, found[other], rarities) == at for at, one in enumerate(found[language])]
            for other in LANGUAGES
            if other != language
        ]
        held = [row[at] for row in hits for at in reported]
        table.add_row(language, f"{np.mean(hits):.3f}", f"{np.mean(held):.3f}")
    return table


def _nearest(one: Telling, others: Sequence[Telling], rarities: Rarities) -> int:
    return max(range(len(others)), key=lambda at: _score(evidence(one, others[at], rarities)))


def _score(found: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(WEIGHTS, found, strict=True))


def stream_table(streams: Sequence[Sequence[Told]]) -> Table:
    table = Table("streams", "articles", "stories", "found", "precision", "recall", "BCubed F1")
    seen = [tellings(items) for items in streams]
    rows: dict[str, Keep] = {"all keys": lambda _: True}
    rows |= {f"without {kind}": lambda key, kind=kind: not key.startswith(kind) for kind in _KINDS}  # type: ignore[misc]
    undated = [_undated(found) for found in seen]
    for name, keep, given in (*((*row, seen) for row in rows.items()), ("no dates", lambda _: True, undated)):
        figures = []
        for items, found in zip(streams, given, strict=True):
            truth, ours = [item.story for item in items], clusters(found, keep)
            figures.append((len(items), len(set(truth)), len(set(ours)), *b_cubed(ours, truth)))
        mean = np.mean(figures, axis=0)
        table.add_row(name, *(f"{value:.0f}" for value in mean[:3]), *(f"{value:.3f}" for value in mean[3:]))
    return table


def lookalikes_table(items: Sequence[Told]) -> Table:
    table = Table("pairs that look alike", "pairs", "kept apart")
    seen = tellings(items)
    for name, some in (("two events", seen), ("the same, no dates, found together", _undated(seen))):
        found = clusters(some)
        apart = [found[at] != found[at + 1] for at in range(0, len(found), 2)]
        table.add_row(name, str(len(apart)), str(sum(apart)))
    return table


def _undated(items: Sequence[Telling]) -> list[Telling]:
    return [replace(one, dated=False, at=START) for one in items]


def learn(streams: Sequence[Sequence[Told]]) -> dict[str, float]:
    """Weights by logistic regression over pairs within the window (Newton's method, ridge 1); time is given."""
    rows, labels = [], []
    for items in streams:
        found = tellings(items)
        rarities = Rarities(Counter(key for one in found for key in one.keys))
        for second, other in enumerate(found):
            for first in range(second):
                if abs(found[first].at - other.at) <= WINDOW:
                    rows.append(evidence(found[first], other, rarities))
                    labels.append(float(items[first].story == items[second].story))
    figures, truth = np.array(rows), np.array(labels)
    given = WEIGHTS[-1] * figures[:, -1]
    inputs = np.hstack([figures[:, :-1], np.ones((len(figures), 1))])
    weights = np.zeros(inputs.shape[1])
    for _ in range(40):
        likely = 1 / (1 + np.exp(-(inputs @ weights + given)))
        gradient = inputs.T @ (likely - truth) + np.append(weights[:-1], 0)
        curvature = (inputs * (likely * (1 - likely))[:, None]).T @ inputs + np.eye(len(weights))
        weights -= np.linalg.solve(curvature, gradient)
    return dict(zip((*FEATURES[:-1], "bias"), map(float, weights), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--learn", action="store_true", help="print weights learned on the half that is not reported")
    arguments = parser.parse_args()
    if not (arguments.data / "langid").is_dir():
        parser.error(f"{arguments.data} has no folder langid: name the folder of the tagging data")
    console = Console(width=120)
    learned, reported = halves(len(documents(arguments.data, "en")), 7)
    if arguments.learn:
        console.print(learn([stream(arguments.data, learned, seed) for seed in LEARNED_ON]))
        return
    console.print(pairing_table(arguments.data, reported))
    streams = [[*stream(arguments.data, reported, seed), *lookalikes()] for seed in REPORTED_ON]
    console.print(stream_table(streams))
    console.print(lookalikes_table(lookalikes()))


if __name__ == "__main__":
    main()
