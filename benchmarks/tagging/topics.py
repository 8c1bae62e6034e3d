"""Media topics told, by data and language: `python -m benchmarks.tagging.topics [DATA] [--wrong]`.

DATA holds `topics/ntrex.jsonl` with the texts in `langid/` (news that nothing was trained on, the same 61 documents in
every language) and `topics/sib200/LANG.dev.jsonl.gz`; unseen.tsv here has items written after the model was made.
Figures are macro averages over the top levels that a set has, of what the annotator lets through. Milliseconds hold the
cutting of the text into pieces, which names share.
"""

import argparse
import gzip
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from copydesk_tagger.adapters.annotators import topics
from copydesk_tagger.adapters.topic_files import TopicLexicons, read_model, read_scheme
from copydesk_tagger.core.document import AnnotatorContext, Document, Tags
from copydesk_tagger.core.topic_scheme import TopicScheme
from copydesk_tagger.core.topics import TopicsAnnotator
from rich.console import Console
from rich.table import Table

from copydesk.contracts import Language

DATA = Path(__file__).parents[3] / "shared" / "data" / "tagging"
UNSEEN = Path(__file__).parent / "topics.tsv"
LANGUAGES = ("en", "nl", "de", "fr", "es", "it", "pl", "ru", "uk", "pt", "ar", "zh")
OTHERS = ("ja", "tr", "ko", "th", "zh-Hant")
SENTENCES = {"science/technology": "13000000", "travel": "10000000", "politics": "11000000", "sports": "15000000"} | {
    "health": "07000000",
    "entertainment": "01000000",
}
NONE = "no class"
SURE = 0.1
"""A sentence of no class has no top level above this."""


@dataclass(frozen=True)
class Item:
    """A text and its gold codes with those above them."""

    language: str
    document: Document
    codes: frozenset[str]


@dataclass(frozen=True)
class Told:
    """An item with the confidence of every top level, what was let through, and how long that took."""

    item: Item
    chances: dict[str, float]
    chosen: frozenset[str]
    seconds: float


def news(data: Path, languages: Iterable[str]) -> list[Item]:
    with (data / "topics" / "mediatopics.jsonl").open(encoding="utf-8") as lines:
        broader = {line["code"]: line["broader"] for line in map(json.loads, lines)}
    with (data / "topics" / "ntrex.jsonl").open(encoding="utf-8") as lines:
        codes = [_with_broader([*line["codes"], *line["top"]], broader) for line in map(json.loads, lines)]
    items = []
    for language in languages:
        name = "zh-Hans" if language == "zh" else language
        text = gzip.decompress((data / "langid" / f"{name}.txt.gz").read_bytes()).decode()
        documents = [document.strip() for document in text.split("\n\n") if document.strip()]
        for gold, document in zip(codes, documents, strict=True):
            title, _, body = document.partition("\n")
            items.append(Item(language, Document(body, title), gold))
    return items


def _with_broader(codes: Iterable[str], broader: Mapping[str, str | None]) -> frozenset[str]:
    """The codes and all above them, of which Copydesk may know fewer."""
    found = set()
    for code in codes:
        above: str | None = code
        while above:
            found.add(above)
            above = broader[above]
    return frozenset(found)


def sentences(data: Path, languages: Iterable[str]) -> list[Item]:
    items = []
    for language in languages:
        with gzip.open(data / "topics" / "sib200" / f"{language}.dev.jsonl.gz", "rt", encoding="utf-8") as lines:
            items += [
                Item(language, Document(line["text"]), frozenset({SENTENCES.get(line["category"], NONE)}))
                for line in map(json.loads, lines)
            ]
    return items


def unseen() -> list[Item]:
    items = []
    for line in UNSEEN.read_text(encoding="utf-8").splitlines():
        language, codes, title, text = line.split("\t")
        items.append(Item(language, Document(text, title), frozenset(codes.split())))
    return items


def told(items: Iterable[Item], annotator: TopicsAnnotator) -> list[Told]:
    results = []
    for item in items:
        tags = Tags(language=Language(tag=item.language, confidence=1.0))
        started = time.process_time()
        annotator.annotate(item.document, tags)
        seconds = time.process_time() - started
        chances = annotator.tops(item.document, item.language, annotator.found(item.document, item.language))
        chosen = frozenset(topic.code.removeprefix("medtop:") for topic in tags.topics)
        results.append(Told(item, chances, chosen, seconds))
    return results


def f1(pairs: Sequence[tuple[frozenset[str], frozenset[str]]], classes: Iterable[str]) -> float:
    """Macro F1 of pairs of gold and found."""
    scores = []
    for one in classes:
        right = sum(one in gold and one in found for gold, found in pairs)
        scores.append(2 * right / max(sum((one in gold) + (one in found) for gold, found in pairs), 1))
    return sum(scores) / max(len(scores), 1)


def calibration_error(results: Sequence[Told], tops: Sequence[str], least: float) -> float:
    """Expected calibration error in ten bins, of confidences from `least` on."""
    bins: dict[int, list[float]] = defaultdict(list)
    for one in results:
        for top, chance in one.chances.items():
            if chance >= least:
                bins[min(int(chance * 10), 9)].append(chance - (top in _tops(one.item.codes)))
    count = sum(map(len, bins.values()))
    return sum(abs(sum(members)) for members in bins.values()) / max(count, 1)


def _tops(codes: Iterable[str]) -> frozenset[str]:
    scheme = _scheme()
    return frozenset(scheme.top(code) for code in codes if code in scheme.broader) | (frozenset(codes) & {NONE})


@cache
def _scheme() -> TopicScheme:
    return read_scheme()


def by_class(results: Sequence[Told]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """For sentences: the surest of the classes, or none."""
    pairs = []
    for one in results:
        sure = max(SENTENCES.values(), key=lambda top: one.chances[top])
        pairs.append((one.item.codes, frozenset({sure if one.chances[sure] >= SURE else NONE})))
    return pairs


def news_row(name: str, results: Sequence[Told]) -> tuple[str, ...]:
    """Top levels by F1, calibration of all and of likely confidences, and what is right of the narrower topics."""
    scheme = _scheme()
    tops = [code for code, parent in scheme.broader.items() if parent is None]
    pairs = [(_tops(one.item.codes), one.chosen & frozenset(tops)) for one in results]
    here = sorted({top for gold, _ in pairs for top in gold})
    told_below = [one for one in results if one.item.codes - frozenset(tops)]
    below = [code in one.item.codes for one in told_below for code in one.chosen - frozenset(tops)]
    shares = (f1(pairs, here), calibration_error(results, tops, 0.0), calibration_error(results, tops, 0.2))
    milliseconds = 1000 * sum(one.seconds for one in results) / len(results)
    figures = (*(f"{share:.3f}" for share in shares), f"{sum(below) / max(len(below), 1):.2f} of {len(below)}")
    return name, str(len(results)), *figures, f"{milliseconds:.1f}"


def news_table(title: str, results: Sequence[Told]) -> Table:
    headings = ("texts", "macro F1", "ECE", "ECE ≥ .2", "narrower right", "ms")
    table = Table(title, *headings)
    for language in dict.fromkeys(one.item.language for one in results):
        table.add_row(*news_row(language, [one for one in results if one.item.language == language]))
    with_many_terms = [one for one in results if one.item.language in LANGUAGES]
    if len(with_many_terms) < len(results):
        table.add_row(*news_row(f"the first {len(LANGUAGES)}", with_many_terms))
    table.add_row(*news_row("all", results))
    return table


def sentence_table(results: Sequence[Told]) -> Table:
    table = Table("SIB-200 dev", "sentences", "macro F1 of 6 classes", "with none as the seventh", "let through")
    names = (*dict.fromkeys(one.item.language for one in results), "all")
    for name in names:
        rows = [one for one in results if name in ("all", one.item.language)]
        pairs = by_class(rows)
        chosen = [(one.item.codes, one.chosen) for one in rows]
        six = list(SENTENCES.values())
        scores = (f1(pairs, six), f1(pairs, [*six, NONE]), f1(chosen, six))
        table.add_row(name, str(len(rows)), *(f"{score:.3f}" for score in scores))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--wrong", action="store_true", help="list unseen items that were not told as they are")
    arguments = parser.parse_args()
    console = Console(width=120)
    whole = topics(AnnotatorContext())
    assert isinstance(whole, TopicsAnnotator)
    for annotator in (whole, TopicsAnnotator(read_scheme(), read_model(), TopicLexicons(), None)):
        console.print("with vectors" if annotator is whole else "by terms alone")
        others = list(OTHERS) if annotator is whole else []
        console.print(news_table("NTREX", told(news(arguments.data, [*LANGUAGES, *others]), annotator)))
        own = told(unseen(), annotator)
        console.print(news_table("unseen items", own))
        console.print(sentence_table(told(sentences(arguments.data, LANGUAGES), annotator)))
        if arguments.wrong:
            for one in own:
                if _tops(one.item.codes) != _tops(one.chosen):
                    print(one.item.language, sorted(one.item.codes), sorted(one.chosen), one.item.document.title)


if __name__ == "__main__":
    main()
