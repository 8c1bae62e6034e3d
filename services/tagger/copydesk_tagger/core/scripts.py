"""Scripts and words of a text, by Unicode ranges."""

import re
from collections import Counter
from functools import lru_cache

_RANGES: tuple[tuple[str, str], ...] = (
    ("Latn", r"A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"),
    ("Cyrl", r"\u0400-\u052f\u1c80-\u1c8f"),
    ("Grek", r"\u0370-\u03ff\u1f00-\u1fff"),
    ("Arab", r"\u0620-\u065f\u066e-\u06d3\u06d5-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    ("Hebr", r"\u0591-\u05f4"),
    ("Kana", r"\u3040-\u30ff\u31f0-\u31ff"),
    ("Hani", r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"),
    ("Hang", r"\u1100-\u11ff\uac00-\ud7af"),
    ("Deva", r"\u0900-\u097f"),
    ("Beng", r"\u0980-\u09ff"),
    ("Guru", r"\u0a00-\u0a7f"),
    ("Gujr", r"\u0a80-\u0aff"),
    ("Orya", r"\u0b00-\u0b7f"),
    ("Taml", r"\u0b80-\u0bff"),
    ("Telu", r"\u0c00-\u0c7f"),
    ("Knda", r"\u0c80-\u0cff"),
    ("Mlym", r"\u0d00-\u0d7f"),
    ("Sinh", r"\u0d80-\u0dff"),
    ("Thai", r"\u0e00-\u0e7f"),
    ("Laoo", r"\u0e80-\u0eff"),
    ("Tibt", r"\u0f00-\u0fff"),
    ("Mymr", r"\u1000-\u109f"),
    ("Geor", r"\u10a0-\u10ff\u1c90-\u1cbf"),
    ("Ethi", r"\u1200-\u139f"),
    ("Khmr", r"\u1780-\u17ff"),
    ("Armn", r"\u0530-\u058f"),
)
_SCRIPT = re.compile("|".join(f"(?P<{name}>[{letters}])" for name, letters in _RANGES))

_MARKS = (
    r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670"
    r"\u0900-\u0903\u093a-\u094f\u0951-\u0963\u0966-\u0dff\u0e31\u0e34-\u0e4e\u1000-\u109f"
)
_PIECE = rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*"
PIECE = re.compile(_PIECE)
"""A word up to a hyphen or an apostrophe."""

WORD = re.compile(rf"{_PIECE}(?:['’ʼ-](?:[^\W_]+|[{_MARKS}]+)+)*")
"""A word with its inner hyphens, apostrophes and combining marks."""

REST = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")
"""What is left of a word: letters, digits and combining marks."""

UNSPACED = frozenset({"Hani", "Kana", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"})
"""Scripts that put no space between words."""

CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
"""Scripts that begin names with capitals."""

_CASED_LETTER = re.compile("[" + "".join(letters for name, letters in _RANGES if name in CASED) + "]")
CAPITALS = "".join(filter(str.isupper, _CASED_LETTER.findall("".join(map(chr, range(0x2000))))))
"""The capitals of those scripts, as a regular expression's set holds them."""

_UNSPACED_LETTERS = "".join(letters for name, letters in _RANGES if name in UNSPACED)
_UNSPACED_LETTER = re.compile(f"[{_UNSPACED_LETTERS}]")
_SMALL = r"a-z\u00df-\u00f6\u00f8-\u00ffа-џα-ω\u0561-\u0587"
_PROPER = rf"\b[^\W\d_{_SMALL}](?<![{_MARKS}].)"
_PROPER_START = re.compile(rf"{_PROPER}|[{_UNSPACED_LETTERS}]")
_START = re.compile(rf"\b[^\W\d_](?<![{_MARKS}].)|[{_UNSPACED_LETTERS}]")


def starts_name(text: str) -> bool:
    """Whether `text` begins with a letter, and with none of most small ones."""
    return _PROPER_START.match(text) is not None


def starts_word(text: str, at: int) -> bool:
    """Whether a word starts here, or a letter of a script that puts no space between words stands here."""
    return _START.match(text, at) is not None


def has_unspaced(text: str) -> bool:
    """Whether any letter of `text` is of a script without spaces."""
    return not text.isascii() and _UNSPACED_LETTER.search(text) is not None


def counts(text: str) -> Counter[str]:
    """Letters by script (ISO 15924 codes; Kana stands for both kana)."""
    found: Counter[str] = Counter()
    for letter, times in Counter(text).items():
        if (script := of_letter(letter)) is not None:
            found[script] += times
    return found


def dominant(text: str) -> str | None:
    """The script of most letters, None without letters. Any fair share of kana makes Han text Japanese: `Kana`."""
    found = counts(text)
    if not found:
        return None
    if found["Kana"] and found["Kana"] * 10 >= found["Hani"]:
        found["Kana"] += found.pop("Hani", 0)
    return max(found, key=lambda script: (found[script], script))


@lru_cache(maxsize=1 << 16)
def of_letter(letter: str) -> str | None:
    """The script of one character, None for digits, marks of punctuation and scripts without a name here."""
    match = _SCRIPT.match(letter)
    return match.lastgroup if match else None


def of_name(name: str) -> str | None:
    """The script of a name's first letter that has one."""
    return next((script for script in map(of_letter, name) if script), None)


def primary(tag: str) -> str:
    """The language subtag of a BCP 47 tag, in lower case."""
    return tag.replace("_", "-").split("-")[0].lower()


def listed(words: str) -> frozenset[str]:
    """The words of a space-separated list, as the tables of this package write them."""
    return frozenset(words.split())
