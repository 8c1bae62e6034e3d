"""What lists of names say of words, as a hint to the network: parts of people's names and names of places.

The lists are sorted 32-bit checksums of folded words: one strange word in ten thousand is taken for a listed one,
and they need a hundredth of the memory of a dictionary.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from copydesk_tagger.core.entities.decoding import CLITICS
from copydesk_tagger.core.scripts import CASED, UNSPACED, of_letter

HINTS = 4
"""A person's name part, a place, and the same for words that may be forms of one (short ones in Han and kana)."""

LONGEST_UNSPACED = 4
_SURE_UNSPACED = 3
_LEAST_STEM = 4
_WORD = re.compile(r"[^\W\d_]+")
_ARTICLE = "ال"
_ALL_ONES = np.uint32(0xFFFFFFFF)
_STEP = np.array([crc32(bytes([number ^ 255])) for number in range(256)], np.uint32) ^ np.uint32(0xFF000000)
"""What a byte makes of a checksum, by its lowest byte with the byte (ISO 3309, the table of all who work them out)."""

_HEAD_BITS = 22
_TAIL_BITS = 32 - _HEAD_BITS
"""The heads of checksums that any list has are kept as half a megabyte of bits."""
_UNSURE = 2
"""By so much are the bits of hints higher that may be forms of a listed word."""

_LONGEST_CODE = 4
"""Bytes of a letter in UTF-8."""

Sums = NDArray[np.uint32]
Bits = NDArray[np.uint8]
"""The hints of something: the lowest bit is the first one."""


def fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def checksum(word: str) -> int:
    """Of a folded word."""
    return crc32(word.encode("utf-8", "replace"))


class NameLists:
    """Sorted checksums of parts of people's names, and of words that are names of places."""

    def __init__(self, people: Sums, places: Sums) -> None:
        self._sums = np.union1d(people, places)
        self._bits = np.isin(self._sums, people, assume_unique=True).astype(np.uint8)
        self._bits |= np.isin(self._sums, places, assume_unique=True).astype(np.uint8) << 1
        taken = np.zeros(1 << _HEAD_BITS, np.bool_)
        taken[self._sums >> _TAIL_BITS] = True
        self._heads = np.packbits(taken, bitorder="little")

    def hints(self, text: str, offsets: NDArray[np.int32]) -> NDArray[np.float32]:
        """For pieces of a text (n, 2) what the lists say of the words that they belong to (n, `HINTS`)."""
        return numbers(self.marks(text)[offsets[:, 0]])

    def marks(self, text: str) -> Bits:
        """For each code point of a text, and for its end, what the lists say of the words that it belongs to."""
        marks = np.zeros(len(text) + 1, np.uint8)
        found = [(match.start(), match[0], of_letter(match[0][0])) for match in _WORD.finditer(text)]
        spaced = [(at, word, script) for at, word, script in found if script not in UNSPACED]
        words = {word: script for _, word, script in spaced if script not in CASED or not word.islower()}
        known = self._of_words(words)
        for at, word, _ in spaced if known else ():
            if bits := known.get(word):
                marks[at : at + len(word)] |= bits
        if len(spaced) < len(found):
            self._mark_unspaced([(at, word) for at, word, script in found if script in UNSPACED], marks)
        return marks

    def _of_words(self, words: Mapping[str, str | None]) -> dict[str, int]:
        """The hints of those that have any; `words` come with their scripts."""
        folded = fold("\n".join(words)).split("\n") if words else []
        bits = self._listed(np.array([checksum(word) for word in folded], np.uint32))
        forms = [
            (number, form)
            for number, (word, script) in enumerate(zip(folded, words.values(), strict=True))
            if len(word) > _LEAST_STEM
            for form in (_arabic_forms(word) if script == "Arab" else (word[:-1], word[:-2]))
        ]
        unsure = self._listed(np.array([checksum(form) for _, form in forms], np.uint32)) << _UNSURE
        for place in np.flatnonzero(unsure).tolist():
            bits[forms[place][0]] |= unsure[place]
        return {word: found for word, found in zip(words, bits.tolist(), strict=True) if found}

    def _mark_unspaced(self, runs: Sequence[tuple[int, str]], marks: Bits) -> None:
        """Every two to four letters on end may be a name."""
        places = np.concatenate([np.arange(at, at + len(run)) for at, run in runs])
        left = np.concatenate([np.arange(len(run), 0, -1) for _, run in runs])
        for size, sums in _sums_of_runs("".join(_folded_alike(run) for _, run in runs)):
            bits = self._listed(sums)
            bits[left[: len(bits)] < size] = 0
            for place in np.flatnonzero(bits).tolist():
                at = places[place]
                marks[at : at + size] |= bits[place] << (0 if size >= _SURE_UNSPACED else _UNSURE)

    def _listed(self, sums: Sums) -> Bits:
        """Most are seen not to be listed by their heads, which are told in a tenth of the time of a search."""
        bits = np.zeros(len(sums), np.uint8)
        heads = sums >> _TAIL_BITS
        maybe = np.flatnonzero(self._heads[heads >> 3] >> (heads & 7).astype(np.uint8) & 1)
        if len(maybe):
            looked_for = sums[maybe]
            nearest = np.minimum(np.searchsorted(self._sums, looked_for), len(self._sums) - 1)
            bits[maybe] = self._bits[nearest] * (self._sums[nearest] == looked_for)
        return bits


def numbers(bits: Bits) -> NDArray[np.float32]:
    """Hints (n) as the network reads them: (n, `HINTS`)."""
    return (bits[:, None] >> np.arange(HINTS, dtype=np.uint8) & 1).astype(np.float32)


def _arabic_forms(word: str) -> Sequence[str]:
    bare = word[1:] if word[0] in CLITICS else word
    return [form for form in (bare, bare.removeprefix(_ARTICLE)) if form != word]


def _folded_alike(run: str) -> str:
    """Folded letter by letter where it has not as many letters otherwise."""
    folded = fold(run)
    if len(folded) == len(run):
        return folded
    return "".join(one if len(one) == 1 else letter for letter in run for one in (fold(letter),))


def _sums_of_runs(text: str) -> Iterator[tuple[int, Sums]]:
    """For two to four letters on end the checksums of all such sequences of a text, by where they begin."""
    coded = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    heads = np.flatnonzero(coded & 0xC0 != 0x80)
    lengths = np.diff(heads, append=len(coded))
    padded = np.append(coded, np.zeros(_LONGEST_CODE, np.uint8))
    sums = np.full(len(heads), _ALL_ONES)
    for size in range(1, min(LONGEST_UNSPACED, len(heads)) + 1):
        sums = sums[: len(heads) - size + 1]
        last, left = heads[size - 1 :], lengths[size - 1 :]
        for place in range(int(lengths.max())):
            longer = _STEP[(sums ^ padded[last + place]) & 255] ^ (sums >> 8)
            sums = longer if place < lengths.min() else np.where(left > place, longer, sums)
        if size > 1:
            yield size, sums ^ _ALL_ONES
