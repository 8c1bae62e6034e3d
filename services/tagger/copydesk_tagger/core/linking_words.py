"""Words of a text and of names in one spelling, so that `Łukaszenki`, `LUKASHENKO's` and `ولوكاشينكو` can be looked up.

A name is kept once, by the folded form of its words; what a language does to names in a sentence (cases, clitics) is
undone on the text's side, by trying the few forms that the word may be of.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property, lru_cache
from itertools import product
from typing import NamedTuple

from msgspec import Struct

from copydesk_tagger.core import inflection, scripts

CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn"})

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ə": "a", "ґ": "г", "є": "е"}
    | {"ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ـ": "", "ٱ": "ا", "ھ": "ه"}
)


def _longest_first(endings: str) -> tuple[str, ...]:
    return tuple(sorted(endings.split(), key=len, reverse=True))


_CYRILLIC = (
    "ими ыми ами ями ого его ому ему иею ией ии ия ию ие ои ыи аи яя ая ую юю ою ею ое ее ом ем им ым их ых ам ям "
    "ах ях ові еві ів іи ія ію іею ії"
)
"""Endings of names and adjectives in Russian and Ukrainian, in folded letters (й is и, ї is і)."""

_CYRILLIC_ENDINGS = frozenset(_CYRILLIC.split())
_CYRILLIC_LENGTHS = sorted({len(ending) for ending in _CYRILLIC_ENDINGS}, reverse=True)
_CYRILLIC_VOWELS = frozenset("аяуюеиыіоь")

SLAVIC = scripts.listed("pl cs sk hr sr bs sl sh")
"""Languages that decline foreign names in Latin letters."""
_SLAVIC_ENDINGS = _longest_first(
    "iego iemu ego emu eho ych ich ymi imi ami ach owi ovi owie ow em iem ie im ym ej iej om ou a e i o u y "
    "ia ii io iom iu"
)
_SLAVIC_BASES = ("", "a", "i", "y", "o", "e", "ia")
_ARABIC_CLITICS = ("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فل")
_HEBREW_CLITICS = ("ה", "ו", "ב", "ל", "מ", "ש", "כ", "וה", "שה", "ול", "וב")
_CLITICS = {"Arab": (*_ARABIC_CLITICS, "لل"), "Hebr": _HEBREW_CLITICS}
_WORDS_KEPT = 1 << 13
_LETTERS_KEPT = 1 << 14
_SHORTEST = 3
"""Letters that must stay when an ending or a clitic is taken off."""


class Word(Struct, frozen=True, gc=False):
    """A word of a text: offsets, folded letters, its script, whether it begins with a capital (or has no case), and
    what it is looked up by in lists of names (see `key`).
    """

    start: int
    end: int
    folded: str
    script: str | None
    capital: bool
    key: str


class Spelling(NamedTuple):
    """How some words of a text are all written: as in `Word`, and which words of the text they are."""

    folded: str
    script: str | None
    capital: bool
    places: list[int]


class Words:
    """The words of a long text, as `words` tells them, each made when it is asked for.

    What a word is like is worked out once, however often it stands there.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._spans = [match.span() for match in scripts.PIECE.finditer(text)]
        places: dict[str, list[int]] = defaultdict(list)
        for place, (start, end) in enumerate(self._spans):
            places[text[start:end]].append(place)
        folded = fold("\n".join(places)).split("\n") if places else ()
        self._spellings = {
            written: _spelling(written, form, at) for (written, at), form in zip(places.items(), folded, strict=True)
        }
        self._made: dict[int, Word] = {}

    def __len__(self) -> int:
        return len(self._spans)

    def __getitem__(self, place: int) -> Word:
        if (made := self._made.get(place)) is None:
            start, end = self._spans[place]
            made = self._made[place] = _word(start, end, self._spellings[self.text[start:end]])
        return made

    def readings(self, place: int, language: str) -> tuple[str, ...]:
        """The keys that the word at `place` may stand for."""
        start, end = self._spans[place]
        spelling = self._spellings[self.text[start:end]]
        return readings(spelling.folded, spelling.script, language)

    def between(self, place: int) -> str:
        """What stands between the word at `place` and the one before."""
        return self.text[self._spans[place - 1][1] : self._spans[place][0]]

    @property
    def spellings(self) -> Iterable[Spelling]:
        """Every word once, by where it stands first."""
        return self._spellings.values()

    @cached_property
    def forms(self) -> frozenset[str]:
        """Folded words and their keys."""
        return frozenset(form for one in self.spellings for form in (one.folded, key(one.folded, one.script)))

    @cached_property
    def unspaced(self) -> bool:
        """Whether some of the text is in a script without spaces."""
        return scripts.has_unspaced(self.text)


def words(text: str) -> list[Word]:
    """The words of `text`, parted at hyphens and apostrophes (`al-Assad`, `l'ONU`)."""
    return [_word(*match.span(), _spelling(match[0], fold(match[0]), [])) for match in scripts.PIECE.finditer(text)]


def _word(start: int, end: int, spelling: Spelling) -> Word:
    folded, script, capital, _ = spelling
    return Word(start, end, folded, script, capital, key(folded, script))


def _spelling(written: str, folded: str, places: list[int]) -> Spelling:
    script = scripts.of_letter(written[0])
    return Spelling(folded, script, script not in CASED or written[0].isupper(), places)


def fold(word: str) -> str:
    """`word` in small letters without marks, letters of one sound in Arabic and Latin written one way."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", word).translate(_FOLDED)


class _FoldedLetters(dict[int, str]):
    """Letters as they are folded, each worked out when first asked for."""

    def __missing__(self, code: int) -> str:
        parted = unicodedata.normalize("NFKD", chr(code).casefold().translate(_LETTERS))
        bare = "".join(one for one in parted if not unicodedata.combining(one))
        folded = unicodedata.normalize("NFC", bare).translate(_LETTERS)
        if len(self) < _LETTERS_KEPT:
            self[code] = folded
        return folded


_FOLDED = _FoldedLetters()


def key(folded: str, script: str | None) -> str:
    """What a word of a name is looked up by: Cyrillic words without their ending, Arabic ones without the article."""
    if script == "Cyrl":
        return _stem(folded)
    if script == "Arab" and folded.startswith("ال") and len(folded) >= _SHORTEST + 2:
        return folded[2:]
    return folded


def keys(name: str) -> tuple[str, ...]:
    """The keys of the words of a name as it is written in a list of names."""
    return tuple(word.key for word in words(name))


def readings(folded: str, script: str | None, language: str) -> tuple[str, ...]:
    """The keys that a word of a text may stand for, as it is written first; `language` is a primary subtag.

    Where a script has capitals, all begin with the same two letters.
    """
    if script == "Latn" and language not in SLAVIC and inflection.glued(language) is inflection.AS_IT_STANDS:
        return (folded,)
    return _readings(folded, script, language)


@lru_cache(maxsize=_WORDS_KEPT)
def _readings(folded: str, script: str | None, language: str) -> tuple[str, ...]:
    if script == "Arab":
        return _without_clitics(folded, script, _ARABIC_CLITICS)
    if script == "Hebr":
        return _without_clitics(folded, script, _HEBREW_CLITICS)
    if script == "Latn" and language in SLAVIC:
        return _distinct((folded, *_slavic_bases(folded)))
    if script in ("Latn", "Hang"):
        endings = inflection.glued(language)
        bare = [folded[: -len(ending)] for ending in endings if ending and folded.endswith(ending)]
        shortest = 2 if script == "Hang" else _SHORTEST
        return _distinct((folded, *(one for one in sorted(bare, key=len) if len(one) >= shortest)))
    return (key(folded, script),)


def clitic(word: Word, reading: str) -> int:
    """Letters written before a name that `word` was read as (`reading`): the `و` of `ولوكاشينكو`; 0 mostly."""
    if word.script not in _CLITICS or word.key == reading:
        return 0
    before = (one for one in _CLITICS[word.script] if word.folded.startswith(one))
    return max((len(one) for one in before if key(word.folded[len(one) :], word.script) == reading), default=0)


def ending(word: Word, reading: str) -> int:
    """Letters of particles that Korean writes onto a name, which are no part of it; 0 elsewhere."""
    return len(word.folded) - len(reading) if word.script == "Hang" and word.folded.startswith(reading) else 0


def _distinct(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(forms))


def _stem(folded: str) -> str:
    """A Cyrillic word without its longest ending; of short names (`Ада`) a vowel may go, too."""
    for length in _CYRILLIC_LENGTHS:
        if len(folded) - length >= _SHORTEST and folded[-length:] in _CYRILLIC_ENDINGS:
            return folded[:-length]
    return folded[:-1] if len(folded) >= _SHORTEST and folded[-1] in _CYRILLIC_VOWELS else folded


def _without_clitics(folded: str, script: str, clitics: Iterable[str]) -> tuple[str, ...]:
    bare = [folded[len(one) :] for one in clitics if folded.startswith(one) and len(folded) - len(one) >= _SHORTEST]
    if script == "Arab" and folded.startswith("لل") and len(folded) - 2 >= _SHORTEST:
        bare.append(folded[2:])
    return _distinct(key(form, script) for form in (folded, *bare))


def _slavic_bases(folded: str) -> Iterable[str]:
    stems = [
        folded[: -len(ending)]
        for ending in _SLAVIC_ENDINGS
        if folded.endswith(ending) and len(folded) - len(ending) >= _SHORTEST
    ]
    return (stem + base for stem, base in product(_distinct(stems), _SLAVIC_BASES))
