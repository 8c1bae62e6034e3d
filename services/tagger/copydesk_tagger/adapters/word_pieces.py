"""Word pieces and their vectors, read once by whoever tells names or topics by them.

The files:

- `pieces.model`: the word pieces with their log-probabilities, as SentencePiece keeps them; written by
  `training/entities/vocabulary.py`.
- `name_lists.npz`: what `core.entities.hints` looks words up in; written by `training/entities/name_lists.py`.
- `pieces.npy` and `scales.npy`: a vector of 384 numbers a piece, in blocks of 32 numbers of 4 bits and a scale each;
  written by `training/entities/export.py`.
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor

from copydesk_tagger.core.document import Document
from copydesk_tagger.core.entities.hints import NameLists
from copydesk_tagger.core.entities.pieces import UNKNOWN, Pieces, Vocabulary
from copydesk_tagger.core.entities.reading import Reader, Reading

_BLOCK = 32


class WordPieces:
    """`likelihoods` are of the pieces, by id. Raises `FileNotFoundError` naming the file where one is missing."""

    def __init__(self, folder: Path) -> None:
        segmenter = SentencePieceProcessor(model_proto=(folder / "pieces.model").read_bytes())
        ids = list(range(segmenter.get_piece_size()))
        self._vocabulary = Vocabulary(segmenter, segmenter.id_to_piece(ids))
        self._reader = Reader(self._vocabulary, name_lists(folder / "name_lists.npz"))
        self._packed: NDArray[np.uint8] = mapped(folder / "pieces.npy")
        self._scales: NDArray[np.float16] = mapped(folder / "scales.npy")
        self.likelihoods: NDArray[np.float32] = np.exp(np.array(segmenter.get_score(ids), np.float32))
        self.likelihoods[: UNKNOWN + 1] = 0

    def cut(self, text: str) -> Pieces:
        """The pieces of a stretch of text."""
        return self._vocabulary.cut(text)

    def read(self, document: Document) -> Reading:
        """The pieces of a document's text, cut once for all who ask while it is tagged: sentence by sentence, up to
        `core.entities.reading.MOST_READ`. Those that begin in the first hundred letters are as many as
        `numpy.searchsorted(reading.offsets[:, 0], 100)`."""
        reading: Reading | None = document.made.get(self)
        if reading is None:
            reading = document.made[self] = self._reader.read(document)
        return reading

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(…, 384)."""
        return unpacked(self._packed[ids], self._scales[ids])


def mapped(path: Path) -> NDArray[Any]:
    """The array of a file as a plain one, which is faster to take rows from than `numpy.memmap`."""
    mapped: NDArray[Any] = np.load(path, mmap_mode="r").view(np.ndarray)
    return mapped


def unpacked(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """Numbers (…, 32 a block) from bytes (…, 16 a block) and scales (…, 1 a block).

    The low nibbles of a block's bytes are its first half, the high ones its second, each eight too large.
    """
    blocks = packed.reshape(*scales.shape, _BLOCK // 2)
    numbers = np.empty((*scales.shape, _BLOCK), np.float32)
    numbers[..., : _BLOCK // 2] = blocks & 15
    numbers[..., _BLOCK // 2 :] = blocks >> 4
    numbers -= 8
    numbers *= scales.astype(np.float32)[..., None]
    return numbers.reshape(*packed.shape[:-1], packed.shape[-1] * 2)


def name_lists(path: Path) -> NameLists:
    """As `training/entities/name_lists.py` writes them."""
    with np.load(path) as lists:
        return NameLists(lists["people"], lists["places"])


@cache
def word_pieces(folder: Path) -> WordPieces:
    """One for all in a process."""
    return WordPieces(folder)
