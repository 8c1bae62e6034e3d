"""Learn the tables that tell languages apart; `relatives.py` then adds what it takes for the tagger to read them.

    python services/tagger/training/languages/train.py OUT.npz [--data DATA] [--until 40] [--lingua WHEEL] [--base NPZ]

With `--base` the tables of scripts are taken over from NPZ, and only those of languages that share a vocabulary and
the lists of frequent words are learned: a minute of one core. The former are learned from the own sentences of
`training/corpora/languages` and the words of `data/language_cues.toml` too.

DATA holds `langid/LANG.txt.gz`: a sentence a line, a blank line between documents. Of each the first `--until`
documents are learned from; leave some out for `python -m benchmarks.tagging.language --from N --model OUT.npz`.
WHEEL is that of lingua-language-detector 1.4.2 (`pip download --no-deps lingua-language-detector==1.4.2`), whose
five-letter statistics stand in for more text in the tables of scripts; without it these have less to learn from, and
the eleven languages that only it knows are left out. All tables take about eight minutes of one core and 1.5 GB.
"""

import argparse
import gzip
import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import brotli
import numpy as np
import wordfreq
from copydesk_tagger.core.language_cues import cues
from copydesk_tagger.core.language_model import CUED
from copydesk_tagger.core.language_words import numbers_of, small_words
from copydesk_tagger.core.letter_sequences import BITS, Buckets, sequences, tidied
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

DATA = Path(__file__).parents[5] / "shared" / "data" / "tagging"
CYRILLIC = ["be", "bg", "kk", "ky", "mk", "mn", "ru", "sr-Cyrl", "tg", "uk"]
OTHERS = {"Arab": ["ar", "ckb", "fa", "ps", "ur"], "Deva": ["hi", "mr", "ne"], "Hani": ["yue", "zh-Hans", "zh-Hant"]}
ALONE = ["el", "he", "ja", "ko", "ka", "hy", "th", "km", "my", "si", "ta", "te", "ml", "kn", "gu", "pa", "bn", "am"]
UNKNOWN = ["eo", "la", "lg", "mi", "sn", "st", "tn", "ts", "xh", "yo", "zu"]
"""Languages that only the letter statistics know; their classes keep them from being taken for others."""

LATIN = str.maketrans("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš") | {
    ord("љ"): "lj",
    ord("њ"): "nj",
    ord("џ"): "dž",
}
SPOKEN_OF = {"fil": "tl", "sr-Latn": "sr", "sr-Cyrl": "sr", "zh-Hans": "", "zh-Hant": "", "yue": ""}
NO_WORDS = {"bs", "hr", "sr-Latn", "sr-Cyrl", "zh-Hans", "zh-Hant", "yue"}
SIZES = (15, 25, 40, 40, 60, 90)

OWN = Path(__file__).parents[1] / "corpora" / "languages"
COLUMNS = {"south-slavic.txt": ("hr", "bs", "sr-Latn"), "malay.txt": ("id", "ms")}
"""Own sentences, and the languages that `[one|another]` stand for in them."""

LISTS = {
    "CRO": ("hr",),
    "NCR": ("bs", "sr-Latn"),
    "NSR": ("hr", "bs"),
    "BSA": ("bs",),
    "SRA": ("sr-Latn",),
    "IND": ("id",),
    "MAL": ("ms",),
}
"""Kinds of words in `language_cues.toml`, and the languages that write them."""

SPACED = ("Latn", "Cyrl", "Arab", "Deva")
"""Scripts that are written with spaces, so that frequent words can be listed."""

LISTED_AS = {"bs": "sh", "hr": "sh", "sr-Latn": "sh", "sr-Cyrl": "sh", "nn": "nb"}
FREQUENT = 17_000
FOLDS = 4
LEAST_WORDS = 80

LEAST_OFTEN = 6
SEED = 1

Weights = NDArray[np.float32]


class Texts:
    """Texts of one language as bags of numbers, from the corpus, from letter statistics and from word lists."""

    def __init__(self, data: Path, lingua: Path | None, until: int) -> None:
        self._data, self._lingua, self._until = data / "langid", ZipFile(lingua) if lingua else None, until
        self._dice = random.Random(SEED)  # noqa: S311

    def languages(self) -> list[str]:
        return sorted(path.name.removesuffix(".txt.gz") for path in self._data.glob("*.txt.gz"))

    def documents(self, tag: str) -> list[str]:
        path = self._data / f"{tag}.txt.gz"
        whole = gzip.decompress(path.read_bytes()).decode().split("\n\n") if path.exists() else []
        return [document.strip() for document in whole if document.strip()][: self._until]

    def bags(
        self, tag: str, fragments: int, words: int, pieces: int, lists: int, with_cues: bool
    ) -> Iterator[tuple[Buckets, float]]:
        for text in self._pieces(tag, pieces):
            tidy = tidied(text)
            found = sequences(tidy)
            yield np.concatenate([found, cues(tidy)]) if with_cues else found, 1.0
        for parts in self._fragments(tag, fragments):
            yield np.concatenate([sequences(part) for part in parts]), 1.0
        for listed in self._words(tag, words):
            yield np.concatenate([sequences(f" {word} ") for word in listed]), 0.5
        for picked in self._cue_words(tag, lists):
            yield np.concatenate([sequences(part) for part in picked]), 0.5

    def _pieces(self, tag: str, count: int) -> Iterator[str]:
        """Sentences, stretches of them, and several in a row."""
        lines = [line for document in self.documents(tag) for line in document.splitlines()]
        if not lines:
            return
        lines += own_sentences(tag)
        for line in lines:
            yield line
            for size in self._dice.choices(SIZES, k=count):
                if len(line) > size + 5:
                    begin = self._dice.randrange(len(line) - size) if self._dice.random() < 0.7 else 0
                    space = line.find(" ", begin, begin + 20) if begin else -1
                    begin = space + 1 if space >= 0 else begin
                    yield line[begin : begin + size].rpartition(" ")[0] or line[begin : begin + size]
        for size in (3, 6, 12):
            for begin in range(0, len(lines) - size, size // 2 + 1):
                yield " ".join(lines[begin : begin + size])

    def _statistics(self, lingua: ZipFile, code: str, order: str) -> dict[str, float]:
        packed = json.loads(brotli.decompress(lingua.read(f"lingua/language-models/{code}/{order}.json.br")))
        shares: dict[str, float] = {}
        for fraction, grams in packed["ngrams"].items():
            above, _, below = fraction.partition("/")
            shares |= dict.fromkeys(grams.split(" "), int(above) / int(below))
        return shares

    def _fragments(self, tag: str, count: int) -> Iterator[list[str]]:
        """Insides of words, five letters as likely as in the language and some more that may follow."""
        code = SPOKEN_OF.get(tag, tag)
        lingua = self._lingua
        if not count or not code or lingua is None:
            return
        if f"lingua/language-models/{code}/fivegrams.json.br" not in lingua.namelist():
            return
        orders = ("unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams")
        shares = [self._statistics(lingua, code, order) for order in orders]
        grams = list(shares[4])
        likely = np.array([np.prod([shares[n].get(gram[: n + 1], 0.0) for n in range(5)]) for gram in grams])
        following: dict[str, list[tuple[str, float]]] = {}
        for gram, share in shares[4].items():
            following.setdefault(gram[:4], []).append((gram[4], share))
        drawn = np.random.default_rng(SEED).choice(len(grams), size=count * 10, p=likely / likely.sum())
        for begin in range(0, len(drawn), 10):
            parts = [
                self._grown(grams[at], following) for at in drawn[begin : begin + self._dice.choice((3, 5, 10, 10))]
            ]
            yield [part.translate(LATIN) for part in parts] if tag == "sr-Latn" else parts

    def _grown(self, part: str, following: dict[str, list[tuple[str, float]]]) -> str:
        for _ in range(self._dice.randrange(5)):
            if not (after := following.get(part[-4:])):
                break
            part += self._dice.choices([letter for letter, _ in after], [share for _, share in after])[0]
        return part

    def _words(self, tag: str, count: int) -> Iterator[list[str]]:
        if tag in NO_WORDS or tag not in wordfreq.available_languages("small"):
            return
        often = wordfreq.get_frequency_dict(tag, "small")
        words = [word for word in often if any(map(str.isalpha, word))][:20_000]
        weights = [often[word] ** 0.6 for word in words]
        for _ in range(count):
            yield self._dice.choices(words, weights, k=self._dice.choice((2, 4, 8, 12)))

    def _cue_words(self, tag: str, count: int) -> Iterator[list[str]]:
        """Some words that the lists give to a language, in spaces; stems have none behind."""
        table = tomllib.loads(files("copydesk_tagger").joinpath("data/language_cues.toml").read_text("utf-8"))["words"]
        words = [word for kind, tags in LISTS.items() if tag in tags for word in table[kind].split()]
        for _ in range(count if words else 0):
            picked = self._dice.choices(words, k=self._dice.choice((2, 3, 4, 6)))
            yield [f" {word}".removesuffix("*") if word.endswith("*") else f" {word} " for word in picked]


def own_sentences(tag: str) -> list[str]:
    """Copydesk's own sentences in a language."""
    found: list[str] = []
    for name, tags in COLUMNS.items():
        if tag in tags:
            column = tags.index(tag)
            lines = (OWN / name).read_text("utf-8").splitlines()
            found += [
                re.sub(r"\[([^]]*)\]", lambda choice: choice[1].split("|")[column], line)  # noqa: B023
                for line in lines
                if not line.startswith("#")
            ]
    return found


def chosen(bags: Sequence[Buckets], kinds: NDArray[np.intp], labels: int, most: int) -> Buckets:
    """The sequences that tell most: frequent ones that are unevenly spread over the labels."""
    often = np.zeros((1 << BITS, labels), dtype=np.float32)
    for bag, kind in zip(bags, kinds, strict=True):
        often[np.unique(bag), kind] += 1
    known = np.flatnonzero(often.sum(axis=1) >= LEAST_OFTEN)
    times = often[known].sum(axis=1)
    rates = often[known] / np.bincount(kinds, minlength=labels)
    shares = (rates + 1e-9) / (rates.sum(axis=1, keepdims=True) + 1e-9 * labels)
    gains = (np.log(labels) + (shares * np.log(shares)).sum(axis=1)) * np.log1p(times) * np.sqrt(times)
    return np.sort(known[np.argsort(-gains)[:most]]).astype(np.int32)


def matrix(bags: Sequence[Buckets], numbers: Buckets) -> csr_matrix:
    column = np.full(1 << BITS, -1, dtype=np.int32)
    column[numbers] = np.arange(len(numbers))
    columns: list[NDArray[np.int32]] = []
    values: list[Weights] = []
    ends = [0]
    for bag in bags:
        held, times = np.unique(column[bag], return_counts=True)
        columns.append(held[held >= 0])
        values.append((times[held >= 0] / np.sqrt(len(bag) + 1)).astype(np.float32))
        ends.append(ends[-1] + len(columns[-1]))
    return csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=(len(bags), len(numbers)))


def fitted(
    texts: csr_matrix, kinds: NDArray[np.intp], trust: Weights, labels: int, rounds: int, rate: float
) -> Weights:
    """Softmax regression by AdaGrad (Duchi et al. 2011), in batches of 512."""
    dice = np.random.default_rng(SEED)
    weights = np.zeros((texts.shape[1], labels), dtype=np.float32)
    squares = np.full_like(weights, 1e-2)
    for _ in range(rounds):
        order = dice.permutation(texts.shape[0])
        for begin in range(0, len(order), 512):
            batch = order[begin : begin + 512]
            scores = texts[batch] @ weights
            shares = np.exp(scores - scores.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
            shares[np.arange(len(batch)), kinds[batch]] -= 1
            turned = texts[batch].T.tocsr()
            rows = np.flatnonzero(np.diff(turned.indptr))
            slope = turned[rows] @ (shares * trust[batch, None]) * (30 / len(batch))
            squares[rows] += slope**2
            weights[rows] -= rate * slope / np.sqrt(squares[rows])
    return weights


def learned(
    texts: Texts, tags: Sequence[str], most: int, sizes: tuple[int, int, int, int], rate: float
) -> dict[str, NDArray[Any]]:
    """The arrays of one table.

    `sizes` are fragments, lists of frequent words, stretches a sentence and lists of cues for each language.
    """
    with_cues = any(group.issuperset(tags) for group in CUED)
    rows = [
        (bag, kind, trust)
        for kind, tag in enumerate(tags)
        for bag, trust in texts.bags(tag, *sizes, with_cues=with_cues)
    ]
    bags = [bag for bag, _, _ in rows]
    kinds = np.array([kind for _, kind, _ in rows])
    trust = np.array([trust for _, _, trust in rows], dtype=np.float32)
    numbers = chosen(bags, kinds, len(tags), most)
    weights = fitted(matrix(bags, numbers), kinds, trust, len(tags), 9 if with_cues else 4, rate)
    largest = np.quantile(np.abs(weights), 0.9995, axis=0)
    whole = np.clip(np.round(weights / largest * 127), -127, 127).astype(np.int8)
    kept = np.abs(whole).sum(axis=1) > 0
    return {
        "labels": np.array(tags),
        "steps": np.diff(numbers[kept], prepend=0).astype(np.uint32),
        "weights": whole[kept],
        "scales": (largest / 127).astype(np.float32),
    }


def of_scripts(texts: Texts, unknown: Sequence[str]) -> dict[str, dict[str, NDArray[Any]]]:
    """The tables by script; `unknown` are the languages that no corpus has."""
    elsewhere = {*CYRILLIC, *ALONE, *(tag for tags in OTHERS.values() for tag in tags)}
    latin = [tag for tag in texts.languages() if tag not in elsewhere]
    return {
        "Latn": learned(texts, [*latin, *unknown], 60_000, (700, 400, 4, 0), 0.5),
        "Cyrl": learned(texts, CYRILLIC, 30_000, (700, 400, 4, 0), 0.5),
        **{name: learned(texts, tags, 12_000, (200, 200, 3, 0), 0.5) for name, tags in OTHERS.items()},
    }


def frequent(tag: str) -> Buckets:
    """Numbers of the words of wordfreq; Serbian ones are in Latin letters there."""
    listed = LISTED_AS.get(tag, tag)
    words = (
        wordfreq.top_n_list(listed, FREQUENT, "small")
        if listed == "sh" or listed in wordfreq.available_languages("small")
        else []
    )
    if tag == "sr-Cyrl":
        words = [cyrillic(word) for word in words]
    return _numbers(" ".join(word for word in words if any(map(str.isalpha, word))).lower())


def _numbers(text: str) -> Buckets:
    return numbers_of(small_words(text))


def cyrillic(word: str) -> str:
    spelt = {latin if isinstance(latin, str) else chr(latin): chr(letter) for letter, latin in LATIN.items()}
    return re.sub("lj|nj|dž|.", lambda found: spelt.get(found[0], found[0]), word)


def usual_share(listed: Buckets, documents: Sequence[Buckets]) -> float:
    """The share of a document's words that are listed or in other documents, of a document with unusually few."""
    shares = []
    for fold in range(FOLDS):
        known = np.concatenate([listed, *(bag for at, bag in enumerate(documents) if at % FOLDS != fold)])
        shares += [np.isin(bag, known).mean() for bag in documents[fold::FOLDS] if len(bag) > LEAST_WORDS]
    return float(np.quantile(shares, 0.03) if len(listed) else min(shares))


def known_words(texts: Texts, scripts: Mapping[str, Sequence[str]]) -> dict[str, NDArray[Any]]:
    """The arrays of the frequent words, of the languages of some scripts that there are texts in."""
    arrays: dict[str, NDArray[Any]] = {}
    usual: dict[str, float] = {}
    for tag in [tag for script in SPACED for tag in scripts[script] if tag in texts.languages()]:
        listed = frequent(tag)
        documents = [_numbers(document) for document in texts.documents(tag)]
        usual[tag] = usual_share(listed, documents)
        numbers = np.unique(np.concatenate([listed, *documents]))
        arrays[f"words.{tag}"] = np.diff(numbers, prepend=0).astype(np.uint16)
    shares = np.array(list(usual.values()), dtype=np.float32)
    return arrays | {"words.tags": np.array(list(usual)), "words.usual": shares}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--lingua", type=Path)
    parser.add_argument("--base", type=Path, help="tables of scripts to take over")
    parser.add_argument("--until", type=int, default=40)
    arguments = parser.parse_args()
    texts = Texts(arguments.data, arguments.lingua, arguments.until)
    tables = {
        "close-hbs": learned(texts, sorted(CUED[0]), 40_000, (0, 0, 1, 400), 0.3),
        "close-idms": learned(texts, sorted(CUED[1]), 40_000, (0, 3000, 1, 1000), 0.2),
    }
    if arguments.base is None:
        tables |= of_scripts(texts, UNKNOWN if arguments.lingua else [])
    arrays: dict[str, Any] = {f"{name}.{key}": held for name, table in tables.items() for key, held in table.items()}
    if arguments.base is not None:
        with np.load(arguments.base, allow_pickle=False) as base:
            arrays = {name: base[name] for name in base.files} | arrays
    labels = {name: [str(tag) for tag in arrays[f"{name}.labels"]] for name in SPACED}
    arrays |= known_words(texts, labels)
    np.savez_compressed(arguments.out, **arrays)


if __name__ == "__main__":
    main()
