"""Learn the tables that tell languages apart.

    python services/tagger/training/languages/train.py OUT.npz [--data DATA] [--until 40] [--lingua WHEEL]

DATA holds `langid/LANG.txt.gz`: a sentence a line, a blank line between documents. Of each the first `--until`
documents are learned from; leave some out for `python -m benchmarks.tagging.language --from N --model OUT.npz`.
WHEEL is that of lingua-language-detector 1.4.2 (`pip download --no-deps lingua-language-detector==1.4.2`), whose
five-letter statistics stand in for more text. Takes about eight minutes of one core and 1.5 GB.
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import brotli
import numpy as np
import wordfreq
from copydesk_tagger.core.language_cues import cues
from copydesk_tagger.core.language_model import SOUTH_SLAVIC
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
LEAST_OFTEN = 6
SEED = 1

Weights = NDArray[np.float32]


class Texts:
    """Texts of one language as bags of numbers, from the corpus, from letter statistics and from word lists."""

    def __init__(self, data: Path, lingua: Path, until: int) -> None:
        self._data, self._lingua, self._until = data / "langid", ZipFile(lingua), until
        self._dice = random.Random(SEED)  # noqa: S311

    def languages(self) -> list[str]:
        return sorted(path.name.removesuffix(".txt.gz") for path in self._data.glob("*.txt.gz"))

    def bags(
        self, tag: str, fragments: int, words: int, pieces: int, with_cues: bool
    ) -> Iterator[tuple[Buckets, float]]:
        for text in self._pieces(tag, pieces):
            tidy = tidied(text)
            found = sequences(tidy)
            yield np.concatenate([found, cues(tidy)]) if with_cues else found, 1.0
        for parts in self._fragments(tag, fragments):
            yield np.concatenate([sequences(part) for part in parts]), 1.0
        for listed in self._words(tag, words):
            yield np.concatenate([sequences(f" {word} ") for word in listed]), 0.5

    def _pieces(self, tag: str, count: int) -> Iterator[str]:
        """Sentences, stretches of them, and several in a row."""
        path = self._data / f"{tag}.txt.gz"
        if not path.exists():
            return
        whole = [one for one in gzip.decompress(path.read_bytes()).decode().split("\n\n") if one.strip()]
        lines = [line for document in whole[: self._until] for line in document.strip().splitlines()]
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

    def _statistics(self, code: str, order: str) -> dict[str, float]:
        packed = json.loads(brotli.decompress(self._lingua.read(f"lingua/language-models/{code}/{order}.json.br")))
        shares: dict[str, float] = {}
        for fraction, grams in packed["ngrams"].items():
            above, _, below = fraction.partition("/")
            shares |= dict.fromkeys(grams.split(" "), int(above) / int(below))
        return shares

    def _fragments(self, tag: str, count: int) -> Iterator[list[str]]:
        """Insides of words, five letters as likely as in the language and some more that may follow."""
        code = SPOKEN_OF.get(tag, tag)
        if not code or f"lingua/language-models/{code}/fivegrams.json.br" not in self._lingua.namelist():
            return
        orders = ("unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams")
        shares = [self._statistics(code, order) for order in orders]
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
    texts: Texts, tags: Sequence[str], most: int, sizes: tuple[int, int, int], rate: float
) -> dict[str, NDArray[Any]]:
    """The arrays of one table; `sizes` are fragments, lists of words and stretches a sentence for each language."""
    with_cues = SOUTH_SLAVIC.issuperset(tags)
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--lingua", type=Path, required=True)
    parser.add_argument("--until", type=int, default=40)
    arguments = parser.parse_args()
    texts = Texts(arguments.data, arguments.lingua, arguments.until)
    elsewhere = {*CYRILLIC, *ALONE, *(tag for tags in OTHERS.values() for tag in tags)}
    latin = [tag for tag in texts.languages() if tag not in elsewhere]
    tables = {
        "Latn": learned(texts, [*latin, *UNKNOWN], 60_000, (700, 400, 4), 0.5),
        "Cyrl": learned(texts, CYRILLIC, 30_000, (700, 400, 4), 0.5),
        **{name: learned(texts, tags, 12_000, (200, 200, 3), 0.5) for name, tags in OTHERS.items()},
        "close-hbs": learned(texts, sorted(SOUTH_SLAVIC), 40_000, (500, 0, 1), 0.3),
        "close-idms": learned(texts, ["id", "ms"], 40_000, (150, 3000, 1), 0.2),
    }
    arrays: dict[str, Any] = {f"{name}.{key}": held for name, table in tables.items() for key, held in table.items()}
    np.savez_compressed(arguments.out, **arrays)


if __name__ == "__main__":
    main()
