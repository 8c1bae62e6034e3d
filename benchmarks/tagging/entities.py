"""How well names are found: strict spans (start, end and type), by language and corpus.

    python -m benchmarks.tagging.entities [DATA] [--corpora] [--peer KIND:MODEL --peer-python PYTHON --peer-language L]

DATA holds `ner/LANG/…`; the default lies beside the repository. `news` are the development documents of the guideline
that the model follows (other documents of the same corpus taught it); `--corpora` adds the development parts of gold
corpora with rules of their own, which count as other domains. `told` is what the default threshold lets through; `all`
every mention that the model saw; ECE the gap between confidence and the share that is right, in ten bins. A peer
(`spacy:MODEL` or `natasha:`) runs in an environment of its own and reads the same texts.
"""

import argparse
import gzip
import json
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from copydesk_tagger.adapters.annotators import entities
from copydesk_tagger.core.document import AnnotatorContext, Document
from copydesk_tagger.core.entities.annotator import EntitiesAnnotator
from rich.console import Console
from rich.table import Table

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "tagging"
NEWS = "ntrex"
_BINS = 10
_TYPES = ("PER", "ORG", "LOC")
_NO_SPACE_BEFORE = frozenset(".,;:!?)]}%»”’")
_UNSPACED = frozenset({"zh", "ja"})
_MOST = 400
"""Sentences of a corpus."""

Span = tuple[int, int, str]
Text = tuple[str, list[Span]]


@dataclass
class Tally:
    """Spans told, of these right, and gold; `sure` holds confidences with whether they were right."""

    right: int = 0
    told: int = 0
    gold: int = 0
    sure: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, told: Iterable[tuple[Span, float]], gold: Sequence[Span]) -> None:
        wanted = set(gold)
        self.gold += len(wanted)
        for span, confidence in told:
            self.told += 1
            self.right += span in wanted
            self.sure.append((confidence, span in wanted))

    def include(self, other: "Tally") -> None:
        self.right += other.right
        self.told += other.told
        self.gold += other.gold
        self.sure += other.sure

    @property
    def precision(self) -> float:
        return self.right / max(1, self.told)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.gold)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.told + self.gold)

    @property
    def calibration_error(self) -> float:
        bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
        for confidence, right in self.sure:
            bins[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
        gaps = (abs(sum(c for c, _ in held) - sum(r for _, r in held)) for held in bins.values())
        return sum(gaps) / max(1, len(self.sure))


def documents(data: Path, language: str) -> Iterator[Text]:
    """The held-out news documents, their sentences joined to texts as they are read at run time."""
    space = "" if language in _UNSPACED else " "
    texts: dict[int, Text] = {}
    with gzip.open(data / "ner" / language / f"{NEWS}.spans.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if record["part"] != "dev":
                continue
            text, spans = texts.get(record["doc"], ("", []))
            text += space if text else ""
            moved = [(start + len(text), end + len(text), kind) for start, end, kind in record["spans"]]
            texts[record["doc"]] = (text + record["text"], spans + moved)
    yield from texts.values()


def sentences(path: Path, language: str) -> Iterator[Text]:
    """Texts and spans of a CoNLL file."""
    text, before, count = "", "O", 0
    spans: list[Span] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if not line.strip():
                if text:
                    count += 1
                    yield text, spans
                text, spans, before = "", [], "O"
                if count == _MOST:
                    return
                continue
            word, tag = line.rstrip("\n").split("\t")[:2]
            text += " " if text and language not in _UNSPACED and word[0] not in _NO_SPACE_BEFORE else ""
            start, text = len(text), text + word
            if tag[2:] in _TYPES:
                goes_on = tag[0] == "I" and before[2:] == tag[2:] and spans
                spans[-1:] = (
                    [(spans[-1][0], len(text), tag[2:])] if goes_on else [*spans[-1:], (start, len(text), tag[2:])]
                )
            before = tag


def measured(annotator: EntitiesAnnotator, texts: Sequence[Text], language: str) -> tuple[Tally, Tally]:
    """What is told, and everything seen."""
    told, seen = Tally(), Tally()
    least = annotator.calibration.threshold(language)
    for text, gold in texts:
        mentions = annotator.mentions(Document(text=text), language)
        found = [((one.start, one.end, one.type), one.confidence) for one in mentions]
        seen.add(found, gold)
        told.add([one for one in found if one[1] >= least], gold)
    return told, seen


def peer(python: Path, kind: str, texts: Sequence[Text]) -> Tally:
    """What another tagger finds in the same texts; see `peer_entities.py`."""
    lines = "\n".join(json.dumps({"text": text}) for text, _ in texts)
    script = Path(__file__).with_name("peer_entities.py")
    done = subprocess.run([python, script, kind], input=lines, capture_output=True, text=True, check=True)
    tally = Tally()
    for line, (_, gold) in zip(done.stdout.splitlines(), texts, strict=True):
        tally.add([((start, end, type_), 1.0) for start, end, type_ in json.loads(line)], gold)
    return tally


def _row(name: Sequence[str], told: Tally, seen: Tally) -> list[str]:
    figures = (told.f1, told.precision, told.recall, seen.f1, seen.precision, seen.recall)
    return [*name, *(f"{100 * figure:.1f}" for figure in figures), f"{seen.calibration_error:.3f}", str(seen.gold)]


def main() -> None:
    parser = argparse.ArgumentParser(description="How well names are found.")
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--corpora", action="store_true")
    parser.add_argument("--peer", metavar="KIND:MODEL")
    parser.add_argument("--peer-python", type=Path)
    parser.add_argument("--peer-language")
    arguments = parser.parse_args()
    annotator = entities(AnnotatorContext())
    if not isinstance(annotator, EntitiesAnnotator):
        raise TypeError(f"{annotator.name} is not the annotator that comes with Copydesk")
    table = Table("language", "corpus", "told F1", "P", "R", "all F1", "P", "R", "ECE", "gold")
    together = Tally(), Tally()
    for language in sorted(annotator.languages or ()):
        folder = arguments.data / "ner" / language
        if (folder / f"{NEWS}.spans.jsonl.gz").exists():
            texts = list(documents(arguments.data, language))
            news = measured(annotator, texts, language)
            table.add_row(*_row((language, "news"), *news))
            for whole, part in zip(together, news, strict=True):
                whole.include(part)
            if arguments.peer and arguments.peer_language == language:
                found = peer(arguments.peer_python, arguments.peer, texts)
                table.add_row(*_row((language, f"news, {arguments.peer}"), found, found))
        for path in sorted(folder.glob("*.dev.conll.gz")) if arguments.corpora else ():
            if (corpus := path.name.split(".")[0]) != NEWS:
                table.add_row(
                    *_row((language, corpus), *measured(annotator, list(sentences(path, language)), language))
                )
    table.add_row(*_row(("all", "news"), *together))
    Console().print(table)


if __name__ == "__main__":
    main()
