"""What the topics are told by: the scheme, the lexicons, the weights and the vectors of texts."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from copydesk_tagger.adapters.lexicons import simplified_letters
from copydesk_tagger.adapters.word_pieces import WordPieces
from copydesk_tagger.core import scripts
from copydesk_tagger.core.document import Document
from copydesk_tagger.core.topic_model import Floats, TopicModel, TopWeights
from copydesk_tagger.core.topic_scheme import TopicScheme
from copydesk_tagger.core.topic_terms import TopicTerms

_PACKAGE = Path(__file__).resolve().parents[1]
SCHEME = _PACKAGE / "data" / "mediatopics.tsv"
LEXICONS = _PACKAGE / "data" / "topics"
WEIGHTS = _PACKAGE / "models" / "topics" / "weights.npz"
ENCODER = WEIGHTS.with_name("encoder.npz")

ENCODED = scripts.listed("ar de en es fr it ja nl pl pt ru tr uk zh")
"""Languages whose news was told by vectors about as well as by terms, or that have no terms."""

LETTERS = 1300
"""Characters of title and text that vectors are taken of, some two hundred words."""

LETTERS_UNSPACED = 400
"""The same for scripts without spaces."""

_COMMON = 1e-4
"""A piece as likely as this weighs half of a rare one."""


def read_scheme(path: Path = SCHEME, lexicons: Path = LEXICONS) -> TopicScheme:
    """IPTC's labels, and the lexicons' own where IPTC has none. Raises `ValueError` naming a code it does not know."""
    header, *rows = (line.split("\t") for line in _lines(path))
    tags = header[2:]
    broader = {row[0]: row[1] or None for row in rows}
    labels = {row[0]: {tag: label for tag, label in zip(tags, row[2:], strict=True) if label} for row in rows}
    for lexicon in sorted(lexicons.glob("*.tsv")):
        for code, label, _ in (line.split("\t") for line in _lines(lexicon)[1:]):
            if code not in labels:
                raise ValueError(f"{lexicon.name} has terms for {code}, which {path.name} lacks: run its builder again")
            labels[code].setdefault(lexicon.stem, label)
    return TopicScheme(broader, labels)


class TopicLexicons:
    """The lexicons, each read when its language first comes."""

    def __init__(self, folder: Path = LEXICONS) -> None:
        self.languages = frozenset(path.stem for path in folder.glob("*.tsv"))
        self._folder = folder
        self.of = lru_cache(maxsize=None)(self._read)

    def _read(self, language: str) -> TopicTerms | None:
        if language not in self.languages:
            return None
        rows = (line.split("\t") for line in _lines(self._folder / f"{language}.tsv")[1:])
        letters = simplified_letters() if language == "zh" else {}
        return TopicTerms(language, {code: terms.split("|") for code, _, terms in rows}, letters)


class SentenceEncoder:
    """Means of the vectors of a text's word pieces, each with a weight that was learned, and a layer above them.

    It was taught to give what a far larger encoder of sentences gives (training/topics/encoder.py). Without its file
    there are no vectors of texts: raises `FileNotFoundError`.
    """

    languages = ENCODED

    def __init__(self, pieces: WordPieces, path: Path = ENCODER) -> None:
        self._pieces = pieces
        self._rare: Floats = (_COMMON / (_COMMON + pieces.likelihoods)).astype(np.float32)
        with np.load(path) as arrays:
            self._attention, self._layer, self._bias = (
                arrays[name].astype(np.float32) for name in ("attention", "layer", "bias")
            )

    def encode(self, document: Document) -> Floats:
        """384 numbers for the title and the beginning of the text; zeros for none."""
        ids, times = np.unique(self._beginning(document), return_counts=True)
        if not len(ids):
            return np.zeros(len(self._bias), np.float32)
        vectors = self._pieces.vectors(ids)
        scores = vectors @ self._attention
        weights = np.exp(scores - scores.max(axis=0)) * (self._rare[ids] * times.astype(np.float32))[:, None]
        means = (weights / weights.sum(axis=0)).T @ vectors
        result: Floats = np.maximum(means.ravel() @ self._layer + self._bias, 0)
        return result

    def _beginning(self, document: Document) -> NDArray[np.int64]:
        """The ids of the pieces of title and text that begin among the first letters."""
        letters = LETTERS_UNSPACED if document.script in scripts.UNSPACED else LETTERS
        title = " ".join(document.title[:letters].split())
        reading = self._pieces.read(document)
        begun = int(np.searchsorted(reading.offsets[:, 0], letters - len(title)))
        return np.concatenate((np.array(self._pieces.cut(title).ids, np.int64), reading.ids[:begun]))


def read_model(path: Path = WEIGHTS) -> TopicModel:
    """As training/topics/train.py writes it."""
    with np.load(path) as arrays:
        weights = {name: arrays[name].astype(np.float32) for name in arrays.files if name != "tops"}
        tops = tuple(str(top) for top in arrays["tops"])
    combined = {
        name: TopWeights(weights[f"{name}_weights"], weights[f"{name}_bias"])
        for name in ("both", "both_long", "terms_alone", "vector_alone")
    }
    return TopicModel(
        tops=tops,
        output=weights["output"],
        narrower=weights["narrower"],
        narrower_bias=float(weights["narrower_bias"]),
        **combined,
    )


def _lines(path: Path) -> list[str]:
    """The lines but for comments."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
