"""The neural tagger of names: pieces of words, what they are by themselves, and a network that onnxruntime runs.

The files of a model, as `training/entities/export.py` writes them:

- The word pieces; see `word_pieces`.
- `features.npy` and `feature_scales.npy`: what a piece is by itself, in the four bits of `word_pieces.unpacked`.
- `name_lists.npz`: what `core.entities.hints` looks words up in.
- `network.onnx`: features (pieces, 192) and hints (pieces, 4) of stretches in a row in; log-probabilities of the tags,
  and the score of a clitic (pieces, 8), out.
- `calibration.json`: what a score is worth, by language; see `core.entities.confidence`.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from copydesk_tagger.adapters.word_pieces import unpacked, word_pieces
from copydesk_tagger.core.entities.confidence import Calibration
from copydesk_tagger.core.entities.decoding import TAGS, Scored
from copydesk_tagger.core.entities.hints import HINTS, NameLists
from copydesk_tagger.core.entities.titles import TitlesByLanguage

_START, _END = 0, 2
"""Pieces that a stretch begins and ends with."""

_MOST_PIECES = 4_000
"""So many are read at once, by some tens of megabytes."""


class EntityModel:
    """Scores stretches of a text. Raises `FileNotFoundError` naming the file where one of the model's is missing."""

    def __init__(self, folder: Path) -> None:
        self._pieces = word_pieces(folder)
        self._features: NDArray[np.uint8] = np.load(folder / "features.npy", mmap_mode="r")
        self._scales: NDArray[np.float16] = np.load(folder / "feature_scales.npy", mmap_mode="r")
        self._names = name_lists(folder / "name_lists.npz")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._network = onnxruntime.InferenceSession(
            folder / "network.onnx", options, providers=["CPUExecutionProvider"]
        )

    def score(self, text: str, stretches: Sequence[tuple[int, int]]) -> Scored:
        """`stretches` are where they begin and end, in code points."""
        cuts = [self._pieces.cut(text[start:end]) for start, end in stretches]
        offsets = [cut.offsets + start for cut, (start, _) in zip(cuts, stretches, strict=True)]
        stood = np.concatenate([np.empty((0, 2), np.int32), *offsets])
        hints = self._names.hints(text, stood)
        heads = np.cumsum([0, *(len(cut.ids) for cut in cuts)])
        found = [np.empty((0, len(TAGS) + 1), np.float32)]
        for first, last in _runs([len(cut.ids) for cut in cuts]):
            found.append(self._read([cut.ids for cut in cuts[first:last]], hints[heads[first] : heads[last]]))
        scores = np.concatenate(found)
        return Scored(stood, scores[:, : len(TAGS)], scores[:, len(TAGS)] > 0, np.unique(heads[:-1]))

    def _read(self, cuts: Sequence[list[int]], hints: NDArray[np.float32]) -> NDArray[np.float32]:
        """Stretches in one row, each with its marks of start and end; the scores of their pieces."""
        ids = np.concatenate([[_START, *cut, _END] for cut in cuts])
        inner = (ids != _START) & (ids != _END)
        hinted = np.zeros((len(ids), HINTS), np.float32)
        hinted[inner] = hints
        unique, places = np.unique(ids, return_inverse=True)
        features = unpacked(self._features[unique], self._scales[unique])[places]
        whole: NDArray[np.float32] = self._network.run(None, {"features": features, "hints": hinted})[0]
        scores: NDArray[np.float32] = whole[inner]
        return scores


def _runs(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of the stretches that are read at once."""
    first, pieces = 0, 0
    for number, length in enumerate(lengths):
        pieces += length
        if pieces > _MOST_PIECES and number > first:
            yield first, number
            first, pieces = number, length
    if first < len(lengths):
        yield first, len(lengths)


def name_lists(path: Path) -> NameLists:
    """As `training/entities/name_lists.py` writes them."""
    with np.load(path) as lists:
        return NameLists(lists["people"], lists["places"])


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
