"""MinHash signatures and the bands by which near-duplicates find each other (Broder 1997; Leskovec et al., ch. 3).

Articles that share a band are candidates; the share of equal numbers in two signatures estimates the Jaccard similarity
of their shingles. The lookup happens where the bands are stored.
"""

import struct
import unicodedata
from hashlib import blake2b

import numpy as np
from rensa import RMinHash

from copydesk_tagger.core import scripts
from copydesk_tagger.core.document import Document, Tags

PERMUTATIONS = 128
BANDS = 42
ROWS = 3
SHINGLE_WORDS = 2
SHINGLE_LETTERS = 8
"""Neighbouring words, as many as it takes to have so many letters: two long ones survive more edits than any three, and
two short ones (`of the`) are shared by all."""

SHINGLE_SIGNS = 3
"""Neighbouring letters in scripts without spaces."""

LEAST_WORDS = 20
LEAST_LETTERS = 40
"""Texts of unspaced scripts are counted in letters."""

_SEED = 42
_ROW = struct.Struct(f"<{ROWS + 1}I")
_DIGEST = struct.Struct("<q")


class NearDuplicatesAnnotator:
    """Fills `minhash` (128 unsigned 32-bit numbers) and `bands` (42 signed 64-bit numbers); nothing for short texts."""

    name = "near_duplicates"
    version = f"rensa-minhash{RMinHash.ALGORITHM_VERSION}-{PERMUTATIONS}x{BANDS}x{ROWS}/2"
    languages: frozenset[str] | None = None
    needs: frozenset[str] = frozenset()
    cost = 0.8

    def annotate(self, document: Document, tags: Tags) -> None:
        tags.minhash = signature(document)
        tags.bands = bands(tags.minhash)


def shingles(document: Document) -> set[str]:
    """Neighbouring words, or letters in scripts without spaces; empty for texts too short to compare."""
    folded = unicodedata.normalize("NFKC", document.text).casefold()
    if document.script in scripts.UNSPACED:
        letters = "".join(filter(str.isalnum, folded))
        if len(letters) < LEAST_LETTERS:
            return set()
        return {letters[at : at + SHINGLE_SIGNS] for at in range(len(letters) - SHINGLE_SIGNS + 1)}
    words = scripts.WORD.findall(folded)
    return _word_shingles(words) if len(words) >= LEAST_WORDS else set()


def _word_shingles(words: list[str]) -> set[str]:
    """Pieces of the words a space apart: from each word to the first that makes them enough words and letters."""
    before = np.zeros(len(words) + 1, dtype=np.int64)
    np.cumsum(list(map(len, words)), out=before[1:])
    first = np.arange(len(words))
    last = np.maximum(first + SHINGLE_WORDS, np.searchsorted(before, before[:-1] + SHINGLE_LETTERS))
    first = first[last <= len(words)]
    last = last[: len(first)]
    joined = " ".join(words)
    starts, ends = before[first] + first, before[last] + last - 1
    return {joined[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)}


def signature(document: Document) -> list[int]:
    """The MinHash of a text's shingles."""
    found = shingles(document)
    if not found:
        return []
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minhash.update(list(found))
    return list(minhash.digest())


def bands(minhash: list[int]) -> list[int]:
    """One number for each three rows of a signature; the band's own number is mixed in."""
    if not minhash:
        return []
    rows = (minhash[band * ROWS : (band + 1) * ROWS] for band in range(BANDS))
    digests = (blake2b(_ROW.pack(band, *row), digest_size=_DIGEST.size).digest() for band, row in enumerate(rows))
    return [number for digest in digests for number in _DIGEST.unpack(digest)]


def similarity(one: list[int], other: list[int]) -> float:
    """The Jaccard similarity that two signatures estimate, 0…1; 0 when either is empty."""
    if not one or not other:
        return 0.0
    return sum(left == right for left, right in zip(one, other, strict=True)) / len(one)
