"""Names reduced to consonants, so that one name is the same in every script and spelling.

Vowels are what transliterations disagree on most, and what abjads leave out; of consonants, voiced and unvoiced,
hissing and hushing ones are told apart by some scripts only. The idea is that of Soundex (Russell 1918), over ASCII
as the library anyascii writes every script.
"""

import re
from collections.abc import Sequence

from anyascii import anyascii

LENGTH = 5
"""Consonants kept; inflections change what comes after."""

LEAST = 3
"""Shorter skeletons are shared by too many names."""

_SIBILANTS = re.compile(r"tsch|tch|sch|dzh|sh|zh|ch|dj|ts|tz|c(?=[eiy])")
_DIGRAPHS = (("ph", "f"), ("kh", "k"), ("th", "t"), ("gh", "g"), ("ck", "k"), ("qu", "k"), ("x", "ks"))
_LIKE = {"c": "k", "q": "k", "g": "k", "z": "s", "v": "f", "w": "f", "b": "p", "d": "t", "j": "s"}
_SOUNDING = set("bcdfgjklmnpqrstvwxz")
_APART = "\n"
"""Stands between words that are worked on together."""

_KEPT = {*_SOUNDING, _APART}
_CONSONANTS = {code: _LIKE.get(chr(code), chr(code)) if chr(code) in _KEPT else None for code in range(128)}
"""What an ASCII letter counts as; None for vowels, half-vowels, h and whatever is no letter."""

_REPEATED = re.compile(r"(.)\1+")
_HUSHING = {"ch": "", "tch": "", "tsch": ""}
"""Some languages write ch for a guttural, others for an affricate; it says nothing."""


_WRITTEN: dict[str, tuple[tuple[str, str], ...]] = {
    "el": ((r"(?<![αεηιουωάέήίόύώϊϋΐΰ])ντ", "d"), (r"(?<![αεηιουωάέήίόύώϊϋΐΰ])μπ", "b"), ("γκ", "g")),
    "fr": ((r"(?<!t)ch(?=[aeiouyéèêâîôû])", "sh"), ("ç", "s")),
    "it": (("ch", "k"), (r"sc(?=[eiéìè])", "sh")),
    "pl": (("cz", "ch"), ("rz", "zh")),
    "pt": (("ch", "sh"), ("ç", "s")),
}
"""What a language writes for a sound that others write otherwise; Greek writes some sounds by two letters."""

_ANYWHERE = {"č": "ch", "ç": "ch", "š": "sh", "ş": "sh", "ș": "sh", "ž": "zh"}


class _Ascii(dict[int, str]):
    """Letters in ASCII, each asked of anyascii once."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = _ANYWHERE.get(letter) or anyascii(letter).lower()
        return self[code]


_ASCII = _Ascii()


def skeleton(word: str, language: str = "", *, consonantal: bool = False) -> str | None:
    """The first consonants of a word; None when there are too few. The rest is as for `skeletons`."""
    return skeletons([word], language, consonantal=consonantal)[0]


def skeletons(words: Sequence[str], language: str = "", *, consonantal: bool = False) -> list[str | None]:
    """`skeleton` of several words, at little more than the cost of one.

    `language` is a primary subtag, where it is known; `consonantal` scripts write w also for a vowel.
    """
    letters = _APART.join(words).lower()
    for written, heard in _WRITTEN.get(language, ()):
        letters = re.sub(written, heard, letters)
    letters = letters.translate(_ASCII)
    if consonantal:
        letters = letters.replace("w", "")
    letters = _SIBILANTS.sub(lambda found: _HUSHING.get(found.group(), "s"), letters)
    for written, heard in _DIGRAPHS:
        letters = letters.replace(written, heard)
    found = _REPEATED.sub(r"\1", letters.translate(_CONSONANTS)).split(_APART)
    return [bare[:LENGTH] if len(bare) >= LEAST else None for bare in found]
