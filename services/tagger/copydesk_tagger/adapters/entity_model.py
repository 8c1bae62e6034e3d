"""The neural tagger of names: pieces of words, their vectors, and a network that onnxruntime runs.

The files of a model, as `training/entities/export.py` writes them:

- The word pieces and their vectors; see `word_pieces`.
- `name_lists.npz`: what `core.entities.hints` looks words up in.
- `network.onnx`: vectors (batch, pieces, 384), their mask and hints (batch, pieces, 4) in; log-probabilities of the
  tags, and the score of a clitic (batch, pieces, 8), out.
- `calibration.json`: what a score is worth, by language; see `core.entities.confidence`.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from copydesk_tagger.adapters.word_pieces import word_pieces
from copydesk_tagger.core.entities.confidence import Calibration
from copydesk_tagger.core.entities.decoding import TAGS, Scored
from copydesk_tagger.core.entities.hints import HINTS, NameLists
from copydesk_tagger.core.entities.titles import TitlesByLanguage

_START, _PADDING, _END = 0, 1, 2
"""Ids that the vocabulary begins with."""

_PADDED = 1.08
"""Stretches are run together as long as padding adds no more than this."""


class EntityModel:
    """Scores stretches of text. Raises `FileNotFoundError` naming the file where one of the model's is missing."""

    def __init__(self, folder: Path) -> None:
        self._pieces = word_pieces(folder)
        self._names = name_lists(folder / "name_lists.npz")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._network = onnxruntime.InferenceSession(
            folder / "network.onnx", options, providers=["CPUExecutionProvider"]
        )

    def score(self, stretches: Sequence[str]) -> list[Scored]:
        """One result a stretch, in their order."""
        cuts = [self._pieces.cut(stretch) for stretch in stretches]
        hints = [self._names.hints(text, cut.offsets) for text, cut in zip(stretches, cuts, strict=True)]
        scored: dict[int, Scored] = {}
        for numbers in _batches([len(cut.ids) for cut in cuts]):
            log_probs = self._run([cuts[number].ids for number in numbers], [hints[number] for number in numbers])
            for number, values in zip(numbers, log_probs, strict=True):
                tags = values[1 : len(cuts[number].ids) + 1]
                scored[number] = Scored(cuts[number].offsets, tags[:, : len(TAGS)], tags[:, len(TAGS)] > 0)
        return [scored[number] for number in range(len(cuts))]

    def _run(self, pieces: Sequence[list[int]], hints: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        ids = np.full((len(pieces), max(map(len, pieces)) + 2), _PADDING, np.int64)
        hinted = np.zeros((*ids.shape, HINTS), np.float32)
        for row, (cut, told) in enumerate(zip(pieces, hints, strict=True)):
            ids[row, : len(cut) + 2] = [_START, *cut, _END]
            hinted[row, 1 : len(told) + 1] = told
        inputs = {"vectors": self._pieces.vectors(ids), "mask": ids != _PADDING, "hints": hinted}
        found: NDArray[np.float32] = self._network.run(None, inputs)[0]
        return found


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of stretches that are about as long."""
    batch: list[int] = []
    pieces = 0
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[number] * (len(batch) + 1) > _PADDED * (pieces + lengths[number]):
            yield batch
            batch, pieces = [], 0
        batch.append(number)
        pieces += lengths[number]
    if batch:
        yield batch


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
