"""How well and how fast the tagger's thin annotators work on development data.

    python -m benchmarks.tagging_dev [DATA] [--sample N]

DATA holds `langid/LANG.txt.gz` (NTREX documents, a sentence a line, a blank line between documents) and
`ner/LANG/ntrex.spans.jsonl.gz` (annotated spans); the default lies beside the repository.
"""

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from copydesk_tagger.adapters.worker import annotators, tag_document
from copydesk_tagger.core.document import Document, Tags
from copydesk_tagger.core.gazetteer import Kind
from copydesk_tagger.core.language import LanguageAnnotator
from copydesk_tagger.core.near_duplicates import bands, signature, similarity
from copydesk_tagger.core.places_annotator import PlacesAnnotator
from rich.console import Console
from rich.table import Table

from copydesk.contracts import Language

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "tagging"
LANGUAGES = ("en", "nl", "de", "fr", "es", "it", "pl", "ru", "uk", "pt", "ar", "zh-Hans")
CLOSE = ("bs hr sr-Latn", "nb nn da", "id ms", "zh-Hans zh-Hant yue", "cs sk", "es gl", "bg mk", "fa tg", "xh zu")
"""Languages told apart with difficulty even by readers; merged figures count them as one."""

VERIFIED = 0.27
MOVED_FROM = 0.2
SEED = 7


def documents(data: Path, language: str) -> list[str]:
    text = gzip.decompress((data / "langid" / f"{language}.txt.gz").read_bytes()).decode()
    return [document.strip() for document in text.split("\n\n") if document.strip()]


def language_table(data: Path, sample: int) -> Table:
    """Right answers for whole documents, sentences and their first 40 characters, in all languages of the data."""
    merged = {tag: group.split()[0] for group in CLOSE for tag in group.split()}
    languages = sorted(path.name.removesuffix(".txt.gz") for path in (data / "langid").glob("*.txt.gz"))
    table = Table("language of", "texts", "right %", "close pairs merged %", "undecided %", "most often wrong")
    cuts: dict[str, Callable[[str], Iterable[str]]] = {
        "documents": lambda document: [document],
        "sentences": str.splitlines,
        "40 characters": lambda document: [line[:40] for line in document.splitlines()],
    }
    for name, cut in cuts.items():
        outcomes: Counter[tuple[str, str]] = Counter()
        for language in languages:
            pieces = [piece for document in documents(data, language) for piece in cut(document)]
            outcomes.update((language, _language(piece)) for piece in pieces[::sample])
        total = outcomes.total()
        right = sum(times for (gold, found), times in outcomes.items() if gold == found)
        alike = sum(times for pair, times in outcomes.items() if len({merged.get(tag, tag) for tag in pair}) == 1)
        undecided = sum(times for (_, found), times in outcomes.items() if found == "und")
        wrong = [f"{gold}→{found} {times}" for (gold, found), times in outcomes.most_common() if gold != found][:4]
        shares = (f"{100 * part / total:.2f}" for part in (right, alike, undecided))
        table.add_row(name, str(total), *shares, ", ".join(wrong))
    return table


def _language(text: str) -> str:
    return _annotator().identify(text).tag


def _annotator() -> LanguageAnnotator:
    return next(one for one in annotators() if isinstance(one, LanguageAnnotator))


def places_table(data: Path) -> Table:
    """Places as spans, strictly: the gazetteer knows countries and cities, the gold also seas, streets and regions."""
    table = Table("place spans", "precision", "recall", "F1", "inside another gold name")
    for path in sorted((data / "ner").glob("*/ntrex.spans.jsonl.gz")):
        language = path.parent.name
        right = found = wanted = inside = 0
        for text, gold, others in _annotated(path):
            places = set(_mentions(text, "zh-Hans" if language == "zh" else language))
            right, found, wanted = right + len(places & gold), found + len(places), wanted + len(gold)
            inside += sum(any(a <= start and end <= b for a, b in others) for start, end in places - gold)
        precision, recall = right / max(1, found), right / max(1, wanted)
        harmonic = 2 * precision * recall / max(1e-9, precision + recall)
        table.add_row(language, f"{precision:.3f}", f"{recall:.3f}", f"{harmonic:.3f}", str(inside))
    return table


def _annotated(path: Path) -> Iterator[tuple[str, set[tuple[int, int]], set[tuple[int, int]]]]:
    """Each document's text with its gold places and its other gold names."""
    rows: dict[int, list[dict[str, object]]] = defaultdict(list)
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        row = json.loads(line)
        rows[row["doc"]].append(row)
    for sentences in rows.values():
        text = ""
        gold: set[tuple[int, int]] = set()
        others: set[tuple[int, int]] = set()
        for row in sentences:
            for start, end, kind in row["spans"]:  # type: ignore[attr-defined]
                (gold if kind == "LOC" else others).add((len(text) + start, len(text) + end))
            text += f"{row['text']}\n\n"
        yield text, gold, others


def _mentions(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Spans as the annotator finds them, also in languages whose entities it keeps to itself."""
    annotator = next(one for one in annotators() if isinstance(one, PlacesAnnotator))
    tags = Tags(language=Language(tag=language, confidence=1.0))
    for one in annotator.find(Document(text=text), tags)[1]:
        if one.kind is not Kind.DEMONYM and one.alone:
            yield one.start, one.end


def edited(text: str, share: float, dice: random.Random) -> str:
    """`text` with a share of its words dropped, doubled or replaced, and for large shares sentences moved."""
    spaced = text.count(" ") * 20 > len(text)
    sentences = re.split(r"(?<=[.!?。！？])\s*", text)
    if share > MOVED_FROM:
        dice.shuffle(sentences)
    units = " ".join(sentences).split(" ") if spaced else list("".join(sentences))
    vocabulary = sorted(set(units))
    changed: list[str] = []
    for unit in units:
        if dice.random() >= share:
            changed.append(unit)
        else:
            changed.extend(dice.choice(([], [unit, unit], [dice.choice(vocabulary)])))
    return (" " if spaced else "").join(changed)


def duplicates_table(data: Path) -> Table:
    """Share of edited copies that share a band with their original and pass verification; false pairs beside."""
    texts = [text for language in LANGUAGES for text in documents(data, language)[::2] if signature(text)]
    signatures = [signature(text) for text in texts]
    table = Table("near-duplicates", "copies", "recall", "false pairs", "pairs")
    for name, share in (("light, 3 % of words", 0.03), ("medium, 10 %", 0.10), ("heavy, 25 % and moved", 0.25)):
        dice = random.Random(SEED)
        copies = [signature(edited(text, share, dice)) for text in texts]
        hits = sum(_alike(one, other) for one, other in zip(signatures, copies, strict=True))
        table.add_row(name, str(len(texts)), f"{hits / len(texts):.3f}", "", "")
    pairs = [(one, other) for at, one in enumerate(signatures) for other in signatures[:at]]
    table.add_row("different articles", "", "", str(sum(_alike(*pair) for pair in pairs)), str(len(pairs)))
    return table


def _alike(one: list[int], other: list[int]) -> bool:
    return bool(set(bands(one)) & set(bands(other))) and similarity(one, other) >= VERIFIED


def speed_table(data: Path) -> Table:
    """Documents a second in one process, models and word lists loaded.

    The second pass shows what a long stream comes to, as base forms of words once seen are kept.
    """
    table = Table("speed", "documents", "characters each", "documents/s", "second pass")
    for language in LANGUAGES:
        texts = documents(data, language)[:40]
        queue = [Document(text=text, title=text.splitlines()[0]) for text in texts]
        tag_document(queue[0])
        rates = (f"{_rate(queue):.0f}" for _ in range(2))
        table.add_row(language, str(len(queue)), str(sum(map(len, texts)) // len(texts)), *rates)
    return table


def _rate(queue: list[Document]) -> float:
    begin = time.process_time()
    for document in queue:
        tag_document(document)
    return len(queue) / (time.process_time() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--sample", type=int, default=5, help="every Nth document and sentence for the languages")
    arguments = parser.parse_args()
    if not (arguments.data / "langid").is_dir():
        parser.error(f"{arguments.data} has no folder langid: name the folder of the tagging data")
    console = Console(width=150)
    console.print(language_table(arguments.data, arguments.sample))
    console.print(places_table(arguments.data))
    console.print(duplicates_table(arguments.data))
    console.print(speed_table(arguments.data))


if __name__ == "__main__":
    main()
