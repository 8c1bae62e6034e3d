"""Names reduced to consonants, so that one name is the same in every script and spelling.

Vowels are what transliterations disagree on most, and what abjads leave out; of consonants, voiced and unvoiced,
hissing and hushing ones are told apart by some scripts only. The idea is that of Soundex (Russell 1918), over ASCII
as the library anyascii writes every script.
"""

import re
from functools import lru_cache

from anyascii import anyascii

LENGTH = 5
"""Consonants kept; inflections change what comes after."""

LEAST = 3
"""Shorter skeletons are shared by too many names."""

_SIBILANTS = re.compile(r"tsch|tch|sch|dzh|sh|zh|ch|dj|ts|tz|c(?=[eiy])")
_DIGRAPHS = (("ph", "f"), ("kh", "k"), ("th", "t"), ("gh", "g"), ("ck", "k"), ("qu", "k"), ("x", "ks"))
_LIKE = str.maketrans({"c": "k", "q": "k", "g": "k", "z": "s", "v": "f", "w": "f", "b": "p", "d": "t", "j": "s"})
_SOUNDLESS = re.compile("[^a-z]|[aeiouyh]")
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

_ANYWHERE = str.maketrans({"č": "ch", "ç": "ch", "š": "sh", "ş": "sh", "ș": "sh", "ž": "zh"})


@lru_cache(maxsize=1 << 15)
def skeleton(word: str, language: str = "", *, consonantal: bool = False) -> str | None:
    """The first consonants of a word; None when there are too few.

    `language` is a primary subtag, where it is known; `consonantal` scripts write w also for a vowel.
    """
    letters = word.lower()
    for written, heard in _WRITTEN.get(language, ()):
        letters = re.sub(written, heard, letters)
    letters = anyascii(letters.translate(_ANYWHERE)).lower()
    if consonantal:
        letters = letters.replace("w", "")
    letters = _SIBILANTS.sub(lambda found: _HUSHING.get(found.group(), "s"), letters)
    for written, heard in _DIGRAPHS:
        letters = letters.replace(written, heard)
    found = _REPEATED.sub(r"\1", _SOUNDLESS.sub("", letters.translate(_LIKE)))
    return found[:LENGTH] if len(found) >= LEAST else None
