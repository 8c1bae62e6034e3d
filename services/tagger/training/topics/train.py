"""Trains the topics' weights: `python services/tagger/training/topics/train.py [DATA] [--out FILE]`.

DATA has sib200/LANG.train.jsonl.gz; the written news items lie in training/corpora. Five folds, of items and of
sentences in all languages at once, give the scores that the combination is fitted and measured on; the weights written
are of all. It takes a minute, and has to be run again whenever the word pieces of the names' model
change, after encoder.py.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import gzip
import json
import re
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from copydesk_tagger.adapters.annotators import NAMES
from copydesk_tagger.adapters.topic_files import (
    WEIGHTS,
    SentenceEncoder,
    TopicLexicons,
    read_scheme,
)
from copydesk_tagger.adapters.word_pieces import word_pieces
from copydesk_tagger.core import topic_model
from copydesk_tagger.core.document import Document
from copydesk_tagger.core.scripts import primary
from copydesk_tagger.core.topic_model import Floats
from copydesk_tagger.core.topic_terms import Found

HERE = Path(__file__).parent
DATA = HERE.parents[4] / "shared" / "data" / "tagging" / "topics"
CORPORA = HERE.parent / "corpora"
CATEGORIES = {"science/technology": "13000000", "travel": "10000000", "politics": "11000000", "sports": "15000000"} | {
    "health": "07000000",
    "entertainment": "01000000",
}
SENTENCES = ("ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "tr", "uk", "zh", "zh-Hant")
"""Languages of SIB-200 that are learned from, of which ja and tr have no terms."""
FOLDS = 5
NEVER_HELD_OUT = -1
RIDGE = 1.2
DOCUMENTS = 3000
"""Articles made of written items, to fit the regressions of one witness on."""
DOCUMENT_WEIGHT = 0.5
TERMS_SHARE = 0.8
"""What terms count for in an article with a vector. The encoder has read the written items and tells them better
than news, so this is not fitted on them."""
SENTENCE_WEIGHT = 0.1
"""Of a sentence of SIB-200 beside a news item, when scores are combined; for the scores themselves they are equal."""
SHARES = ((1.0,), (0.65, 0.35), (0.5, 0.3, 0.2))
"""Of an article's items, by top level."""
SHARES_LIKELY = (0.55, 0.38, 0.07)
_MARKED = re.compile(r"\[(?:PER|ORG|LOC|MISC) ([^\]]*)\]")


@dataclass(frozen=True)
class Example:
    """`fold` is one for all translations; `known` are the top levels that `codes` say anything about.

    `weight` counts where scores are combined.
    """

    language: str
    title: str
    text: str
    codes: frozenset[str]
    known: frozenset[str]
    fold: int
    weight: float = 1.0


def written(tops: Sequence[str]) -> Iterable[Example]:
    for path in sorted((CORPORA / "written").glob("*.txt")):
        for number, block in enumerate(path.read_text(encoding="utf-8").strip().split("\n\n")):
            header, *lines = [line for line in block.split("\n") if line.strip()] or [""]
            codes = frozenset(re.findall(r"\b\d{8}\b", header))
            if header.startswith("#") and codes:
                plain = [_MARKED.sub(r"\1", line) for line in lines]
                title = plain[0] if len(plain) > 1 else ""
                text = " ".join(plain[1:] if title else plain)
                yield Example(path.stem.split("-")[0], title, text, codes, frozenset(tops), number % FOLDS)


def short(tops: Sequence[str]) -> Iterable[Example]:
    """An item a line, below a line with its codes. Many are each other's translations, so none is held out."""
    for path in sorted((CORPORA / "topics").glob("*.txt")):
        codes: frozenset[str] = frozenset()
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                codes = frozenset(re.findall(r"\b\d{8}\b", line))
            elif line:
                yield Example(path.stem, "", line, codes, frozenset(tops), NEVER_HELD_OUT, weight=0.0)


def sentences(data: Path, languages: Iterable[str]) -> Iterable[Example]:
    known = frozenset(CATEGORIES.values())
    for language in languages:
        with gzip.open(data / "sib200" / f"{language}.train.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                codes = frozenset({CATEGORIES[line["category"]]} if line["category"] in CATEGORIES else ())
                yield Example(language, "", line["text"], codes, known, int(line["id"]) % FOLDS, SENTENCE_WEIGHT)


def joined(items: Sequence[Example], tops: Sequence[str]) -> Iterable[Example]:
    """Articles: three to seven items of one language and fold, at least half of one top level; in nearly half of the
    articles the rest are of one or two others."""
    chooser = np.random.default_rng(0)
    pools: dict[tuple[str, int, str], list[Example]] = {}
    for one in items:
        for top in one.codes & frozenset(tops):
            pools.setdefault((one.language, one.fold, top), []).append(one)
    languages = sorted({one.language for one in items})
    for _ in range(DOCUMENTS):
        language, fold = languages[chooser.integers(len(languages))], int(chooser.integers(FOLDS))
        shares = SHARES[chooser.choice(len(SHARES), p=SHARES_LIKELY)]
        there = [top for top in tops if (language, fold, top) in pools]
        size = int(chooser.integers(3, 8))
        parts: list[Example] = []
        for place, share in zip(chooser.permutation(len(there)), shares, strict=False):
            pool = pools[language, fold, there[place]]
            count = min(max(1, round(size * share)), len(pool))
            parts += [pool[number] for number in chooser.choice(len(pool), count, replace=False)]
        first, rest = parts[0], parts[1:]
        if chooser.random() < 0.5:
            rest = [rest[number] for number in chooser.permutation(len(rest))]
        text = ("" if language in ("ja", "zh") else " ").join(one.text for one in (first, *rest))
        codes = frozenset().union(*(one.codes for one in parts))
        yield Example(language, first.title, text, codes, frozenset(tops), fold, DOCUMENT_WEIGHT)


def vectors(examples: Sequence[Example]) -> Floats:
    """(examples, 385): the encoder's vectors, and a one for what every text has."""
    encoder = SentenceEncoder(word_pieces(NAMES))
    return np.stack([np.append(encoder.encode(Document(one.text, one.title)), np.float32(1)) for one in examples])


def solved(inputs: Floats, truth: Floats, known: Floats) -> Floats:
    """Ridge regression of each top level on the examples that say anything about it."""
    output = np.zeros((inputs.shape[1], truth.shape[1]), np.float32)
    penalty = RIDGE * np.eye(inputs.shape[1], dtype=np.float32)
    penalty[-1, -1] = 1e-6
    patterns, which = np.unique(known, axis=1, return_inverse=True)
    for number, pattern in enumerate(patterns.T):
        rows = pattern > 0
        columns = which.ravel() == number
        output[:, columns] = np.linalg.solve(
            inputs[rows].T @ inputs[rows] + penalty, inputs[rows].T @ truth[rows][:, columns]
        )
    return output


def logistic(columns: Floats, truth: Floats, weights: Floats, penalty: float = 1.0) -> Floats:
    """Weights by Newton's method; the last column is the constant and is not penalised."""
    result = np.zeros(columns.shape[1])
    ridge = np.full(columns.shape[1], penalty)
    ridge[-1] = 1e-6
    for _ in range(25):
        chances = 1 / (1 + np.exp(-columns @ result))
        slope = columns.T @ (weights * (chances - truth)) + ridge * result
        curve = (columns * (weights * chances * (1 - chances) + 1e-9)[:, None]).T @ columns + np.diag(ridge)
        result = result - np.linalg.solve(curve, slope)
    return result.astype(np.float32)


def combined(columns: Floats, used: Sequence[int], truth: Floats, known: Floats, weights: Floats) -> dict[str, Floats]:
    """The regression that all top levels share, with `used` of the columns, and a bias for each."""
    count, tops, width = columns.shape
    flat = np.concatenate((columns[:, :, list(used)], np.tile(np.eye(tops, dtype=np.float32), (count, 1, 1))), axis=2)
    rows = known.ravel() > 0
    inputs = np.concatenate((flat.reshape(count * tops, -1), np.ones((count * tops, 1), np.float32)), axis=1)[rows]
    found = logistic(inputs, truth.ravel()[rows], np.repeat(weights, tops)[rows])
    shared = np.zeros(width, np.float32)
    shared[list(used)] = found[: len(used)]
    return {"weights": shared, "bias": found[len(used) : -1] + found[-1]}


def narrower_examples(
    examples: Sequence[Example], terms: Sequence[dict[str, Found]], chances: Floats, tops: tuple[str, ...]
) -> tuple[Floats, Floats]:
    """What speaks for each topic with a term, below a top level that is likely, and whether the item has it."""
    scheme = read_scheme()
    rows, truth = [], []
    for one, found, row in zip(examples, terms, chances, strict=True):
        gold = {above for code in one.codes if code in scheme.broader for above in (code, *scheme.above(code))}
        for code in {other for term in found for other in (term, *scheme.above(term))} - set(tops):
            chance = float(row[tops.index(scheme.top(code))])
            if len(one.codes) > 1 and chance > 0.25:
                rows.append(topic_model.of_narrower(code, found, chance, scheme))
                truth.append(code in gold)
    return np.array(rows), np.array(truth, np.float32)


def report(name: str, chances: Floats, truth: Floats) -> None:
    """Macro F1 at some thresholds, and the expected calibration error in ten bins."""
    scores = []
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4):
        hits = ((chances >= threshold) * truth).sum(axis=0)
        all_of = (chances >= threshold).sum(axis=0) + truth.sum(axis=0)
        scores.append(f"{threshold}: {np.mean(2 * hits / np.maximum(all_of, 1)):.3f}")
    bins = np.minimum((chances * 10).astype(int), 9)
    error = sum(abs(float((chances[bins == number] - truth[bins == number]).sum())) for number in range(10)) / max(
        chances.size, 1
    )
    print(f"{name}: macro F1 {', '.join(scores)}; calibration error {error:.4f}", flush=True)


def main() -> None:
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    scheme = read_scheme()
    tops = tuple(code for code, parent in scheme.broader.items() if parent is None)
    lexicons = TopicLexicons()
    items = list(written(tops))
    learned = [*items, *sentences(arguments.data, SENTENCES), *short(tops)]
    examples = [*learned, *joined(items, tops)]
    taught = np.arange(len(examples)) < len(learned)
    truth = np.array([[top in one.codes for top in tops] for one in examples], np.float32)
    known = np.array([[top in one.known for top in tops] for one in examples], np.float32)
    weights = np.array([one.weight for one in examples], np.float32)
    folds = np.array([one.fold for one in examples])
    inputs = vectors(examples)
    listed = [lexicons.of(primary(one.language)) for one in examples]
    terms = [found.find(one.title, one.text) if found else {} for found, one in zip(listed, examples, strict=True)]
    with_terms = np.array([found is not None for found in listed], np.float32)
    evidence = np.stack([topic_model.of_tops(found, tops, scheme) for found in terms])
    scores = np.zeros_like(truth)
    for fold in range(FOLDS):
        rest = (folds != fold) & taught
        scores[folds == fold] = inputs[folds == fold] @ solved(inputs[rest], truth[rest], known[rest])
    columns = topic_model.columns(evidence, scores)
    written_out = {"tops": np.array(tops), "output": solved(inputs[taught], truth[taught], known[taught])}
    count = len(items)
    for name, used in (("vector_alone", (4, 5)), ("terms_alone", (0, 1, 2, 3)), ("both", range(6))):
        counted = weights if name == "vector_alone" else weights * with_terms
        if name == "both":
            counted = counted * taught
        found = combined(columns, used, truth, known, counted)
        chances = 1 / (1 + np.exp(-(columns @ found["weights"] + found["bias"])))
        report(f"{name}, written items held out", chances[:count], truth[:count])
        print(found["weights"].round(2), flush=True)
        written_out |= {f"{name}_{part}": value for part, value in found.items()}
    for part in ("weights", "bias"):
        terms_alone, vector_alone = (written_out[f"{name}_{part}"] for name in ("terms_alone", "vector_alone"))
        written_out[f"both_long_{part}"] = TERMS_SHARE * terms_alone + (1 - TERMS_SHARE) * vector_alone
    rows, right = narrower_examples(items, terms[:count], chances[:count], tops)
    fitted = logistic(np.column_stack((rows, np.ones(len(rows)))), right, np.ones(len(rows)))
    written_out |= {"narrower": fitted[:-1], "narrower_bias": fitted[-1]}
    sure = 1 / (1 + np.exp(-(rows @ fitted[:-1] + fitted[-1])))
    for least in (0.4, 0.5, 0.6, 0.7, 0.8):
        chosen = sure >= least
        shares = (right[chosen].mean(), right[chosen].sum() / right.sum())
        print(f"narrower ≥ {least}: {shares[0]:.3f} of {chosen.sum()} right, {shares[1]:.3f} found")
    np.savez_compressed(arguments.out, **written_out)


if __name__ == "__main__":
    main()
