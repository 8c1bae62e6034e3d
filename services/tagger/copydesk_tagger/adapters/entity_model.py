"""The neural tagger of names: pieces of words, their vectors, and a network that onnxruntime runs.

The files of a model, as `training/entities/export.py` writes them:

- `tokenizer.json.gz`: a unigram vocabulary of word pieces (Kudo 2018) for the `tokenizers` library.
- `pieces.npy` and `scales.npy`: a vector of 384 numbers a piece, in blocks of 32 numbers of 4 bits and a scale each.
- `network.onnx`: vectors (batch, pieces, 384) and their mask in; log-probabilities of the tags, and the score of a
  clitic (batch, pieces, 8), out.
- `calibration.json`: what a score is worth, by language; see `core.entities.confidence`.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from copydesk_tagger.core.entities.confidence import Calibration
from copydesk_tagger.core.entities.decoding import TAGS, Scored
from copydesk_tagger.core.entities.titles import TitlesByLanguage

BLOCK = 32
_START, _PADDING, _END = 0, 1, 2
"""Ids that the vocabulary begins with."""

_PADDED = 1.08
"""Stretches are run together as long as padding adds no more than this."""


class EntityModel:
    """Scores stretches of text. Raises `FileNotFoundError` naming the file where one of the model's is missing."""

    def __init__(self, folder: Path) -> None:
        with gzip.open(folder / "tokenizer.json.gz", "rt", encoding="utf-8") as packed:
            self._tokenizer = Tokenizer.from_str(packed.read())
        self._pieces: NDArray[np.uint8] = np.load(folder / "pieces.npy", mmap_mode="r")
        self._scales: NDArray[np.float16] = np.load(folder / "scales.npy", mmap_mode="r")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._network = onnxruntime.InferenceSession(
            folder / "network.onnx", options, providers=["CPUExecutionProvider"]
        )

    def score(self, stretches: Sequence[str]) -> list[Scored]:
        """One result a stretch, in their order."""
        encodings = [self._tokenizer.encode(stretch, add_special_tokens=False) for stretch in stretches]
        scored: dict[int, Scored] = {}
        for numbers in _batches([len(encoding.ids) for encoding in encodings]):
            log_probs = self._run([encodings[number] for number in numbers])
            for number, values in zip(numbers, log_probs, strict=True):
                offsets = _offsets(encodings[number], stretches[number])
                tags = values[1 : len(offsets) + 1]
                scored[number] = Scored(offsets, tags[:, : len(TAGS)], tags[:, len(TAGS)] > 0)
        return [scored[number] for number in range(len(encodings))]

    def _run(self, encodings: Sequence[Encoding]) -> NDArray[np.float32]:
        length = max(len(encoding.ids) for encoding in encodings) + 2
        ids = np.full((len(encodings), length), _PADDING, np.int64)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids) + 2] = [_START, *encoding.ids, _END]
        inputs = {"vectors": self._vectors(ids), "mask": ids != _PADDING}
        found: NDArray[np.float32] = self._network.run(None, inputs)[0]
        return found

    def _vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The low nibbles of a block's bytes are its first half, the high ones its second, each eight too large."""
        packed = self._pieces[ids].reshape(*ids.shape, -1, BLOCK // 2)
        numbers = np.concatenate((packed & 15, packed >> 4), axis=-1).astype(np.float32) - 8
        numbers *= self._scales[ids].astype(np.float32)[..., None]
        return numbers.reshape(*ids.shape, -1)


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


def _offsets(encoding: Encoding, text: str) -> NDArray[np.int32]:
    """Where pieces stand, without the white space that a piece at the start of a word includes."""
    placed = [(end - len(text[start:end].lstrip()), end) for start, end in encoding.offsets]
    return np.array(placed, np.int32).reshape(-1, 2)
