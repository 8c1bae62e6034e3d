"""Sequences of letters in a text, as numbers that a table of weights is looked up by.

All sequences of one to five characters, spaces included, and all whole words. A sequence's number is its polynomial
hash modulo 2^64, of which the leading bits are kept (Karp and Rabin 1987): differences of running sums give the hash
of every sequence of one length at once, so that numpy does all the work.
"""

import re
import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Buckets = NDArray[np.int32]

BITS = 20
"""Numbers lie in 0…2^BITS-1."""

MOST = 4000
"""Characters that are read; the texts of this package are cut long before."""

_LONGEST = 5
_BASE = 0x9E3779B97F4A7C15
_SPREAD = np.uint64(0xD6E8FEB86659FD93)
_OF_LENGTH = 7919
_OF_WORDS = np.uint64(104729)
_SPACE = 32

_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|[#@]\w+|\b(?=[A-Za-z+/]{0,40}\d)[A-Za-z\d+/=]{20,}")
"""Addresses, tags and encoded data."""

_NEAR_ADDRESS = re.compile(r"[@#]|://|[A-Za-z\d+/=]{20}")
"""What every text with one has, and few other texts; it is looked for much faster."""

_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0fff\u1000-\u109f\u1780-\u17ff\u200c"
_APART = re.compile(rf"[^\w{_MARKS}'’ʼ`´]+|[\d_]+")
_APOSTROPHES = str.maketrans("’ʼ`´", "''''")


def _powers(base: int) -> NDArray[np.uint64]:
    return np.cumprod(np.array([1] + [base] * MOST, dtype=np.uint64), dtype=np.uint64)


_POWERS = _powers(_BASE)
_INVERSES = _powers(pow(_BASE, -1, 1 << 64))


@lru_cache(maxsize=1)
def spaced(text: str) -> str:
    """`text` with words a space apart; addresses, digits and punctuation are gone, and apostrophes alike.

    Kept until the next text, as its sequences and its words are looked at one after the other.
    """
    plain = unicodedata.normalize("NFC", text)
    if _NEAR_ADDRESS.search(plain):
        plain = _ADDRESS.sub(" ", plain)
    return _APART.sub(" ", plain).translate(_APOSTROPHES).strip()


def tidied(text: str) -> str:
    """`text` as `spaced` makes it, in small letters and with spaces around."""
    return f" {spaced(text).lower()} "


def sequences(tidy: str) -> Buckets:
    """The numbers of all sequences in a text that `tidied` made, each as often as it occurs; overflow is meant."""
    letters = np.frombuffer(tidy[:MOST].encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    size = len(letters)
    sums = np.zeros(size + 1, dtype=np.uint64)
    np.cumsum(letters * _INVERSES[:size], out=sums[1:])
    hashes = [
        (sums[length:] - sums[:-length]) * _POWERS[length : size + 1] + np.uint64(length * _OF_LENGTH)
        for length in range(1, min(_LONGEST, size) + 1)
    ]
    spaces = np.flatnonzero(letters == _SPACE)
    begins, ends = spaces[:-1] + 1, spaces[1:]
    words = ends > begins
    begins, ends = begins[words], ends[words]
    hashes.append((sums[ends] - sums[begins]) * _POWERS[ends] + _OF_WORDS)
    mixed = np.concatenate(hashes)
    mixed ^= mixed >> np.uint64(32)
    mixed *= _SPREAD
    mixed ^= mixed >> np.uint64(29)
    mixed *= _SPREAD
    kept: Buckets = (mixed >> np.uint64(64 - BITS)).astype(np.int32)
    return kept
