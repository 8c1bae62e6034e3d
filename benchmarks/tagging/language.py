"""How well the language of a text is told, beside py3langid alone.

    python -m benchmarks.tagging.language [DATA] [--from N] [--sample N] [--model FILE]

DATA holds `langid/LANG.txt.gz` (a sentence a line, a blank line between documents); the default lies beside the
repository. Figures are those of document 41 and on. The shipped model knows these for bs, hr, sr-Latn, id and ms; one
that does not is made by `services/tagger/training/languages/train.py OUT.npz --until 40` and `relatives.py` beside it.
Texts in other languages and in none are in `other_languages.toml`; there only a language of DATA is wrong.
"""

import argparse
import gzip
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from copydesk_tagger.adapters.annotators import LANGUAGES
from copydesk_tagger.adapters.language_model import read_language_model
from copydesk_tagger.core.language import LanguageAnnotator
from copydesk_tagger.core.scripts import dominant
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from rich.console import Console
from rich.table import Table

DATA = Path(__file__).parents[3] / "shared" / "data" / "tagging"
HELD_OUT = 40
CLOSE = ("bs hr sr-Latn", "nb nn da", "id ms", "zh-Hans zh-Hant yue", "cs sk", "es gl", "bg mk", "fa tg", "xh zu")
"""Languages told apart with difficulty even by readers; merged figures count them as one."""

_MERGED = {tag: group.split()[0] for group in CLOSE for tag in group.split()}
_SPOKEN_OF = {"no": "nb", "tl": "fil", "ku": "kmr", "sr": "sr-Latn", "zh": "zh-Hans", "sdh": "ckb"}
_BINS = 10

Told = tuple[str, float]
Teller = Callable[[str], Told]


def cut(sentence: str, size: int = 40) -> str:
    """The sentence's first `size` characters, up to the end of a word."""
    if len(sentence) <= size or sentence[size].isspace():
        return sentence[:size]
    return sentence[:size].rpartition(" ")[0] or sentence[:size]


def documents(path: Path) -> Iterator[list[str]]:
    for document in gzip.decompress(path.read_bytes()).decode().split("\n\n"):
        if document.strip():
            yield document.strip().splitlines()


def texts(data: Path, begin: int, sample: int) -> dict[str, list[tuple[str, str]]]:
    """(language, text) of documents, sentences and heads of sentences."""
    found: dict[str, list[tuple[str, str]]] = {"documents": [], "sentences": [], "40 characters": []}
    for path in sorted((data / "langid").glob("*.txt.gz")):
        tag = path.name.removesuffix(".txt.gz")
        for document in list(documents(path))[begin::sample]:
            found["documents"].append((tag, "\n".join(document)))
            found["sentences"] += [(tag, sentence) for sentence in document]
            found["40 characters"] += [(tag, cut(sentence)) for sentence in document]
    return found


def calibration_error(told: list[tuple[bool, float]]) -> float:
    """Expected calibration error in ten bins (Naeini et al. 2015)."""
    bins: list[list[tuple[bool, float]]] = [[] for _ in range(_BINS)]
    for right, confidence in told:
        bins[min(int(confidence * _BINS), _BINS - 1)].append((right, confidence))
    gaps = (abs(sum(right for right, _ in one) - sum(share for _, share in one)) for one in bins)
    return sum(gaps) / max(1, len(told))


def accuracy_table(name: str, tell: Teller, pieces: dict[str, list[tuple[str, str]]]) -> Table:
    table = Table(name, "texts", "right %", "close merged %", "und %", "ECE", "ms", "most often wrong")
    for kind, items in pieces.items():
        begin = time.process_time()
        told = [(gold, *tell(text)) for gold, text in items]
        spent = (time.process_time() - begin) / len(items) * 1000
        pairs = Counter((gold, tag) for gold, tag, _ in told)
        right = sum(times for (gold, tag), times in pairs.items() if gold == tag)
        merged = sum(times for (gold, tag), times in pairs.items() if _MERGED.get(gold, gold) == _MERGED.get(tag, tag))
        undecided = sum(times for (_, tag), times in pairs.items() if tag == "und")
        error = calibration_error([(gold == tag, share) for gold, tag, share in told if tag != "und"])
        wrong = [f"{gold}→{tag} {times}" for (gold, tag), times in pairs.most_common() if gold != tag][:6]
        shares = (f"{100 * part / len(items):.2f}" for part in (right, merged, undecided))
        table.add_row(kind, str(len(items)), *shares, f"{error:.3f}", f"{spent:.2f}", ", ".join(wrong))
    return table


def elsewhere_table(tellers: dict[str, Teller], known: frozenset[str]) -> Table:
    """Texts in other languages, whole and cut, and in none, that are taken for a language of the data."""
    listed = tomllib.loads(Path(__file__).with_name("other_languages.toml").read_text("utf-8"))
    table = Table("taken for a known language", "texts", "wrong %", "which")
    for kind, held in listed.items():
        items = [(tag, text) for tag, lines in held.items() for text in lines]
        for name, tell in tellers.items():
            told = [(tag, tell(text)[0]) for tag, text in items]
            wrong = [f"{tag}→{found}" for tag, found in told if found in known]
            table.add_row(f"{kind}, {name}", str(len(items)), f"{100 * len(wrong) / len(items):.1f}", " ".join(wrong))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--from", type=int, default=HELD_OUT, dest="begin", help="documents left out at the begin")
    parser.add_argument("--sample", type=int, default=1, help="every Nth document")
    parser.add_argument("--model", type=Path, default=LANGUAGES)
    arguments = parser.parse_args()
    if not (arguments.data / "langid").is_dir():
        parser.error(f"{arguments.data} has no folder langid: name the folder of the tagging data")
    alone = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    annotator = LanguageAnnotator(alone, read_language_model(arguments.model))

    def ours(text: str) -> Told:
        found = annotator.identify(text)
        return found.tag, found.confidence

    def theirs(text: str) -> Told:
        label, share = alone.classify(text)
        cyrillic = label == "sr" and dominant(text) == "Cyrl"
        return "sr-Cyrl" if cyrillic else _SPOKEN_OF.get(label, label), float(share)

    pieces = texts(arguments.data, arguments.begin, arguments.sample)
    console = Console(width=180)
    console.print(accuracy_table("tagger", ours, pieces))
    console.print(accuracy_table("py3langid alone", theirs, pieces))
    known = frozenset(tag for tag, _ in pieces["documents"])
    console.print(elsewhere_table({"tagger": ours, "py3langid alone": theirs}, known))


if __name__ == "__main__":
    main()
