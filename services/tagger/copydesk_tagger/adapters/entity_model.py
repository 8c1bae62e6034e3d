"""The neural tagger of names: pieces of words, what they are by themselves, and a network that onnxruntime runs.

The files of a model, as `training/entities/export.py` writes them:

- The word pieces and lists of names; see `word_pieces`.
- `features.npy` and `feature_scales.npy`: what a piece is by itself, in the four bits of `word_pieces.unpacked`.
- `network.onnx`: features (pieces, 192) and hints (pieces, 4) of stretches in a row in; log-probabilities of the tags,
  and the score of a clitic (pieces, 8), out.
- `calibration.json`: what a score is worth, by language; see `core.entities.confidence`.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from copydesk_tagger.adapters.word_pieces import mapped, unpacked, word_pieces
from copydesk_tagger.core.document import Document
from copydesk_tagger.core.entities.confidence import Calibration
from copydesk_tagger.core.entities.decoding import TAGS, Scored
from copydesk_tagger.core.entities.hints import HINTS
from copydesk_tagger.core.entities.reading import Reading
from copydesk_tagger.core.entities.titles import TitlesByLanguage

_START, _END = 0, 2
"""Pieces that a stretch begins and ends with."""

_MOST_PIECES = 4_000
"""So many are read at once, by some tens of megabytes."""


class EntityModel:
    """Scores stretches of a text. Raises `FileNotFoundError` naming the file where one of the model's is missing."""

    def __init__(self, folder: Path) -> None:
        self._pieces = word_pieces(folder)
        self._features: NDArray[np.uint8] = mapped(folder / "features.npy")
        self._scales: NDArray[np.float16] = mapped(folder / "feature_scales.npy")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._network = onnxruntime.InferenceSession(
            folder / "network.onnx", options, providers=["CPUExecutionProvider"]
        )

    def score(self, document: Document) -> Scored:
        """The document's text, as far as `WordPieces.read` has it."""
        reading = self._pieces.read(document)
        runs = _runs([*reading.heads.tolist(), len(reading.ids)])
        none = np.empty((0, len(TAGS) + 1), np.float32)
        scores = np.concatenate([none, *(self._read(reading, first, last) for first, last in runs)])
        clitics = scores[:, len(TAGS)] > 0
        return Scored(reading.offsets, scores[:, : len(TAGS)], clitics, reading.words, reading.heads)

    def _read(self, reading: Reading, first: int, last: int) -> NDArray[np.float32]:
        """The scores of pieces from `first` to `last`, of whole stretches: they stand in one row, each with its marks
        of start and end."""
        heads = reading.heads[np.searchsorted(reading.heads, first) : np.searchsorted(reading.heads, last)] - first
        before = np.zeros(last - first, np.intp)
        before[heads] = 2
        before[0] = 1
        inner = np.arange(last - first) + np.cumsum(before)
        ids = np.full(last - first + 2 * len(heads), _END)
        ids[inner[heads] - 1] = _START
        ids[inner] = reading.ids[first:last]
        hints = np.zeros((len(ids), HINTS), np.float32)
        hints[inner] = reading.hints[first:last]
        unique, places = np.unique(ids, return_inverse=True)
        features = unpacked(self._features[unique], self._scales[unique])[places]
        whole: NDArray[np.float32] = self._network.run(None, {"features": features, "hints": hints})[0]
        scores: NDArray[np.float32] = whole[inner]
        return scores


def _runs(edges: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of the pieces that are read at once; stretches begin and end at the `edges`."""
    first = edges[0]
    for edge, following in pairwise(edges):
        if following - first > _MOST_PIECES and edge > first:
            yield first, edge
            first = edge
    if edges[-1] > first:
        yield first, edges[-1]


def calibration(folder: Path) -> Calibration:
    """Of a model's scores."""
    return Calibration(**json.loads((folder / "calibration.json").read_text(encoding="utf-8")))


def titles(folder: Path) -> TitlesByLanguage:
    """From lists by language, one title a line; lines that begin with `#` are comments."""
    return TitlesByLanguage(
        {path.stem: _listed(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))}
    )


def _listed(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
