"""What tells Bosnian, Croatian and Serbian apart, and Indonesian and Malay: kinds of words as further sequences.

These write mostly the same words, so that a text shows too few of the differing ones for a table to have met them
all. Stems of one kind (`data/language_cues.toml`) are one sequence here, so that a table learns what a kind is worth.
"""

import re
import tomllib
import zlib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

import numpy as np

from copydesk_tagger.core.letter_sequences import BITS, Buckets

_FUTURE = re.compile(r"\w{3,}(?:ću|ćeš|će|ćemo|ćete)")
_SHORTEST, _LONGEST = 3, 12
_WEIGHT = 3
"""A kind of cue counts as that many sequences, a pair of words as one."""

_WORDS_KEPT = 4_000
"""Words whose cues are remembered."""


@cache
def _kinds() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]], dict[str, tuple[str, ...]]]:
    """Kinds by whole word and by stem, and endings by kind."""
    table = tomllib.loads(files("copydesk_tagger").joinpath("data/language_cues.toml").read_text("utf-8"))
    words: dict[str, frozenset[str]] = {}
    stems: dict[str, frozenset[str]] = {}
    for kind, listed in table["words"].items():
        for word in listed.split():
            held = stems if word.endswith("*") else words
            held[word.rstrip("*")] = held.get(word.rstrip("*"), frozenset()) | {kind}
    return words, stems, {kind: tuple(listed.split()) for kind, listed in table["endings"].items()}


def cues(tidy: str) -> Buckets:
    """The cues of a text that `letter_sequences.tidied` made, as numbers like those of its sequences."""
    words = tidy.split()
    numbers = [_number(f"~{one}_{other}") for one, other in pairwise(words)]
    for kind in _kinds_of_pairs(words):
        numbers += [_number(f"~{kind}")] * _WEIGHT
    for word in words:
        numbers += _of_word(word)
    return np.array(numbers, dtype=np.int32)


def _number(cue: str) -> int:
    return (zlib.crc32(cue.encode()) * 2654435761 >> 12) & ((1 << BITS) - 1)


def _kinds_of_pairs(words: list[str]) -> Iterator[str]:
    for one, other in pairwise(words):
        if other == "da":
            yield "DA"
        elif other == "li" and one in ("da", "je"):
            yield f"{one}{other}".upper()


@lru_cache(maxsize=_WORDS_KEPT)
def _of_word(word: str) -> tuple[int, ...]:
    """The numbers of a word's own cues."""
    by_word, by_stem, endings = _kinds()
    kinds = [
        *by_word.get(word, frozenset()).union(
            *(by_stem.get(word[:size], ()) for size in range(_SHORTEST, min(len(word), _LONGEST) + 1))
        ),
        *(("FUT",) if _FUTURE.fullmatch(word) else ()),
        *(kind for kind, ends in endings.items() if word.endswith(ends)),
    ]
    return tuple(_number(f"~{kind}") for kind in kinds for _ in range(_WEIGHT))
